use core::pin::Pin;
use core::task::{Context as Poller, Poll};

use crate::panics::{self, Payload};

/// A future whose panics are caught.
pub(crate) enum Caught<F> {
    Running(F),
    /// It panicked when it was made.
    Panicked(Option<Payload>),
}

impl<F: Future> Caught<F> {
    /// Of what is made by `make`, whose panics are caught too.
    #[inline(always)]
    pub(crate) fn made(make: impl FnOnce() -> F) -> Self {
        match panics::catch(make) {
            Ok(future) => Caught::Running(future),
            Err(payload) => Caught::Panicked(Some(payload)),
        }
    }
}

/// What `body` returns, which is called at once.
#[inline(always)]
pub(crate) fn called<'v, A: ?Sized, Q>(
    body: impl AsyncFnOnce(&'v mut A) -> Q,
    argument: &'v mut A,
) -> Caught<impl Future<Output = Q>> {
    Caught::made(|| body(argument))
}

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, Payload>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Self::Output> {
        // SAFETY: nothing is moved out of what is pinned.
        match unsafe { self.get_unchecked_mut() } {
            Caught::Running(future) => {
                // SAFETY: the future is pinned whenever this is: it is never moved out, `Caught`
                // has no destructor, and it is `Unpin` only when the future is.
                let future = unsafe { Pin::new_unchecked(future) };
                match panics::catch(|| future.poll(poller)) {
                    Ok(answer) => answer.map(Ok),
                    Err(payload) => Poll::Ready(Err(payload)),
                }
            }
            Caught::Panicked(payload) => match payload.take() {
                Some(payload) => Poll::Ready(Err(payload)),
                None => Poll::Pending,
            },
        }
    }
}

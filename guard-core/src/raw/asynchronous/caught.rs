use core::pin::Pin;
use core::task::{Context as Poller, Poll};

use crate::panics::{self, Payload};

/// A future whose panics are caught.
pub(crate) enum Caught<F> {
    Running(F),
    /// With the panic of its making, if there was one.
    Over(Option<Payload>),
}

impl<F: Future> Caught<F> {
    /// Of what is made by `make`, whose panics are caught too.
    #[inline(always)]
    pub(crate) fn made(make: impl FnOnce() -> F) -> Self {
        match panics::catch(make) {
            Ok(future) => Caught::Running(future),
            Err(payload) => Caught::Over(Some(payload)),
        }
    }
}

/// What `body` returns, which is called at once.
#[cfg(feature = "std")]
#[inline(always)]
pub(crate) fn called<'v, A: ?Sized, Q>(
    body: impl AsyncFnOnce(&'v mut A) -> Q,
    argument: &'v mut A,
) -> Caught<impl Future<Output = Q>> {
    Caught::made(|| body(argument))
}

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, Payload>;

    /// The future is dropped here too, as its destructor is the body's own.
    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Self::Output> {
        let answer = panics::catch(|| {
            let answer = self.as_mut().future()?.poll(poller);
            if answer.is_ready() {
                self.set(Caught::Over(None));
            }
            Some(answer)
        });
        match answer {
            Ok(Some(answer)) => answer.map(Ok),
            Ok(None) => match self.take_payload() {
                Some(payload) => Poll::Ready(Err(payload)),
                None => Poll::Pending,
            },
            Err(payload) => Poll::Ready(Err(self.panicked(payload))),
        }
    }
}

impl<F> Caught<F> {
    #[inline(always)]
    fn future(self: Pin<&mut Self>) -> Option<Pin<&mut F>> {
        // SAFETY: nothing is moved out of what is pinned.
        match unsafe { self.get_unchecked_mut() } {
            // SAFETY: the future is pinned whenever this is: it is never moved out, `Caught` has no
            // destructor, and it is `Unpin` only when the future is.
            Caught::Running(future) => Some(unsafe { Pin::new_unchecked(future) }),
            Caught::Over(_) => None,
        }
    }

    #[cold]
    fn take_payload(self: Pin<&mut Self>) -> Option<Payload> {
        // SAFETY: nothing is moved out of what is pinned, which a payload is not.
        match unsafe { self.get_unchecked_mut() } {
            Caught::Over(payload) => payload.take(),
            Caught::Running(_) => None,
        }
    }

    /// The panic of a destructor comes second.
    #[cold]
    fn panicked(mut self: Pin<&mut Self>, payload: Payload) -> Payload {
        if let Err(second) = panics::catch(|| self.set(Caught::Over(None))) {
            second.discard();
        }
        payload
    }
}

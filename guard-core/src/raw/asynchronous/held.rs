use core::future::poll_fn;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::task::{Context as Poller, Poll, ready};

use super::caught::Caught;
use super::exiting::{Exiting, Handed};
use crate::asynchronous::{AsyncHalves, AsyncSuspended};
use crate::exit::{AsyncFailure, Exit};
use crate::lost::{self, Loss};
use crate::panics::Payload;
use crate::returns::{FailsInto, Returns};

/// The frame of an async context, with what it returns.
pub struct Started<S, F> {
    frame: F,
    returns: PhantomData<fn(S) -> S>,
}

impl<S: Returns, F: AsyncHalves<S>> Started<S, F> {
    #[inline(always)]
    pub(crate) fn new(frame: F) -> Self {
        Started {
            frame,
            returns: PhantomData,
        }
    }

    #[inline(always)]
    pub(crate) fn frame(self: Pin<&mut Self>) -> Pin<&mut F> {
        // SAFETY: the inner frame is pinned whenever this one is: it is never moved out, `Started`
        // has no destructor, and it is `Unpin` only when the inner frame is.
        unsafe { self.map_unchecked_mut(|this| &mut this.frame) }
    }

    /// Runs the enter half, unless that has been run.
    #[inline(always)]
    pub(crate) fn enter(
        mut self: Pin<&mut Self>,
    ) -> impl Future<Output = Result<S::Value, S::Error>> {
        poll_fn(move |poller| {
            if self.as_mut().frame().is_exiting() {
                return Poll::Pending;
            }
            // SAFETY: nothing is handed, without which a frame does not leave its yield point.
            match ready!(unsafe { self.as_mut().frame().poll(&mut None, poller) }) {
                Ok(Some(value)) => Poll::Ready(Ok(value)),
                Ok(None) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            }
        })
    }
}

/// An async context that has been entered. Dropped before it is exited, it is abandoned: that is
/// what happens to it when the future that runs its body is dropped.
#[must_use]
pub struct AsyncHeld<'r, S: Returns, F: AsyncHalves<S>> {
    frame: Pin<&'r mut Started<S, F>>,
    value: ManuallyDrop<S::Value>,
}

impl<'r, S: Returns, F: AsyncHalves<S>> AsyncHeld<'r, S, F> {
    /// `value` is what the enter half has lent.
    #[inline(always)]
    pub(crate) fn new(frame: Pin<&'r mut Started<S, F>>, value: S::Value) -> Self {
        AsyncHeld {
            frame,
            value: ManuallyDrop::new(value),
        }
    }

    /// Runs the enter half.
    pub(crate) async fn enter(mut frame: Pin<&'r mut Started<S, F>>) -> Result<Self, S::Error> {
        let value = frame.as_mut().enter().await?;
        Ok(Self::new(frame, value))
    }

    /// The lent value.
    #[inline(always)]
    pub(crate) fn value(&mut self) -> &mut S::Lent {
        S::lend(&mut self.value)
    }

    #[inline(always)]
    fn into_parts(self) -> (Pin<&'r mut Started<S, F>>, S::Value) {
        let mut held = ManuallyDrop::new(self);
        // SAFETY: `held` is neither dropped nor used again but for the frame.
        let value = unsafe { ManuallyDrop::take(&mut held.value) };
        // SAFETY: likewise, and the frame is taken once.
        let frame = unsafe { core::ptr::read(&raw const held.frame) };
        (frame, value)
    }

    /// Runs the exit half of a body that has come to its end with a `Q`.
    #[inline(always)]
    pub(crate) fn complete<Q>(self) -> Exiting<'r, S::Value, S::Output, Started<S, F>> {
        let (frame, value) = self.into_parts();
        // SAFETY: there is no error.
        let exiting = unsafe { Exiting::new(frame, value, Exit::Completed) };
        exiting.with_in_hand(size_of::<Q>() > 0)
    }

    /// Runs the exit half of a body that has panicked, and goes on with the panic.
    pub(crate) async fn unwind(self, payload: Payload) -> ! {
        let (mut frame, value) = self.into_parts();
        let name = frame.as_mut().frame().name();
        // SAFETY: there is no error.
        let exiting = unsafe { Exiting::new(frame.as_mut(), value, Exit::Panicked) };
        let exiting = exiting.with_in_hand(true);
        match Caught::made(|| exiting).await.map(S::ended) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => lost::report(name, Loss::Error(&error), Exit::Panicked),
            Err(payload) => payload.report(name, Exit::Panicked),
        }
        payload.resume()
    }

    /// Runs the exit half behind a body that can fail, and decides whose error is returned.
    pub(crate) async fn settle<Q, E>(self, result: Result<Q, E>) -> Result<Q, E>
    where
        S: FailsInto<E>,
        E: AsyncFailure,
    {
        match result {
            Ok(result) => {
                let output = self.complete::<Q>().await;
                S::ended(output).map_err(S::convert).map(|()| result)
            }
            Err(error) => Err(self.fail(error).await),
        }
    }

    /// Runs the exit half of a body that has failed, and gives its error back.
    pub(crate) async fn fail<E: AsyncFailure>(self, error: E) -> E {
        let (mut frame, value) = self.into_parts();
        let name = frame.as_mut().frame().name();
        let error = Kept::new(error, frame.as_mut().frame().finishes());
        // SAFETY: who forgets this future forgets the error in it too, which then lives for ever.
        let exiting = unsafe { Exiting::new(frame, value, Exit::Failed(error.get())) };
        #[cfg(feature = "alloc")]
        let exiting = match &error {
            Kept::Shared(error) => exiting.sharing(error.clone()),
            Kept::Here(_) => exiting,
        };
        if let Err(lost) = S::ended(exiting.with_in_hand(true).await) {
            lost::report(name, Loss::Error(&lost), Exit::Failed(error.get()));
        }
        error.into_inner()
    }
}

impl<S: Returns, F: AsyncHalves<S>> Drop for AsyncHeld<'_, S, F> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: nobody uses the value after the destructor.
        let value = unsafe { ManuallyDrop::take(&mut self.value) };
        self.frame.as_mut().frame().abandon(value);
    }
}

/// The error of a body while the exit half is told of it.
pub(super) enum Kept<E> {
    Here(E),
    /// With the frame, which may go on without whoever waits for it.
    #[cfg(feature = "alloc")]
    Shared(alloc::sync::Arc<E>),
}

impl<E: AsyncFailure> Kept<E> {
    #[cfg_attr(not(feature = "alloc"), expect(unused_variables))]
    pub(super) fn new(error: E, shared: bool) -> Self {
        #[cfg(feature = "alloc")]
        if shared {
            return Kept::Shared(alloc::sync::Arc::new(error));
        }
        Kept::Here(error)
    }

    pub(super) fn get(&self) -> &E {
        match self {
            Kept::Here(error) => error,
            #[cfg(feature = "alloc")]
            Kept::Shared(error) => error,
        }
    }

    /// The exit half has ended, so that the frame has no part in the error any more.
    pub(super) fn into_inner(self) -> E {
        match self {
            Kept::Here(error) => error,
            #[cfg(feature = "alloc")]
            Kept::Shared(error) => alloc::sync::Arc::into_inner(error).expect("the frame is gone"),
        }
    }
}

/// The exit half of a frame, whatever its context is.
impl<S: Returns, F: AsyncHalves<S>> AsyncSuspended<S::Value, S::Output> for Started<S, F> {
    fn name(self: Pin<&mut Self>) -> &'static str {
        self.frame().name()
    }

    #[inline(always)]
    unsafe fn poll_exit(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        poller: &mut Poller<'_>,
    ) -> Poll<S::Output> {
        // SAFETY: as the caller says.
        let ended = ready!(unsafe { self.frame().poll(handed, poller) });
        Poll::Ready(S::output(ended.map(|_| ())))
    }

    fn abandon(self: Pin<&mut Self>, value: S::Value) {
        self.frame().abandon(value);
    }

    fn drop_locals(self: Pin<&mut Self>) {
        self.frame().drop_locals();
    }

    fn finishes(self: Pin<&mut Self>) -> bool {
        self.frame().finishes()
    }

    fn finish(self: Pin<&mut Self>) {
        self.frame().finish();
    }

    #[cfg(feature = "alloc")]
    fn share(self: Pin<&mut Self>, error: alloc::sync::Arc<crate::raw::Shared>) {
        self.frame().share(error);
    }
}

use core::marker::PhantomData;
use core::pin::{Pin, pin};
use core::task::{Context as Poller, Poll, ready};

#[cfg(feature = "tracing")]
mod traced;

#[cfg(feature = "tracing")]
pub use traced::{Event, Site, framed};

use super::frame::Frame;
#[cfg(not(feature = "tracing"))]
use super::lend::Witness;
use super::lend::{Ended, Lend, Point, VisibleReturn};
use crate::exit::Failure;
use crate::manager::Either;
use crate::returns::{Optional, Plain, Returns};

/// The path of these frames, which names of context managers are to be found behind.
pub(crate) const ADAPTED: &str = module_path!();

/// The frame itself, as there are no spans.
#[cfg(not(feature = "tracing"))]
#[inline(always)]
pub fn framed<S, T, F: ?Sized, Fut>(_witness: Witness<S, T, F>, _site: (), frame: Fut) -> Fut {
    frame
}

/// The frame of a context that may be none at all.
pub struct OptionalFrame<S, F> {
    inner: Option<Frame<S, F>>,
    entered: bool,
}

impl<S: Returns, F: Future<Output = Ended<S>>> OptionalFrame<S, F> {
    #[inline(always)]
    pub(crate) fn new(inner: Option<Frame<S, F>>) -> Self {
        OptionalFrame {
            inner,
            entered: false,
        }
    }

    #[inline(always)]
    fn project(self: Pin<&mut Self>) -> (Pin<&mut Option<Frame<S, F>>>, &mut bool) {
        // SAFETY: nothing is moved.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the inner frame is pinned whenever this one is: it is never moved out,
        // `OptionalFrame` has no destructor, and it is `Unpin` only when the inner frame is.
        let inner = unsafe { Pin::new_unchecked(&mut this.inner) };
        (inner, &mut this.entered)
    }
}

impl<S: Returns, F: Future<Output = Ended<S>>> Future for OptionalFrame<S, F> {
    type Output = Ended<Optional<S>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Self::Output> {
        let (inner, entered) = self.project();
        let point = Point::<Optional<S>, Option<S::Value>>::new();
        if !*entered {
            let value = match inner.as_pin_mut().map(Frame::enter).transpose() {
                Ok(value) => value,
                Err(error) => return Poll::Ready(Err(error)),
            };
            *entered = true;
            return pin!(point.lend(value))
                .poll(poller)
                .map(|lent| Ok(lent.exited));
        }
        let lent = ready!(pin!(Lend::resumed(&point)).poll(poller));
        let exited = match inner.as_pin_mut().zip(lent.value) {
            Some((inner, value)) => inner.exit(value, lent.exit),
            None => Ok(()),
        };
        Poll::Ready(exited.map(|()| lent.exited))
    }
}

/// The frame of the one of two contexts that was chosen.
pub struct EitherFrame<A, B>(pub(crate) Either<A, B>);

impl<A: Future, B: Future<Output = A::Output>> Future for EitherFrame<A, B> {
    type Output = A::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<A::Output> {
        // SAFETY: nothing is moved.
        match &mut unsafe { self.get_unchecked_mut() }.0 {
            // SAFETY: the frame is pinned whenever `EitherFrame` is, which has no destructor, and
            // is `Unpin` only when both frames are.
            Either::Left(this) => unsafe { Pin::new_unchecked(this) }.poll(poller),
            // SAFETY: likewise.
            Either::Right(that) => unsafe { Pin::new_unchecked(that) }.poll(poller),
        }
    }
}

/// The frame of a context that cannot fail, among those that can.
pub(crate) struct FallibleFrame<T, E, F> {
    inner: F,
    returns: PhantomData<Point<Result<T, E>, T>>,
}

impl<T, E, F> FallibleFrame<T, E, F> {
    #[inline(always)]
    pub(crate) fn new(inner: F) -> Self {
        FallibleFrame {
            inner,
            returns: PhantomData,
        }
    }
}

impl<T, E, F> Future for FallibleFrame<T, E, F>
where
    E: Failure,
    F: Future<Output = Ended<Plain<T>>>,
{
    type Output = Ended<Result<T, E>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Self::Output> {
        // SAFETY: the inner frame is pinned whenever this one is: it is never moved out,
        // `FallibleFrame` has no destructor, and it is `Unpin` only when the inner frame is.
        let inner = unsafe { self.map_unchecked_mut(|this| &mut this.inner) };
        inner
            .poll(poller)
            .map(|Ok(exited)| Ok(VisibleReturn::of(exited)))
    }
}

/// The frame of a context whose error is converted.
pub(crate) struct ConvertedFrame<T, E, O, M, F> {
    /// A frame fails once at most.
    convert: Option<M>,
    from: PhantomData<Point<Result<T, E>, T>>,
    to: PhantomData<Point<Result<T, O>, T>>,
    inner: F,
}

impl<T, E, O, M, F> ConvertedFrame<T, E, O, M, F> {
    #[inline(always)]
    pub(crate) fn new(inner: F, convert: M) -> Self {
        ConvertedFrame {
            convert: Some(convert),
            from: PhantomData,
            to: PhantomData,
            inner,
        }
    }
}

impl<T, E, O, M, F> Future for ConvertedFrame<T, E, O, M, F>
where
    E: Failure,
    O: Failure,
    M: FnOnce(E) -> O,
    F: Future<Output = Ended<Result<T, E>>>,
{
    type Output = Ended<Result<T, O>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Self::Output> {
        // SAFETY: nothing is moved out of `this` but `convert`, which is never pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the inner frame is pinned whenever this one is: it is never moved out,
        // `ConvertedFrame` has no destructor, and it is `Unpin` only when the inner frame is.
        let inner = unsafe { Pin::new_unchecked(&mut this.inner) };
        match ready!(inner.poll(poller)) {
            Ok(exited) => Poll::Ready(Ok(VisibleReturn::of(exited))),
            Err(error) => match this.convert.take() {
                Some(convert) => Poll::Ready(Err(convert(error))),
                None => Poll::Pending,
            },
        }
    }
}

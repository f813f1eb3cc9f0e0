use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context as Poller, Poll, ready};

use super::exiting::Handed;
use crate::asynchronous::{AsyncHalves, OfAFrame};
use crate::exit::Failure;
use crate::manager::Either;
use crate::returns::{Optional, Returns};

/// What of [`AsyncHalves`] does not depend on what a context lends, for a frame made of another.
/// `$pinned` gives the inner one, if there is one, from `$this`.
macro_rules! as_the_inner_one {
    ($this:ident: $pinned:expr) => {
        fn name(self: Pin<&mut Self>) -> &'static str {
            let $this = self;
            $pinned.map_or("", AsyncHalves::name)
        }

        fn is_exiting(self: Pin<&mut Self>) -> bool {
            let $this = self;
            $pinned.is_some_and(AsyncHalves::is_exiting)
        }

        fn drop_locals(self: Pin<&mut Self>) {
            let $this = self;
            if let Some(inner) = $pinned {
                inner.drop_locals();
            }
        }

        fn finishes(self: Pin<&mut Self>) -> bool {
            let $this = self;
            $pinned.is_some_and(AsyncHalves::finishes)
        }

        fn finish(self: Pin<&mut Self>) {
            let $this = self;
            if let Some(inner) = $pinned {
                inner.finish();
            }
        }

        #[cfg(feature = "alloc")]
        fn share(self: Pin<&mut Self>, error: alloc::sync::Arc<crate::raw::Shared>) {
            let $this = self;
            if let Some(inner) = $pinned {
                inner.share(error);
            }
        }
    };
}

/// The frame of a context that may be none at all.
pub struct OptionalAsyncFrame<S, F> {
    pub(crate) inner: Option<F>,
    pub(crate) returns: PhantomData<fn(S) -> S>,
}

impl<S, F> OptionalAsyncFrame<S, F> {
    #[inline(always)]
    fn inner(self: Pin<&mut Self>) -> Option<Pin<&mut F>> {
        // SAFETY: the inner frame is pinned whenever this one is: it is never moved out, this has no
        // destructor, and it is `Unpin` only when the inner frame is.
        unsafe { self.map_unchecked_mut(|this| &mut this.inner) }.as_pin_mut()
    }
}

impl<S, F> OfAFrame for OptionalAsyncFrame<S, F> {}

impl<S: Returns, F: AsyncHalves<S>> AsyncHalves<Optional<S>> for OptionalAsyncFrame<S, F> {
    as_the_inner_one!(this: this.inner());

    #[inline(always)]
    unsafe fn poll(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, Option<S::Value>>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<Option<Option<S::Value>>, S::Error>> {
        let handed = handed.take();
        let Some(inner) = self.inner() else {
            return Poll::Ready(Ok(handed.is_none().then_some(None)));
        };
        let mut handed = handed.and_then(|(value, exit)| Some((value?, exit)));
        // SAFETY: as the caller says; where there is a frame, it is its value that was lent.
        unsafe { inner.poll(&mut handed, poller) }.map_ok(|lent| lent.map(Some))
    }

    fn abandon(self: Pin<&mut Self>, value: Option<S::Value>) {
        if let Some((inner, value)) = self.inner().zip(value) {
            inner.abandon(value);
        }
    }
}

/// The frame of the one of two contexts that was chosen.
pub struct EitherAsyncFrame<A, B>(pub(crate) Either<A, B>);

/// Does the same with either side.
macro_rules! on_either_side {
    ($this:expr, $inner:ident => $done:expr) => {
        // SAFETY: nothing is moved.
        match unsafe { &mut Pin::get_unchecked_mut($this).0 } {
            Either::Left(this) => {
                // SAFETY: the frame is pinned whenever `EitherAsyncFrame` is, which has no
                // destructor, and is `Unpin` only when both frames are.
                let $inner = unsafe { Pin::new_unchecked(this) };
                $done
            }
            Either::Right(that) => {
                // SAFETY: likewise.
                let $inner = unsafe { Pin::new_unchecked(that) };
                $done
            }
        }
    };
}

impl<A, B> OfAFrame for EitherAsyncFrame<A, B> {}

impl<S: Returns, A: AsyncHalves<S>, B: AsyncHalves<S>> AsyncHalves<S> for EitherAsyncFrame<A, B> {
    fn name(self: Pin<&mut Self>) -> &'static str {
        on_either_side!(self, inner => inner.name())
    }

    #[inline(always)]
    unsafe fn poll(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<Option<S::Value>, S::Error>> {
        // SAFETY: as the caller says.
        on_either_side!(self, inner => unsafe { inner.poll(handed, poller) })
    }

    fn is_exiting(self: Pin<&mut Self>) -> bool {
        on_either_side!(self, inner => inner.is_exiting())
    }

    fn abandon(self: Pin<&mut Self>, value: S::Value) {
        on_either_side!(self, inner => inner.abandon(value));
    }

    fn drop_locals(self: Pin<&mut Self>) {
        on_either_side!(self, inner => inner.drop_locals());
    }

    fn finishes(self: Pin<&mut Self>) -> bool {
        on_either_side!(self, inner => inner.finishes())
    }

    fn finish(self: Pin<&mut Self>) {
        on_either_side!(self, inner => inner.finish());
    }

    #[cfg(feature = "alloc")]
    fn share(self: Pin<&mut Self>, error: alloc::sync::Arc<crate::raw::Shared>) {
        on_either_side!(self, inner => inner.share(error));
    }
}

/// The frame of a context whose error is converted.
pub(crate) struct ConvertedAsyncFrame<S, M, F> {
    inner: F,
    /// A frame fails once at most.
    convert: Option<M>,
    returns: PhantomData<fn(S) -> S>,
}

impl<S: Returns, M, F: AsyncHalves<S>> ConvertedAsyncFrame<S, M, F> {
    #[inline(always)]
    pub(crate) fn new(inner: F, convert: M) -> Self {
        ConvertedAsyncFrame {
            inner,
            convert: Some(convert),
            returns: PhantomData,
        }
    }

    #[inline(always)]
    fn project(self: Pin<&mut Self>) -> (Pin<&mut F>, &mut Option<M>) {
        // SAFETY: nothing is moved out of `this` but `convert`, which is never pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the inner frame is pinned whenever this one is: it is never moved out, this has no
        // destructor, and it is `Unpin` only when the inner frame is.
        let inner = unsafe { Pin::new_unchecked(&mut this.inner) };
        (inner, &mut this.convert)
    }
}

impl<S, M, F> OfAFrame for ConvertedAsyncFrame<S, M, F> {}

impl<S, T, O, M, F> AsyncHalves<Result<T, O>> for ConvertedAsyncFrame<S, M, F>
where
    S: Returns<Value = T>,
    O: Failure,
    M: FnOnce(S::Error) -> O,
    F: AsyncHalves<S>,
{
    as_the_inner_one!(this: Some(this.project().0));

    #[inline(always)]
    unsafe fn poll(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, T>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<Option<T>, O>> {
        let (inner, convert) = self.project();
        // SAFETY: as the caller says.
        match ready!(unsafe { inner.poll(handed, poller) }) {
            Ok(lent) => Poll::Ready(Ok(lent)),
            Err(error) => match convert.take() {
                Some(convert) => Poll::Ready(Err(convert(error))),
                None => Poll::Pending,
            },
        }
    }

    fn abandon(self: Pin<&mut Self>, value: T) {
        self.project().0.abandon(value);
    }
}

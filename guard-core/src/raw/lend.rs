use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::ptr;
use core::task::{Context as Poller, Poll, RawWaker, RawWakerVTable, Waker};

use crate::exit::{AsyncExit, Exit, Failure};
use crate::returns::Returns;

/// What passes between a frame and its driver during one poll. `F` tells the frames of an `async fn`
/// from the others.
///
/// | | `value` | `exit` |
/// |---|---|---|
/// | to the enter half | | |
/// | from it: what the body is to have | there | |
/// | to the exit half: the same, handed back, and how the body ended | there | there |
/// | from it | | |
pub(super) struct Slot<'e, T, F: ?Sized = dyn Failure> {
    pub(super) value: Option<Tagged<T>>,
    pub(super) exit: Option<Exit<'e, F>>,
}

/// A value on its way. It has to be taken out, as it is not dropped with this: a slot that had
/// something to drop when a frame panics would be kept in memory for that, though there is never
/// anything in it then.
///
/// An `Option` of it has a tag of its own. A tag in the value itself, which comes from who knows
/// where, would be looked at when the optimiser knows quite well what it is.
pub(super) struct Tagged<T>(UnsafeCell<ManuallyDrop<T>>);

// SAFETY: through a shared reference there is no way to the value at all.
unsafe impl<T: Sync> Sync for Tagged<T> {}

impl<'e, T, F: ?Sized> Slot<'e, T, F> {
    #[inline(always)]
    pub(super) fn empty() -> Self {
        Slot {
            value: None,
            exit: None,
        }
    }

    #[inline(always)]
    pub(super) fn exiting(value: T, exit: Exit<'e, F>) -> Self {
        Slot {
            value: Some(Tagged::new(value)),
            exit: Some(exit),
        }
    }

    /// What the frame has lent, if it has: what it was handed and has not taken is none of that.
    #[inline(always)]
    pub(super) fn into_lent(self) -> Option<Tagged<T>> {
        if self.exit.is_some() {
            drop(self.value.map(Tagged::into_inner));
            return None;
        }
        self.value
    }

    /// What the frame was to be told, if it has not asked for it.
    #[inline(always)]
    pub(super) fn into_exiting(self) -> Option<(T, Exit<'e, F>)> {
        self.value.map(Tagged::into_inner).zip(self.exit)
    }

    /// The two come and go together.
    #[inline(always)]
    fn take_exiting(&mut self) -> Option<(Tagged<T>, Exit<'e, F>)> {
        self.value.take().zip(self.exit.take())
    }
}

impl<T> Tagged<T> {
    #[inline(always)]
    fn new(value: T) -> Self {
        Tagged(UnsafeCell::new(ManuallyDrop::new(value)))
    }

    #[inline(always)]
    pub(super) fn into_inner(self) -> T {
        ManuallyDrop::into_inner(self.0.into_inner())
    }
}

impl<T> Slot<'_, T> {
    /// Calls `poll` with a poller through which [`Lend`] finds this slot.
    #[inline(always)]
    pub(super) fn expose<Q>(&mut self, poll: impl FnOnce(&mut Poller<'_>) -> Q) -> Q {
        let slot: *const () = (&raw mut *self).cast_const().cast();
        // SAFETY: the functions of the table ignore the data pointer, and are thread safe.
        let waker = ManuallyDrop::new(unsafe { Waker::new(slot, &TABLE) });
        poll(&mut Poller::from_waker(&waker))
    }
}

/// Tells wakers that know a slot from all others, by its address. A clone may outlive the poll and
/// travel to other threads, so it does not know the slot, and does not have this table.
static TABLE: RawWakerVTable = RawWakerVTable::new(
    |_| RawWaker::new(Waker::noop().data(), Waker::noop().vtable()),
    |_| {},
    |_| {},
    |_| {},
);

impl<T> Slot<'_, T, Shared> {
    /// Calls `poll` with a poller through which [`Lend`] finds this slot if it is `exposed`, and
    /// whatever else the frame waits for finds the waker of `poller`.
    #[inline(always)]
    pub(super) fn expose_in<Q>(
        &mut self,
        poller: &Poller<'_>,
        exposed: bool,
        poll: impl FnOnce(&mut Poller<'_>) -> Q,
    ) -> Q {
        let in_place = Exposed {
            slot: (&raw mut *self).cast(),
            waker: poller.waker(),
        };
        let data: *const () = (&raw const in_place).cast();
        // SAFETY: the functions of the table read an `Exposed` that lives as long as this waker,
        // which is only to be had by reference, and are thread safe, as the waker in it is.
        let waker = ManuallyDrop::new(unsafe { Waker::new(data, &ASYNC_TABLE) });
        let waker: &Waker = if exposed { &waker } else { poller.waker() };
        poll(&mut Poller::from_waker(waker))
    }
}

/// What the data of the waker of an async frame is.
struct Exposed<'w> {
    slot: *mut (),
    waker: &'w Waker,
}

impl Exposed<'_> {
    /// # Safety
    ///
    /// `data` is that of a waker with the [`ASYNC_TABLE`], which lives for `'x`.
    unsafe fn of<'x>(data: *const ()) -> &'x Self {
        // SAFETY: as the caller says; `expose_in` makes them, and keeps what `data` points to.
        unsafe { &*data.cast() }
    }
}

/// As [`TABLE`], but that a clone is one of the waker that the frame is polled on behalf of.
static ASYNC_TABLE: RawWakerVTable = RawWakerVTable::new(
    |data| {
        // SAFETY: called by a waker with this table.
        let waker = unsafe { Exposed::of(data) }.waker.clone();
        let waker = ManuallyDrop::new(waker);
        RawWaker::new(waker.data(), waker.vtable())
    },
    // SAFETY: as above.
    |data| unsafe { Exposed::of(data) }.waker.wake_by_ref(),
    // SAFETY: as above.
    |data| unsafe { Exposed::of(data) }.waker.wake_by_ref(),
    |_| {},
);

/// The error that the exit half of an `async fn` is told of.
pub(crate) type Shared = dyn Failure + Send + Sync;

/// What an exit half is told of errors, by which the frames of an `async fn` are told from others.
pub trait Told {
    /// Whether a frame that waits at its yield point to lend its value may come to do so.
    #[doc(hidden)]
    const POLLED_AGAIN: bool;
    #[doc(hidden)]
    fn slot(waker: &Waker) -> Option<*mut ()>;
    #[doc(hidden)]
    fn of_shared(error: &Shared) -> &Self;
    #[doc(hidden)]
    fn plain(exit: Exit<'_, Self>) -> Exit<'_>;
}

impl Told for dyn Failure {
    const POLLED_AGAIN: bool = false;

    #[inline(always)]
    fn slot(waker: &Waker) -> Option<*mut ()> {
        ptr::eq(waker.vtable(), &raw const TABLE).then(|| waker.data().cast_mut())
    }

    fn of_shared(error: &Shared) -> &Self {
        error
    }

    fn plain(exit: Exit<'_>) -> Exit<'_> {
        exit
    }
}

impl Told for Shared {
    const POLLED_AGAIN: bool = true;

    #[inline(always)]
    fn slot(waker: &Waker) -> Option<*mut ()> {
        // SAFETY: the waker, which is borrowed, has the table.
        ptr::eq(waker.vtable(), &raw const ASYNC_TABLE)
            .then(|| unsafe { Exposed::of(waker.data()) }.slot)
    }

    fn of_shared(error: &Shared) -> &Self {
        error
    }

    fn plain(exit: AsyncExit<'_>) -> Exit<'_> {
        exit.into()
    }
}

/// Proof that a yield point of a context manager returning `S` was passed.
///
/// A frame can only complete with one of these, and only a resumed [`Lend`] makes one: the
/// compiler's check of initialisation thereby proves that every path yields, and yields once.
///
/// Users meet its name where another macro hides a `return`, and so it is named for what is missing.
pub struct VisibleReturn<S>(PhantomData<fn(S) -> S>);

impl<S> VisibleReturn<S> {
    /// For a frame that is made of another one.
    #[inline(always)]
    pub(super) fn of<R>(_inner: VisibleReturn<R>) -> Self {
        VisibleReturn(PhantomData)
    }
}

/// What a frame completes with.
pub type Ended<S> = Result<VisibleReturn<S>, <S as Returns>::Error>;

/// The place where a frame stands while its body runs. `T` is what `S` lends: [`Body`] sees to it,
/// and it is not asked again here, so that the compiler has one place to complain of.
///
/// [`Body`]: crate::Body
pub struct Point<S, T, F: ?Sized = dyn Failure>(
    PhantomData<fn(S) -> S>,
    PhantomData<fn(T) -> T>,
    PhantomData<fn(&F)>,
);

/// Proof that there is such a [`Point`], which nobody else can make.
#[must_use]
pub struct Witness<S, T, F: ?Sized>(PhantomData<Point<S, T, F>>);

/// That of an `async fn`.
pub(crate) type AsyncPoint<S, T> = Point<S, T, Shared>;

impl<S, T, F: Told + ?Sized> Point<S, T, F> {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Point(PhantomData, PhantomData, PhantomData)
    }

    /// What ties a frame to the point that it is given.
    #[inline(always)]
    pub fn witness(&self) -> Witness<S, T, F> {
        Witness(PhantomData)
    }

    /// Lends `value` to the body and waits until the body has ended.
    #[inline(always)]
    pub fn lend(&self, value: T) -> Lend<'_, T, S, F> {
        Lend {
            value: Some(Tagged::new(value)),
            point: PhantomData,
        }
    }
}

/// The future that a frame awaits at its yield point.
///
/// Whether a frame is `Send` depends on this, and is decided without regard to lifetimes. So this
/// must ask nothing of `S`, whose error may be `Failure` only because it is a `&'static str`.
#[must_use]
pub struct Lend<'p, T, S, F: Told + ?Sized = dyn Failure> {
    value: Option<Tagged<T>>,
    point: PhantomData<&'p Point<S, T, F>>,
}

impl<'p, T, S> Lend<'p, T, S> {
    /// For a later poll than the one that has lent the value.
    #[inline(always)]
    pub(super) fn resumed(_point: &'p Point<S, T>) -> Self {
        Lend {
            value: None,
            point: PhantomData,
        }
    }
}

/// What a frame goes on with after its yield point.
pub struct Lent<'p, T, S, F: ?Sized = dyn Failure> {
    /// The value, handed back.
    pub value: T,
    /// How the body ended. Its lifetime is that of a local of the frame.
    pub exit: Exit<'p, F>,
    /// To complete the frame with.
    pub exited: VisibleReturn<S>,
}

/// Where another poller was put in the place of ours, an async frame may be dropped that has not yet
/// lent the value.
impl<T, S, F: Told + ?Sized> Drop for Lend<'_, T, S, F> {
    #[inline(always)]
    fn drop(&mut self) {
        if F::POLLED_AGAIN {
            drop(self.value.take().map(Tagged::into_inner));
        }
    }
}

/// A `Lend` never points into itself.
impl<T, S, F: Told + ?Sized> Unpin for Lend<'_, T, S, F> {}

impl<'p, T, S, F: Told + ?Sized> Future for Lend<'p, T, S, F> {
    type Output = Lent<'p, T, S, F>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Self::Output> {
        let Some(slot) = F::slot(poller.waker()) else {
            if !F::POLLED_AGAIN {
                drop(self.value.take().map(Tagged::into_inner));
            }
            return Poll::Pending;
        };
        let slot: *mut Slot<'p, T, F> = slot.cast();
        // SAFETY: what `context` asks for says that the frame that was given the `Point<S, T, F>`
        // itself polls this future. `Body` gives a frame of `S` a `Point<S, S::Value>`, so that `T`
        // is `S::Value`; and `Frame<S, _>`, which keeps its future to itself, polls frames of `S`
        // with the address of a `Slot<S::Value>` that lives and is not otherwise used during the
        // poll. So do `AsyncBody` and `AsyncFrame` with what is `Shared`, and another table; what an
        // `AsyncFrame` polls with a poller of somebody else's stands behind its yield point.
        //
        // A future that the frame has awaited before, hidden by another macro, may have put another
        // poller in the place of that one; but as it cannot know the lifetimes of pollers, it can
        // only put one there whose waker lives for ever, and those with our tables live on the stack
        // of `expose` and of `expose_in` alone.
        //
        // The lifetime of the exit in the slot becomes `'p`, that of a local of the frame: no local
        // of the frame is left when `Frame::exit`, for whose length the exit is borrowed, comes
        // back; nor when an `Exiting` is gone.
        let slot = unsafe { &mut *slot };
        if let Some(value) = self.value.take() {
            slot.value = Some(value);
            return Poll::Pending;
        }
        match slot.take_exiting() {
            Some((value, exit)) => Poll::Ready(Lent {
                value: value.into_inner(),
                exit,
                exited: VisibleReturn(PhantomData),
            }),
            None => Poll::Pending,
        }
    }
}

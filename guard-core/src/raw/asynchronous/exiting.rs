use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context as Poller, Poll};

use crate::asynchronous::AsyncSuspended;
use crate::exit::{AsyncExit, Exit};
use crate::lost::{self, Loss};

/// What an exit half is handed when it is polled first: the value, and how the body ended.
pub(crate) type Handed<'e, T> = Option<(T, AsyncExit<'e>)>;

/// Runs an exit half. Dropped before that has come to its end, it leaves nothing in the frame that
/// could look at the error of the exit.
pub(crate) struct Exiting<'r, T, R, F: AsyncSuspended<T, R> + ?Sized> {
    frame: Pin<&'r mut F>,
    handed: Handed<'r, T>,
    exit: AsyncExit<'r>,
    stands: Stands,
    /// Whether the frame can go on without this: there is no error, or it has a part in it.
    independent: bool,
    /// Whether something that the body returned waits for the exit half to end.
    in_hand: bool,
    returns: PhantomData<fn() -> R>,
}

/// Where the exit half stands.
enum Stands {
    Waiting,
    /// It is being polled, or has panicked.
    Working,
    Ended,
}

impl<'r, T, R, F: AsyncSuspended<T, R> + ?Sized> Exiting<'r, T, R, F> {
    /// # Safety
    ///
    /// Where the exit holds an error, what this returns is not forgotten, unless the frame is
    /// forgotten too.
    #[inline(always)]
    pub(super) unsafe fn new(frame: Pin<&'r mut F>, value: T, exit: AsyncExit<'r>) -> Self {
        Exiting {
            frame,
            handed: Some((value, exit)),
            exit,
            stands: Stands::Waiting,
            independent: exit.failure().is_none(),
            in_hand: false,
            returns: PhantomData,
        }
    }

    /// One that has been polled before, and only waits to be dropped.
    pub(super) fn left(
        frame: Pin<&'r mut F>,
        exit: AsyncExit<'r>,
        independent: bool,
        in_hand: bool,
    ) -> Self {
        Exiting {
            frame,
            handed: None,
            exit,
            stands: Stands::Waiting,
            independent,
            in_hand,
            returns: PhantomData,
        }
    }

    /// Says whether the result of the body waits for the exit half to end.
    #[inline(always)]
    pub(super) fn with_in_hand(mut self, in_hand: bool) -> Self {
        self.in_hand = in_hand;
        self
    }

    /// Gives the frame a part in the error, so that it can go on without this.
    #[cfg(feature = "alloc")]
    pub(super) fn sharing(mut self, error: alloc::sync::Arc<crate::raw::Shared>) -> Self {
        self.frame.as_mut().share(error);
        self.independent = true;
        self
    }
}

/// What it holds is pinned by others, or not at all.
impl<T, R, F: AsyncSuspended<T, R> + ?Sized> Unpin for Exiting<'_, T, R, F> {}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> Future for Exiting<'_, T, R, F> {
    type Output = R;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<R> {
        let this = &mut *self;
        this.stands = Stands::Working;
        // SAFETY: the error lives for `'r`, and when this is gone the frame has no locals any more
        // that could look at it, unless it has a part in it.
        let answer = unsafe { this.frame.as_mut().poll_exit(&mut this.handed, poller) };
        this.stands = match answer {
            Poll::Ready(_) => Stands::Ended,
            Poll::Pending => Stands::Waiting,
        };
        answer
    }
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> Drop for Exiting<'_, T, R, F> {
    #[inline(always)]
    fn drop(&mut self) {
        match self.stands {
            Stands::Waiting => self.cancelled(),
            Stands::Working => self.panicked(),
            Stands::Ended => {}
        }
    }
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> Exiting<'_, T, R, F> {
    #[cold]
    #[inline(never)]
    fn cancelled(&mut self) {
        let finishes = self.independent && self.frame.as_mut().finishes();
        let name = self.frame.as_mut().name();
        let leaving = Leaving {
            frame: self.frame.as_mut(),
            finishes,
            returns: PhantomData,
        };
        let loss = match (finishes, self.in_hand) {
            (false, _) => Some(Loss::Unfinished),
            (true, true) => Some(Loss::BodyResult),
            (true, false) => None,
        };
        if let Some(loss) = loss {
            lost::report(name, loss, self.exit.into());
        }
        drop(leaving);
    }

    /// What is left of the frame has been dropped.
    #[cold]
    #[inline(never)]
    fn panicked(&mut self) {
        if let (true, Exit::Failed(error)) = (self.in_hand, self.exit) {
            let name = self.frame.as_mut().name();
            lost::report(name, Loss::BodyError(error), self.exit.into());
        }
    }
}

/// Leaves nothing in the frame, also when the hook panics, which is not caught without `std`.
struct Leaving<'l, T, R, F: AsyncSuspended<T, R> + ?Sized> {
    frame: Pin<&'l mut F>,
    finishes: bool,
    returns: PhantomData<fn(T) -> R>,
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> Drop for Leaving<'_, T, R, F> {
    fn drop(&mut self) {
        if self.finishes {
            self.frame.as_mut().finish();
        } else {
            self.frame.as_mut().drop_locals();
        }
    }
}

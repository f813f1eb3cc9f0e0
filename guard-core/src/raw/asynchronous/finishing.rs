use alloc::boxed::Box;
use alloc::sync::Arc;
use core::pin::Pin;
use core::task::{Context as Poller, Poll, ready};

use super::exiting::Handed;
use crate::asynchronous::{AsyncHalves, Executor, ExitHalf, Finish, OfAFrame};
use crate::exit::{AsyncExit, Exit};
use crate::lost::{self, Loss};
use crate::panics;
use crate::raw::Shared;
use crate::returns::Returns;

/// A frame that is given to an executor when the future that drives it is dropped.
pub(crate) struct FinishingFrame<S: Returns, F, X> {
    /// `None` once it has ended, or has been given away.
    half: Option<Pin<Box<Half<S, F>>>>,
    executor: X,
}

/// What is pinned has an allocation of its own.
impl<S: Returns, F, X> Unpin for FinishingFrame<S, F, X> {}

/// Fields are dropped in this order: the value as when there is nobody to finish the frame, and the
/// frame may look at the error.
struct Half<S: Returns, F> {
    handed: Handed<'static, S::Value>,
    frame: F,
    exit: Outcome,
    error: Option<Arc<Shared>>,
}

/// As [`Exit`], without the error.
#[derive(Clone, Copy)]
enum Outcome {
    Completed,
    Failed,
    Panicked,
    Dropped,
}

impl Outcome {
    fn of(exit: AsyncExit<'_>) -> Self {
        match exit {
            Exit::Completed => Outcome::Completed,
            Exit::Failed(_) => Outcome::Failed,
            Exit::Panicked => Outcome::Panicked,
            Exit::Dropped => Outcome::Dropped,
        }
    }
}

impl<S: Returns, F: AsyncHalves<S>> Half<S, F> {
    #[inline]
    fn project(self: Pin<&mut Self>) -> (Pin<&mut F>, &mut Handed<'static, S::Value>) {
        // SAFETY: nothing is moved out of what is pinned.
        let half = unsafe { self.get_unchecked_mut() };
        // SAFETY: the frame is pinned whenever the half is: it is never moved out, `Half` has no
        // destructor, and it is `Unpin` only when the frame is.
        let frame = unsafe { Pin::new_unchecked(&mut half.frame) };
        (frame, &mut half.handed)
    }
}

impl<S: Returns, F: AsyncHalves<S>> Finish for Half<S, F> {
    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<()> {
        let (frame, handed) = self.as_mut().project();
        // SAFETY: the frame is dropped before the error is.
        let ended = ready!(unsafe { frame.poll_exit(handed, poller) });
        if let Err(error) = ended {
            let name = self.as_mut().name();
            lost::report(name, Loss::Error(&error), self.exit());
        }
        Poll::Ready(())
    }

    fn name(self: Pin<&mut Self>) -> &'static str {
        self.project().0.name()
    }

    fn exit(&self) -> Exit<'_> {
        match (self.exit, &self.error) {
            (Outcome::Completed, _) => Exit::Completed,
            (Outcome::Failed, Some(error)) => Exit::Failed(&**error),
            (Outcome::Panicked, _) => Exit::Panicked,
            (Outcome::Dropped | Outcome::Failed, _) => Exit::Dropped,
        }
    }

    /// An exit half that has not begun may yet know what to do without an executor.
    fn give_up(mut self: Pin<&mut Self>) {
        let (frame, handed) = self.as_mut().project();
        if let Some((value, _)) = handed.take() {
            return frame.abandon(value);
        }
        let name = frame.name();
        lost::report(name, Loss::Unfinished, self.exit());
    }
}

impl<S: Returns, F: AsyncHalves<S>, X> FinishingFrame<S, F, X> {
    #[inline]
    pub(crate) fn new(frame: F, executor: X) -> Self {
        let half = Half {
            handed: None,
            frame,
            exit: Outcome::Dropped,
            error: None,
        };
        FinishingFrame {
            half: Some(Box::pin(half)),
            executor,
        }
    }

    /// Where the half is, unless it is gone.
    #[inline]
    fn half(&mut self) -> Option<&mut Half<S, F>> {
        let half = self.half.as_mut()?.as_mut();
        // SAFETY: nothing is moved out of what is pinned.
        Some(unsafe { half.get_unchecked_mut() })
    }

    #[inline]
    fn frame(&mut self) -> Option<Pin<&mut F>> {
        Some(self.half.as_mut()?.as_mut().project().0)
    }
}

impl<S: Returns, F, X> OfAFrame for FinishingFrame<S, F, X> {}

impl<S, F, X> AsyncHalves<S> for FinishingFrame<S, F, X>
where
    S: Returns<Value: Send> + 'static,
    F: AsyncHalves<S> + Send + 'static,
    X: Executor,
{
    fn name(mut self: Pin<&mut Self>) -> &'static str {
        self.frame().map_or("", AsyncHalves::name)
    }

    #[inline]
    fn poll_enter(
        mut self: Pin<&mut Self>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<S::Value, S::Error>> {
        match self.frame() {
            Some(frame) => frame.poll_enter(poller),
            None => Poll::Pending,
        }
    }

    #[inline]
    unsafe fn poll_exit(
        mut self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<(), S::Error>> {
        let Some(half) = self.half() else {
            return Poll::Pending;
        };
        if let Some((_, exit)) = handed {
            half.exit = Outcome::of(*exit);
        }
        let Some(frame) = self.frame() else {
            return Poll::Pending;
        };
        // SAFETY: as the caller says.
        let answer = unsafe { frame.poll_exit(handed, poller) };
        if answer.is_ready() {
            self.half = None;
        }
        answer
    }

    fn abandon(mut self: Pin<&mut Self>, value: S::Value) {
        if let Some(half) = self.half() {
            half.handed = Some((value, Exit::Dropped));
        }
        self.finish();
    }

    fn drop_locals(mut self: Pin<&mut Self>) {
        self.half = None;
    }

    fn finishes(self: Pin<&mut Self>) -> bool {
        true
    }

    #[cold]
    fn finish(mut self: Pin<&mut Self>) {
        let Some(mut half) = self.half.take() else {
            return;
        };
        let name = Finish::name(half.as_mut());
        let half = ExitHalf::new(half);
        if let Err(payload) = panics::catch(|| self.executor.execute(half)) {
            payload.report(name, Exit::Dropped);
        }
    }

    fn share(mut self: Pin<&mut Self>, error: Arc<Shared>) {
        if let Some(half) = self.half() {
            half.error = Some(error);
        }
    }
}

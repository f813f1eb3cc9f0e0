use alloc::boxed::Box;
use alloc::sync::Arc;
use core::mem;
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
    /// Its name alone once it has ended, or has been given away.
    half: Result<Pin<Box<Half<S, F>>>, &'static str>,
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

/// The parts of a [`Half`].
struct Parts<'h, S: Returns, F> {
    handed: &'h mut Handed<'static, S::Value>,
    frame: Pin<&'h mut F>,
    exit: &'h mut Outcome,
    error: &'h mut Option<Arc<Shared>>,
}

impl<S: Returns, F> Half<S, F> {
    #[inline]
    fn project(self: Pin<&mut Self>) -> Parts<'_, S, F> {
        // SAFETY: nothing is moved out of what is pinned.
        let half = unsafe { self.get_unchecked_mut() };
        Parts {
            handed: &mut half.handed,
            // SAFETY: the frame is pinned whenever the half is: it is never moved out, `Half` has
            // no destructor, and it is `Unpin` only when the frame is.
            frame: unsafe { Pin::new_unchecked(&mut half.frame) },
            exit: &mut half.exit,
            error: &mut half.error,
        }
    }
}

impl<S: Returns, F: AsyncHalves<S>> Finish for Half<S, F> {
    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<()> {
        let Parts { frame, handed, .. } = self.as_mut().project();
        // SAFETY: the frame is dropped before the error is.
        let ended = ready!(unsafe { frame.poll(handed, poller) });
        if let Err(error) = ended {
            let name = self.as_mut().name();
            lost::report(name, Loss::Error(&error), self.exit());
        }
        Poll::Ready(())
    }

    fn name(self: Pin<&mut Self>) -> &'static str {
        self.project().frame.name()
    }

    fn exit(self: Pin<&mut Self>) -> Exit<'_> {
        let Parts { exit, error, .. } = self.project();
        match (*exit, error) {
            (Outcome::Completed, _) => Exit::Completed,
            (Outcome::Failed, Some(error)) => Exit::Failed(&**error),
            (Outcome::Panicked, _) => Exit::Panicked,
            (Outcome::Dropped | Outcome::Failed, _) => Exit::Dropped,
        }
    }

    /// An exit half that has not begun may yet know what to do without an executor.
    fn give_up(mut self: Pin<&mut Self>) {
        let Parts { frame, handed, .. } = self.as_mut().project();
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
            half: Ok(Box::pin(half)),
            executor,
        }
    }

    /// Unless it is gone.
    #[inline]
    fn half(&mut self) -> Option<Parts<'_, S, F>> {
        Some(self.half.as_mut().ok()?.as_mut().project())
    }

    /// What there is of it, if that is not gone.
    fn take(&mut self) -> Option<Pin<Box<Half<S, F>>>> {
        let name = self.half.as_mut().ok()?.as_mut().name();
        mem::replace(&mut self.half, Err(name)).ok()
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
        match &mut self.half {
            Ok(half) => half.as_mut().name(),
            Err(name) => name,
        }
    }

    #[inline]
    unsafe fn poll(
        mut self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<Option<S::Value>, S::Error>> {
        let Some(half) = self.half() else {
            return Poll::Pending;
        };
        if let Some((_, exit)) = handed {
            *half.exit = Outcome::of(*exit);
        }
        // SAFETY: as the caller says.
        let answer = unsafe { half.frame.poll(handed, poller) };
        if let Poll::Ready(Ok(None) | Err(_)) = answer {
            drop(self.take());
        }
        answer
    }

    fn is_exiting(mut self: Pin<&mut Self>) -> bool {
        self.half().is_some_and(|half| half.frame.is_exiting())
    }

    fn abandon(mut self: Pin<&mut Self>, value: S::Value) {
        if let Some(half) = self.half() {
            *half.handed = Some((value, Exit::Dropped));
        }
        self.finish();
    }

    fn drop_locals(mut self: Pin<&mut Self>) {
        drop(self.take());
    }

    fn finishes(self: Pin<&mut Self>) -> bool {
        true
    }

    #[cold]
    fn finish(mut self: Pin<&mut Self>) {
        let Some(half) = self.take() else {
            return;
        };
        let name = self.as_mut().name();
        let half = ExitHalf::new(half);
        if let Err(payload) = panics::catch(|| self.executor.execute(half)) {
            payload.report(name, Exit::Dropped);
        }
    }

    fn share(mut self: Pin<&mut Self>, error: Arc<Shared>) {
        if let Some(half) = self.half() {
            *half.error = Some(error);
        }
    }
}

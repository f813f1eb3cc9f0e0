use alloc::boxed::Box;
use core::fmt;
use core::pin::Pin;
use core::task::{Context as Poller, Poll};

use crate::exit::Exit;
use crate::panics;

/// Where the exit half of an async context goes on when the future that it was part of has been
/// dropped: [`AsyncContext::finish_on`](crate::AsyncContext::finish_on).
///
/// Implemented for every `Fn(ExitHalf)`, and with the feature `tokio` for `tokio::runtime::Handle`. The
/// closure returns nothing: `|half| { tokio::spawn(half); }`, `|half| smol::spawn(half).detach()`. A
/// task that is cancelled when it is dropped, as those of smol are, would take the exit half with it.
///
/// ```
/// use guard_core::{Executor, ExitHalf, context_manager, yield_point};
/// use std::sync::mpsc::Sender;
///
/// /// Gives exit halves to a thread that waits for them.
/// struct Janitor(Sender<ExitHalf>);
///
/// impl Executor for Janitor {
///     fn execute(&self, half: ExitHalf) {
///         // A half that cannot be sent is dropped, which tells the hook.
///         self.0.send(half).ok();
///     }
/// }
///
/// #[context_manager]
/// async fn session(id: u32) -> u32 {
///     yield_point!(id);
/// }
///
/// fn in_the_end_closed(id: u32, janitor: Janitor) -> impl Future<Output = u32> {
///     session(id).finish_on(janitor).with(async |id| *id)
/// }
/// # let (sender, _receiver) = std::sync::mpsc::channel();
/// # drop(in_the_end_closed(1, Janitor(sender)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run an exit half",
    label = "not an executor",
    note = "help: write a closure that returns nothing, such as `|half| {{ tokio::spawn(half); }}` or `|half| smol::spawn(half).detach()`; with the feature `tokio` a `tokio::runtime::Handle` will do"
)]
pub trait Executor {
    /// Sees to it that `half` is polled to its end.
    ///
    /// It is called in a destructor. A panic of it is caught and goes to the hook of
    /// [`on_lost_error`](crate::on_lost_error).
    fn execute(&self, half: ExitHalf);
}

#[diagnostic::do_not_recommend]
impl<F: Fn(ExitHalf)> Executor for F {
    fn execute(&self, half: ExitHalf) {
        self(half);
    }
}

#[cfg(feature = "tokio")]
#[diagnostic::do_not_recommend]
impl Executor for tokio::runtime::Handle {
    /// Where the runtime has been shut down, the half is dropped, which tells the hook.
    fn execute(&self, half: ExitHalf) {
        self.spawn(half);
    }
}

/// What is left to do of an async context whose future was dropped: a future that runs the exit half
/// to its end.
///
/// It returns nothing, and does not panic: what the exit half fails with goes to the hook of
/// [`on_lost_error`](crate::on_lost_error). Dropped before its end, it drops what the context holds,
/// and tells the hook.
///
/// ```
/// use guard_core::{ExitHalf, context_manager, yield_point};
/// use std::sync::mpsc;
///
/// #[context_manager]
/// async fn session(log: mpsc::Sender<&'static str>) {
///     yield_point!();
///     tokio::task::yield_now().await;
///     log.send("closed").ok();
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (halves, left) = mpsc::channel::<ExitHalf>();
/// let (sender, log) = mpsc::channel();
/// let session = session(sender).finish_on(move |half| halves.send(half).expect("a receiver"));
/// drop(session.enter().await);
/// assert!(log.try_recv().is_err());
/// left.recv().unwrap().await;
/// assert_eq!(log.recv(), Ok("closed"));
/// # }
/// ```
#[must_use = "an exit half does nothing unless it is polled"]
pub struct ExitHalf(Option<Pin<Box<dyn Finish + Send>>>);

/// An exit half with everything that it needs.
pub(crate) trait Finish {
    /// May panic.
    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<()>;
    /// For messages.
    fn name(self: Pin<&mut Self>) -> &'static str;
    /// What the exit half is told.
    fn exit(self: Pin<&mut Self>) -> Exit<'_>;
    /// It is not going to be polled any more.
    fn give_up(self: Pin<&mut Self>);
}

impl ExitHalf {
    pub(crate) fn new(half: Pin<Box<dyn Finish + Send>>) -> Self {
        ExitHalf(Some(half))
    }
}

impl Future for ExitHalf {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<()> {
        let Some(half) = &mut self.0 else {
            return Poll::Ready(());
        };
        match panics::catch(|| half.as_mut().poll(poller)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(())) => {}
            Err(payload) => payload.report(half.as_mut().name(), half.as_mut().exit()),
        }
        let name = half.as_mut().name();
        if let Err(payload) = panics::catch(|| self.0 = None) {
            payload.report(name, Exit::Dropped);
        }
        Poll::Ready(())
    }
}

impl Drop for ExitHalf {
    fn drop(&mut self) {
        if let Some(half) = &mut self.0 {
            half.as_mut().give_up();
        }
    }
}

impl fmt::Debug for ExitHalf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExitHalf").finish_non_exhaustive()
    }
}

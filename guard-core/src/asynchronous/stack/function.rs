use crate::exit::AsyncExit;

/// An async function that an [`AsyncExitStack`](crate::AsyncExitStack) tells how the body ended: any
/// `async |exit: AsyncExit<'_>| ..`.
///
/// It is a trait of its own as the future of an `AsyncFnOnce` cannot be asked to be `Send`. An
/// `async fn` is one too:
///
/// ```
/// use guard_core::{AsyncExit, AsyncExitStack};
///
/// async fn log(exit: AsyncExit<'_>) {
///     println!("the body has {exit}");
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), guard_core::ExitErrors> {
/// let stack = AsyncExitStack::new();
/// stack.push_async(log);
/// stack.close().await
/// # }
/// ```
pub trait ExitFunction<'e, R>:
    FnOnce(AsyncExit<'e>) -> <Self as ExitFunction<'e, R>>::Future
{
    /// What it returns, to be awaited.
    type Future: Future<Output = R>;
}

impl<'e, R, F, Fut> ExitFunction<'e, R> for F
where
    F: FnOnce(AsyncExit<'e>) -> Fut,
    Fut: Future<Output = R>,
{
    type Future = Fut;
}

/// As [`ExitFunction`], for one that is given a value too: any
/// `async |value: T, exit: AsyncExit<'_>| ..`.
///
/// ```
/// use guard_core::{AsyncExit, AsyncExitStack};
/// use tokio::task::JoinHandle;
///
/// async fn stop(task: JoinHandle<()>, exit: AsyncExit<'_>) {
///     if !exit.is_completed() {
///         task.abort();
///     }
///     task.await.ok();
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), guard_core::ExitErrors> {
/// let stack = AsyncExitStack::new();
/// let task = stack.adopt_async(tokio::spawn(async {}), stop);
/// assert!(!task.is_finished());
/// stack.close().await
/// # }
/// ```
pub trait ExitFunctionOf<'e, T, R>:
    FnOnce(T, AsyncExit<'e>) -> <Self as ExitFunctionOf<'e, T, R>>::Future
{
    /// What it returns, to be awaited.
    type Future: Future<Output = R>;
}

impl<'e, T, R, F, Fut> ExitFunctionOf<'e, T, R> for F
where
    F: FnOnce(T, AsyncExit<'e>) -> Fut,
    Fut: Future<Output = R>,
{
    type Future = Fut;
}

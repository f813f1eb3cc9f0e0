use crate::exit::AsyncExit;

/// An async function that an [`AsyncExitStack`](crate::AsyncExitStack) tells how the body ended: any
/// `async |exit: AsyncExit<'_>| ..`.
///
/// It is a trait of its own as the future of an `AsyncFnOnce` cannot be asked to be `Send`.
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

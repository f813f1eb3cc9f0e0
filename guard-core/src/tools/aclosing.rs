use crate::__private::{framed, site};
use crate::asynchronous::{AsyncBody, AsyncContext, AsyncHalves, async_frame};
use crate::raw::AsyncPoint;
use crate::tools::Closed;

/// Lends `value`, and awaits `close` with it on exit: [`closing`](crate::closing) for async code.
///
/// `close` takes the value away and returns `()` or `Result<(), E>`. An `async` closure will do, and
/// so will the path of an `async fn`. It is awaited when the body has completed, failed or panicked.
///
/// When the future is dropped in the body, the value is dropped and the hook of
/// [`on_lost_error`](crate::on_lost_error) told; with [`finish_on`](AsyncContext::finish_on) the
/// executor closes the value.
///
/// From Python's [`contextlib.aclosing`].
///
/// [`contextlib.aclosing`]: https://docs.python.org/3/library/contextlib.html#contextlib.aclosing
///
/// # Errors
///
/// What `close` returns, if it returns a `Result`.
///
/// # Panics
///
/// When `close` panics, as any exit half: [`AsyncContext::with`].
///
/// # Examples
///
/// ```
/// use guard_core::aclosing;
/// use std::io;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> io::Result<()> {
/// let (ours, mut theirs) = tokio::io::duplex(64);
/// let greeted = aclosing(ours, async |mut pipe| pipe.shutdown().await);
/// greeted.try_with(async |pipe| pipe.write_all(b"hello").await).await?;
///
/// let mut heard = String::new();
/// theirs.read_to_string(&mut heard).await?; // comes to an end, as the other side was shut down
/// assert_eq!(heard, "hello");
/// # Ok(())
/// # }
/// ```
///
/// A stream that is left before its end is closed before the next line runs, where otherwise what
/// it holds would live as long as its variable:
///
/// ```
/// use futures::{StreamExt, stream};
/// use guard_core::aclosing;
/// use std::pin::pin;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let numbers = stream::iter(1..).then(async |n| n * n);
/// let first = aclosing(Box::pin(numbers), async |numbers| drop(numbers))
///     .with(async |numbers| numbers.next().await);
/// assert_eq!(first.await, Some(1));
/// # }
/// ```
// See `closing`. The future has a type parameter of its own, so that a caller that is generic can
// ask it to be `Send`.
pub fn aclosing<T, R, Fut>(
    value: T,
    close: impl FnOnce(T) -> Fut,
) -> AsyncContext<
    R::Returns,
    impl AsyncBody<Returns = R::Returns, Frame = impl AsyncHalves<R::Returns>>,
>
where
    R: Closed<T>,
    Fut: Future<Output = R>,
{
    AsyncContext::written(async_frame(move |point: AsyncPoint<_, T>| {
        framed(point.witness(), site!("aclosing",), async move {
            let lent = point.lend(value).await;
            close(lent.value).await.ended().map(|()| lent.exited)
        })
    }))
}

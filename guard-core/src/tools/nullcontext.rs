use crate::{context_manager, yield_point};

/// Lends `value` and does nothing else: stands in where a context is asked for and none is needed.
///
/// Where there is nothing to lend, an `Option` of a context does without it.
///
/// From Python's [`contextlib.nullcontext`].
///
/// [`contextlib.nullcontext`]: https://docs.python.org/3/library/contextlib.html#contextlib.nullcontext
///
/// # Examples
///
/// ```
/// use guard_core::{ContextManager, Plain, context_manager, nullcontext, yield_point};
///
/// fn render(out: impl ContextManager<Value = String, Returns = Plain<String>>) -> String {
///     out.with(|out| {
///         out.push_str("text");
///         out.clone()
///     })
/// }
///
/// #[context_manager]
/// fn emphasised() -> String {
///     yield_point!("*".to_owned());
/// }
///
/// assert_eq!(render(emphasised()), "*text");
/// assert_eq!(render(nullcontext(String::new())), "text");
/// ```
///
/// In async code it stands in for an [`AsyncContext`](crate::AsyncContext) too, as every context that
/// is not async does; [`into_async`](crate::Context::into_async) makes one of it where it is held
/// right away:
///
/// ```
/// use guard_core::{AsyncContextManager, Plain, context_manager, nullcontext, yield_point};
/// use tokio::sync::{Semaphore, SemaphorePermit};
///
/// #[context_manager]
/// async fn limited(limit: &Semaphore) -> usize {
///     let _permit: SemaphorePermit<'_> = limit.acquire().await.unwrap();
///     yield_point!(limit.available_permits());
/// }
///
/// async fn fetch(limit: impl AsyncContextManager<Value = usize, Returns = Plain<usize>>) -> String {
///     limit.with(async |free| format!("{free} are free")).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(fetch(limited(&Semaphore::new(2))).await, "1 are free");
/// assert_eq!(fetch(nullcontext(usize::MAX)).await, format!("{} are free", usize::MAX));
///
/// let here = nullcontext(3).into_async().with(async |n| *n + 1);
/// assert_eq!(here.await, 4);
/// # }
/// ```
#[context_manager(crate = crate)]
pub fn nullcontext<T>(value: T) -> T {
    yield_point!(value);
}

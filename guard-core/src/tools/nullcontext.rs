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
#[context_manager(crate = crate)]
pub fn nullcontext<T>(value: T) -> T {
    yield_point!(value);
}

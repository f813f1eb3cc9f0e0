//! Implementation detail of `guard-core`, which is where its macros are documented and exported.

#![forbid(unsafe_code)]

mod args;
mod bindings;
mod entered;
mod errors;
mod expand;
mod flow;
mod fragments;
mod parse;
mod rewrite;
mod stub;
#[cfg(test)]
mod tests;
mod valid;
mod yield_point;

use proc_macro::TokenStream;

/// Turns a function with one `yield_point!` into a context manager.
///
/// What stands before the `yield_point!` is the enter half, what stands after it the exit half,
/// which runs on every way out of the body. Calling the function runs neither: it returns a
/// `Context`, which is entered with `with`, `try_with`, `enter!`, `with!` or `enter`.
///
/// - `fn f(..) -> T` lends a `T` and cannot fail.
/// - `fn f(..) -> Result<T, E>` lends a `T`. Its enter half may fail: `?` and `return Err(..)`
///   before the `yield_point!` mean that it could not enter. Its exit half ends in `Ok(())`, or
///   fails too. Any return type whose last path segment ends in `Result` is taken so, for example
///   `io::Result<T>`; `#[context_manager(infallible)]` says that it is the lent value itself.
///
/// Every path through the function has to reach exactly one `yield_point!`, or to fail before it.
/// Otherwise the function does not compile.
///
/// Locals that are alive at the `yield_point!` stay alive until the exit half ends, and are
/// dropped in the order in which those of the same function with the body written in its place
/// would be. They may borrow from each other.
///
/// Arguments of the attribute, separated by commas:
///
/// - `infallible`: a return type that ends in `Result` is lent as it is.
/// - `crate = path`: where `guard-core` is to be found, if not at `::guard_core`.
///
/// ```
/// use guard_core::{context_manager, yield_point};
/// use std::{fs, io, path::Path};
///
/// /// A file that appears under its name only when it is complete.
/// #[context_manager]
/// fn replacing(path: &Path) -> io::Result<fs::File> {
///     let part = path.with_extension("part");
///     let file = fs::File::create(&part)?;
///     if yield_point!(file).is_completed() {
///         file.sync_all()?;
///         fs::rename(&part, path)
///     } else {
///         fs::remove_file(&part)
///     }
/// }
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("report");
/// use std::io::Write;
/// replacing(&path).try_with(|file| writeln!(file, "all is well"))?;
/// assert_eq!(fs::read_to_string(&path)?, "all is well\n");
/// # io::Result::Ok(())
/// ```
#[proc_macro_attribute]
pub fn context_manager(args: TokenStream, item: TokenStream) -> TokenStream {
    context_manager_impl(args.into(), &item.into()).into()
}

fn context_manager_impl(
    args: proc_macro2::TokenStream,
    item: &proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let (manager, mut errors) = match parse::parse(args, item) {
        parse::Parsed::Function(manager, errors) => (*manager, errors),
        parse::Parsed::Other(tokens) => return tokens,
    };
    valid::check(&manager, &mut errors);
    if let Some(body) = &manager.body {
        flow::check(&manager, body, &mut errors);
    }
    expand::expand(manager, errors)
}

#[doc(hidden)]
#[proc_macro]
pub fn enter(input: TokenStream) -> TokenStream {
    entered::enter(input.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn with(input: TokenStream) -> TokenStream {
    entered::with(input.into()).into()
}

//! Implementation detail of `guard-core`, which is where its macros are documented and exported.

#![forbid(unsafe_code)]

mod args;
mod bindings;
mod entered;
mod errors;
mod expand;
mod fields;
mod flow;
mod fragments;
mod parse;
mod rewrite;
mod stub;
#[cfg(test)]
mod tests;
mod valid;
mod within;
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
/// - `async fn f(..)`, with either return type, may `.await` in both halves. Calling it returns an
///   `AsyncContext`, whose `with(async |v| ..)`, `try_with` and `enter` are awaited.
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
/// - `finish_on = executor`, of an `async fn`: where the exit half goes on when the future that
///   awaits it is dropped, as with `AsyncContext::finish_on`. It may use the arguments of the
///   function, before the function owns them; what that holds has to be `Send` and to borrow nothing.
/// - `fields(name = value, ..)`: what the context's span records beside its name, in the words of
///   `tracing::info_span!`. Values may use `self` and the arguments, though not what is taken out of one
///   by a pattern. Without the feature `tracing` nothing is made of it, and types are not checked: build
///   with it once.
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
///     if !yield_point!(file).is_completed() {
///         return fs::remove_file(&part);
///     }
///     let renamed = file.sync_all().and_then(|()| fs::rename(&part, path));
///     renamed.inspect_err(|_| drop(fs::remove_file(&part)))
/// }
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("report");
/// use std::io::Write;
/// replacing(&path).try_with(|file| writeln!(file, "all is well"))?;
/// assert_eq!(fs::read_to_string(&path)?, "all is well\n");
/// # io::Result::Ok(())
/// ```
///
/// An `async fn`, whose exit half runs on a runtime when its caller is cancelled:
///
/// ```
/// use guard_core::{AsyncGuard, context_manager, yield_point};
/// use tokio::sync::mpsc::Sender;
///
/// #[context_manager(finish_on = |half| { tokio::spawn(half); })]
/// async fn member(room: Sender<String>, name: String) {
///     room.send(format!("{name} is here")).await.ok();
///     yield_point!();
///     room.send(format!("{name} has left")).await.ok();
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (room, mut talk) = tokio::sync::mpsc::channel(1);
/// drop(member(room, "Ann".to_owned()).enter().await);
/// assert_eq!(talk.recv().await.unwrap(), "Ann is here");
/// assert_eq!(talk.recv().await.unwrap(), "Ann has left");
/// # }
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

/// Runs the body of a function inside of one or several contexts.
///
/// - `#[within(f(..))]` enters a context; its value is not asked for.
/// - `#[within(v = f(..))]` binds `v`, or any pattern, as a `&mut T` to what the context lends.
/// - `#[within(v = f(..)?)]` is for a context that can fail, on a function that returns a `Result`.
/// - `#[within(v = f(..)?, w = g(v))]` enters several, one after the other. Several attributes on
///   one function do the same, from the first to the last.
///
/// Every call makes contexts of its own. They may use, and borrow, the function's arguments. The
/// signature of the function stays what it is: it may be a method with any `self`, also of a trait
/// or of its implementation, be generic, be `unsafe`, take patterns and return an `impl Trait`.
///
/// In the body `?` and `return` leave the body and so the contexts, whose exit halves are told:
///
/// | the function | `Exit` |
/// |---|---|
/// | returns no `Result`, or returns `Ok` | `Completed` |
/// | returns `Err(e)` | `Failed(&e)`: the function is run as the body of `try_with` |
/// | panics | `Panicked` |
/// | is an `async fn` and cancelled | `Dropped` |
///
/// Any return type whose last path segment ends in `Result` is taken for one. The error of a
/// context is converted into that of the function with `From`. Where both fail, the function's is
/// returned, and the context's goes to the hook of `on_lost_error`.
///
/// The body of an `async fn` runs inside: the contexts are entered when the future is first polled
/// and held across `.await`. The future is `Send` when what they hold is. Such a function takes async
/// contexts too, which are awaited:
///
/// | the `async fn` | a context that is not async | an async context |
/// |---|---|---|
/// | returns | exits | is awaited |
/// | panics | exits while the panic unwinds | is awaited, and then the panic goes on |
/// | is cancelled in its body | exits | is given up, of which the hook is told, or goes on elsewhere by `finish_on` |
/// | returns `Err(e)` | `e` has to implement `Debug` | `e` has to be `Send` and `Sync` as well |
///
/// Arguments of the attribute, anywhere between the contexts:
///
/// - `infallible`: the contexts are not to be told of errors, or the return type is no `Result` in
///   spite of its name.
/// - `crate = path`: where `guard-core` is to be found, if not at `::guard_core`.
///
/// A `const fn` is refused, and so is a function that returns an iterator, a future or a stream:
/// its contexts would exit before that does anything.
///
/// # Fixtures
///
/// On a test this is a fixture with a teardown, which knows whether the test has passed: one that
/// returns `Err` has `Failed`, one that panics has `Panicked`. With the feature `testing` there are
/// `guard_core::testing::temp_dir`, which can be kept then, and `guard_core::testing::Shared` for what
/// several tests use at once.
///
/// | | `#[within]` stands above | `#[within]` stands below |
/// |---|---|---|
/// | `#[test]` | around the test | the same |
/// | `#[tokio::test]` | around the async body, in the runtime; may be async | around the runtime; cannot be async |
/// | `#[rstest]` | around the test of each case; sees its arguments | around what makes the arguments too; sees none, nor does the test see `v` |
/// | `#[rstest]`, `#[tokio::test]` | as above both | between them in the runtime, below both around it; sees no arguments, nor does the test see `v` |
/// | `#[case(..)]` | that case's alone, else as below `#[rstest]` | of all cases, as below `#[rstest]` |
/// | `#[fixture]` of `rstest` | around the making of the value | refused, as it would be entered twice |
/// | `#[should_panic]`, `#[ignore]` | around the test | the same |
///
/// In `proptest!` it stands above or below `#[test]`, and is around all the cases; the test sees `v`,
/// and the context none of the arguments. To have a context for each case, have the test call a function
/// marked `#[within]`.
///
/// What cannot be seen where it is written is refused, with the order to write instead. Where there is
/// a choice, put `#[within]` first.
///
/// A test that enters its contexts by [`enter!`](https://docs.rs/guard-core/latest/guard_core/macro.enter.html)
/// has them told `Dropped` both when it passes and when it returns an error.
///
/// ```
/// use guard_core::{Exit, context_manager, within, yield_point};
///
/// #[context_manager]
/// fn traced(name: &str) -> Result<Vec<String>, String> {
///     let trace = vec![format!("{name} begins")];
///     match yield_point!(trace) {
///         Exit::Completed => {}
///         exit => eprintln!("{exit}: {trace:?}"), // only of a test that has not passed
///     }
///     Ok(())
/// }
///
/// #[within(trace = traced("adding")?)]
/// # /*
/// #[test]
/// # */
/// fn two_and_two() -> Result<(), String> {
///     trace.push("two and two".to_owned());
///     assert_eq!(2 + 2, 4);
///     Ok(())
/// }
/// # two_and_two().unwrap();
/// ```
///
/// Of any two attributes the upper one sees the function as it was written: put `#[within]` above
/// one that rewrites the body, as `#[async_trait]` does, or on a function that it calls.
///
/// # Examples
///
/// ```
/// use guard_core::{Exit, context_manager, within, yield_point};
/// use std::cell::Cell;
///
/// #[context_manager]
/// fn transaction(balance: &Cell<i64>) -> i64 {
///     let mut draft = balance.get();
///     if let Exit::Completed = yield_point!(draft) {
///         balance.set(draft);
///     }
/// }
///
/// #[within(draft = transaction(balance))]
/// fn pay(balance: &Cell<i64>, amount: i64) -> Result<i64, String> {
///     *draft -= amount;
///     if *draft < 0 {
///         return Err(format!("{} is missing", -*draft));
///     }
///     Ok(*draft)
/// }
///
/// let balance = Cell::new(30);
/// assert_eq!(pay(&balance, 20), Ok(10));
/// assert_eq!(pay(&balance, 20), Err("10 is missing".to_owned()));
/// assert_eq!(balance.get(), 10);
/// ```
///
/// A context that can fail, around an `async fn`:
///
/// ```
/// # use guard_core::{context_manager, within, yield_point};
/// # use std::io;
/// #[context_manager]
/// fn scratch() -> io::Result<tempfile::TempDir> {
///     let dir = tempfile::tempdir()?;
///     yield_point!(dir);
///     dir.close()
/// }
///
/// #[within(dir = scratch()?)]
/// async fn build(source: &str) -> io::Result<usize> {
///     let path = dir.path().join("source");
///     std::fs::write(&path, source)?;
///     compile(&path).await
/// }
/// # async fn compile(path: &std::path::Path) -> io::Result<usize> { Ok(std::fs::read(path)?.len()) }
/// # let mut built = std::pin::pin!(build("fn"));
/// # let polled = built.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
/// # assert!(matches!(polled, std::task::Poll::Ready(Ok(2))));
/// ```
#[proc_macro_attribute]
pub fn within(args: TokenStream, item: TokenStream) -> TokenStream {
    within::within(args.into(), &item.into()).into()
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

//! What the entries of an async stack have to be fit for.
//!
//! The usual kind has no lifetime in its name: where the compiler asks whether a future is `Send`, it
//! has forgotten which lifetimes are the same, and does not find that an async closure which takes a
//! stack with one is called with that stack.

use core::marker::PhantomData;

use crate::stack::{Admits, Leaves, OfAStack};

/// Says of an [`AsyncExitStack`](crate::AsyncExitStack) that its entries are `Send` and borrow
/// nothing. It has no values.
///
/// ```
/// use guard_core::{AsyncExitStack, Owned};
///
/// // The two are one type.
/// fn same(stack: AsyncExitStack) -> AsyncExitStack<Owned> {
///     stack
/// }
/// ```
#[derive(Debug)]
pub enum Owned {}

/// Says of an [`AsyncExitStack`](crate::AsyncExitStack) that its entries are `Send` and live for
/// `'a`. It has no values.
///
/// ```
/// use guard_core::{AsyncExitStack, Borrowing, BorrowingAsyncExitStack};
///
/// // The two are one type.
/// fn same(stack: BorrowingAsyncExitStack<'_>) -> AsyncExitStack<Borrowing<'_>> {
///     stack
/// }
/// ```
#[derive(Debug)]
pub struct Borrowing<'a>(PhantomData<fn(&'a ()) -> &'a ()>);

/// Says of an [`AsyncExitStack`](crate::AsyncExitStack) that it stays on its thread, and of its
/// entries that they live for `'a`. It has no values.
///
/// ```
/// use guard_core::{AsyncExitStack, Confined, LocalAsyncExitStack};
///
/// // The two are one type.
/// fn same(stack: LocalAsyncExitStack<'_>) -> AsyncExitStack<Confined<'_>> {
///     stack
/// }
/// ```
#[derive(Debug)]
pub struct Confined<'a>(PhantomData<fn(&'a ()) -> &'a ()>);

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Admits<T> for Owned {}

#[diagnostic::do_not_recommend]
impl<'a, T: Send + 'a> Admits<T> for Borrowing<'a> {}

#[diagnostic::do_not_recommend]
impl<'a, T: 'a> Admits<T> for Confined<'a> {}

#[diagnostic::do_not_recommend]
impl Leaves for Owned {}

#[diagnostic::do_not_recommend]
impl Leaves for Borrowing<'_> {}

/// Whether a kind of [`AsyncExitStack`](crate::AsyncExitStack) awaits a `Fut`: [`Owned`] and
/// [`Borrowing`] if it is `Send`, [`Confined`] always.
///
/// ```
/// use guard_core::{Admits, AsyncExitStack, Runs};
///
/// /// For stacks of all kinds.
/// fn twice<K, F, Fut>(stack: &AsyncExitStack<K>, callback: F)
/// where
///     K: Admits<F> + Runs<Fut>,
///     F: FnOnce() -> Fut + Clone,
///     Fut: Future<Output = ()>,
/// {
///     stack.async_callback(callback.clone());
///     stack.async_callback(callback);
/// }
/// # twice(&AsyncExitStack::local(), async || ());
/// ```
#[diagnostic::on_unimplemented(
    message = "an entry of this stack cannot leave its thread, but has to",
    label = "its future is not `Send`",
    note = "help: make the stack with `local()` or `local_scope(..)`, in the place of `new()` or `scope(..)`"
)]
pub trait Runs<Fut>: OfAStack {}

#[diagnostic::do_not_recommend]
impl<Fut: Send> Runs<Fut> for Owned {}

#[diagnostic::do_not_recommend]
impl<Fut: Send> Runs<Fut> for Borrowing<'_> {}

#[diagnostic::do_not_recommend]
impl<Fut> Runs<Fut> for Confined<'_> {}

impl OfAStack for Owned {}
impl OfAStack for Borrowing<'_> {}
impl OfAStack for Confined<'_> {}

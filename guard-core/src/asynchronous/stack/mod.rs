//! `AsyncExitStack`, for a number of resources that is known only at run time, and that have to be
//! waited for.

mod concurrent;
mod finish;
mod function;
mod join;
mod kind;
mod scope;
mod unwind;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use self::finish::{Body, Finisher, Left, On};
use self::scope::Scope;
use self::unwind::Order;
use super::context::AsyncBody;
use super::executor::Executor;
use super::manager::AsyncContextManager;
use crate::exit::{AsyncExit, Exit};
use crate::panics;
use crate::raw::{AsyncEntered, AsyncEntries};
use crate::returns::Returns;
use crate::stack::{Admits, Collectable, Collected, ExitErrors, ExitResult, Substitute};

pub use self::function::{ExitFunction, ExitFunctionOf};
pub use self::kind::{Borrowing, Confined, Owned, Runs};

/// A stack of contexts and of functions to be called in the end, last in first out, which may have to
/// be waited for: what [`ExitStack`](crate::ExitStack) is to contexts that are not async.
///
/// Every entry runs, one after the other, whatever the others do, and **all** errors are returned. An
/// entry is told how the body ended, or with what an entry after it has failed, as if the contexts
/// were nested by hand.
///
/// ```
/// use guard_core::{AsyncExitStack, context_manager, yield_point};
/// use std::io;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use tokio::net::TcpStream;
///
/// #[context_manager]
/// async fn connection(address: String) -> io::Result<TcpStream> {
///     let mut stream = TcpStream::connect(address).await?;
///     yield_point!(stream);
///     stream.shutdown().await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), guard_core::ExitErrors> {
/// # let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(guard_core::ExitErrors::one)?;
/// # let address = server.local_addr().map_err(guard_core::ExitErrors::one)?.to_string();
/// # let addresses = [address.clone(), address];
/// AsyncExitStack::scope(async |stack| {
///     let mut connections = Vec::new();
///     for address in addresses {
///         connections.push(stack.enter(connection(address)).await?);
///     }
///     for connection in &mut connections {
///         connection.write_all(b"hello").await?;
///     }
///     io::Result::Ok(())
/// })
/// .await
/// # }
/// ```
///
/// It takes contexts that are not async too, and plain functions. It can be a field of a struct. What is
/// lent borrows the stack: to keep both in one struct, hold guards beside it. To close several and
/// keep all errors:
///
/// ```
/// use guard_core::{AsyncExitStack, AsyncGuard, ExitErrors};
/// use std::io;
/// use tokio::net::TcpStream;
///
/// struct Client {
///     entries: AsyncExitStack,
///     stream: AsyncGuard<TcpStream, io::Result<()>>,
/// }
///
/// impl Client {
///     async fn close(self) -> Result<(), ExitErrors> {
///         ExitErrors::of([
///             self.entries.close().await,
///             AsyncGuard::exit(self.stream).await.map_err(ExitErrors::one),
///         ])
///     }
/// }
/// ```
///
/// It has no `hold` and no `inner`, as [`ExitStack`](crate::ExitStack) has.
///
/// # Cancellation
///
/// Dropped without having been closed, or while it is, it cannot await. What does not have to be
/// awaited runs, and is told [`Exit::Dropped`]; of every other entry the hook of
/// [`on_lost_error`](crate::on_lost_error) is told, but for a context with a
/// [`finish_on`](crate::AsyncContext::finish_on) of its own, which goes on there, beside the others.
/// After [`finish_on`](AsyncExitStack::finish_on) the whole stack unwinds on an executor instead, in
/// order.
///
/// That is what an early `?` in a function that fills a stack comes to. Fill it in a
/// [`scope`](AsyncExitStack::scope), and end that with `Ok(stack.pop_all())`.
///
/// # Kinds
///
/// The stack is `Send` and borrows nothing, and so do its entries, so that it can be used in a task.
/// One that [`AsyncExitStack::borrowing`] has made takes entries that borrow, and one that
/// [`AsyncExitStack::local`] has made takes entries that are not even `Send`.
///
/// The idea is that of Python's `contextlib.AsyncExitStack`.
#[must_use = "a stack that is dropped cannot await its entries: keep it with `let`, and write `.close().await?`"]
pub struct AsyncExitStack<K = Owned> {
    entries: AsyncEntries<K>,
    finisher: Option<Arc<dyn Finisher<K>>>,
}

/// An [`AsyncExitStack`] for entries that cannot leave their thread, made by
/// [`AsyncExitStack::local`].
///
/// ```
/// use guard_core::{AsyncExitStack, LocalAsyncExitStack};
/// use std::rc::Rc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), guard_core::ExitErrors> {
/// let stack: LocalAsyncExitStack<'_> = AsyncExitStack::local();
/// let shared = Rc::new("here");
/// stack.async_callback(async move || {
///     tokio::task::yield_now().await;
///     println!("still {shared}");
/// });
/// stack.close().await
/// # }
/// ```
pub type LocalAsyncExitStack<'a> = AsyncExitStack<Confined<'a>>;

/// An [`AsyncExitStack`] for entries that borrow something for `'a`, made by
/// [`AsyncExitStack::borrowing`].
///
/// ```
/// use guard_core::{AsyncExitStack, BorrowingAsyncExitStack};
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
///
/// async fn counted(inside: &AtomicU32) -> BorrowingAsyncExitStack<'_> {
///     let stack = AsyncExitStack::borrowing();
///     inside.fetch_add(1, Relaxed);
///     stack.async_callback(async || {
///         tokio::task::yield_now().await;
///         inside.fetch_sub(1, Relaxed);
///     });
///     stack
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), guard_core::ExitErrors> {
/// let inside = AtomicU32::new(0);
/// let stack = counted(&inside).await;
/// assert_eq!(inside.load(Relaxed), 1);
/// stack.close().await?;
/// assert_eq!(inside.load(Relaxed), 0);
/// # Ok(())
/// # }
/// ```
pub type BorrowingAsyncExitStack<'a> = AsyncExitStack<Borrowing<'a>>;

impl AsyncExitStack {
    /// A stack without entries. Nothing is allocated before there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExitStack, ExitErrors};
    ///
    /// struct Server {
    ///     entries: AsyncExitStack,
    /// }
    ///
    /// impl Server {
    ///     fn new() -> Self {
    ///         let entries = AsyncExitStack::new();
    ///         entries.async_callback(async || println!("stopped"));
    ///         Server { entries }
    ///     }
    ///
    ///     async fn stop(self) -> Result<(), ExitErrors> {
    ///         self.entries.close().await
    ///     }
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), ExitErrors> {
    /// # Server::new().stop().await
    /// # }
    /// ```
    pub fn new() -> Self {
        Self::empty()
    }

    /// Awaits `body` with a stack, and unwinds it with the outcome of `body`.
    ///
    /// As with [`ExitStack::scope`](crate::ExitStack::scope), `Q::default()` is returned where an
    /// entry has [handled](crate::Verdict::Handled) the error of `body`.
    ///
    /// # Errors
    ///
    /// What `body` has failed with, and what the entries have failed with.
    ///
    /// # Panics
    ///
    /// When `body` or an entry panics, after all entries have run. Of several panics, the others
    /// go to the hook of [`on_lost_error`](crate::on_lost_error), and so do errors that a panic
    /// keeps from being returned.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExit, AsyncExitStack};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let failed = AsyncExitStack::scope(async |stack| {
    ///     stack.push_async(async |exit: AsyncExit<'_>| {
    ///         tokio::task::yield_now().await;
    ///         assert!(exit.failure().is_some_and(|error| error.is::<std::num::ParseIntError>()));
    ///     });
    ///     "seven".parse::<u8>()
    /// });
    /// assert!(failed.await.is_err());
    /// # }
    /// ```
    pub async fn scope<Q, E>(
        body: impl AsyncFnOnce(&mut Self) -> Result<Q, E>,
    ) -> Result<Q, ExitErrors>
    where
        Q: Substitute,
        E: Collectable,
    {
        Scope(Self::empty()).run(body).await
    }
}

impl AsyncExitStack {
    /// From now on the stack unwinds on `executor` when it, or a future that unwinds it, is dropped:
    /// as [`AsyncContext::finish_on`](crate::AsyncContext::finish_on), for all entries, in order.
    ///
    /// Dropped in the body, the entries are told [`Exit::Dropped`]. What they fail with goes to the
    /// hook of [`on_lost_error`](crate::on_lost_error).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    /// use tokio::sync::oneshot;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (sender, receiver) = oneshot::channel();
    /// let mut stack = AsyncExitStack::new();
    /// stack.finish_on(|half| { tokio::spawn(half); });
    /// stack.async_callback(async move || {
    ///     tokio::task::yield_now().await;
    ///     sender.send("done").ok();
    /// });
    /// drop(stack);
    /// assert_eq!(receiver.await, Ok("done"));
    /// # }
    /// ```
    pub fn finish_on(&mut self, executor: impl Executor + Send + Sync + 'static) {
        self.finisher = Some(Arc::new(On(executor)));
    }
}

impl BorrowingAsyncExitStack<'_> {
    /// A stack without entries, which takes also what borrows: a [`BorrowingAsyncExitStack`], where an
    /// example is.
    pub fn borrowing() -> Self {
        Self::empty()
    }

    /// As [`AsyncExitStack::scope`], with a stack that takes also what borrows.
    ///
    /// In a future that is spawned the compiler does not see that this one is `Send`, unless the body
    /// has a name, and its argument a type:
    /// `let body = async |stack: &mut BorrowingAsyncExitStack<'_>| { .. };`.
    ///
    /// # Errors
    ///
    /// As [`AsyncExitStack::scope`].
    ///
    /// # Panics
    ///
    /// As [`AsyncExitStack::scope`].
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExitStack, context_manager, yield_point};
    /// use tokio::sync::Mutex;
    ///
    /// #[context_manager]
    /// async fn account(balance: &Mutex<i64>) -> i64 {
    ///     let mut balance = balance.lock().await;
    ///     let mut draft = *balance;
    ///     if yield_point!(draft).is_completed() {
    ///         *balance = draft;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let balances = [Mutex::new(30), Mutex::new(0)];
    /// AsyncExitStack::borrowing_scope(async |stack| {
    ///     let from = stack.enter(account(&balances[0])).await;
    ///     let to = stack.enter(account(&balances[1])).await;
    ///     *from -= 20;
    ///     *to += 20;
    ///     if *from < 0 { Err("overdrawn") } else { Ok(()) }
    /// })
    /// .await
    /// # }
    /// ```
    pub fn borrowing_scope<Q, E>(
        body: impl AsyncFnOnce(&mut Self) -> Result<Q, E>,
    ) -> impl Future<Output = Result<Q, ExitErrors>>
    where
        Q: Substitute,
        E: Collectable,
    {
        // Not an `async fn`: the compiler would forget which lifetime the stack has, ask for a body
        // that takes all, and find that the future is not `Send`.
        Scope(Self::empty()).run(body)
    }
}

impl LocalAsyncExitStack<'_> {
    /// A stack without entries, which takes also what cannot leave its thread: a
    /// [`LocalAsyncExitStack`], where an example is.
    pub fn local() -> Self {
        Self::empty()
    }

    /// As [`AsyncExitStack::scope`], with a stack that takes also what cannot leave its thread.
    ///
    /// # Errors
    ///
    /// As [`AsyncExitStack::scope`].
    ///
    /// # Panics
    ///
    /// As [`AsyncExitStack::scope`].
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let open = Rc::new(Cell::new(0));
    /// let most = AsyncExitStack::local_scope(async |stack| {
    ///     for _ in 0..3 {
    ///         open.set(open.get() + 1);
    ///         let open = open.clone();
    ///         stack.async_callback(async move || open.set(open.get() - 1));
    ///     }
    ///     Ok::<_, String>(open.get())
    /// });
    /// assert_eq!((most.await?, open.get()), (3, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn local_scope<Q, E>(
        body: impl AsyncFnOnce(&mut Self) -> Result<Q, E>,
    ) -> Result<Q, ExitErrors>
    where
        Q: Substitute,
        E: Collectable,
    {
        Scope(Self::empty()).run(body).await
    }
}

impl<K> AsyncExitStack<K> {
    fn empty() -> Self {
        AsyncExitStack {
            entries: AsyncEntries::new(),
            finisher: None,
        }
    }

    /// Enters a context, async or not, which exits when the stack unwinds, and gives what it lends.
    ///
    /// When the enter half fails, or the future is dropped before it has ended, nothing is pushed.
    ///
    /// # Errors
    ///
    /// With a context that can fail: what its enter half fails with.
    ///
    /// # Panics
    ///
    /// When the enter half panics; nothing is pushed then.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExitStack, context_manager, yield_point};
    /// use tokio::sync::Mutex;
    ///
    /// #[context_manager]
    /// async fn account(balance: &Mutex<i64>) -> i64 {
    ///     let mut balance = balance.lock().await;
    ///     let mut draft = *balance;
    ///     if yield_point!(draft).is_completed() {
    ///         *balance = draft;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let (ann, bob) = (Mutex::new(30), Mutex::new(0));
    /// let stack = AsyncExitStack::borrowing();
    /// let from = stack.enter(account(&ann)).await;
    /// let to = stack.enter(account(&bob)).await;
    /// *from -= 20;
    /// *to += 20;
    /// stack.close().await?;
    /// assert_eq!((ann.into_inner(), bob.into_inner()), (10, 20));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn enter<'s, C>(&'s self, context: C) -> Wrapped<C, &'s mut C::Value>
    where
        C: AsyncContextManager<Value: 's, Returns: Returns<Value: 's, Error: Collectable>>,
        K: Admits<Frame<C>> + Admits<<C::Returns as Returns>::Value>,
    {
        let entered = AsyncEntered::enter(context.into_async_context().start()).await;
        C::Returns::wrap(entered.map(|entered| self.entries.enter(entered)))
    }

    /// Has `callback` called when the stack unwinds. It runs also when the stack is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    /// use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    ///
    /// let done = AtomicBool::new(false);
    /// let stack = AsyncExitStack::borrowing();
    /// stack.callback(|| done.store(true, Relaxed));
    /// drop(stack);
    /// assert!(done.into_inner());
    /// ```
    pub fn callback<F>(&self, callback: F)
    where
        F: FnOnce(),
        K: Admits<F>,
    {
        self.entries.callback(callback);
    }

    /// As [`callback`](AsyncExitStack::callback), for a function that can fail. Its error is one of
    /// those that [`close`](AsyncExitStack::close) returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let stack = AsyncExitStack::new();
    /// stack.try_callback(|| std::fs::remove_file("/no/such/file"));
    /// assert!(stack.close().await.is_err());
    /// # }
    /// ```
    pub fn try_callback<F, E>(&self, callback: F)
    where
        F: FnOnce() -> Result<(), E>,
        E: Collectable,
        K: Admits<F>,
    {
        self.entries.callback(callback);
    }

    /// Has `callback` called and awaited when the stack unwinds.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    /// use tokio::sync::mpsc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let (sender, mut order) = mpsc::channel(8);
    /// let stack = AsyncExitStack::new();
    /// for n in 1..=3 {
    ///     let sender = sender.clone();
    ///     stack.async_callback(async move || sender.send(n).await.expect("the receiver is there"));
    /// }
    /// stack.close().await?;
    /// assert_eq!([order.recv().await, order.recv().await], [Some(3), Some(2)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn async_callback<F, Fut>(&self, callback: F)
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = ()>,
        K: Admits<F> + Runs<Fut>,
    {
        self.entries.async_callback(callback);
    }

    /// As [`async_callback`](AsyncExitStack::async_callback), for a function that can fail. Its
    /// error is one of those that [`close`](AsyncExitStack::close) returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    /// use tokio::sync::mpsc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (sender, receiver) = mpsc::channel(1);
    /// let stack = AsyncExitStack::borrowing();
    /// stack.try_async_callback(async || sender.send("goodbye").await);
    /// drop(receiver);
    /// assert_eq!(stack.close().await.unwrap_err().to_string(), "channel closed");
    /// # }
    /// ```
    pub fn try_async_callback<F, Fut, E>(&self, callback: F)
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Collectable,
        K: Admits<F> + Runs<Fut>,
    {
        self.entries.async_callback(callback);
    }

    /// Has `on_exit` called when the stack unwinds, and told how the body ended. It may return what
    /// that of [`ExitStack::push`](crate::ExitStack::push) may.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let committed = std::sync::Mutex::new(None);
    /// let stack = AsyncExitStack::borrowing();
    /// stack.push(|exit| *committed.lock().unwrap() = Some(exit.is_completed()));
    /// drop(stack);
    /// assert_eq!(*committed.lock().unwrap(), Some(false));
    /// # }
    /// ```
    pub fn push<F, R>(&self, on_exit: F)
    where
        F: FnOnce(Exit<'_>) -> R,
        R: ExitResult,
        K: Admits<F>,
    {
        self.entries.push(on_exit);
    }

    /// Has `on_exit` called and awaited when the stack unwinds, and told how the body ended. It may
    /// return what that of [`push`](AsyncExitStack::push) may.
    ///
    /// Write the type of its argument: without it the compiler says that `ExitFunction` is not general
    /// enough.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExit, AsyncExitStack, Verdict};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let stack = AsyncExitStack::new();
    /// stack.push_async(async |exit: AsyncExit<'_>| {
    ///     tokio::task::yield_now().await;
    ///     match exit.failure() {
    ///         Some(_) => Verdict::Handled,
    ///         None => Verdict::Propagate,
    ///     }
    /// });
    /// assert!(stack.close_with(AsyncExit::Failed(&"not found")).await?.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn push_async<F, R>(&self, on_exit: F)
    where
        F: for<'e> ExitFunction<'e, R>,
        R: ExitResult,
        K: Admits<F> + for<'e> Runs<<F as ExitFunction<'e, R>>::Future>,
    {
        self.entries.push_async(on_exit);
    }

    /// Takes over `value`, which is given to `on_exit` when the stack unwinds, and lends it until
    /// then. `on_exit` may return what that of [`push`](AsyncExitStack::push) may.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let mut sum = 0;
    /// let stack = AsyncExitStack::borrowing();
    /// let numbers = stack.adopt(vec![1], |numbers, _| sum = numbers.iter().sum());
    /// numbers.push(2);
    /// stack.close().await?;
    /// assert_eq!(sum, 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn adopt<T, F, R>(&self, value: T, on_exit: F) -> &mut T
    where
        F: FnOnce(T, Exit<'_>) -> R,
        R: ExitResult,
        K: Admits<T> + Admits<F>,
    {
        self.entries.adopt(value, on_exit)
    }

    /// As [`adopt`](AsyncExitStack::adopt), with a function that is awaited. Write the types of its
    /// arguments, as with [`push_async`](AsyncExitStack::push_async).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExit, AsyncExitStack};
    /// use tokio::io::{AsyncWriteExt, DuplexStream};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// let (ours, _theirs) = tokio::io::duplex(64);
    /// let stack = AsyncExitStack::new();
    /// let stream = stack.adopt_async(ours, async |mut stream: DuplexStream, _: AsyncExit<'_>| {
    ///     stream.shutdown().await
    /// });
    /// stream.write_all(b"hello").await?;
    /// stack.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn adopt_async<T, F, R>(&self, value: T, on_exit: F) -> &mut T
    where
        F: for<'e> ExitFunctionOf<'e, T, R>,
        R: ExitResult,
        K: Admits<T> + Admits<F> + for<'e> Runs<<F as ExitFunctionOf<'e, T, R>>::Future>,
    {
        self.entries.adopt_async(value, on_exit)
    }

    /// How many entries there are.
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    ///
    /// let stack = AsyncExitStack::new();
    /// assert!(stack.is_empty());
    /// stack.callback(|| ());
    /// assert_eq!(stack.len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves all entries to a new stack, which finishes where this one does; nothing runs.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let opened = AsyncExitStack::scope(async |stack| {
    ///     stack.callback(|| println!("closed"));
    ///     // All went well: the entries outlive this scope.
    ///     Ok::<_, String>(stack.pop_all())
    /// });
    /// opened.await?.close().await
    /// # }
    /// ```
    pub fn pop_all(&mut self) -> Self {
        AsyncExitStack {
            entries: self.entries.take(),
            finisher: self.finisher.clone(),
        }
    }

    /// Runs all entries, which are told [`Exit::Completed`], one after the other.
    ///
    /// # Errors
    ///
    /// What the entries have failed with.
    ///
    /// # Panics
    ///
    /// When an entry panics, after all have run.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let stack = AsyncExitStack::new();
    /// for file in ["a", "b"] {
    ///     stack.try_async_callback(async move || Err(format!("{file} is in use")));
    /// }
    /// let errors = stack.close().await.unwrap_err();
    /// assert_eq!(errors.to_string(), "2 errors: b is in use; a is in use");
    /// # }
    /// ```
    pub async fn close(self) -> Result<(), ExitErrors> {
        self.close_with(Exit::Completed).await.map(drop)
    }

    /// Runs all entries, which are told an outcome that the caller knows: as
    /// [`ExitStack::close_with`](crate::ExitStack::close_with).
    ///
    /// The error of [`Exit::Failed`] is borrowed. So when this future is dropped, what is running
    /// does not go on, not even after [`finish_on`](AsyncExitStack::finish_on).
    ///
    /// # Errors
    ///
    /// What the entries have failed with. With [`Exit::Panicked`] and [`Exit::Dropped`] their
    /// errors go to the hook of [`on_lost_error`](crate::on_lost_error) instead.
    ///
    /// # Panics
    ///
    /// As [`close`](AsyncExitStack::close).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExit, AsyncExitStack};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let stack = AsyncExitStack::new();
    /// stack.push_async(async |exit: AsyncExit<'_>| assert!(!exit.is_completed()));
    /// // No entry has handled the error, and so it is what the stack has ended with.
    /// let exit = stack.close_with(AsyncExit::Failed(&"not found")).await?;
    /// assert!(exit.failure().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close_with(self, exit: AsyncExit<'_>) -> Result<AsyncExit<'_>, ExitErrors> {
        let (body, errors) = match exit {
            Exit::Failed(_) => {
                let panics_go_on = !panics::panicking();
                let unwound = unwind::unwind(self, exit, Order::OneByOne, panics_go_on).await;
                (unwound.body, unwound.errors)
            }
            Exit::Completed => (exit, self.ended(Exit::Completed, Order::OneByOne).await),
            Exit::Panicked => (exit, self.ended(Exit::Panicked, Order::OneByOne).await),
            Exit::Dropped => (exit, self.ended(Exit::Dropped, Order::OneByOne).await),
        };
        collected(None, errors).map(|()| body)
    }

    /// Runs all entries at once, which are told [`Exit::Completed`]: for entries that have nothing
    /// to do with each other. None is told of the errors of others.
    ///
    /// # Errors
    ///
    /// What the entries have failed with, in the order in which they have.
    ///
    /// # Panics
    ///
    /// As [`close`](AsyncExitStack::close).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::AsyncExitStack;
    /// use std::sync::Arc;
    /// use tokio::sync::Barrier;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), guard_core::ExitErrors> {
    /// let barrier = Arc::new(Barrier::new(3));
    /// let stack = AsyncExitStack::new();
    /// for _ in 0..3 {
    ///     let barrier = barrier.clone();
    ///     stack.async_callback(async move || drop(barrier.wait().await));
    /// }
    /// stack.close_concurrently().await // one after the other, they would wait for ever
    /// # }
    /// ```
    pub async fn close_concurrently(self) -> Result<(), ExitErrors> {
        let errors = self.ended(Exit::Completed, Order::AtOnce).await;
        collected(None, errors)
    }

    /// Unwinds with an outcome that is no error.
    async fn ended(self, exit: AsyncExit<'static>, order: Order) -> Vec<Collected> {
        let panics_go_on = !panics::panicking();
        self.unwind(Body::Ended(exit), order, panics_go_on)
            .await
            .errors
    }

    /// Unwinds here, or where it is to finish.
    async fn unwind(mut self, body: Body, order: Order, panics_go_on: bool) -> Left {
        if let Some(finisher) = self.finisher.take() {
            return finisher.unwind(self, body, order, panics_go_on).await;
        }
        let unwound = unwind::unwind(self, body.exit(), order, panics_go_on).await;
        unwound.into()
    }
}

fn collected(
    body: Option<Box<dyn core::error::Error + Send + Sync>>,
    errors: Vec<Collected>,
) -> Result<(), ExitErrors> {
    ExitErrors::collect(body, errors.into_iter().map(Collected::into_error))
}

/// Of what cannot be awaited the hook is told; errors and panics of the others go there too, but for
/// the first panic, if none is unwinding.
impl<K> Drop for AsyncExitStack<K> {
    fn drop(&mut self) {
        if self.is_empty() {
            return;
        }
        match self.finisher.take() {
            None => unwind::abandon(&mut self.entries),
            Some(finisher) => {
                let stack = AsyncExitStack {
                    entries: self.entries.take(),
                    finisher: None,
                };
                drop(finisher.unwind(stack, Body::Ended(Exit::Dropped), Order::OneByOne, false));
            }
        }
    }
}

impl Default for AsyncExitStack {
    fn default() -> Self {
        AsyncExitStack::new()
    }
}

impl Default for BorrowingAsyncExitStack<'_> {
    fn default() -> Self {
        AsyncExitStack::borrowing()
    }
}

impl Default for LocalAsyncExitStack<'_> {
    fn default() -> Self {
        AsyncExitStack::local()
    }
}

impl<K> fmt::Debug for AsyncExitStack<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncExitStack")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// `Q` behind the failure of `C`.
type Wrapped<C, Q> = <<C as AsyncContextManager>::Returns as Returns>::Wrapped<Q>;

/// The frame of `C`.
type Frame<C> = <<C as AsyncContextManager>::Body as AsyncBody>::Frame;

use alloc::boxed::Box;
use core::fmt;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;

use super::context::{AsyncBody, AsyncContext, AsyncSuspended, Wrapped};
use crate::exit::{AsyncExit, Exit};
use crate::raw::{AsyncBoxed, Started};
use crate::returns::Returns;

/// An async context that has been entered, as a value: it can be moved, stored in a struct and sent
/// to another thread.
///
/// It derefs to the lent value. [`AsyncGuard::exit`] runs the exit half with [`Exit::Completed`] and
/// returns what it returns. **Dropping it does not**, as a destructor cannot await: what the context
/// holds is dropped at once, and the hook of [`on_lost_error`](crate::on_lost_error) is told. With
/// [`finish_on`](AsyncContext::finish_on) the exit half of a dropped guard runs all the same.
///
/// `T`, `R` and `F` are those of a [`Guard`](crate::Guard): an `AsyncGuard<T, R>` is `Send` and
/// borrows nothing, a [`ScopedAsyncGuard<'a, T, R>`](ScopedAsyncGuard) is `Send` and lives for `'a`,
/// a [`LocalAsyncGuard<'a, T, R>`](LocalAsyncGuard) stays on its thread.
///
/// ```
/// use guard_core::{AsyncGuard, context_manager, yield_point};
/// use std::io;
/// use tokio::io::AsyncWriteExt;
/// use tokio::net::TcpStream;
///
/// #[context_manager]
/// async fn connection(address: String) -> io::Result<TcpStream> {
///     let mut stream = TcpStream::connect(address).await?;
///     yield_point!(stream);
///     stream.shutdown().await
/// }
///
/// struct Client {
///     stream: AsyncGuard<TcpStream, io::Result<()>>,
/// }
///
/// impl Client {
///     async fn new(address: String) -> io::Result<Self> {
///         let stream = connection(address).enter().await?;
///         Ok(Client { stream })
///     }
///
///     async fn ask(&mut self, question: &[u8]) -> io::Result<()> {
///         self.stream.write_all(question).await
///     }
///
///     async fn close(self) -> io::Result<()> {
///         AsyncGuard::exit(self.stream).await
///     }
/// }
/// ```
#[must_use = "an async guard that is not held is dropped at once, which does not run its exit half: write `let guard = ..` and `AsyncGuard::exit(guard).await`"]
pub struct AsyncGuard<T, R = (), F = dyn AsyncSuspended<T, R> + Send>
where
    F: AsyncSuspended<T, R> + ?Sized,
{
    entered: AsyncBoxed<T, R, F>,
}

/// An [`AsyncGuard`] that borrows something for `'a`.
///
/// ```
/// use guard_core::{AsyncGuard, ScopedAsyncGuard, context_manager, yield_point};
/// use tokio::sync::Mutex;
///
/// #[context_manager]
/// async fn counted(total: &Mutex<u32>) -> u32 {
///     let mut count = 0;
///     yield_point!(count);
///     *total.lock().await += count;
/// }
///
/// struct Counter<'a> {
///     count: ScopedAsyncGuard<'a, u32>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let total = Mutex::new(0);
/// let mut counter = Counter { count: counted(&total).enter().await };
/// *counter.count += 1;
/// AsyncGuard::exit(counter.count).await;
/// assert_eq!(*total.lock().await, 1);
/// # }
/// ```
pub type ScopedAsyncGuard<'a, T, R = ()> = AsyncGuard<T, R, dyn AsyncSuspended<T, R> + Send + 'a>;

/// An [`AsyncGuard`] that cannot leave its thread, made by [`AsyncContext::enter_local`].
///
/// ```
/// use guard_core::{AsyncGuard, LocalAsyncGuard, context_manager, yield_point};
/// use std::rc::Rc;
///
/// #[context_manager]
/// async fn shared(text: Rc<str>) -> Rc<str> {
///     yield_point!(text.clone());
///     tokio::task::yield_now().await;
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let guard: LocalAsyncGuard<'_, Rc<str>> = shared("here".into()).enter_local().await;
/// assert_eq!(Rc::strong_count(&guard), 2);
/// AsyncGuard::exit(guard).await;
/// # }
/// ```
pub type LocalAsyncGuard<'a, T, R = ()> = AsyncGuard<T, R, dyn AsyncSuspended<T, R> + 'a>;

impl<S, B: AsyncBody> AsyncContext<S, B> {
    /// Enters and gives the context as an [`AsyncGuard`], at the price of one allocation, which is
    /// made before the enter half runs.
    ///
    /// What the function holds across its yield point has to be `Send`, and so the guard is.
    /// [`enter_local`](AsyncContext::enter_local) is for what is not.
    ///
    /// # Errors
    ///
    /// With a context that returns `Result<T, E>`: what the enter half fails with.
    ///
    /// # Panics
    ///
    /// When the enter half panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncGuard, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// async fn counted() -> Result<u32, String> {
    ///     let mut count = 0;
    ///     yield_point!(count);
    ///     tokio::task::yield_now().await;
    ///     if count == 0 { Err("nothing counted".to_owned()) } else { Ok(()) }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), String> {
    /// let mut count = counted().enter().await?;
    /// *count += 3;
    /// AsyncGuard::exit(count).await
    /// # }
    /// ```
    #[inline]
    pub async fn enter<'a>(self) -> Wrapped<B, ScopedAsyncGuard<'a, Value<B>, Output<B>>>
    where
        B::Returns: Returns<Lent = Value<B>> + 'a,
        B::Frame: 'a,   // help: an argument that is taken by value may live for ever
        B::Frame: Send, // help: `enter_local()` enters what is not `Send`, and a recursion
    {
        entered(
            self,
            |frame| -> Pin<Box<dyn AsyncSuspended<_, _> + Send + 'a>> { frame },
        )
        .await
    }

    /// As [`enter`](AsyncContext::enter), for a function that holds across its yield point what
    /// cannot leave its thread, such as an `Rc`.
    ///
    /// # Errors
    ///
    /// With a context that returns `Result<T, E>`: what the enter half fails with.
    ///
    /// # Panics
    ///
    /// When the enter half panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncGuard, context_manager, yield_point};
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// #[context_manager]
    /// async fn occupied(seats: Rc<Cell<u32>>) {
    ///     seats.set(seats.get() - 1);
    ///     yield_point!();
    ///     tokio::task::yield_now().await;
    ///     seats.set(seats.get() + 1);
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let seats = Rc::new(Cell::new(4));
    /// let seat = occupied(seats.clone()).enter_local().await;
    /// assert_eq!(seats.get(), 3);
    /// AsyncGuard::exit(seat).await;
    /// assert_eq!(seats.get(), 4);
    /// # }
    /// ```
    #[inline]
    pub async fn enter_local<'a>(self) -> Wrapped<B, LocalAsyncGuard<'a, Value<B>, Output<B>>>
    where
        B::Returns: Returns<Lent = Value<B>> + 'a,
        B::Frame: 'a,
    {
        entered(self, |frame| -> Pin<Box<dyn AsyncSuspended<_, _> + 'a>> {
            frame
        })
        .await
    }
}

/// Runs the enter half, and forgets with `erase` which function the frame is of.
#[inline(always)]
async fn entered<S, B, F>(
    context: AsyncContext<S, B>,
    erase: impl FnOnce(Pin<Box<Started<B::Returns, B::Frame>>>) -> Pin<Box<F>>,
) -> Wrapped<B, AsyncGuard<Value<B>, Output<B>, F>>
where
    B: AsyncBody,
    F: AsyncSuspended<Value<B>, Output<B>> + ?Sized,
{
    let mut frame = Box::pin(context.start());
    let entered = frame.as_mut().enter().await;
    B::Returns::wrap(entered.map(|value| AsyncGuard {
        entered: AsyncBoxed::new(value, erase(frame)),
    }))
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> AsyncGuard<T, R, F> {
    /// Exits with [`Exit::Completed`]: the work that the guard was for has been done.
    ///
    /// When the future is dropped before the exit half has ended, it is as with one that is dropped in
    /// the exit half of [`AsyncContext::with`].
    ///
    /// # Errors
    ///
    /// Returns what the exit half returns.
    ///
    /// # Panics
    ///
    /// When the exit half panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncGuard, context_manager, yield_point};
    /// use tokio::sync::oneshot;
    ///
    /// #[context_manager]
    /// async fn asked(answer: oneshot::Receiver<u32>) -> Result<(), oneshot::error::RecvError> {
    ///     yield_point!();
    ///     answer.await.map(drop)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), oneshot::error::RecvError> {
    /// let (sender, answer) = oneshot::channel();
    /// let guard = asked(answer).enter().await?;
    /// drop(sender);
    /// assert!(AsyncGuard::exit(guard).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub async fn exit(guard: Self) -> R {
        Self::exit_with(guard, Exit::Completed).await
    }

    /// Exits with an outcome that the caller knows: [`AsyncExit::from(&result)`](AsyncExit) is that of
    /// a body which has returned a `Result`.
    ///
    /// The error of [`Exit::Failed`] is borrowed. So when this future is dropped before the exit
    /// half has ended, that does not go on, not even with [`finish_on`](AsyncContext::finish_on),
    /// and the hook of [`on_lost_error`](crate::on_lost_error) is told.
    ///
    /// # Errors
    ///
    /// Returns what the exit half returns.
    ///
    /// # Panics
    ///
    /// When the exit half panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExit, AsyncGuard, context_manager, yield_point};
    /// use std::sync::Arc;
    /// use tokio::sync::Mutex;
    ///
    /// #[context_manager]
    /// async fn transaction(balance: Arc<Mutex<i64>>) -> i64 {
    ///     let mut draft = *balance.lock().await;
    ///     if yield_point!(draft).is_completed() {
    ///         *balance.lock().await = draft;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let balance = Arc::new(Mutex::new(10));
    /// let mut draft = transaction(balance.clone()).enter().await;
    /// *draft -= 25;
    /// let exit = if *draft < 0 { AsyncExit::Failed(&"not enough") } else { AsyncExit::Completed };
    /// AsyncGuard::exit_with(draft, exit).await;
    /// assert_eq!(*balance.lock().await, 10);
    /// # }
    /// ```
    #[inline]
    pub async fn exit_with(guard: Self, exit: AsyncExit<'_>) -> R {
        guard.entered.exit(exit).await
    }
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> Deref for AsyncGuard<T, R, F> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.entered
    }
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> DerefMut for AsyncGuard<T, R, F> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.entered
    }
}

impl<T: fmt::Debug, R, F: AsyncSuspended<T, R> + ?Sized> fmt::Debug for AsyncGuard<T, R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncGuard")
            .field("value", &**self)
            .finish_non_exhaustive()
    }
}

/// What `B` lends, as a guard holds it.
type Value<B> = <<B as AsyncBody>::Returns as Returns>::Value;

/// What the exit half of `B` returns.
type Output<B> = <<B as AsyncBody>::Returns as Returns>::Output;

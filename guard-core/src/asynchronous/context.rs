use core::convert::Infallible;
use core::future::Pending;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context as Poller, Poll};

use crate::exit::AsyncFailure;
use crate::raw::{AsyncFrame, AsyncPoint, Ended, Handed, Started, Trying, Whole, around};
use crate::returns::{FailsInto, Returns};

/// What a `#[context_manager]` on an `async fn` returns: its arguments, before anything has run.
///
/// `S` is the return type that the function was declared with, and `B` the rest of the function, as
/// with a [`Context`](crate::Context).
///
/// | form | the exit half is awaited |
/// |---|---|
/// | [`with`](AsyncContext::with) | when the body has ended or panicked |
/// | [`try_with`](AsyncContext::try_with) | likewise, and is told the body's error |
/// | [`enter`](AsyncContext::enter) | by [`AsyncGuard::exit`](crate::AsyncGuard::exit) |
///
/// Nothing runs before the future that these return is first polled.
///
/// # Cancellation
///
/// A future that is dropped cannot await. What happens then depends on where it stood, and so it
/// does when an [`AsyncGuard`](crate::AsyncGuard) is dropped, which stands in the body:
///
/// | dropped | by itself | with [`finish_on`](AsyncContext::finish_on) |
/// |---|---|---|
/// | in the enter half | nothing was entered: what the function holds is dropped | the same |
/// | in the body | what it holds is dropped, and the hook of [`on_lost_error`](crate::on_lost_error) told | the executor runs the exit half, which sees [`Exit::Dropped`](crate::Exit::Dropped) |
/// | in the exit half | likewise | the executor runs the rest of it |
///
/// What the body had returned when a future is dropped in the exit half is lost too, of which the
/// hook is told.
///
/// # Tasks
///
/// The futures are `Send` when what they hold is. There is one gap: where a body is lent a type with a
/// lifetime, be it `'static` (a `Transaction<'_>`, a `MutexGuard<'_, T>`, a `&str`), the compiler
/// (1.95) does not see this in a future that is spawned, and says at the `spawn` that `AsyncFnOnce` is
/// not general enough. Give the body a name, and its argument a type:
///
/// ```
/// use guard_core::{context_manager, yield_point};
///
/// struct Transaction<'c>(&'c mut Vec<u32>, usize);
///
/// #[context_manager]
/// async fn transaction(rows: &mut Vec<u32>) -> Transaction<'_> {
///     let before = rows.len();
///     let transaction = Transaction(rows, before);
///     if !yield_point!(transaction).is_completed() {
///         transaction.0.truncate(transaction.1);
///     }
/// }
///
/// async fn insert(mut rows: Vec<u32>, row: u32) -> Result<Vec<u32>, String> {
///     let body = async |transaction: &mut Transaction<'_>| {
///         transaction.0.push(row);
///         Ok::<_, String>(())
///     };
///     transaction(&mut rows).try_with(body).await?;
///     Ok(rows)
/// }
///
/// # #[tokio::main]
/// # async fn main() {
/// assert_eq!(tokio::spawn(insert(vec![1], 2)).await.unwrap(), Ok(vec![1, 2]));
/// # }
/// ```
///
/// Around a whole `async fn`, [`#[within]`](crate::within) has no such gap.
///
/// # Examples
///
/// ```
/// use guard_core::{context_manager, yield_point};
/// use std::io;
/// use tokio::io::AsyncWriteExt;
///
/// #[context_manager]
/// async fn pipe() -> io::Result<tokio::io::DuplexStream> {
///     let (mut ours, _theirs) = tokio::io::duplex(64);
///     yield_point!(ours);
///     ours.shutdown().await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> io::Result<()> {
/// pipe().try_with(async |pipe| pipe.write_all(b"hello").await).await
/// # }
/// ```
#[must_use = "an async context manager does nothing until it is entered: call `with(async |value| ..)`, and `.await` that"]
pub struct AsyncContext<S, B = AsyncUnnamed<S>> {
    body: B,
    returns: PhantomData<fn(S) -> S>,
}

/// The function behind an [`AsyncContext`], up to its arguments. Written by `#[context_manager]`
/// alone, as [`Body`](crate::Body) is, and named to take a context as an argument:
///
/// ```
/// use guard_core::{AsyncBody, AsyncContext, Plain, context_manager, yield_point};
///
/// async fn twice<B: AsyncBody<Returns = Plain<u32>>>(number: AsyncContext<Plain<u32>, B>) -> u32 {
///     number.with(async |n| *n * 2).await
/// }
///
/// #[context_manager]
/// async fn three() -> u32 {
///     tokio::task::yield_now().await;
///     yield_point!(3);
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(twice(three()).await, 6);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not the body of an async context manager",
    note = "help: async contexts are made by an `async fn` marked `#[context_manager]`"
)]
// What it returns is no parameter of the trait: a bound that names the same lifetime twice, in `S` and
// in `B`, does not hold any more where the compiler asks whether a future is `Send`, as it has
// forgotten there which lifetimes are the same.
pub trait AsyncBody {
    /// The return type that the function was declared with, as [`AsyncContext`] names it.
    type Returns: Returns;
    /// The frame that the halves share.
    type Frame: AsyncHalves<Self::Returns>;

    #[doc(hidden)]
    fn start(self) -> Self::Frame;
}

/// What `#[context_manager]` has written.
pub struct Written<S, F> {
    frame: F,
    returns: PhantomData<fn(S) -> S>,
}

impl<S, F, Fut> AsyncBody for Written<S, F>
where
    S: Returns,
    F: FnOnce(AsyncPoint<S, S::Value>) -> Fut,
    Fut: Future<Output = Ended<S>>,
{
    type Returns = S;
    type Frame = AsyncFrame<S, Fut>;

    #[inline(always)]
    fn start(self) -> Self::Frame {
        AsyncFrame::new((self.frame)(AsyncPoint::new()))
    }
}

/// Stands in documentation for the part of an [`AsyncContext`] that has no name. It has no values.
///
/// ```
/// use guard_core::{AsyncContext, AsyncUnnamed, Plain};
///
/// // The two are one type, which documentation shows as the first.
/// fn same(context: AsyncContext<Plain<u32>>) -> AsyncContext<Plain<u32>, AsyncUnnamed<Plain<u32>>> {
///     context
/// }
/// ```
pub struct AsyncUnnamed<S>(Infallible, PhantomData<fn(S) -> S>);

impl<S: Returns> AsyncBody for AsyncUnnamed<S> {
    type Returns = S;
    type Frame = AsyncFrame<S, Pending<Ended<S>>>;

    fn start(self) -> Self::Frame {
        match self.0 {}
    }
}

/// What `B` lends to a body.
pub(super) type Lent<B> = <<B as AsyncBody>::Returns as Returns>::Lent;

/// `Q` behind the failure of `B`.
pub(super) type Wrapped<B, Q> = <<B as AsyncBody>::Returns as Returns>::Wrapped<Q>;

/// The two halves of the function behind an [`AsyncContext`], as they are polled. It cannot be
/// implemented or called, and is named, as [`Halves`](crate::Halves) is, where a context is asked to
/// be fit for another thread:
///
/// ```
/// # #[cfg(feature = "alloc")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use guard_core::{AsyncBody, AsyncContext, AsyncGuard, AsyncHalves, Plain};
///
/// async fn stored<B>(number: AsyncContext<Plain<u32>, B>) -> AsyncGuard<u32>
/// where
///     B: AsyncBody<Returns = Plain<u32>, Frame: AsyncHalves<Plain<u32>> + Send + 'static>,
/// {
///     number.enter().await
/// }
/// # #[guard_core::context_manager]
/// # async fn three() -> u32 {
/// #     guard_core::yield_point!(3);
/// # }
/// # let guard = stored(three()).await;
/// # assert_eq!(*guard, 3);
/// # AsyncGuard::exit(guard).await;
/// # }
/// # #[cfg(not(feature = "alloc"))]
/// # fn main() {}
/// ```
// No shared reference is made to a frame, whose locals may borrow from each other mutably.
pub trait AsyncHalves<S: Returns>: OfAFrame {
    /// Of the context, as the compiler has it.
    #[doc(hidden)]
    fn name(self: Pin<&mut Self>) -> &'static str;

    /// Runs the enter half up to what it lends, or the exit half, which is handed that, up to its end.
    ///
    /// # Safety
    ///
    /// The error of what is handed lives until the frame has ended or dropped its locals.
    // One function for both halves, so that they are polled in one place, of which the optimiser
    // makes one with the frame.
    #[doc(hidden)]
    #[expect(unsafe_code, reason = "unsafe to call, of which `raw` takes care")]
    unsafe fn poll(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<Option<S::Value>, S::Error>>;

    /// Whether the frame waits in its exit half.
    #[doc(hidden)]
    #[must_use]
    fn is_exiting(self: Pin<&mut Self>) -> bool {
        false
    }

    /// The future was dropped in the body.
    #[doc(hidden)]
    fn abandon(self: Pin<&mut Self>, value: S::Value);

    /// Drops what the frame holds.
    #[doc(hidden)]
    fn drop_locals(self: Pin<&mut Self>);

    /// Whether `finish` does something.
    #[doc(hidden)]
    #[must_use]
    fn finishes(self: Pin<&mut Self>) -> bool {
        false
    }

    /// The future was dropped in the exit half, which goes on elsewhere.
    #[doc(hidden)]
    fn finish(self: Pin<&mut Self>) {}

    /// Gives a frame that `finishes` a part in the error that it is about to be handed.
    #[doc(hidden)]
    #[cfg(feature = "alloc")]
    fn share(self: Pin<&mut Self>, _error: alloc::sync::Arc<crate::raw::Shared>) {}
}

/// The frame of an entered async context, whatever function it comes from. Only used to say what an
/// [`AsyncGuard`](crate::AsyncGuard) holds, as [`Suspended`](crate::Suspended) of a `Guard`; it
/// cannot be implemented or called.
///
/// ```
/// # #[cfg(feature = "alloc")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use guard_core::{AsyncGuard, AsyncSuspended};
///
/// /// Exits guards of every kind: those that can be sent, those that borrow, and those that cannot
/// /// leave their thread.
/// async fn closed<T, R, F>(guard: AsyncGuard<T, R, F>) -> R
/// where
///     F: AsyncSuspended<T, R> + ?Sized,
/// {
///     AsyncGuard::exit(guard).await
/// }
/// # #[guard_core::context_manager]
/// # async fn three() -> u32 {
/// #     guard_core::yield_point!(3);
/// # }
/// closed(three().enter().await).await;
/// closed(three().enter_local().await).await;
/// # }
/// # #[cfg(not(feature = "alloc"))]
/// # fn main() {}
/// ```
pub trait AsyncSuspended<T, R>: sealed::Sealed {
    #[doc(hidden)]
    fn name(self: Pin<&mut Self>) -> &'static str;

    /// # Safety
    ///
    /// As that of [`AsyncHalves`].
    #[doc(hidden)]
    #[expect(unsafe_code, reason = "unsafe to call, of which `raw` takes care")]
    unsafe fn poll_exit(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, T>,
        poller: &mut Poller<'_>,
    ) -> Poll<R>;

    #[doc(hidden)]
    fn abandon(self: Pin<&mut Self>, value: T);

    #[doc(hidden)]
    fn drop_locals(self: Pin<&mut Self>);

    #[doc(hidden)]
    fn finishes(self: Pin<&mut Self>) -> bool;

    #[doc(hidden)]
    fn finish(self: Pin<&mut Self>);

    #[doc(hidden)]
    #[cfg(feature = "alloc")]
    fn share(self: Pin<&mut Self>, error: alloc::sync::Arc<crate::raw::Shared>);
}

mod sealed {
    pub trait Sealed {}
    impl<S, F> Sealed for crate::raw::Started<S, F> {}
    pub trait OfAFrame {}
}
pub(crate) use self::sealed::OfAFrame;

/// Says what the closure is given, for the compiler to know.
#[inline(always)]
pub fn async_frame<S, T, F, Fut>(body: F) -> F
where
    F: FnOnce(AsyncPoint<S, T>) -> Fut,
{
    body
}

/// Makes an async context out of what `#[context_manager]` has written.
///
/// # Safety
///
/// As that of `context`, but that the block may await other futures too.
#[expect(unsafe_code, reason = "unsafe to call; there is nothing unsafe in it")]
#[inline(always)]
pub unsafe fn async_context<S, F>(frame: F) -> AsyncContext<S, Written<S, F>> {
    AsyncContext::written(frame)
}

impl<S, F> AsyncContext<S, Written<S, F>> {
    #[inline(always)]
    pub(crate) fn written(frame: F) -> Self {
        AsyncContext::new(Written {
            frame,
            returns: PhantomData,
        })
    }
}

impl<S, B> AsyncContext<S, B> {
    #[inline(always)]
    pub(crate) fn new(body: B) -> Self {
        AsyncContext {
            body,
            returns: PhantomData,
        }
    }

    #[inline(always)]
    pub(crate) fn into_body(self) -> B {
        self.body
    }
}

impl<S, B: AsyncBody> AsyncContext<S, B> {
    #[inline(always)]
    pub(crate) fn start(self) -> Started<B::Returns, B::Frame> {
        Started::new(self.body.start())
    }

    /// Enters, awaits `body` with the lent value, and exits.
    ///
    /// The exit half is told [`Exit::Completed`](crate::Exit::Completed) when `body` has ended,
    /// whatever it returns, and [`Exit::Panicked`](crate::Exit::Panicked) when it has panicked: it
    /// is awaited before the panic goes on. `with` does not look into what `body` returns: where a
    /// body can fail, [`try_with`](AsyncContext::try_with) tells the exit half so.
    ///
    /// Without the feature `std` a panic cannot be caught, and the context is dropped as when the
    /// future is.
    ///
    /// # Errors
    ///
    /// With a context that returns `Result<T, E>`: what the enter half fails with, in which case
    /// `body` was not called, or what the exit half fails with.
    ///
    /// # Panics
    ///
    /// When `body` or either half panics. A panic of the exit half after one of `body` goes to the
    /// hook of [`on_lost_error`](crate::on_lost_error) instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{context_manager, yield_point};
    /// use tokio::sync::mpsc;
    ///
    /// #[context_manager]
    /// async fn announced(log: mpsc::Sender<&'static str>) -> u32 {
    ///     log.send("here").await.ok();
    ///     yield_point!(7);
    ///     log.send("gone").await.ok();
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (sender, mut log) = mpsc::channel(8);
    /// assert_eq!(announced(sender).with(async |n| *n + 1).await, 8);
    /// assert_eq!((log.recv().await, log.recv().await), (Some("here"), Some("gone")));
    /// # }
    /// ```
    #[inline]
    pub async fn with<Q>(self, body: impl AsyncFnOnce(&mut Lent<B>) -> Q) -> Wrapped<B, Q> {
        around::<B, Whole<Q>>(self.start(), body).await
    }

    /// Enters, awaits `body` with the lent value, and exits, telling the exit half whether `body`
    /// failed.
    ///
    /// The exit half is told [`Exit::Completed`](crate::Exit::Completed) when `body` returns `Ok`,
    /// [`Exit::Failed`](crate::Exit::Failed) with the error when it returns `Err`, and
    /// [`Exit::Panicked`](crate::Exit::Panicked) when it panics.
    ///
    /// # Errors
    ///
    /// What the enter half fails with, in which case `body` was not called; what `body` fails
    /// with; or what the exit half fails with. When both `body` and the exit half fail, the error
    /// of `body` is returned and the other one goes to the hook of
    /// [`on_lost_error`](crate::on_lost_error). The context's error is converted with `From`.
    ///
    /// # Panics
    ///
    /// As [`with`](AsyncContext::with). When the exit half panics, an error of `body` goes to the
    /// hook.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{context_manager, yield_point};
    /// use tokio::sync::Mutex;
    ///
    /// #[context_manager]
    /// async fn transaction(balance: &Mutex<i64>) -> i64 {
    ///     let mut stored = balance.lock().await;
    ///     let mut draft = *stored;
    ///     if yield_point!(draft).is_completed() {
    ///         *stored = draft;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let balance = Mutex::new(10);
    /// let paid = transaction(&balance).try_with(async |draft| {
    ///     *draft -= 25;
    ///     if *draft < 0 { Err("not enough money") } else { Ok(()) }
    /// });
    /// assert_eq!(paid.await, Err("not enough money"));
    /// assert_eq!(*balance.lock().await, 10);
    /// # }
    /// ```
    #[inline]
    pub async fn try_with<Q, E: AsyncFailure>(
        self,
        body: impl AsyncFnOnce(&mut Lent<B>) -> Result<Q, E>,
    ) -> Result<Q, E>
    where
        B::Returns: FailsInto<E>,
    {
        around::<B, Trying<Q, E>>(self.start(), body).await
    }

    /// Has the exit half run on `executor` when the future that drives it is dropped, at the price of
    /// one allocation.
    ///
    /// Dropped in the body, the exit half sees [`Exit::Dropped`](crate::Exit::Dropped); dropped in
    /// the exit half, that goes on where it stands. What it fails with goes to the hook of
    /// [`on_lost_error`](crate::on_lost_error), and so does the result of a body that had ended.
    ///
    /// What the function holds has to be `Send` and may borrow nothing: `executor` may run it on
    /// another thread, later. It is not called in any other case; nor for an exit half that was told
    /// of an error which somebody else owns, by [`AsyncGuard::exit_with`](crate::AsyncGuard::exit_with)
    /// or by a stack that does not itself finish there.
    ///
    /// To have this for all callers of a function, write
    /// `#[context_manager(finish_on = executor)]` on it.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Exit, context_manager, yield_point};
    /// use std::future::pending;
    /// use std::time::Duration;
    /// use tokio::sync::mpsc;
    /// use tokio::time::timeout;
    ///
    /// #[context_manager]
    /// async fn session(log: mpsc::Sender<bool>) {
    ///     let exit = yield_point!();
    ///     log.send(exit.is_completed()).await.ok();
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (sender, mut log) = mpsc::channel(1);
    /// let session = session(sender).finish_on(|half| { tokio::spawn(half); });
    /// let hung = timeout(Duration::from_millis(1), session.with(async |_| pending::<()>().await));
    /// assert!(hung.await.is_err());
    /// assert_eq!(log.recv().await, Some(false));
    /// # }
    /// ```
    #[cfg(feature = "alloc")]
    #[inline]
    pub fn finish_on<X: super::Executor>(
        self,
        executor: X,
    ) -> AsyncContext<S, impl AsyncBody<Returns = B::Returns, Frame = impl AsyncHalves<B::Returns>>>
    where
        B::Returns: Returns<Value: Send> + 'static,
        B::Frame: Send + 'static, // help: what its exit half uses, which may outlive the caller, it owns
    {
        AsyncContext::new(Finishing(self.body, executor))
    }
}

/// The body of a context that is finished elsewhere if need be.
#[cfg(feature = "alloc")]
struct Finishing<B, X>(B, X);

#[cfg(feature = "alloc")]
impl<B, X> AsyncBody for Finishing<B, X>
where
    B: AsyncBody<Returns: Returns<Value: Send> + 'static, Frame: Send + 'static>,
    X: super::Executor,
{
    type Returns = B::Returns;
    type Frame = crate::raw::FinishingFrame<B::Returns, B::Frame, X>;

    #[inline]
    fn start(self) -> Self::Frame {
        crate::raw::FinishingFrame::new(self.0.start(), self.1)
    }
}

use core::marker::PhantomData;

use super::context::{AsyncBody, AsyncContext, AsyncHalves};
use crate::context::{Body, Context, Unnamed};
use crate::exit::{AsyncFailure, Failure};
use crate::manager::{ContextManager, Either};
use crate::raw::{ConvertedAsyncFrame, EitherAsyncFrame, Frame, OptionalAsyncFrame};
use crate::returns::{FailsInto, Optional, Plain, Returns};

/// Anything that can be entered, lends a value, and is exited, and may have to be waited for.
///
/// It is implemented by
///
/// - [`AsyncContext`], what a `#[context_manager]` on an `async fn` returns;
/// - [`Context`], whose halves do not wait. When the future is dropped, its exit half runs;
/// - `Option<C>`, which may be no context at all, and lends a slice of one value or none;
/// - [`Either<A, B>`](Either), one of two that lend the same type.
///
/// With it a function takes any of them:
///
/// ```
/// use guard_core::{AsyncContextManager, context_manager, yield_point};
///
/// async fn length(text: impl AsyncContextManager<Value = String, Returns = guard_core::Plain<String>>) -> usize {
///     text.with(async |text| text.len()).await
/// }
///
/// #[context_manager]
/// fn here() -> String {
///     yield_point!("here".to_owned());
/// }
///
/// #[context_manager]
/// async fn elsewhere() -> String {
///     let fetched = async { "elsewhere".to_owned() }.await;
///     yield_point!(fetched);
/// }
///
/// # let run = async {
/// assert_eq!(length(here()).await, 4);
/// assert_eq!(length(elsewhere()).await, 9);
/// # };
/// # let polled = std::pin::pin!(run).poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
/// # assert!(polled.is_ready());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a context manager",
    label = "not a context manager",
    note = "help: call a function marked `#[context_manager]`, hold a plain value with `let`, or make it one with `nullcontext(value)`"
)]
pub trait AsyncContextManager: Sized {
    /// What the body is lent, as `&mut`.
    type Value: ?Sized;
    /// Whether and how it can fail: [`Plain<T>`](Plain), `Result<T, E>`, or [`Optional`] of either.
    type Returns: Returns<Lent = Self::Value>;
    /// What has no name that could be written.
    type Body: AsyncBody<Returns = Self::Returns>;

    /// The [`AsyncContext`] that it is entered as. That of an `Option` has no `enter`, as a guard
    /// would give the value away.
    ///
    /// ```
    /// # #[cfg(feature = "alloc")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use guard_core::{AsyncContextManager, AsyncGuard, Plain, context_manager, yield_point};
    ///
    /// async fn entered<C>(number: C) -> AsyncGuard<u8>
    /// where
    ///     C: AsyncContextManager<Value = u8, Returns = Plain<u8>>,
    ///     C::Body: guard_core::AsyncBody<Returns = Plain<u8>, Frame: Send + 'static>,
    /// {
    ///     number.into_async_context().enter().await
    /// }
    /// # #[context_manager]
    /// # fn seven() -> u8 {
    /// #     yield_point!(7);
    /// # }
    /// # assert_eq!(*entered(seven()).await, 7);
    /// # }
    /// # #[cfg(not(feature = "alloc"))]
    /// # fn main() {}
    /// ```
    fn into_async_context(self) -> AsyncContext<Self::Returns, Self::Body>;

    /// Enters, awaits `body` with the lent value, and exits: [`AsyncContext::with`].
    ///
    /// A [`Context`] has a `with` of its own, which is found first:
    /// [`into_async`](Context::into_async) leads to this one.
    ///
    /// # Errors
    ///
    /// With a context that can fail: what its halves fail with.
    ///
    /// # Panics
    ///
    /// As [`AsyncContext::with`].
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncContextManager, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// async fn connection() -> String {
    ///     yield_point!("connection".to_owned());
    /// }
    ///
    /// async fn report(online: bool) -> String {
    ///     let connection = online.then(connection);
    ///     let run = connection.with(async |connection| match connection {
    ///         [connection] => format!("with a {connection}"),
    ///         _ => "offline".to_owned(),
    ///     });
    ///     run.await
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(report(true).await, "with a connection");
    /// assert_eq!(report(false).await, "offline");
    /// # }
    /// ```
    #[inline]
    fn with<Q>(
        self,
        body: impl AsyncFnOnce(&mut Self::Value) -> Q,
    ) -> impl Future<Output = <Self::Returns as Returns>::Wrapped<Q>> {
        self.into_async_context().with(body)
    }

    /// As `with`, for a body that can fail: [`AsyncContext::try_with`].
    ///
    /// # Errors
    ///
    /// What the enter half, `body` or the exit half fail with, as with [`AsyncContext::try_with`].
    ///
    /// # Panics
    ///
    /// As [`AsyncContext::with`].
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncContextManager, Plain, context_manager, yield_point};
    /// use std::num::ParseIntError;
    ///
    /// async fn number<C>(text: C) -> Result<u8, ParseIntError>
    /// where
    ///     C: AsyncContextManager<Value = String, Returns = Plain<String>>,
    /// {
    ///     text.try_with(async |text| text.parse()).await
    /// }
    ///
    /// #[context_manager]
    /// async fn text() -> String {
    ///     yield_point!("seven".to_owned());
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert!(number(text()).await.is_err());
    /// # }
    /// ```
    #[inline]
    fn try_with<Q, E: AsyncFailure>(
        self,
        body: impl AsyncFnOnce(&mut Self::Value) -> Result<Q, E>,
    ) -> impl Future<Output = Result<Q, E>>
    where
        Self::Returns: FailsInto<E>,
    {
        self.into_async_context().try_with(body)
    }
}

#[diagnostic::do_not_recommend]
impl<S, B: AsyncBody> AsyncContextManager for AsyncContext<S, B> {
    type Value = <B::Returns as Returns>::Lent;
    type Returns = B::Returns;
    type Body = B;

    #[inline(always)]
    fn into_async_context(self) -> AsyncContext<B::Returns, B> {
        AsyncContext::new(self.into_body())
    }
}

impl<S: Returns, B: Body<S>> Context<S, B> {
    /// This context for a body that is async, as [`Context::with`] takes one that is not. Its halves
    /// are those that it has; when the future is dropped in the body, the exit half runs at once and
    /// sees [`Exit::Dropped`](crate::Exit::Dropped).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{context_manager, yield_point};
    /// use std::cell::RefCell;
    ///
    /// #[context_manager]
    /// fn noted(log: &RefCell<Vec<String>>) {
    ///     let exit = yield_point!();
    ///     log.borrow_mut().push(exit.to_string());
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let log = RefCell::default();
    /// let failed = noted(&log).into_async().try_with(async |()| {
    ///     tokio::task::yield_now().await;
    ///     Err::<(), _>("no answer")
    /// });
    /// assert_eq!(failed.await, Err("no answer"));
    /// assert_eq!(*log.borrow(), ["Failed"]);
    /// # }
    /// ```
    #[inline(always)]
    pub fn into_async(self) -> AsyncContext<S, Synchronous<S, B>> {
        AsyncContext::new(Synchronous(self))
    }
}

/// Where a context is entered that does not have to be waited for. Nothing implements it: it is there
/// for what the compiler then says.
#[diagnostic::on_unimplemented(
    message = "an async context manager has to be awaited",
    label = "made by an `async fn`",
    note = "help: write `f(..).with(async |v| {{ .. }}).await`, or `f(..).enter().await` for a guard",
    note = "help: or put it where what is async has a place: `#[within(f(..))]` on an `async fn`, an `AsyncExitStack`, an `impl AsyncContextManager`"
)]
pub trait EnteredWithoutAwait {}

/// Never holds. What is asked for is about another type than `Self`, as the compiler would otherwise
/// say no more than that this is not a context manager.
#[doc(hidden)]
impl<S: Returns, B> ContextManager for AsyncContext<S, B>
where
    AsyncContext<S>: EnteredWithoutAwait,
{
    type Value = S::Lent;
    type Returns = S;
    type Body = Unnamed;

    fn into_context(self) -> Context<S, Unnamed> {
        unreachable!("nothing implements `EnteredWithoutAwait`")
    }
}

/// Its halves run without waiting for anything.
#[diagnostic::do_not_recommend]
impl<S: Returns, B: Body<S>> AsyncContextManager for Context<S, B> {
    type Value = S::Lent;
    type Returns = S;
    type Body = Synchronous<S, B>;

    #[inline(always)]
    fn into_async_context(self) -> AsyncContext<S, Synchronous<S, B>> {
        self.into_async()
    }
}

/// The body of a context that is not async, among those that are: what
/// [`Context::into_async`] returns.
///
/// ```
/// use guard_core::{AsyncContext, Body, Context, Plain, Synchronous};
///
/// fn asynchronous<B>(number: Context<Plain<u8>, B>) -> AsyncContext<Plain<u8>, Synchronous<Plain<u8>, B>>
/// where
///     B: Body<Plain<u8>>,
/// {
///     number.into_async()
/// }
/// # drop(asynchronous(guard_core::nullcontext(7)));
/// ```
pub struct Synchronous<S, B>(Context<S, B>);

impl<S: Returns, B: Body<S>> AsyncBody for Synchronous<S, B> {
    type Returns = S;
    type Frame = Frame<S, B::Frame>;

    #[inline(always)]
    fn start(self) -> Self::Frame {
        self.0.start()
    }
}

/// Lends a slice of one value or none: `if let [value] = lent { .. }`.
#[diagnostic::do_not_recommend]
impl<C, S> AsyncContextManager for Option<C>
where
    C: AsyncContextManager<Returns = S>,
    S: Returns<Lent = <S as Returns>::Value>,
{
    type Value = [S::Value];
    type Returns = Optional<S>;
    type Body = Optionally<C::Body>;

    #[inline(always)]
    fn into_async_context(self) -> AsyncContext<Optional<S>, Optionally<C::Body>> {
        let inner = self.map(|context| context.into_async_context().into_body());
        AsyncContext::new(Optionally(inner))
    }
}

/// The body of an optional context.
///
/// ```
/// use guard_core::{AsyncBody, AsyncContext, AsyncContextManager, Optional, Optionally, Plain};
///
/// type Perhaps<B> = AsyncContext<Optional<Plain<u8>>, Optionally<B>>;
///
/// fn perhaps<B: AsyncBody<Returns = Plain<u8>>>(number: Option<AsyncContext<Plain<u8>, B>>) -> Perhaps<B> {
///     number.into_async_context()
/// }
/// # drop(perhaps(Some(guard_core::nullcontext(7).into_async())));
/// ```
pub struct Optionally<B>(Option<B>);

impl<B: AsyncBody> AsyncBody for Optionally<B> {
    type Returns = Optional<B::Returns>;
    type Frame = OptionalAsyncFrame<B::Returns, B::Frame>;

    #[inline(always)]
    fn start(self) -> Self::Frame {
        OptionalAsyncFrame {
            inner: self.0.map(B::start),
            returns: PhantomData,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<A, B> AsyncContextManager for Either<A, B>
where
    A: AsyncContextManager,
    B: AsyncContextManager<Value = A::Value, Returns = A::Returns>,
{
    type Value = A::Value;
    type Returns = A::Returns;
    type Body = Either<A::Body, B::Body>;

    #[inline(always)]
    fn into_async_context(self) -> AsyncContext<A::Returns, Self::Body> {
        AsyncContext::new(match self {
            Either::Left(this) => Either::Left(this.into_async_context().into_body()),
            Either::Right(that) => Either::Right(that.into_async_context().into_body()),
        })
    }
}

impl<A: AsyncBody, B: AsyncBody<Returns = A::Returns>> AsyncBody for Either<A, B> {
    type Returns = A::Returns;
    type Frame = EitherAsyncFrame<A::Frame, B::Frame>;

    #[inline(always)]
    fn start(self) -> Self::Frame {
        EitherAsyncFrame(match self {
            Either::Left(this) => Either::Left(this.start()),
            Either::Right(that) => Either::Right(that.start()),
        })
    }
}

impl<T, B: AsyncBody<Returns = Plain<T>>> AsyncContext<Plain<T>, B> {
    /// This context as one that could fail with `E`, and does not: as
    /// [`Context::fallible`](crate::Context::fallible).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncContextManager, Either, context_manager, nullcontext, yield_point};
    /// use std::io;
    ///
    /// #[context_manager]
    /// async fn fetched(name: &str) -> io::Result<String> {
    ///     tokio::task::yield_now().await;
    ///     yield_point!(name.to_uppercase());
    ///     Ok(())
    /// }
    ///
    /// async fn length(name: Option<&str>) -> io::Result<usize> {
    ///     let text = match name {
    ///         Some(name) => Either::Left(fetched(name)),
    ///         None => Either::Right(nullcontext(String::new()).into_async().fallible()),
    ///     };
    ///     text.with(async |text| text.len()).await
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> io::Result<()> {
    /// assert_eq!(length(Some("name")).await?, 4);
    /// assert_eq!(length(None).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn fallible<E: Failure>(
        self,
    ) -> AsyncContext<
        Result<T, E>,
        impl AsyncBody<Returns = Result<T, E>, Frame = impl AsyncHalves<Result<T, E>>>,
    > {
        AsyncContext::new(Converted(self.into_body(), |never| match never {}))
    }
}

impl<T, E: Failure, B: AsyncBody<Returns = Result<T, E>>> AsyncContext<Result<T, E>, B> {
    /// This context with another error, that of either half converted by `convert`: as
    /// [`Context::map_err`](crate::Context::map_err).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{context_manager, yield_point};
    /// use std::num::ParseIntError;
    ///
    /// #[context_manager]
    /// async fn parsed(text: &str) -> Result<u8, ParseIntError> {
    ///     yield_point!(text.parse()?);
    ///     Ok(())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let seven = parsed("seven").map_err(|error| format!("no number: {error}"));
    /// let failed = seven.try_with(async |n| Ok(*n)).await;
    /// assert_eq!(failed, Err("no number: invalid digit found in string".to_owned()));
    /// # }
    /// ```
    #[inline(always)]
    pub fn map_err<O: Failure>(
        self,
        convert: impl FnOnce(E) -> O,
    ) -> AsyncContext<
        Result<T, O>,
        impl AsyncBody<Returns = Result<T, O>, Frame = impl AsyncHalves<Result<T, O>>>,
    > {
        AsyncContext::new(Converted(self.into_body(), convert))
    }
}

struct Converted<B, M>(B, M);

impl<O, B, M> AsyncBody for Converted<B, M>
where
    O: Failure,
    B: AsyncBody,
    M: FnOnce(<B::Returns as Returns>::Error) -> O,
{
    type Returns = Result<<B::Returns as Returns>::Value, O>;
    type Frame = ConvertedAsyncFrame<B::Returns, M, B::Frame>;

    #[inline(always)]
    fn start(self) -> Self::Frame {
        ConvertedAsyncFrame::new(self.0.start(), self.1)
    }
}

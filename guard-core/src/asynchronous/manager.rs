use core::marker::PhantomData;

use super::context::{AsyncBody, AsyncContext, AsyncHalves};
use crate::context::{Body, Context, Unnamed};
use crate::exit::{AsyncFailure, Failure};
use crate::manager::{ContextManager, Either};
use crate::raw::{AsyncPoint, ConvertedAsyncFrame, EitherAsyncFrame, Frame, OptionalAsyncFrame};
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
    type Body: AsyncBody<Self::Returns>;

    /// The [`AsyncContext`] that it is entered as.
    fn into_async_context(self) -> AsyncContext<Self::Returns, Self::Body>;

    /// Enters, awaits `body` with the lent value, and exits: [`AsyncContext::with`].
    ///
    /// # Errors
    ///
    /// With a context that can fail: what its halves fail with.
    ///
    /// # Panics
    ///
    /// As [`AsyncContext::with`].
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
impl<S: Returns, B: AsyncBody<S>> AsyncContextManager for AsyncContext<S, B> {
    type Value = S::Lent;
    type Returns = S;
    type Body = B;

    #[inline(always)]
    fn into_async_context(self) -> Self {
        self
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
    type Body = Synchronous<B>;

    #[inline(always)]
    fn into_async_context(self) -> AsyncContext<S, Synchronous<B>> {
        AsyncContext::new(Synchronous(self.into_body()))
    }
}

/// The body of a context that is not async, among those that are.
pub struct Synchronous<B>(B);

impl<S: Returns, B: Body<S>> AsyncBody<S> for Synchronous<B> {
    type Frame = Frame<S, B::Frame>;

    #[inline(always)]
    fn start(self, _point: AsyncPoint<S, S::Value>) -> Self::Frame {
        Context::new(self.0).start()
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
pub struct Optionally<B>(Option<B>);

impl<S: Returns, B: AsyncBody<S>> AsyncBody<Optional<S>> for Optionally<B> {
    type Frame = OptionalAsyncFrame<S, B::Frame>;

    #[inline(always)]
    fn start(self, _point: AsyncPoint<Optional<S>, Option<S::Value>>) -> Self::Frame {
        OptionalAsyncFrame {
            inner: self.0.map(|body| body.start(AsyncPoint::new())),
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

impl<S: Returns, A: AsyncBody<S>, B: AsyncBody<S>> AsyncBody<S> for Either<A, B> {
    type Frame = EitherAsyncFrame<A::Frame, B::Frame>;

    #[inline(always)]
    fn start(self, point: AsyncPoint<S, S::Value>) -> Self::Frame {
        EitherAsyncFrame(match self {
            Either::Left(this) => Either::Left(this.start(point)),
            Either::Right(that) => Either::Right(that.start(point)),
        })
    }
}

impl<T, B: AsyncBody<Plain<T>>> AsyncContext<Plain<T>, B> {
    /// This context as one that could fail with `E`, and does not: as
    /// [`Context::fallible`](crate::Context::fallible).
    #[inline(always)]
    pub fn fallible<E: Failure>(
        self,
    ) -> AsyncContext<
        Result<T, E>,
        impl AsyncBody<Result<T, E>, Frame = impl AsyncHalves<Result<T, E>>>,
    > {
        AsyncContext::new(Converted(self, |never| match never {}))
    }
}

impl<T, E: Failure, B: AsyncBody<Result<T, E>>> AsyncContext<Result<T, E>, B> {
    /// This context with another error, that of either half converted by `convert`: as
    /// [`Context::map_err`](crate::Context::map_err).
    #[inline(always)]
    pub fn map_err<O: Failure>(
        self,
        convert: impl FnOnce(E) -> O,
    ) -> AsyncContext<
        Result<T, O>,
        impl AsyncBody<Result<T, O>, Frame = impl AsyncHalves<Result<T, O>>>,
    > {
        AsyncContext::new(Converted(self, convert))
    }
}

struct Converted<C, M>(C, M);

impl<S, T, O, B, M> AsyncBody<Result<T, O>> for Converted<AsyncContext<S, B>, M>
where
    S: Returns<Value = T>,
    O: Failure,
    B: AsyncBody<S>,
    M: FnOnce(S::Error) -> O,
{
    type Frame = ConvertedAsyncFrame<S, M, B::Frame>;

    #[inline(always)]
    fn start(self, _point: AsyncPoint<Result<T, O>, T>) -> Self::Frame {
        let Converted(context, convert) = self;
        ConvertedAsyncFrame::new(context.into_body().start(AsyncPoint::new()), convert)
    }
}

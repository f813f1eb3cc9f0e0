//! What `#[within]` expands to calls of.

use core::future::Pending;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::Deref;
use core::pin::Pin;

use crate::__private::{EnteredWithQuestionMark, EnteredWithoutQuestionMark};
use crate::asynchronous::{AsyncBody, AsyncContext, AsyncContextManager, AsyncHalves};
use crate::context::{Body, Context};
use crate::exit::{AsyncFailure, Failure};
use crate::manager::{ContextManager, Either};
use crate::panics::Payload;
use crate::raw::{AsyncHeld, Caught, Ended, Frame, Held, Started};
use crate::returns::{FailsInto, Optional, Plain, Returns};

/// A context that stands on a function that cannot fail.
#[diagnostic::on_unimplemented(
    message = "entering this context manager can fail, and the function cannot return its error",
    label = "returns a `Result`",
    note = "help: put a `?` behind it, and have the function return a `Result`"
)]
pub trait Unfailing {
    /// What it is. Of something else the compiler does not know, and says no more of it.
    type Checked;

    /// The context itself.
    fn checked(self) -> Self::Checked;
}

#[diagnostic::do_not_recommend]
impl<T, B: Body<Plain<T>>> Unfailing for Context<Plain<T>, B> {
    type Checked = Self;

    #[inline(always)]
    fn checked(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T, B: Body<Optional<Plain<T>>>> Unfailing for Context<Optional<Plain<T>>, B> {
    type Checked = Self;

    #[inline(always)]
    fn checked(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T, B: AsyncBody<Returns = Plain<T>>> Unfailing for AsyncContext<Plain<T>, B> {
    type Checked = Self;

    #[inline(always)]
    fn checked(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T, B: AsyncBody<Returns = Optional<Plain<T>>>> Unfailing
    for AsyncContext<Optional<Plain<T>>, B>
{
    type Checked = Self;

    #[inline(always)]
    fn checked(self) -> Self {
        self
    }
}

/// What a function returns whose return type ends in `Result`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `Result`, though its name ends in `Result`",
    label = "does not say whether the body failed",
    note = "help: write `#[within(infallible, ..)]`: the context is then told of no errors"
)]
pub trait Outcome {
    /// What it succeeds with.
    type Value;
    /// What it fails with.
    type Error;

    /// The `Result` that it is.
    ///
    /// # Errors
    ///
    /// What it fails with.
    fn into_result(self) -> Result<Self::Value, Self::Error>;
    /// The other way round.
    fn from_result(result: Result<Self::Value, Self::Error>) -> Self;
}

impl<Q, E> Outcome for Result<Q, E> {
    type Value = Q;
    type Error = E;

    #[inline(always)]
    fn into_result(self) -> Self {
        self
    }

    #[inline(always)]
    fn from_result(result: Self) -> Self {
        result
    }
}

/// The context that an expression stands for. What it consists of is named, so that of something
/// else the compiler says once that it is none.
#[inline(always)]
pub fn context_of<C, S, B>(context: C) -> Context<S, B>
where
    S: Returns,
    B: Body<S>,
    C: ContextManager<Returns = S, Body = B>,
{
    context.into_context()
}

/// A context that is entered where no runtime has been started yet.
#[diagnostic::on_unimplemented(
    message = "an async context manager has to be awaited, and this one is entered before the runtime is started",
    label = "made by an `async fn`",
    note = "help: put `#[within(..)]` above the attribute that starts the runtime, as `#[tokio::test]` does"
)]
pub trait EnteredBeforeTheRuntime {
    /// Whether and how it can fail.
    type Returns: Returns;
    /// What has no name that could be written.
    type Body: Body<Self::Returns>;

    /// The context itself.
    fn context(self) -> Context<Self::Returns, Self::Body>;
}

#[diagnostic::do_not_recommend]
impl<S: Returns, B: Body<S>> EnteredBeforeTheRuntime for Context<S, B> {
    type Returns = S;
    type Body = B;

    #[inline(always)]
    fn context(self) -> Context<Self::Returns, Self::Body> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<C> EnteredBeforeTheRuntime for Option<C>
where
    Self: ContextManager,
{
    type Returns = <Self as ContextManager>::Returns;
    type Body = <Self as ContextManager>::Body;

    #[inline(always)]
    fn context(self) -> Context<Self::Returns, Self::Body> {
        self.into_context()
    }
}

#[diagnostic::do_not_recommend]
impl<L, R> EnteredBeforeTheRuntime for Either<L, R>
where
    Self: ContextManager,
{
    type Returns = <Self as ContextManager>::Returns;
    type Body = <Self as ContextManager>::Body;

    #[inline(always)]
    fn context(self) -> Context<Self::Returns, Self::Body> {
        self.into_context()
    }
}

/// As [`context_of`], where the body starts a runtime.
#[inline(always)]
pub fn context_around_a_runtime<C, S, B>(context: C) -> Context<S, B>
where
    S: Returns,
    B: Body<S>,
    C: EnteredBeforeTheRuntime<Returns = S, Body = B>,
{
    context.context()
}

/// Checks a context that stands on a function that cannot fail.
#[inline(always)]
pub fn in_plain_function<C: Unfailing>(context: C) -> C::Checked {
    context.checked()
}

/// Checks a context that stands without a `?` on a function that can fail.
#[inline(always)]
pub fn without_question_mark<C: EnteredWithoutQuestionMark>(context: C) -> C {
    context
}

/// Checks a context that stands with a `?` on a function that can fail.
#[inline(always)]
pub fn with_question_mark<C: EnteredWithQuestionMark>(context: C) -> C {
    context
}

/// Runs `body`, which cannot fail, in a context that cannot either.
#[inline(always)]
pub fn within<S: Returns, B: Body<S>, Q>(
    context: Context<S, B>,
    body: impl FnOnce(&mut S::Lent) -> Q,
) -> S::Wrapped<Q> {
    context.with(body)
}

/// Runs `body`, which can fail, in a context.
#[inline(always)]
pub fn try_within<S, B, R>(context: Context<S, B>, body: impl FnOnce(&mut S::Lent) -> R) -> R
where
    S: FailsInto<R::Error>,
    B: Body<S>,
    R: Outcome<Error: Failure>,
{
    R::from_result(context.try_with(|value| body(value).into_result()))
}

/// The frame of a context around the body of an `async fn`, and where its value is to be.
pub trait Around {
    /// Whether and how it can fail.
    type Returns: Returns;
    /// Where the halves are.
    type Frame;
    /// What is kept beside it.
    type Place;

    /// Makes them.
    fn into_frame(self) -> (Self::Frame, Self::Place);
}

impl<S: Returns, B: Body<S>> Around for Context<S, B> {
    type Returns = S;
    type Frame = Frame<S, B::Frame>;
    type Place = MaybeUninit<S::Value>;

    #[inline(always)]
    fn into_frame(self) -> (Self::Frame, Self::Place) {
        (Context::start(self), MaybeUninit::uninit())
    }
}

impl<S, B: AsyncBody> Around for AsyncContext<S, B> {
    type Returns = B::Returns;
    type Frame = Started<B::Returns, B::Frame>;
    type Place = ();

    #[inline(always)]
    fn into_frame(self) -> (Self::Frame, ()) {
        (AsyncContext::start(self), ())
    }
}

/// Stands for the value of a context where `#[within]` is refused, so that the body can be checked
/// all the same.
#[must_use]
pub fn lent<'v, C: Around>(_: C) -> &'v mut <C::Returns as Returns>::Lent {
    unreachable!("only the compiler sees this")
}

/// The frame of a context around an async body.
#[inline(always)]
pub fn start<C: Around>(context: C) -> (C::Frame, C::Place) {
    context.into_frame()
}

/// Finds out which kind of context an expression stands for. The compiler looks for `context` here
/// first, and then where this derefs to, and takes the first one whose bounds hold: what need not be
/// waited for is not.
pub struct Kind<C>(AsyncKind<C>);

/// As [`Kind`], of what is not a context without being waited for.
pub struct AsyncKind<C>(NoKind<C>);

/// As [`Kind`], of what is no context, of which the compiler then says so.
pub struct NoKind<C>(PhantomData<fn(C)>);

impl<C> Kind<C> {
    /// That of `_context`.
    #[inline(always)]
    pub fn of(_context: &C) -> Self {
        Kind(AsyncKind(NoKind(PhantomData)))
    }
}

impl<C: ContextManager> Kind<C> {
    /// The context that is meant.
    #[inline(always)]
    pub fn context(&self, context: C) -> Context<C::Returns, C::Body> {
        context.into_context()
    }
}

impl<C> Deref for Kind<C> {
    type Target = AsyncKind<C>;

    #[inline(always)]
    fn deref(&self) -> &AsyncKind<C> {
        &self.0
    }
}

impl<C: AsyncContextManager> AsyncKind<C> {
    /// The context that is meant.
    #[inline(always)]
    pub fn context(&self, context: C) -> AsyncContext<C::Returns, C::Body> {
        context.into_async_context()
    }
}

impl<C> Deref for AsyncKind<C> {
    type Target = NoKind<C>;

    #[inline(always)]
    fn deref(&self) -> &NoKind<C> {
        &self.0
    }
}

impl<C> NoKind<C> {
    /// There is none.
    pub fn context<S, B>(&self, context: C) -> AsyncContext<S, B>
    where
        S: Returns,
        B: AsyncBody<Returns = S>,
        C: AsyncContextManager<Returns = S, Body = B>,
    {
        context.into_async_context()
    }
}

/// How the end of a context around an async body goes on.
pub enum Ending<R, F> {
    /// It has ended, with this.
    Ended(R),
    /// It ends with what this returns.
    Waits(F),
}

/// A context whose halves do not wait. What the body returns is therefore not kept across an
/// `.await`, and need not be `Send` for the function's future to be.
#[expect(clippy::unused_async, reason = "called as those that wait are")]
impl<S: Returns, F: Future<Output = Ended<S>>> Frame<S, F> {
    /// Enters a context around a body that cannot fail.
    pub async fn hold<'r>(
        self: Pin<&'r mut Self>,
        place: &'r mut MaybeUninit<S::Value>,
    ) -> S::Wrapped<Held<'r, S, F>> {
        Held::enter(self, place)
    }

    /// Enters a context around a body that can fail.
    ///
    /// # Errors
    ///
    /// What the function returns when the enter half fails.
    pub async fn try_hold<'r, R>(
        self: Pin<&'r mut Self>,
        place: &'r mut MaybeUninit<S::Value>,
    ) -> Result<Held<'r, S, F>, R>
    where
        S: FailsInto<R::Error>,
        R: Outcome,
    {
        let held = Held::try_enter(self, place);
        held.map_err(|error| R::from_result(Err(S::convert(error))))
    }
}

impl<S: Returns, F: Future<Output = Ended<S>>> Held<'_, S, F> {
    /// Exits a context around a body that cannot fail.
    #[inline(always)]
    pub fn end<Q>(self, result: Q) -> Ending<S::Wrapped<Q>, Pending<S::Wrapped<Q>>> {
        Ending::Ended(self.complete(result))
    }

    /// Exits a context around a body that can fail.
    #[inline(always)]
    pub fn try_end<R>(self, outcome: R) -> Ending<R, Pending<R>>
    where
        S: FailsInto<R::Error>,
        R: Outcome<Error: Failure>,
    {
        Ending::Ended(R::from_result(self.settle(outcome.into_result())))
    }
}

impl<S: Returns, F: AsyncHalves<S>> Started<S, F> {
    /// Enters a context around a body that cannot fail.
    pub async fn hold<'r>(self: Pin<&'r mut Self>, (): &mut ()) -> S::Wrapped<AsyncHeld<'r, S, F>> {
        S::wrap(AsyncHeld::enter(self).await)
    }

    /// Enters a context around a body that can fail.
    ///
    /// # Errors
    ///
    /// What the function returns when the enter half fails.
    pub async fn try_hold<'r, R>(
        self: Pin<&'r mut Self>,
        (): &mut (),
    ) -> Result<AsyncHeld<'r, S, F>, R>
    where
        S: FailsInto<R::Error>,
        R: Outcome,
    {
        let held = AsyncHeld::enter(self).await;
        held.map_err(|error| R::from_result(Err(S::convert(error))))
    }
}

/// Watches over the body in an async context, which is told of a panic before that goes on.
pub struct Catching;

impl Catching {
    /// The body, with its panics caught.
    #[inline(always)]
    pub fn over<Q>(
        self,
        body: impl Future<Output = Q>,
    ) -> impl Future<Output = Result<Q, Payload>> {
        Caught::made(|| body)
    }
}

impl<S: Returns, F: AsyncHalves<S>> AsyncHeld<'_, S, F> {
    /// The lent value, and what watches over the body.
    #[inline(always)]
    pub fn value_across_polls(&mut self) -> (&mut S::Lent, Catching) {
        (self.value(), Catching)
    }

    /// Exits a context around a body that cannot fail.
    #[inline(always)]
    pub fn end<Q>(
        self,
        caught: Result<Q, Payload>,
    ) -> Ending<S::Wrapped<Q>, impl Future<Output = S::Wrapped<Q>>> {
        Ending::Waits(async {
            match caught {
                Ok(result) => {
                    let output = self.complete::<Q>().await;
                    S::wrap(S::ended(output).map(|()| result))
                }
                Err(payload) => self.unwind(payload).await,
            }
        })
    }

    /// Exits a context around a body that can fail.
    #[inline(always)]
    pub fn try_end<R>(self, caught: Result<R, Payload>) -> Ending<R, impl Future<Output = R>>
    where
        S: FailsInto<R::Error>,
        R: Outcome<Error: AsyncFailure>,
    {
        Ending::Waits(async {
            match caught.map(Outcome::into_result) {
                Ok(result) => R::from_result(self.settle(result).await),
                Err(payload) => self.unwind(payload).await,
            }
        })
    }
}

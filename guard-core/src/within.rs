//! What `#[within]` expands to calls of.

use core::mem::MaybeUninit;
use core::pin::Pin;

use crate::__private::{EnteredWithQuestionMark, EnteredWithoutQuestionMark};
use crate::context::{Body, Context, settle};
use crate::exit::Failure;
use crate::manager::ContextManager;
use crate::raw::{Ended, Frame, Held};
use crate::returns::{FailsInto, Optional, Plain, Returns};

/// A context that stands on a function that cannot fail.
#[diagnostic::on_unimplemented(
    message = "entering this context manager can fail, and the function cannot return its error",
    label = "returns a `Result`",
    note = "help: put a `?` behind it, and have the function return a `Result`"
)]
pub trait Unfailing {
    /// What it returns.
    type Returns: Returns;
    /// The rest of it.
    type Body: Body<Self::Returns>;

    /// The context itself.
    fn checked(self) -> Context<Self::Returns, Self::Body>;
}

#[diagnostic::do_not_recommend]
impl<T, B: Body<Plain<T>>> Unfailing for Context<Plain<T>, B> {
    type Returns = Plain<T>;
    type Body = B;

    #[inline(always)]
    fn checked(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T, B: Body<Optional<Plain<T>>>> Unfailing for Context<Optional<Plain<T>>, B> {
    type Returns = Optional<Plain<T>>;
    type Body = B;

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

/// Checks a context that stands on a function that cannot fail.
#[inline(always)]
pub fn in_plain_function<C: Unfailing>(context: C) -> Context<C::Returns, C::Body> {
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

/// Stands for the value of a context where `#[within]` is refused, so that the body can be checked
/// all the same.
#[must_use]
pub fn lent<'v, S: Returns, B: Body<S>>(_: Context<S, B>) -> &'v mut S::Lent {
    unreachable!("only the compiler sees this")
}

/// The frame of a context around an async body.
#[inline(always)]
pub fn start<S: Returns, B: Body<S>>(context: Context<S, B>) -> Frame<S, B::Frame> {
    context.start()
}

/// Enters a context around an async body that can fail.
///
/// # Errors
///
/// What the function returns when the enter half fails.
#[inline(always)]
pub fn try_hold<'r, S, F, R>(
    frame: Pin<&'r mut Frame<S, F>>,
    value: &'r mut MaybeUninit<S::Value>,
) -> Result<Held<'r, S, F>, R>
where
    S: FailsInto<R::Error>,
    F: Future<Output = Ended<S>>,
    R: Outcome,
{
    let held = Held::try_enter(frame, value);
    held.map_err(|error| R::from_result(Err(S::convert(error))))
}

/// Exits a context around an async body that can fail.
#[inline(always)]
pub fn end<S, F, R>(held: Held<'_, S, F>, outcome: R) -> R
where
    S: FailsInto<R::Error>,
    F: Future<Output = Ended<S>>,
    R: Outcome<Error: Failure>,
{
    R::from_result(settle::<S, F, _, _>(outcome.into_result(), |exit| {
        held.exit(exit)
    }))
}

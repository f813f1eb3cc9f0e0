//! The names that generated code may utter. Not part of the public interface.

pub use crate::__site as site;
pub use crate::asynchronous::{async_context, async_frame};
pub use crate::context::{context, frame};
pub use crate::manager::ContextManager;
pub use crate::raw::{Ended, Frame, Held, Lend, Lent, Point, VisibleReturn, framed};
pub use crate::returns::Returns;
pub use crate::within::{
    Ending, Kind, Outcome, Unfailing, context_around_a_runtime, context_of, in_plain_function,
    lent, start, try_within, with_question_mark, within, without_question_mark,
};
#[cfg(feature = "tracing")]
pub use {
    crate::raw::{Event, Site},
    tracing,
};

use core::convert::Infallible;
pub use core::mem::MaybeUninit;
pub use guard_macros::{enter, with};

use crate::asynchronous::{AsyncBody, AsyncContext};
use crate::context::{Body, Context};
use crate::exit::Failure;
use crate::raw::Started;
use crate::returns::{Optional, Plain};

/// What a function that returns `S` lends.
pub type Value<S> = <S as Returns>::Value;

/// What the exit half of a function that returns `S` returns.
pub type Output<S> = <S as Returns>::Output;

/// Says that what stands after `finish_on` is an executor. Of something else the compiler says so
/// here, and not again where that is used.
#[cfg(feature = "alloc")]
#[inline(always)]
pub fn executor<X: crate::asynchronous::Executor>(
    executor: X,
) -> impl crate::asynchronous::Executor {
    executor
}

/// Completes a frame that cannot fail with the proof that it has yielded.
#[inline(always)]
#[must_use]
pub fn finish<S>((): (), exited: VisibleReturn<S>) -> Result<VisibleReturn<S>, Infallible> {
    Ok(exited)
}

/// Completes a frame with what the exit half returned, and the proof that there was one.
#[inline(always)]
pub fn finish_fallible<S, E>(
    output: Result<(), E>,
    exited: VisibleReturn<S>,
) -> Result<VisibleReturn<S>, E> {
    output.map(|()| exited)
}

/// What is entered without a `?` behind it.
#[diagnostic::on_unimplemented(
    message = "entering this context manager can fail",
    label = "returns a `Result`",
    note = "help: put a `?` behind it"
)]
pub trait EnteredWithoutQuestionMark {
    type Frame;

    fn into_frame(self) -> Self::Frame;
}

#[diagnostic::do_not_recommend]
impl<T, B: Body<Plain<T>>> EnteredWithoutQuestionMark for Context<Plain<T>, B> {
    type Frame = Frame<Plain<T>, B::Frame>;

    #[inline(always)]
    fn into_frame(self) -> Self::Frame {
        self.start()
    }
}

#[diagnostic::do_not_recommend]
impl<T, B> EnteredWithoutQuestionMark for Context<Optional<Plain<T>>, B>
where
    B: Body<Optional<Plain<T>>>,
{
    type Frame = Frame<Optional<Plain<T>>, B::Frame>;

    #[inline(always)]
    fn into_frame(self) -> Self::Frame {
        self.start()
    }
}

/// What is entered with a `?` behind it.
#[diagnostic::on_unimplemented(
    message = "entering this context manager cannot fail",
    label = "does not return a `Result`",
    note = "help: remove the `?` behind it"
)]
pub trait EnteredWithQuestionMark {
    type Frame;

    fn into_frame(self) -> Self::Frame;
}

#[diagnostic::do_not_recommend]
impl<T, E: Failure, B: Body<Result<T, E>>> EnteredWithQuestionMark for Context<Result<T, E>, B> {
    type Frame = Frame<Result<T, E>, B::Frame>;

    #[inline(always)]
    fn into_frame(self) -> Self::Frame {
        self.start()
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, B> EnteredWithQuestionMark for Context<Optional<Result<T, E>>, B>
where
    E: Failure,
    B: Body<Optional<Result<T, E>>>,
{
    type Frame = Frame<Optional<Result<T, E>>, B::Frame>;

    #[inline(always)]
    fn into_frame(self) -> Self::Frame {
        self.start()
    }
}

#[diagnostic::do_not_recommend]
impl<T, B: AsyncBody<Returns = Plain<T>>> EnteredWithoutQuestionMark for AsyncContext<Plain<T>, B> {
    type Frame = Started<Plain<T>, B::Frame>;

    #[inline(always)]
    fn into_frame(self) -> Self::Frame {
        self.start()
    }
}

#[diagnostic::do_not_recommend]
impl<T, B: AsyncBody<Returns = Optional<Plain<T>>>> EnteredWithoutQuestionMark
    for AsyncContext<Optional<Plain<T>>, B>
{
    type Frame = Started<Optional<Plain<T>>, B::Frame>;

    #[inline(always)]
    fn into_frame(self) -> Self::Frame {
        self.start()
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Failure, B: AsyncBody<Returns = Result<T, E>>> EnteredWithQuestionMark
    for AsyncContext<Result<T, E>, B>
{
    type Frame = Started<Result<T, E>, B::Frame>;

    #[inline(always)]
    fn into_frame(self) -> Self::Frame {
        self.start()
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Failure, B: AsyncBody<Returns = Optional<Result<T, E>>>> EnteredWithQuestionMark
    for AsyncContext<Optional<Result<T, E>>, B>
{
    type Frame = Started<Optional<Result<T, E>>, B::Frame>;

    #[inline(always)]
    fn into_frame(self) -> Self::Frame {
        self.start()
    }
}

//! The names that generated code may utter. Not part of the public interface.

pub use crate::context::{context, frame};
pub use crate::raw::{Ended, Frame, Held, Lend, Lent, Point, VisibleReturn};
pub use crate::returns::Returns;

use core::convert::Infallible;
pub use core::mem::MaybeUninit;
pub use guard_macros::{enter, with};

use crate::context::{Body, Context};
use crate::exit::Failure;
use crate::returns::Plain;

/// What a function that returns `S` lends.
pub type Value<S> = <S as Returns>::Value;

/// What the exit half of a function that returns `S` returns.
pub type Output<S> = <S as Returns>::Output;

/// Completes a frame that cannot fail with the proof that it has yielded.
#[inline(always)]
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

/// What `enter!` and `with!` are given. Its type is named anew, so that where it is no context the
/// compiler has nothing to say about what follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a context manager",
    label = "not a context manager",
    note = "help: `enter!` and `with!` take what a function marked `#[context_manager]` returns"
)]
pub trait Enter {
    type Context;

    fn into_context(self) -> Self::Context;
}

#[diagnostic::do_not_recommend]
impl<S: Returns, B: Body<S>> Enter for Context<S, B> {
    type Context = Self;

    #[inline(always)]
    fn into_context(self) -> Self {
        self
    }
}

/// What is entered without a `?` behind it.
#[diagnostic::on_unimplemented(
    message = "entering this context manager can fail",
    label = "returns a `Result`",
    note = "help: put a `?` behind it"
)]
pub trait EnteredWithoutQuestionMark {
    type Value;
    type Future: Future<Output = Ended<Plain<Self::Value>>>;

    fn into_frame(self) -> Frame<Plain<Self::Value>, Self::Future>;
}

#[diagnostic::do_not_recommend]
impl<T, B: Body<Plain<T>>> EnteredWithoutQuestionMark for Context<Plain<T>, B> {
    type Value = T;
    type Future = B::Frame;

    #[inline(always)]
    fn into_frame(self) -> Frame<Plain<T>, B::Frame> {
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
    type Value;
    type Error: Failure;
    type Future: Future<Output = Ended<Result<Self::Value, Self::Error>>>;

    fn into_frame(self) -> Frame<Result<Self::Value, Self::Error>, Self::Future>;
}

#[diagnostic::do_not_recommend]
impl<T, E: Failure, B: Body<Result<T, E>>> EnteredWithQuestionMark for Context<Result<T, E>, B> {
    type Value = T;
    type Error = E;
    type Future = B::Frame;

    #[inline(always)]
    fn into_frame(self) -> Frame<Result<T, E>, B::Frame> {
        self.start()
    }
}

//! The names that generated code may utter. Not part of the public interface.

pub use crate::context::context;
pub use crate::raw::{Ended, Exited, Frame, Held, Lend, Lent, Point, Promise, lend};
pub use crate::returns::Returns;

pub use core::mem::MaybeUninit;
pub use guard_macros::{enter, with};

use crate::context::{Body, Context};

/// What a function that returns `S` lends.
pub type Value<S> = <S as Returns>::Value;

/// What the exit half of a function that returns `S` returns.
pub type Output<S> = <S as Returns>::Output;

/// Completes a frame with what the exit half returned, and the proof that there was one.
#[inline(always)]
pub fn finish<S: Returns>(output: S::Output, exited: Exited<S>) -> Ended<S> {
    S::ended(output).map(|()| exited)
}

/// The frame of a context that `enter!` or `with!` enters.
#[inline(always)]
pub fn frame<C: Enter>(context: C) -> Frame<C::Returns, C::Future> {
    context.into_frame()
}

/// What `enter!` and `with!` take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a context manager",
    label = "not a context manager",
    note = "help: `enter!` and `with!` take what a function marked `#[context_manager]` returns"
)]
pub trait Enter {
    type Returns: Returns;
    type Future: Future<Output = Ended<Self::Returns>>;

    fn into_frame(self) -> Frame<Self::Returns, Self::Future>;
}

#[diagnostic::do_not_recommend]
impl<S: Returns, B: Body<S>> Enter for Context<S, B> {
    type Returns = S;
    type Future = B::Frame;

    #[inline(always)]
    fn into_frame(self) -> Frame<S, B::Frame> {
        self.start()
    }
}

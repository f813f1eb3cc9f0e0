use alloc::sync::Arc;

use super::finish::{Body, Left};
use super::unwind::{NAME, Order, unwind};
use super::{AsyncExitStack, collected};
use crate::exit::{AsyncExit, Exit};
use crate::lost::{self, Loss};
use crate::raw::{Caught, called};
use crate::stack::{Collectable, ExitErrors, Substitute};

/// A stack, as its scope sees it. A future that names the lifetime of a stack, and calls a body with
/// it, is not `Send`: the compiler forgets which lifetime it was, and asks for a body that takes all.
pub(super) trait Unwinds: Sized {
    fn finishes(&self) -> bool;

    fn unwind(self, body: Body, panics_go_on: bool) -> impl Future<Output = Left>;

    /// Unwinds here, whatever becomes of the error.
    fn unwind_here(self, exit: AsyncExit<'_>) -> impl Future<Output = Left>;
}

impl<K> Unwinds for AsyncExitStack<'_, K> {
    fn finishes(&self) -> bool {
        self.finisher.is_some()
    }

    fn unwind(self, body: Body, panics_go_on: bool) -> impl Future<Output = Left> {
        self.unwind(body, Order::OneByOne, panics_go_on)
    }

    async fn unwind_here(self, exit: AsyncExit<'_>) -> Left {
        unwind(self, exit, Order::OneByOne, true).await.into()
    }
}

/// The stack of a scope.
pub(super) struct Scope<S>(pub(super) S);

impl<S: Unwinds> Scope<S> {
    pub(super) async fn run<Q, E>(
        mut self,
        body: impl AsyncFnOnce(&mut S) -> Result<Q, E>,
    ) -> Result<Q, ExitErrors>
    where
        Q: Substitute,
        E: Collectable,
    {
        match called(body, &mut self.0).await {
            Ok(Ok(result)) => self.complete(result).await,
            Ok(Err(error)) => self.fail(error).await,
            Err(payload) => {
                let in_hand = InHand {
                    exit: Exit::Panicked,
                    something: true,
                };
                let body = Body::Ended(Exit::Panicked);
                let unwinding = self.0.unwind(body, false);
                in_hand.during(unwinding).await;
                payload.resume()
            }
        }
    }

    async fn complete<Q>(self, result: Q) -> Result<Q, ExitErrors> {
        let in_hand = InHand {
            exit: Exit::Completed,
            something: size_of::<Q>() > 0,
        };
        let body = Body::Ended(Exit::Completed);
        let unwinding = self.0.unwind(body, true);
        let left = in_hand.during(unwinding).await;
        collected(None, left.errors).map(|()| result)
    }

    /// Where the stack may be finished elsewhere, that has a part in the error.
    async fn fail<Q: Substitute, E: Collectable>(self, error: E) -> Result<Q, ExitErrors> {
        let (error, left) = if self.0.finishes() {
            let error = Arc::new(error);
            let body = Body::Failed(error.clone());
            let in_hand = InHand::error(&*error);
            let unwinding = self.0.unwind(body, true);
            let left = in_hand.during(unwinding).await;
            (Arc::into_inner(error), left)
        } else {
            let in_hand = InHand::error(&error);
            let unwinding = self.0.unwind_here(Exit::Failed(&error));
            let left = in_hand.during(unwinding).await;
            (Some(error), left)
        };
        let error = error.filter(|_| !left.handled).map(Into::into);
        collected(error, left.errors).map(|()| Q::default())
    }
}

/// Tells the hook of the result of a body, when the future is dropped before it is returned.
pub(super) struct InHand<'e> {
    exit: AsyncExit<'e>,
    something: bool,
}

impl<'e> InHand<'e> {
    pub(super) fn error(error: &'e impl Collectable) -> Self {
        InHand {
            exit: Exit::Failed(error),
            something: true,
        }
    }

    /// Awaits what unwinds the stack. Of an error that a panic of it displaces the hook is told there.
    pub(super) async fn during<Q>(mut self, unwinding: impl Future<Output = Q>) -> Q {
        let unwound = Caught::made(|| unwinding).await;
        self.something = false;
        match unwound {
            Ok(unwound) => unwound,
            Err(payload) => payload.resume(),
        }
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        if self.something {
            lost::report(NAME, Loss::BodyResult, self.exit.into());
        }
    }
}

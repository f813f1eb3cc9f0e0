use alloc::sync::Arc;

use super::finish::{Body, Left};
use super::unwind::{NAME, Order, unwind};
use super::{AsyncExitStack, collected};
use crate::exit::{AsyncExit, Exit};
use crate::lost::{self, Loss};
use crate::raw::{Caught, called};
use crate::stack::{Collectable, ExitErrors, Substitute};

/// The stack of a scope.
pub(super) struct Scope<K>(pub(super) AsyncExitStack<K>);

impl<K> Scope<K> {
    pub(super) async fn run<Q, E>(
        mut self,
        body: impl AsyncFnOnce(&mut AsyncExitStack<K>) -> Result<Q, E>,
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
                let unwinding = self.0.unwind(body, Order::OneByOne, false);
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
        let unwinding = self.0.unwind(body, Order::OneByOne, true);
        let left = in_hand.during(unwinding).await;
        collected(None, left.errors).map(|()| result)
    }

    /// Where the stack may be finished elsewhere, that has a part in the error.
    async fn fail<Q: Substitute, E: Collectable>(self, error: E) -> Result<Q, ExitErrors> {
        let (error, left): (_, Left) = if self.0.finisher.is_some() {
            let error = Arc::new(error);
            let body = Body::Failed(error.clone());
            let in_hand = InHand::error(&*error);
            let unwinding = self.0.unwind(body, Order::OneByOne, true);
            let left = in_hand.during(unwinding).await;
            (Arc::into_inner(error), left)
        } else {
            let in_hand = InHand::error(&error);
            let unwinding = unwind(self.0, Exit::Failed(&error), Order::OneByOne, true);
            let left = in_hand.during(unwinding).await.into();
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

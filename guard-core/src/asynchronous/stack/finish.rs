//! Unwinding that goes on elsewhere when whoever waits for it is dropped.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::pin::Pin;
use core::task::{Context as Poller, Poll, ready};

use super::unwind::{NAME, Order, unwind};
use super::{AsyncExitStack, Owned};
use crate::asynchronous::{Executor, ExitHalf, Finish};
use crate::exit::{AsyncExit, Exit};
use crate::panics;
use crate::raw::Shared;
use crate::stack::{Collected, Unwound};

/// How a body has ended, with a part in its error.
#[derive(Clone)]
pub(super) enum Body {
    Ended(AsyncExit<'static>),
    Failed(Arc<Shared>),
}

impl Body {
    pub(super) fn exit(&self) -> AsyncExit<'_> {
        match self {
            Body::Ended(exit) => *exit,
            Body::Failed(error) => Exit::Failed(&**error),
        }
    }
}

/// What is left when all entries have run.
pub(super) struct Left {
    /// Whether the body's error has been handled, if there was one.
    pub(super) handled: bool,
    pub(super) errors: Vec<Collected>,
}

impl From<Unwound<'_, Shared>> for Left {
    fn from(unwound: Unwound<'_, Shared>) -> Self {
        Left {
            handled: unwound.body.is_completed(),
            errors: unwound.errors,
        }
    }
}

pub(super) type Unwinding = Pin<Box<dyn Future<Output = Left> + Send>>;

/// Where a stack goes on unwinding. Only one that borrows nothing, and is `Send`, can have one.
pub(super) trait Finisher<K>: Send + Sync {
    fn unwind(
        self: Arc<Self>,
        stack: AsyncExitStack<K>,
        body: Body,
        order: Order,
        panics_go_on: bool,
    ) -> Unwinding;
}

pub(super) struct On<X>(pub(super) X);

impl<X: Executor + Send + Sync + 'static> Finisher<Owned> for On<X> {
    fn unwind(
        self: Arc<Self>,
        stack: AsyncExitStack<Owned>,
        body: Body,
        order: Order,
        panics_go_on: bool,
    ) -> Unwinding {
        let told = body.clone();
        let left = async move {
            let unwound = unwind(stack, told.exit(), order, panics_go_on).await;
            unwound.into()
        };
        Box::pin(Handed {
            rest: Some(Box::pin(Rest {
                left: Box::pin(left),
                body,
            })),
            finisher: self,
        })
    }
}

/// Unwinds, or gives what is left of that to the executor.
struct Handed<X: Executor> {
    rest: Option<Pin<Box<Rest>>>,
    finisher: Arc<On<X>>,
}

struct Rest {
    left: Unwinding,
    body: Body,
}

impl<X: Executor> Future for Handed<X> {
    type Output = Left;

    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Left> {
        let Some(rest) = &mut self.rest else {
            return Poll::Pending;
        };
        match panics::catch(|| rest.left.as_mut().poll(poller)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(left)) => {
                self.rest = None;
                Poll::Ready(left)
            }
            Err(payload) => {
                self.rest = None;
                payload.resume()
            }
        }
    }
}

impl<X: Executor> Drop for Handed<X> {
    fn drop(&mut self) {
        let Some(rest) = self.rest.take() else {
            return;
        };
        let half = ExitHalf::new(rest);
        if let Err(payload) = panics::catch(|| self.finisher.0.execute(half)) {
            payload.report(NAME, Exit::Dropped);
        }
    }
}

impl Finish for Rest {
    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<()> {
        let left = ready!(self.left.as_mut().poll(poller));
        for error in &left.errors {
            error.report(self.body.exit().into());
        }
        Poll::Ready(())
    }

    fn name(self: Pin<&mut Self>) -> &'static str {
        NAME
    }

    fn exit(self: Pin<&mut Self>) -> Exit<'_> {
        self.get_mut().body.exit().into()
    }

    /// What is dropped with it tells for itself.
    fn give_up(self: Pin<&mut Self>) {}
}

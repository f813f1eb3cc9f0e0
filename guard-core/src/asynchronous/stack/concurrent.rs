//! `enter_concurrently`.

use alloc::vec::Vec;

use super::join::Join;
use super::scope::InHand;
use super::unwind::{Order, unwind};
use super::{AsyncExitStack, Frame, Wrapped};
use crate::asynchronous::{AsyncContextManager, AsyncHalves};
use crate::exit::{AsyncExit, Exit};
use crate::raw::AsyncEntered;
use crate::returns::Returns;
use crate::stack::{Admits, Collectable};

impl<K> AsyncExitStack<K> {
    /// Enters several contexts at once, and gives what they lend, in their order.
    ///
    /// They exit in the opposite order when the stack unwinds. When one of them cannot be entered,
    /// the enter halves that have not ended are dropped, and the contexts that have been entered are
    /// exited, told of the error, before it is returned; what they fail with goes to the hook of
    /// [`on_lost_error`](crate::on_lost_error).
    ///
    /// When the future is dropped, those that have been entered stay on the stack.
    ///
    /// # Errors
    ///
    /// With contexts that can fail: what the first one fails with that does.
    ///
    /// # Panics
    ///
    /// When an enter half panics. Those that have been entered stay on the stack.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{AsyncExitStack, context_manager, yield_point};
    /// use tokio::sync::Barrier;
    ///
    /// #[context_manager]
    /// async fn player(start: &Barrier, number: u32) -> Result<u32, String> {
    ///     start.wait().await;
    ///     yield_point!(number);
    ///     Ok(())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// let start = Barrier::new(3);
    /// let stack = AsyncExitStack::borrowing();
    /// let players = stack.enter_concurrently((1..=3).map(|n| player(&start, n))).await?;
    /// assert_eq!(players, [&1, &2, &3]);
    /// stack.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn enter_concurrently<'s, C>(
        &'s self,
        contexts: impl IntoIterator<Item = C>,
    ) -> Wrapped<C, Vec<&'s mut C::Value>>
    where
        C: AsyncContextManager<Value: 's, Returns: Returns<Value: 's, Error: Collectable>>,
        K: Admits<Frame<C>> + Admits<<C::Returns as Returns>::Value>,
    {
        let start = |context: C| AsyncEntered::enter(context.into_async_context().start());
        let mut join = Join::new(contexts.into_iter().map(start));
        let mut entered = Registering::new(self, join.len());
        while let Some((index, result)) = join.next().await {
            match result {
                Ok(context) => entered.contexts[index] = Some(context),
                Err(error) => {
                    drop(join);
                    entered.exit(&error).await;
                    return C::Returns::wrap(Err(error));
                }
            }
        }
        C::Returns::wrap(Ok(entered.register()))
    }
}

/// What has been entered and is not yet on the stack, where it goes in any case.
struct Registering<'s, K, S, F>
where
    S: Returns<Value: 's, Lent: 's, Error: Collectable>,
    F: AsyncHalves<S>,
    K: Admits<F> + Admits<S::Value>,
{
    stack: &'s AsyncExitStack<K>,
    contexts: Vec<Option<AsyncEntered<S, F>>>,
}

impl<'s, K, S, F> Registering<'s, K, S, F>
where
    S: Returns<Value: 's, Lent: 's, Error: Collectable>,
    F: AsyncHalves<S>,
    K: Admits<F> + Admits<S::Value>,
{
    fn new(stack: &'s AsyncExitStack<K>, len: usize) -> Self {
        Registering {
            stack,
            contexts: (0..len).map(|_| None).collect(),
        }
    }

    fn register(&mut self) -> Vec<&'s mut S::Lent> {
        let contexts = self.contexts.drain(..).flatten();
        contexts
            .map(|context| self.stack.entries.enter(context))
            .collect()
    }

    /// Exits them, on a stack of their own.
    async fn exit(mut self, error: &S::Error) {
        let mut stack = AsyncExitStack::empty();
        stack.finisher.clone_from(&self.stack.finisher);
        for context in self.contexts.drain(..).flatten() {
            stack.entries.enter(context);
        }
        let exit: AsyncExit<'_> = Exit::Failed(error);
        let unwinding = unwind(stack, exit, Order::OneByOne, true);
        let unwound = InHand::error(error).during(unwinding).await;
        for lost in unwound.errors {
            lost.report(exit.into());
        }
    }
}

impl<'s, K, S, F> Drop for Registering<'s, K, S, F>
where
    S: Returns<Value: 's, Lent: 's, Error: Collectable>,
    F: AsyncHalves<S>,
    K: Admits<F> + Admits<S::Value>,
{
    fn drop(&mut self) {
        self.register();
    }
}

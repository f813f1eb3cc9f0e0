//! The kit on our own crate: async contexts and `AsyncExitStack` with every fault that they can meet,
//! and dropped at every await, by hand and under tokio.

mod support;

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Waker};

use guard_core::testing::{Exhaust, Faults, Injected, Resource, Summary};
use guard_core::{
    AsyncExit, AsyncExitStack, AsyncGuard, Executor, Exit, ExitErrors, ExitHalf, within,
};
use proptest::prelude::*;
use support::driven::{Later, turns};
use support::exhausted::{Forms, all_are_told, outcomes_are_allowed};

type Scenario = Result<(), Box<dyn Error + Send + Sync>>;

/// Where exit halves go on.
#[derive(Clone)]
enum Elsewhere {
    ByHand(Later),
    Tokio,
}

impl Executor for Elsewhere {
    fn execute(&self, half: ExitHalf) {
        match self {
            Elsewhere::ByHand(later) => later.execute(half),
            Elsewhere::Tokio => drop(tokio::spawn(half)),
        }
    }
}

/// Polls a future, and what it has left to others.
fn by_hand(later: &Later, mut future: Pin<Box<dyn Future<Output = ()> + '_>>) {
    let mut halves = Vec::new();
    let mut poller = Context::from_waker(Waker::noop());
    while future.as_mut().poll(&mut poller).is_pending() {
        halves.extend(later.take().into_iter().map(Box::pin));
        halves.retain_mut(|half| half.as_mut().poll(&mut poller).is_pending());
    }
}

/// Runs a scenario that comes to so many sites, with up to so many faults.
fn holds(
    sites: usize,
    together: usize,
    (forms, lifo): (Forms, bool),
    mut scenario: impl AsyncFnMut(&Faults, &Elsewhere) -> Scenario,
) {
    let exhaust = || {
        let exhaust = Exhaust::new().panics_while_unwinding().together(together);
        let exhaust = exhaust.after_each(move |ran| all_are_told(ran, forms));
        if lifo { exhaust.lifo() } else { exhaust }
    };
    let later = Later::default();
    let hand = Elsewhere::ByHand(later.clone());
    let checked = exhaust()
        .block_on(|future| by_hand(&later, future))
        .check_async(async |faults| scenario(faults, &hand).await);
    let found = summary(checked);
    let tokio = exhaust().tokio();
    let tokio = tokio.check_async(async |faults| scenario(faults, &Elsewhere::Tokio).await);
    assert_eq!(summary(tokio), found);
    assert_eq!(found.sites().count(), sites, "{found}");
    assert!(found.awaits() > 0);
    assert_eq!((found.missed(), found.left_out()), (0, 0));
}

fn summary(checked: Result<Summary, guard_core::testing::Report>) -> Summary {
    checked.unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn with_and_try_with() {
    holds(9, 3, (Forms::Told, true), async |faults, _| {
        faults.async_resource("a").with(async |a| a.touch()).await?;
        let b = faults.async_resource("b");
        b.try_with(async |b| {
            faults.point("before")?;
            turns(1).await;
            let c = faults.async_resource("c");
            c.try_with(async |_| {
                b.touch();
                turns(1).await;
                faults.point("body")
            })
            .await?;
            faults.point("behind")
        })
        .await?;
        Ok(())
    });
}

#[test]
fn guards() {
    holds(6, 2, (Forms::Dropped, true), async |faults, _| {
        let a = faults.async_resource("a").enter().await?;
        let b = faults.async_resource("b").enter().await?;
        a.touch();
        turns(1).await;
        faults.error_point("body")?;
        AsyncGuard::exit(b).await?;
        faults.error_point("between")?;
        AsyncGuard::exit(a).await?;
        Ok(())
    });
}

#[within(a = faults.async_resource("a")?)]
async fn within_a(faults: &Faults) -> Result<(), Injected> {
    a.touch();
    turns(1).await;
    faults.point("body")?;
    within_b(faults).await?;
    faults.point("behind")
}

#[within(faults.async_resource("b")?)]
async fn within_b(faults: &Faults) -> Result<(), Injected> {
    turns(1).await;
    faults.point("inner")
}

#[test]
fn functions_within_contexts() {
    holds(7, 3, (Forms::Told, true), async |faults, _| {
        Ok(within_a(faults).await?)
    });
}

#[test]
fn sync_contexts_across_awaits() {
    holds(5, 3, (Forms::Told, true), async |faults, _| {
        AsyncExitStack::scope(async |stack| {
            stack.enter(faults.resource("a")).await?;
            turns(1).await;
            stack.enter(faults.async_resource("b")).await?;
            faults.point("body")
        })
        .await?;
        Ok(())
    });
}

#[test]
fn finished_elsewhere() {
    holds(5, 2, (Forms::Told, false), async |faults, elsewhere| {
        let a = faults.async_resource("a").finish_on(elsewhere.clone());
        a.try_with(async |_| {
            let b = faults.async_resource("b").finish_on(elsewhere.clone());
            b.try_with(async |b| {
                b.touch();
                turns(1).await;
                faults.point("body")
            })
            .await
        })
        .await?;
        Ok(())
    });
}

#[test]
fn a_scope_with_all_kinds_of_entries() {
    holds(10, 2, (Forms::Told, true), async |faults, _| {
        AsyncExitStack::scope(async |stack| {
            let a = stack.enter(faults.async_resource("a")).await?;
            let own = faults.clone();
            stack.try_callback(move || own.point("callback"));
            let own = faults.clone();
            stack.try_async_callback(async move || {
                turns(1).await;
                own.point("async callback")
            });
            let own = faults.clone();
            stack.push(move |_| own.point("pushed"));
            let own = faults.clone();
            stack.push_async(async move |_: AsyncExit<'_>| {
                turns(1).await;
                own.point("async pushed")
            });
            let own = faults.clone();
            let adopted = faults.tracker().open("adopted");
            let adopted = stack.adopt_async(
                adopted,
                async move |adopted: Resource, exit: AsyncExit<'_>| {
                    turns(1).await;
                    adopted.close_with(exit.into());
                    own.point("adopted")
                },
            );
            stack.enter(faults.async_resource("b")).await?;
            a.touch();
            adopted.touch();
            faults.point("body")
        })
        .await?;
        Ok(())
    });
}

#[test]
fn a_stack_that_is_closed_or_dropped() {
    holds(9, 2, (Forms::Dropped, true), async |faults, _| {
        let mut stack = AsyncExitStack::new();
        stack.enter(faults.async_resource("a")).await?;
        stack.enter(faults.resource("b")).await?;
        faults.error_point("body")?;
        turns(1).await;
        let moved = stack.pop_all();
        assert!(stack.is_empty());
        moved.enter(faults.async_resource("c")).await?;
        faults.error_point("moved")?;
        moved.close().await?;
        faults.error_point("after")?;
        Ok(())
    });
}

#[test]
fn closed_with_an_outcome() {
    holds(5, 3, (Forms::Dropped, true), async |faults, _| {
        let stack = AsyncExitStack::new();
        stack.enter(faults.async_resource("a")).await?;
        stack.enter(faults.async_resource("b")).await?;
        let body = faults.error_point("body");
        let exit: AsyncExit<'_> = match &body {
            Ok(()) => Exit::Completed,
            Err(error) => Exit::Failed(error),
        };
        let closed = stack.close_with(exit).await.map(drop);
        if let (Err(body), Err(exit)) = (&body, &closed) {
            return Err(format!("{body:?}, and {exit:?}").into());
        }
        body?;
        closed?;
        Ok(())
    });
}

#[test]
fn all_at_once() {
    holds(7, 2, (Forms::Told, false), async |faults, _| {
        AsyncExitStack::scope(async |stack| {
            let contexts = ["a", "b"].map(|name| faults.async_resource(name));
            let entered = stack.enter_concurrently(contexts).await;
            let entered = entered.map_err(ExitErrors::one)?;
            for handle in entered {
                handle.touch();
            }
            faults.point("body").map_err(ExitErrors::one)?;
            let inner = AsyncExitStack::new();
            let entered = inner.enter(faults.async_resource("c")).await;
            entered.map_err(ExitErrors::one)?;
            inner.close_concurrently().await
        })
        .await?;
        Ok(())
    });
}

#[test]
fn closed_at_once() {
    holds(6, 3, (Forms::Dropped, false), async |faults, _| {
        let stack = AsyncExitStack::new();
        let contexts = ["a", "b", "c"].map(|name| faults.async_resource(name));
        stack.enter_concurrently(contexts).await?;
        stack.close_concurrently().await?;
        Ok(())
    });
}

#[test]
fn a_stack_that_is_finished_elsewhere() {
    holds(6, 2, (Forms::Dropped, true), async |faults, elsewhere| {
        let mut stack = AsyncExitStack::new();
        stack.finish_on(elsewhere.clone());
        stack.enter(faults.async_resource("a")).await?;
        let own = faults.clone();
        stack.try_async_callback(async move || {
            turns(1).await;
            own.point("callback")
        });
        stack.enter(faults.async_resource("b")).await?;
        turns(1).await;
        faults.error_point("body")?;
        stack.close().await?;
        Ok(())
    });
}

/// A step of a program.
#[derive(Clone, Debug)]
enum Step {
    Point(u8),
    Await,
    Enter(u8),
    EnterSync(u8),
    Callback(u8),
    AsyncCallback(u8),
    Concurrently,
    PopAll,
    Scope(Vec<Step>),
    With(u8, Vec<Step>),
}

async fn perform(
    steps: &[Step],
    stack: &mut AsyncExitStack,
    faults: &Faults,
) -> Result<(), ExitErrors> {
    for step in steps {
        Box::pin(step.perform(stack, faults)).await?;
    }
    Ok(())
}

impl Step {
    async fn perform(&self, stack: &mut AsyncExitStack, faults: &Faults) -> Result<(), ExitErrors> {
        let own = faults.clone();
        let one = |error: Injected| ExitErrors::one(error);
        match self {
            Step::Point(n) => faults.point(&format!("point {n}")).map_err(one),
            Step::Await => {
                turns(1).await;
                Ok(())
            }
            Step::Enter(n) => {
                let context = faults.async_resource(&format!("resource {n}"));
                stack.enter(context).await.map(|_| ()).map_err(one)
            }
            Step::EnterSync(n) => {
                let context = faults.resource(&format!("sync {n}"));
                stack.enter(context).await.map(|_| ()).map_err(one)
            }
            Step::Callback(n) => {
                let site = format!("callback {n}");
                stack.try_callback(move || own.point(&site));
                Ok(())
            }
            Step::AsyncCallback(n) => {
                let site = format!("async callback {n}");
                stack.try_async_callback(async move || {
                    turns(1).await;
                    own.point(&site)
                });
                Ok(())
            }
            Step::Concurrently => {
                let contexts = ["x", "y"].map(|name| faults.async_resource(name));
                let entered = stack.enter_concurrently(contexts).await;
                entered.map(|_| ()).map_err(one)
            }
            Step::PopAll => stack.pop_all().close().await,
            Step::Scope(steps) => {
                AsyncExitStack::scope(async |inner| perform(steps, inner, faults).await).await
            }
            Step::With(n, steps) => {
                let context = faults.async_resource(&format!("with {n}"));
                let context = context.map_err(ExitErrors::one);
                context
                    .try_with(async |_| perform(steps, stack, faults).await)
                    .await
            }
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let n = 0..2_u8;
    let leaf = prop_oneof![
        2 => n.clone().prop_map(Step::Point),
        1 => Just(Step::Await),
        3 => n.clone().prop_map(Step::Enter),
        1 => n.clone().prop_map(Step::EnterSync),
        1 => n.clone().prop_map(Step::Callback),
        1 => n.clone().prop_map(Step::AsyncCallback),
        1 => Just(Step::Concurrently),
        1 => Just(Step::PopAll),
    ];
    let step = leaf.prop_recursive(2, 6, 3, move |step| {
        let steps = || prop::collection::vec(step.clone(), 0..3);
        prop_oneof![
            steps().prop_map(Step::Scope),
            (n.clone(), steps()).prop_map(|(n, steps)| Step::With(n, steps)),
        ]
    });
    prop::collection::vec(step, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_program_keeps_the_promises(steps in steps()) {
        let exhaust = Exhaust::new().panics_while_unwinding().at_most(600).after_each(|ran| {
            all_are_told(ran, Forms::Told);
            outcomes_are_allowed(ran, false);
        });
        let checked = exhaust.check_async(async |faults| {
            AsyncExitStack::scope(async |stack| perform(&steps, stack, faults).await).await
        });
        if let Err(report) = checked {
            prop_assert_eq!(report.plans().count(), 0, "{}", report);
        }
    }
}

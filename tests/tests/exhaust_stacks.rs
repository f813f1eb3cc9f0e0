//! The kit on our own crate: contexts and `ExitStack` with every fault that they can meet. Each
//! scenario is held to the same promises: what was opened is closed once, last in first out, and told
//! how its body ended; and all errors and panics are returned or told to the hook.

mod support;

use std::error::Error;

use guard_core::testing::{Exhaust, Faults, Injected};
use guard_core::{
    Exit, ExitErrors, ExitStack, Guard, LocalExitStack, Verdict, enter, with, within,
};
use proptest::prelude::*;
use support::exhausted::{Forms, all_are_told, outcomes_are_allowed};

type Scenario = Result<(), Box<dyn Error + Send + Sync>>;

/// Runs a scenario with up to three faults, which has to come to so many sites.
#[track_caller]
fn holds(sites: usize, forms: Forms, scenario: impl FnMut(&Faults) -> Scenario) {
    let exhaust = Exhaust::new().lifo().panics_while_unwinding().together(3);
    let checked = exhaust
        .after_each(|ran| all_are_told(ran, forms))
        .check(scenario);
    let summary = checked.unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(summary.sites().count(), sites, "{summary}");
    assert_eq!((summary.missed(), summary.left_out()), (0, 0));
}

#[test]
fn with_and_try_with() {
    holds(5, Forms::Told, |faults| {
        faults.resource("a").with(|a| a.touch())?;
        faults.resource("b").try_with(|b| {
            b.touch();
            faults.point("body")
        })?;
        Ok(())
    });
}

#[test]
fn nested_contexts() {
    holds(9, Forms::Told, |faults| {
        faults.resource("a").try_with(|a| {
            faults.point("before")?;
            faults.resource("b").try_with(|b| {
                a.touch();
                b.touch();
                faults.point("body")
            })?;
            faults.point("behind")?;
            faults.point("at the end")
        })?;
        faults.point("after")?;
        Ok(())
    });
}

#[test]
fn contexts_with_another_error() {
    holds(7, Forms::Told, |faults| {
        let (a, b) = (faults.resource("a"), faults.resource("b"));
        a.map_err(std::io::Error::from).try_with(|_| {
            b.map_err(std::io::Error::from)
                .try_with(|_| faults.point("body").map_err(std::io::Error::from))?;
            faults.point("behind").map_err(std::io::Error::from)
        })?;
        faults.point("after")?;
        Ok(())
    });
}

#[test]
fn entered_for_a_scope() {
    holds(7, Forms::Dropped, |faults| {
        enter!(a = faults.resource("a")?);
        a.touch();
        faults.point("first")?;
        enter!(_ = faults.resource("b")?);
        faults.point("second")?;
        a.touch();
        faults.point("third")?;
        Ok(())
    });
}

#[test]
fn a_block_with_contexts() {
    holds(7, Forms::Dropped, |faults| {
        with!(a = faults.resource("a")?, b = faults.resource("b")? => {
            a.touch();
            faults.point("first")?;
            b.touch();
            if faults.point("leaves").is_err() {
                return Err("left early, at `leaves#1`".into());
            }
        });
        faults.point("after")?;
        Ok(())
    });
}

#[test]
fn guards() {
    holds(6, Forms::Dropped, |faults| {
        let a = faults.resource("a").enter()?;
        let b = faults.resource("b").enter()?;
        a.touch();
        b.touch();
        faults.point("body")?;
        Guard::exit(b)?;
        faults.point("between")?;
        Guard::exit(a)?;
        Ok(())
    });
}

#[within(a = faults.resource("a")?)]
fn within_a(faults: &Faults) -> Result<(), Injected> {
    a.touch();
    faults.point("body")?;
    within_b(faults)?;
    faults.point("behind")
}

#[within(faults.resource("b")?)]
fn within_b(faults: &Faults) -> Result<(), Injected> {
    faults.point("inner")
}

#[test]
fn functions_within_contexts() {
    holds(7, Forms::Told, |faults| Ok(within_a(faults)?));
}

#[test]
fn a_stack_that_is_closed() {
    holds(8, Forms::Dropped, |faults| {
        let stack = ExitStack::new();
        let a = stack.enter(faults.resource("a"))?;
        let called = faults.clone();
        stack.try_callback(move || called.point("callback"));
        let b = stack.enter(faults.resource("b"))?;
        a.touch();
        b.touch();
        faults.point("body")?;
        let pushed = faults.clone();
        stack.push(move |_| pushed.point("pushed"));
        stack.close()?;
        faults.point("after")?;
        Ok(())
    });
}

#[test]
fn a_stack_that_is_dropped() {
    holds(6, Forms::Dropped, |faults| {
        let stack = ExitStack::new();
        stack.enter(faults.resource("a"))?;
        let called = faults.clone();
        stack.try_callback(move || called.point("callback"));
        stack.enter(faults.resource("b"))?;
        faults.point("body")?;
        Ok(())
    });
}

#[test]
fn a_scope_tells_its_entries_of_the_error() {
    holds(8, Forms::Told, |faults| {
        ExitStack::scope(|stack| {
            stack.enter(faults.resource("a"))?;
            let adopted = faults.tracker().handle("adopted");
            let adopting = faults.clone();
            let adopted = stack.adopt(adopted, move |adopted, exit| {
                adopted.close_with(exit);
                adopting.point("adopted")
            });
            stack.enter(faults.resource("b"))?;
            adopted.touch();
            faults.point("body")?;
            faults.point("more")
        })?;
        faults.point("after")?;
        Ok(())
    });
}

#[test]
fn a_local_scope_in_a_scope() {
    holds(8, Forms::Told, |faults| {
        ExitStack::scope(|outer| {
            let entered = outer.enter(faults.resource("a"));
            entered.map_err(ExitErrors::one)?;
            LocalExitStack::local_scope(|inner| {
                inner.enter(faults.resource("b"))?;
                inner.enter(faults.resource("c"))?;
                faults.point("inner")
            })?;
            faults.point("outer").map_err(ExitErrors::one)
        })?;
        Ok(())
    });
}

#[test]
fn a_stack_in_a_stack() {
    holds(7, Forms::Dropped, |faults| {
        let mut stack = ExitStack::new();
        stack.enter(faults.resource("a"))?;
        let inner = stack.inner();
        inner.enter(faults.resource("b"))?;
        faults.point("inner")?;
        inner.close()?;
        faults.point("between")?;
        let callback = faults.clone();
        stack.try_callback(move || callback.point("callback"));
        stack.close()?;
        Ok(())
    });
}

/// All of them or none.
#[test]
fn resources_that_are_moved_off_a_stack() {
    holds(8, Forms::Dropped, |faults| {
        let mut stack = ExitStack::new();
        for name in ["a", "b", "c"] {
            stack.enter(faults.resource(name))?;
        }
        faults.point("body")?;
        let kept = stack.pop_all();
        assert!(stack.is_empty());
        faults.point("moved")?;
        kept.close()?;
        Ok(())
    });
}

#[test]
fn entering_all_of_a_list() {
    holds(7, Forms::Dropped, |faults| {
        let stack = ExitStack::new();
        let all = stack.enter_all(["a", "b", "c"].map(|name| faults.resource(name)))?;
        for handle in all {
            handle.touch();
        }
        faults.point("body")?;
        stack.close()?;
        Ok(())
    });
}

#[test]
fn what_is_held_is_taken_or_closed() {
    holds(8, Forms::Dropped, |faults| {
        let mut stack = ExitStack::new();
        stack.enter(faults.resource("a"))?;
        let begun = faults.tracker().handle("begun");
        let rollback = stack.hold(move || begun.close());
        let b = stack.hold(faults.resource("b").enter()?);
        stack[&b].touch();
        faults.point("body")?;
        Guard::exit(stack.take(b))?;
        stack.take(rollback)();
        let c = stack.hold(faults.resource("c").enter()?);
        stack[&c].touch();
        faults.point("more")?;
        stack.close()?;
        Ok(())
    });
}

#[test]
fn closed_with_an_outcome() {
    holds(6, Forms::Dropped, |faults| {
        let stack = ExitStack::new();
        stack.enter(faults.resource("a"))?;
        stack.enter(faults.resource("b"))?;
        let body = faults.point("body");
        let exit: Exit<'_> = match &body {
            Ok(()) => Exit::Completed,
            Err(error) => Exit::Failed(error),
        };
        let closed = stack.close_with(exit).map(drop);
        if let (Err(body), Err(exit)) = (&body, &closed) {
            return Err(format!("{body:?}, and {exit:?}").into());
        }
        body?;
        closed?;
        faults.point("after")?;
        Ok(())
    });
}

/// The body's error is handled, and the hook is told of those that nobody is told of then.
#[test]
fn an_entry_that_handles_the_error() {
    let checked = Exhaust::new()
        .lifo()
        .panics_while_unwinding()
        .may_recover()
        .together(3)
        .check(|faults| {
            ExitStack::scope(|stack| {
                stack.enter(faults.resource("a"))?;
                stack.push(|exit| match exit {
                    Exit::Failed(_) => Verdict::Handled,
                    _ => Verdict::Propagate,
                });
                stack.enter(faults.resource("b"))?;
                faults.point("body")
            })
        });
    let summary = checked.unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(summary.sites().count(), 5);
}

/// A step of a program.
#[derive(Clone, Debug)]
enum Step {
    Point(u8),
    Enter(u8),
    Callback(u8),
    Push(u8),
    Adopt(u8),
    Hold(u8),
    /// Moves all to a stack of its own, which is closed, or else dropped.
    PopAll(bool),
    Scope(Vec<Step>),
    Inner(Vec<Step>),
    /// A context around what comes.
    With(u8, Vec<Step>),
}

type Stack<'a> = ExitStack<'a>;

fn perform(steps: &[Step], stack: &mut Stack<'_>, faults: &Faults) -> Result<(), ExitErrors> {
    steps
        .iter()
        .try_for_each(|step| step.perform(stack, faults))
}

impl Step {
    fn perform(&self, stack: &mut Stack<'_>, faults: &Faults) -> Result<(), ExitErrors> {
        let own = faults.clone();
        match self {
            Step::Point(n) => faults.point(&format!("point {n}")).map_err(ExitErrors::one),
            Step::Enter(n) => {
                let entered = stack.enter(faults.resource(&format!("resource {n}")));
                entered
                    .map(|handle| handle.touch())
                    .map_err(ExitErrors::one)
            }
            Step::Callback(n) => {
                let site = format!("callback {n}");
                stack.try_callback(move || own.point(&site));
                Ok(())
            }
            Step::Push(n) => {
                let site = format!("push {n}");
                stack.push(move |_| own.point(&site));
                Ok(())
            }
            Step::Adopt(n) => {
                let site = format!("adopt {n}");
                let handle = faults.tracker().handle(&site);
                let adopted = stack.adopt(handle, move |handle, exit| {
                    handle.close_with(exit);
                    own.point(&site)
                });
                adopted.touch();
                Ok(())
            }
            Step::Hold(n) => {
                let guard = faults.resource(&format!("held {n}")).enter();
                let key = stack.hold(guard.map_err(ExitErrors::one)?);
                stack[&key].touch();
                Ok(())
            }
            Step::PopAll(closes) => {
                let moved = stack.pop_all();
                if *closes { moved.close() } else { Ok(()) }
            }
            Step::Scope(steps) => ExitStack::scope(|inner| perform(steps, inner, faults)),
            Step::Inner(steps) => {
                let mut inner = stack.inner();
                perform(steps, &mut inner, faults)?;
                inner.close()
            }
            Step::With(n, steps) => {
                let context = faults.resource(&format!("with {n}"));
                let context = context.map_err(ExitErrors::one);
                context.try_with(|_| perform(steps, stack, faults))
            }
        }
    }

    /// Whether it puts anything on the stack that it is given.
    fn lasts(&self) -> bool {
        match self {
            Step::Point(_) | Step::Scope(_) | Step::Inner(_) => false,
            Step::With(_, steps) => steps.iter().any(Step::lasts),
            _ => true,
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let n = 0..3_u8;
    let leaf = prop_oneof![
        2 => n.clone().prop_map(Step::Point),
        3 => n.clone().prop_map(Step::Enter),
        1 => n.clone().prop_map(Step::Callback),
        1 => n.clone().prop_map(Step::Push),
        1 => n.clone().prop_map(Step::Adopt),
        1 => n.clone().prop_map(Step::Hold),
        1 => any::<bool>().prop_map(Step::PopAll),
    ];
    let step = leaf.prop_recursive(2, 6, 3, move |step| {
        let steps = || prop::collection::vec(step.clone(), 0..3);
        prop_oneof![
            steps().prop_map(Step::Scope),
            steps().prop_map(Step::Inner),
            (n.clone(), steps()).prop_map(|(n, steps)| Step::With(n, steps)),
        ]
    });
    prop::collection::vec(step, 1..4)
}

/// Where a context is around what goes on the stack outside of it, it is closed first.
fn is_lifo(steps: &[Step]) -> bool {
    steps.iter().all(|step| match step {
        Step::Scope(steps) | Step::Inner(steps) => is_lifo(steps),
        Step::With(_, steps) => is_lifo(steps) && !steps.iter().any(Step::lasts),
        _ => true,
    })
}

fn drops(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::PopAll(closes) => !closes,
        Step::Scope(steps) | Step::Inner(steps) | Step::With(_, steps) => drops(steps),
        _ => false,
    })
}

/// Whether a stack is dropped that is in a stack.
fn has_inner(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Inner(_) => true,
        Step::Scope(steps) | Step::With(_, steps) => has_inner(steps),
        _ => false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_program_keeps_the_promises(steps in steps()) {
        let may_drop = drops(&steps);
        let forms = if has_inner(&steps) { Forms::Dropped } else { Forms::Told };
        let exhaust = Exhaust::new().panics_while_unwinding().at_most(600).after_each(|ran| {
            all_are_told(ran, forms);
            outcomes_are_allowed(ran, may_drop);
        });
        let exhaust = if is_lifo(&steps) { exhaust.lifo() } else { exhaust };
        let checked = exhaust.check(|faults| {
            ExitStack::scope(|stack| perform(&steps, stack, faults))
        });
        if let Err(report) = checked {
            prop_assert_eq!(report.plans().count(), 0, "{}", report);
        }
    }
}

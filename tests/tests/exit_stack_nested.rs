//! An `ExitStack` against the same context managers nested by hand, which it should be no different
//! from, but that it returns every error where nesting by hand gives all but one to the hook.

mod support;

use std::fmt;

use guard_core::{ExitErrors, ExitStack, Verdict, context_manager, yield_point};
use support::lost::{Lost, losing, outcome};
use support::{blow_up, caught, d, events, note};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Half {
    Works,
    Fails,
    Panics,
}

const HALVES: [Half; 3] = [Half::Works, Half::Fails, Half::Panics];

/// What the enter half and the exit half do.
type Halves = (Half, Half);

/// Says where it comes from.
#[derive(Clone, Debug, PartialEq)]
struct Code(String);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Code {}

fn act(half: Half, name: &str) -> Result<(), Code> {
    match half {
        Half::Works => Ok(()),
        Half::Fails => Err(Code(name.to_owned())),
        Half::Panics => blow_up("a half"),
    }
}

#[context_manager]
fn context(depth: usize, (enter, exit): Halves) -> Result<usize, Code> {
    let _local = d(&depth.to_string());
    act(enter, &format!("enter {depth}"))?;
    let value = depth;
    let told = outcome(yield_point!(value));
    note(format!("exit {depth} with {value}, told {told}"));
    act(exit, &format!("exit {depth}"))
}

fn body(half: Half) -> Result<u32, Code> {
    note("body");
    act(half, "body").map(|()| 7)
}

/// What happened, and what was lost.
type Observed = (Vec<String>, Vec<Lost>);

fn observe<E>(f: impl FnOnce() -> Result<u32, E>) -> (Result<Result<u32, E>, String>, Observed) {
    let (ending, lost) = losing(|| caught(f));
    (ending, (events(), lost))
}

fn nested(depth: usize, contexts: &[Halves], last: Half) -> Result<u32, Code> {
    match contexts.split_first() {
        None => body(last),
        Some((&halves, others)) => context(depth, halves).try_with(|value| {
            *value += 10;
            nested(depth + 1, others, last)
        }),
    }
}

fn stacked(contexts: &[Halves], last: Half) -> Result<u32, ExitErrors> {
    ExitStack::scope(|stack| {
        for (depth, &halves) in contexts.iter().enumerate() {
            *stack.enter(context(depth, halves))? += 10;
        }
        body(last)
    })
}

/// Each held by a local of a call of its own.
fn guarded(depth: usize, contexts: &[Halves], last: Half) -> Result<u32, Code> {
    match contexts.split_first() {
        None => body(last),
        Some((&halves, others)) => {
            let mut guard = context(depth, halves).enter()?;
            *guard += 10;
            guarded(depth + 1, others, last)
        }
    }
}

/// Held by a stack that is only dropped.
fn held(contexts: &[Halves], last: Half, enter: bool) -> Result<u32, Code> {
    let mut stack = ExitStack::new();
    for (depth, &halves) in contexts.iter().enumerate() {
        if enter {
            *stack.enter(context(depth, halves))? += 10;
        } else {
            let key = stack.hold(context(depth, halves).enter()?);
            *stack[&key] += 10;
        }
    }
    body(last)
}

/// All ways in which up to so many contexts and a body can end.
fn cases(most: usize) -> Vec<(Vec<Halves>, Half)> {
    let all: Vec<Halves> = HALVES
        .iter()
        .flat_map(|&enter| HALVES.map(|exit| (enter, exit)))
        .collect();
    let mut lists = vec![Vec::new()];
    let mut longest = lists.clone();
    for _ in 0..most {
        longest = longest
            .iter()
            .flat_map(|list: &Vec<_>| all.iter().map(|&one| [&list[..], &[one]].concat()))
            .collect();
        lists.extend(longest.iter().cloned());
    }
    lists
        .into_iter()
        .flat_map(|list| HALVES.map(|last| (list.clone(), last)))
        .collect()
}

fn sorted(mut lost: Vec<Lost>) -> Vec<Lost> {
    lost.sort_by(|one, other| one.line.cmp(&other.line));
    lost
}

fn texts(lost: Vec<Lost>) -> Vec<String> {
    lost.into_iter().map(|lost| lost.loss).collect()
}

#[test]
fn a_stack_equals_the_same_contexts_nested_by_hand() {
    let cases = cases(3);
    assert_eq!(cases.len(), 3 * (1 + 9 + 81 + 729));
    for (contexts, last) in cases {
        let case = format!("{contexts:?}, {last:?}");
        let (by_hand, (events_by_hand, lost_by_hand)) = observe(|| nested(0, &contexts, last));
        let (stack, (events, lost)) = observe(|| stacked(&contexts, last));
        assert_eq!(events, events_by_hand, "{case}");
        match (by_hand, stack) {
            (Err(by_hand), Err(stack)) => {
                assert_eq!(stack, by_hand, "{case}");
                // A stack loses its errors when the panic comes, by hand some are lost before.
                assert_eq!(sorted(lost), sorted(lost_by_hand), "{case}");
            }
            (Ok(Ok(by_hand)), Ok(Ok(stack))) => {
                assert_eq!(stack, by_hand);
                assert_eq!((lost, lost_by_hand), (vec![], vec![]), "{case}");
            }
            (Ok(Err(by_hand)), Ok(Err(stack))) => {
                assert_eq!(stack.first().downcast_ref(), Some(&by_hand), "{case}");
                // The body of the innermost context that was entered has failed, or nothing has.
                let body_failed =
                    last == Half::Fails || contexts.iter().any(|&(enter, _)| enter == Half::Fails);
                assert_eq!(stack.body().is_some(), body_failed, "{case}");
                let told = format!("Failed({by_hand:?})");
                assert!(lost_by_hand.iter().all(|lost| lost.exit == told), "{case}");
                let errors = stack.iter().skip(1);
                let errors: Vec<_> = errors.map(|error| format!("error {error:?}")).collect();
                assert_eq!(errors, texts(lost_by_hand), "{case}");
                assert_eq!(lost, [], "{case}");
            }
            (by_hand, stack) => panic!("{case}: {by_hand:?} by hand, {stack:?} with a stack"),
        }
    }
}

#[test]
fn a_dropped_stack_equals_dropped_guards() {
    for (contexts, last) in cases(3) {
        let case = format!("{contexts:?}, {last:?}");
        let guards = observe(|| guarded(0, &contexts, last));
        assert_eq!(observe(|| held(&contexts, last, true)), guards, "{case}");
        assert_eq!(observe(|| held(&contexts, last, false)), guards, "{case}");
    }
}

/// Context managers do not handle errors: what is a suppressor by hand is a `match` around them.
#[test]
fn a_handled_error_equals_a_match_around_the_inner_contexts() {
    for (contexts, last) in cases(3) {
        for split in 0..=contexts.len() {
            let (outer, inner) = contexts.split_at(split);
            let case = format!("{outer:?}, {inner:?}, {last:?}");
            let (by_hand, (events_by_hand, _)) = observe(|| outside(0, outer, inner, last));
            let (stack, (events, _)) = observe(|| {
                ExitStack::scope(|stack| {
                    for (depth, &halves) in outer.iter().enumerate() {
                        *stack.enter(context(depth, halves))? += 10;
                    }
                    stack.push(|_| Verdict::Handled);
                    for (depth, &halves) in inner.iter().enumerate() {
                        *stack.enter(context(split + depth, halves))? += 10;
                    }
                    body(last)
                })
            });
            assert_eq!(events, events_by_hand, "{case}");
            // By hand, the value of a body is gone with the error of an exit half.
            let stack = stack.map(|ended| {
                let ended = ended.map(drop);
                ended.map_err(|errors| errors.first().downcast_ref::<Code>().cloned())
            });
            let by_hand = by_hand.map(|ended| ended.map(drop).map_err(Some));
            assert_eq!(stack, by_hand, "{case}");
        }
    }
}

fn outside(depth: usize, outer: &[Halves], inner: &[Halves], last: Half) -> Result<u32, Code> {
    match outer.split_first() {
        None => Ok(nested(depth, inner, last).unwrap_or_default()),
        Some((&halves, others)) => context(depth, halves).try_with(|value| {
            *value += 10;
            outside(depth + 1, others, inner, last)
        }),
    }
}

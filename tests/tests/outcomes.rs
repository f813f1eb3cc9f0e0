//! Guards both tables of the design, "how a body can end" and "errors: nothing is lost": every row,
//! for every form that holds a context, against a model written from the tables alone.

#![allow(
    clippy::items_after_statements,
    clippy::similar_names,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use guard_core::{Exit, Guard, Plain, Returns, context_manager, enter, with, yield_point};
use support::lost::losing;
use support::{Log, blow_up, caught, turn, while_unwinding};

/// How the enter half, or the exit half, ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Works,
    Fails,
    Panics,
}

const HALVES: [Half; 3] = [Half::Works, Half::Fails, Half::Panics];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    /// Comes to its end with `Ok`.
    Ends,
    /// Fails: `Err` from a closure, `?` out of a block.
    Fails,
    Panics,
    /// `return` of a good value, from the middle.
    Leaves,
    /// `break` out of the loop around a block; `return` from a closure.
    Breaks,
    /// `continue` with the next round of the loop around a block; `return` from a closure.
    Continues,
}

const BODIES: [Body; 6] = [
    Body::Ends,
    Body::Fails,
    Body::Panics,
    Body::Leaves,
    Body::Breaks,
    Body::Continues,
];

/// What holds the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    With,
    TryWith,
    EnterMacro,
    EnterMacroUnnamed,
    WithMacro,
    /// A [`Guard`] that a careful caller exits: with the body's error, if there is one.
    Guard,
    LocalGuard,
    /// A [`Guard`] that is only dropped.
    DroppedGuard,
    DroppedLocalGuard,
}

const FORMS: [Form; 9] = [
    Form::With,
    Form::TryWith,
    Form::EnterMacro,
    Form::EnterMacroUnnamed,
    Form::WithMacro,
    Form::Guard,
    Form::LocalGuard,
    Form::DroppedGuard,
    Form::DroppedLocalGuard,
];

#[derive(Clone, Copy, Debug)]
struct Case {
    enter: Half,
    body: Body,
    exit: Half,
}

/// The error of the context.
#[derive(Debug, PartialEq, Eq)]
struct ContextError(&'static str);

/// The error of the body, which the context's fits into.
#[derive(Debug, PartialEq, Eq)]
enum BodyError {
    OfBody(u8),
    Context(ContextError),
}

impl From<ContextError> for BodyError {
    fn from(error: ContextError) -> Self {
        BodyError::Context(error)
    }
}

/// What the caller is left with.
type Ending = Result<Result<u32, BodyError>, String>;

const BODY_FAILS: BodyError = BodyError::OfBody(7);
const ENDED: u32 = 1;
const LEFT: u32 = 2;
const BROKE: u32 = 3;

fn half(half: Half, name: &'static str) -> Result<(), ContextError> {
    match half {
        Half::Works => Ok(()),
        Half::Fails => Err(ContextError(name)),
        Half::Panics => blow_up(name),
    }
}

/// What an exit half can find out.
fn seen(exit: Exit<'_>) -> String {
    if let Some(error) = exit.failure() {
        assert!(error.is::<BodyError>() && !error.is::<ContextError>());
        assert_eq!(error.downcast_ref(), Some(&BODY_FAILS));
        assert_eq!(format!("{error:?}"), "OfBody(7)");
    }
    assert_eq!(exit.is_completed(), matches!(exit, Exit::Completed));
    format!("exit: {exit:?}")
}

#[context_manager]
fn fallible(case: Case, log: &Log) -> Result<u32, ContextError> {
    log.note("enter");
    half(case.enter, "enter")?;
    let value = 1;
    let exit = yield_point!(value);
    log.note(seen(exit));
    log.note(format!("value: {value}"));
    half(case.exit, "exit")
}

#[context_manager]
fn plain(case: Case, log: &Log) -> u32 {
    log.note("enter");
    half(case.enter, "enter").unwrap();
    let value = 1;
    let exit = yield_point!(value);
    log.note(seen(exit));
    log.note(format!("value: {value}"));
    half(case.exit, "exit").unwrap();
}

/// What a body of a closure does.
fn body(case: Case, log: &Log, value: &mut u32) -> Result<u32, BodyError> {
    log.note("body");
    *value += 41;
    match case.body {
        Body::Ends => Ok(ENDED),
        Body::Fails => Err(BODY_FAILS),
        Body::Panics => blow_up("body"),
        Body::Leaves => Ok(LEFT),
        Body::Breaks | Body::Continues => Ok(BROKE),
    }
}

/// The body of a block, which leaves the block in the ways that a block can be left.
macro_rules! block_body {
    ($case:expr, $log:expr, $value:expr) => {{
        let result = body($case, $log, $value);
        match $case.body {
            Body::Leaves => return result,
            Body::Breaks => break,
            Body::Continues => continue,
            _ => result?,
        }
    }};
}

/// The forms, for a context that is entered with or without `$question`.
macro_rules! forms {
    ($module:ident, $manager:ident, $returns:ty, [$($question:tt)?], $flatten:expr) => {
        mod $module {
            use super::*;

            pub(super) fn run(form: Form, case: Case, log: &Log) -> Result<u32, BodyError> {
                match form {
                    Form::With => {
                        let result = $manager(case, log).with(|value| body(case, log, value));
                        let flatten: fn(<$returns as Returns>::Wrapped<_>) -> _ = $flatten;
                        flatten(result)
                    }
                    Form::TryWith => {
                        $manager(case, log).try_with(|value| body(case, log, value))
                    }
                    Form::EnterMacro => entered(case, log),
                    Form::EnterMacroUnnamed => entered_unnamed(case, log),
                    Form::WithMacro => block(case, log),
                    Form::Guard => {
                        let mut guard = $manager(case, log).enter() $($question)?;
                        exited!(case, log, guard, [$($question)?])
                    }
                    Form::LocalGuard => {
                        let mut guard = $manager(case, log).enter_local() $($question)?;
                        exited!(case, log, guard, [$($question)?])
                    }
                    Form::DroppedGuard => {
                        let mut guard = $manager(case, log).enter() $($question)?;
                        body(case, log, &mut guard)
                    }
                    Form::DroppedLocalGuard => {
                        let mut guard = $manager(case, log).enter_local() $($question)?;
                        body(case, log, &mut guard)
                    }
                }
            }

            fn entered(case: Case, log: &Log) -> Result<u32, BodyError> {
                for _ in 0..1 {
                    enter!(value = $manager(case, log) $($question)?);
                    let result = block_body!(case, log, value);
                    return Ok(result);
                }
                Ok(BROKE)
            }

            fn entered_unnamed(case: Case, log: &Log) -> Result<u32, BodyError> {
                for _ in 0..1 {
                    enter!(_ = $manager(case, log) $($question)?);
                    let result = block_body!(case, log, &mut 0);
                    return Ok(result);
                }
                Ok(BROKE)
            }

            fn block(case: Case, log: &Log) -> Result<u32, BodyError> {
                for _ in 0..1 {
                    let result = with!(value = $manager(case, log) $($question)? => {
                        block_body!(case, log, value)
                    });
                    return Ok(result);
                }
                Ok(BROKE)
            }
        }
    };
}

/// Runs the body with a guard that is then exited with what the body returned.
macro_rules! exited {
    ($case:ident, $log:ident, $guard:ident, [$($question:tt)?]) => {
        match body($case, $log, &mut $guard) {
            Ok(value) => {
                Guard::exit($guard) $($question)?;
                Ok(value)
            }
            Err(error) => {
                Guard::exit_with($guard, Exit::Failed(&error)) $($question)?;
                Err(error)
            }
        }
    };
}

forms!(of_fallible, fallible, Result<u32, ContextError>, [?], |result| match result {
    Ok(result) => result,
    Err(error) => Err(error.into()),
});
forms!(of_plain, plain, Plain<u32>, [], |result| result);

#[derive(Debug, PartialEq, Eq)]
struct Seen {
    events: Vec<String>,
    ending: Ending,
    /// What was lost, and how the body had ended by what the hook was told.
    lost: Vec<(String, String)>,
}

/// The tables of the design.
fn model(form: Form, case: Case, unwinding: bool) -> Seen {
    let mut seen = Seen {
        events: vec!["enter".to_owned()],
        ending: Ok(Err(ContextError("enter").into())),
        lost: Vec::new(),
    };
    // Enter half returns `Err`: the body never runs, the error is returned.
    match case.enter {
        Half::Fails => return seen,
        Half::Panics => {
            seen.ending = Err("enter".to_owned());
            return seen;
        }
        Half::Works => {}
    }
    seen.events.push("body".to_owned());
    let exit = how_it_ends(form, case.body, unwinding);
    seen.events.push(format!("exit: {exit}"));
    let value = if form == Form::EnterMacroUnnamed {
        1
    } else {
        42
    };
    seen.events.push(format!("value: {value}"));

    seen.ending = match case.body {
        Body::Ends => Ok(Ok(ENDED)),
        Body::Fails => Ok(Err(BODY_FAILS)),
        Body::Panics => Err("body".to_owned()),
        Body::Leaves => Ok(Ok(LEFT)),
        Body::Breaks | Body::Continues => Ok(Ok(BROKE)),
    };
    let body_panicked = case.body == Body::Panics;
    // Somebody asked for this exit, and hears of its failure.
    let asked = !body_panicked && exit != "Dropped";
    match case.exit {
        Half::Works => {}
        Half::Fails => {
            let explicit = matches!(form, Form::Guard | Form::LocalGuard);
            if asked && (exit == "Completed" || explicit) {
                // With `with`, the body's error is a value like any other.
                seen.ending = Ok(Err(ContextError("exit").into()));
            } else {
                seen.lost
                    .push(("error ContextError(\"exit\")".to_owned(), exit));
            }
        }
        Half::Panics => {
            if body_panicked || (unwinding && !asked) {
                seen.lost.push(("panic \"exit\"".to_owned(), exit));
            } else {
                seen.ending = Err("exit".to_owned());
                // The panic goes on where the body's error would have been returned.
                if form == Form::TryWith && case.body == Body::Fails {
                    seen.lost.push(("body OfBody(7)".to_owned(), exit));
                }
            }
        }
    }
    seen
}

fn how_it_ends(form: Form, body: Body, unwinding: bool) -> String {
    let dropped = match form {
        Form::EnterMacro
        | Form::EnterMacroUnnamed
        | Form::DroppedGuard
        | Form::DroppedLocalGuard => true,
        // A careful caller cannot say anything about a panic: the guard is dropped.
        Form::Guard | Form::LocalGuard => body == Body::Panics,
        Form::WithMacro => body != Body::Ends,
        Form::With | Form::TryWith => false,
    };
    let exit = match (body, form) {
        // All there is to be known in a destructor is that there is a panic, and there was one.
        (Body::Panics, _) if dropped && unwinding => "Dropped",
        (Body::Panics, _) => "Panicked",
        _ if dropped => "Dropped",
        (Body::Fails, Form::TryWith | Form::Guard | Form::LocalGuard) => "Failed(OfBody(7))",
        _ => "Completed",
    };
    exit.to_owned()
}

fn observe(log: &Log, run: impl FnOnce() -> Result<u32, BodyError>) -> Seen {
    let (ending, lost) = losing(|| caught(run));
    Seen {
        events: log.take(),
        ending,
        lost: lost
            .into_iter()
            .map(|lost| (lost.loss, lost.exit))
            .collect(),
    }
}

fn cases() -> impl Iterator<Item = Case> {
    HALVES.into_iter().flat_map(|enter| {
        BODIES.into_iter().flat_map(move |body| {
            HALVES
                .into_iter()
                .map(move |exit| Case { enter, body, exit })
        })
    })
}

#[test]
fn every_form_keeps_the_tables_with_a_fallible_context() {
    let log = Log::new();
    for (form, case) in FORMS
        .iter()
        .flat_map(|&form| cases().map(move |case| (form, case)))
    {
        let seen = observe(&log, || of_fallible::run(form, case, &log));
        assert_eq!(seen, model(form, case, false), "{form:?} {case:?}");
    }
}

#[test]
fn every_form_keeps_the_tables_with_a_context_that_cannot_fail() {
    let log = Log::new();
    let fails = |case: &Case| case.enter == Half::Fails || case.exit == Half::Fails;
    for form in FORMS {
        for case in cases().filter(|case| !fails(case)) {
            let seen = observe(&log, || of_plain::run(form, case, &log));
            assert_eq!(seen, model(form, case, false), "{form:?} {case:?}");
        }
    }
}

/// A form used in a destructor that runs because of a panic that has nothing to do with it.
#[test]
fn every_form_keeps_the_tables_while_another_panic_unwinds() {
    let log = Log::new();
    for (form, case) in FORMS
        .iter()
        .flat_map(|&form| cases().map(move |case| (form, case)))
    {
        let seen = while_unwinding(|| observe(&log, || of_fallible::run(form, case, &log)));
        assert_eq!(seen, model(form, case, true), "{form:?} {case:?}");
    }
}

const CASE: Case = Case {
    enter: Half::Works,
    body: Body::Ends,
    exit: Half::Works,
};

#[test]
fn exit_with_tells_every_outcome_that_the_caller_names() {
    let outcomes: [(Exit<'_>, _); 4] = [
        (Exit::Completed, "exit: Completed"),
        (Exit::Failed(&BODY_FAILS), "exit: Failed(OfBody(7))"),
        (Exit::Panicked, "exit: Panicked"),
        (Exit::Dropped, "exit: Dropped"),
    ];
    let log = Log::new();
    for exit_half in [Half::Works, Half::Fails] {
        let case = Case {
            exit: exit_half,
            ..CASE
        };
        let expected = half(exit_half, "exit");
        for (exit, noted) in outcomes {
            let (result, lost) =
                losing(|| Guard::exit_with(fallible(case, &log).enter().unwrap(), exit));
            assert_eq!(result, expected);
            assert_eq!(log.take()[1..], [noted, "value: 1"]);
            assert_eq!(lost, [], "what is returned is not lost");

            let (result, lost) =
                losing(|| Guard::exit_with(fallible(case, &log).enter_local().unwrap(), exit));
            assert_eq!(result, expected);
            assert_eq!(log.take()[1..], [noted, "value: 1"]);
            assert_eq!(lost, []);
        }
    }
}

/// The sign that `try_with` was meant.
#[test]
fn with_does_not_look_into_what_the_body_returns() {
    let log = Log::new();
    let nested: Result<Result<u32, io::Error>, ContextError> =
        fallible(CASE, &log).with(|_| Err(io::Error::other("body")));
    assert!(matches!(nested, Ok(Err(_))));
    assert_eq!(log.take()[1], "exit: Completed");
}

#[test]
fn a_failure_can_be_read_whatever_its_type() {
    #[derive(Debug, PartialEq)]
    struct Local {
        code: u64,
    }

    #[context_manager]
    fn reads(found: &mut Vec<String>) {
        let exit = yield_point!();
        let failure = exit.failure().expect("the body failed");
        found.push(format!("{failure:?}"));
        found.extend(failure.downcast_ref::<Local>().map(|e| e.code.to_string()));
        found.extend(failure.downcast_ref::<String>().cloned());
        found.extend(
            failure
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned()),
        );
        found.extend(
            failure
                .downcast_ref::<io::Error>()
                .map(|error| error.kind().to_string()),
        );
        found.extend(
            failure
                .downcast_ref::<Box<dyn std::error::Error>>()
                .map(ToString::to_string),
        );
    }

    let mut found = Vec::new();
    let result = reads(&mut found).try_with(|()| Err::<(), _>(Local { code: 81 }));
    assert_eq!(result, Err(Local { code: 81 }));
    assert_eq!(found, ["Local { code: 81 }", "81"]);

    found.clear();
    let result = reads(&mut found).try_with(|()| Err::<(), _>("owned".to_owned()));
    assert_eq!(result, Err("owned".to_owned()));
    assert_eq!(found, ["\"owned\"", "owned"]);

    found.clear();
    let result = reads(&mut found).try_with(|()| Err::<(), _>("text"));
    assert_eq!(result, Err("text"));
    assert_eq!(found, ["\"text\"", "text"]);

    found.clear();
    let result =
        reads(&mut found).try_with(|()| Err::<(), _>(io::Error::from(io::ErrorKind::TimedOut)));
    assert_eq!(result.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(found, ["Kind(TimedOut)", "timed out"]);

    found.clear();
    let result: Result<(), Box<dyn std::error::Error>> =
        reads(&mut found).try_with(|()| Err("boxed".into()));
    assert_eq!(result.unwrap_err().to_string(), "boxed");
    assert_eq!(found, ["\"boxed\"", "boxed"]);
}

/// The body's error is returned itself: not a copy, not a conversion.
#[test]
fn the_error_of_the_body_comes_out_untouched() {
    let log = Log::new();
    let error = Box::new(5_u8);
    let address = std::ptr::from_ref(&*error).addr();
    #[derive(Debug)]
    #[expect(dead_code, reason = "it is held")]
    enum Boxed {
        Body(Box<u8>),
        Context(ContextError),
    }
    impl From<ContextError> for Boxed {
        fn from(error: ContextError) -> Self {
            Boxed::Context(error)
        }
    }
    #[context_manager]
    fn fails_to_exit(log: &Log) -> Result<(), ContextError> {
        let exit = yield_point!();
        log.note(format!("{exit:?}"));
        half(Half::Fails, "exit")
    }
    let (result, lost) =
        losing(|| fails_to_exit(&log).try_with(|()| Err::<(), _>(Boxed::Body(error))));
    let Err(Boxed::Body(error)) = result else {
        panic!("not the body's error")
    };
    assert_eq!(std::ptr::from_ref(&*error).addr(), address);
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].loss, "error ContextError(\"exit\")");
    assert_eq!(lost[0].exit, "Failed(Body(5))", "a rendering of the body's");
    assert!(lost[0].line.contains("Body(5)") && lost[0].line.contains("ContextError(\"exit\")"));
}

#[test]
fn several_contexts_of_a_block_exit_from_right_to_left() {
    fn run(first: Case, second: Case, log: &Log) -> Result<u32, BodyError> {
        let result = with!(a = fallible(first, log)?, b = fallible(second, log)? => {
            *a += 1;
            *b += 2;
            body(first, log, &mut 0)?
        });
        Ok(result)
    }
    let log = Log::new();

    assert_eq!(run(CASE, CASE, &log), Ok(ENDED));
    let both = ["enter", "enter", "body"];
    assert_eq!(log.take()[..3], both);

    // The right one fails to exit: the left one is left early, and there is one error to return.
    let fails = Case {
        exit: Half::Fails,
        ..CASE
    };
    let (result, lost) = losing(|| run(CASE, fails, &log));
    assert_eq!(result, Err(ContextError("exit").into()));
    assert_eq!(
        log.take()[3..],
        ["exit: Completed", "value: 3", "exit: Dropped", "value: 2"]
    );
    assert_eq!(lost, []);

    // Both fail to exit: the one on the left has nobody left to return to.
    let (result, lost) = losing(|| run(fails, fails, &log));
    assert_eq!(result, Err(ContextError("exit").into()));
    log.take();
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].exit, "Dropped");

    // The right one cannot be entered: the left one is exited.
    let cannot = Case {
        enter: Half::Fails,
        ..CASE
    };
    assert_eq!(run(CASE, cannot, &log), Err(ContextError("enter").into()));
    assert_eq!(log.take(), ["enter", "enter", "exit: Dropped", "value: 1"]);

    // The left one cannot: the right one is not even called.
    assert_eq!(run(cannot, CASE, &log), Err(ContextError("enter").into()));
    assert_eq!(log.take(), ["enter"]);
}

#[test]
fn a_loop_enters_and_exits_once_in_each_round() {
    let log = Log::new();
    let mut sum = 0;
    for round in 0..4 {
        enter!(value = plain(CASE, &log));
        *value += round;
        if round == 1 {
            continue;
        }
        sum += *value;
        if round == 2 {
            break;
        }
    }
    assert_eq!(sum, 1 + 3);
    let round = |value: u32| {
        [
            "enter".to_owned(),
            "exit: Dropped".to_owned(),
            format!("value: {value}"),
        ]
    };
    assert_eq!(log.take(), [round(1), round(2), round(3)].concat());
}

#[test]
fn a_labelled_break_leaves_all_the_blocks_that_it_crosses() {
    let log = Log::new();
    let found = 'search: {
        for round in 0..3 {
            with!(outer = plain(CASE, &log), inner = plain(CASE, &log) => {
                *outer += 10;
                *inner += round;
                if round == 1 {
                    break 'search Some(*inner);
                }
            });
        }
        None
    };
    assert_eq!(found, Some(2));
    assert_eq!(
        log.take(),
        [
            "enter",
            "enter",
            "exit: Completed",
            "value: 1",
            "exit: Completed",
            "value: 11",
            "enter",
            "enter",
            "exit: Dropped",
            "value: 2",
            "exit: Dropped",
            "value: 11",
        ]
    );
}

/// A future that is dropped in mid-body, which is how async code is cancelled.
#[test]
fn a_cancelled_future_exits_as_dropped() {
    async fn entered(log: &Log) -> Result<u32, BodyError> {
        enter!(value = fallible(CASE, log)?);
        *value = 5;
        turn().await;
        Ok(*value)
    }
    async fn block(log: &Log) -> Result<u32, BodyError> {
        let value = with!(value = fallible(CASE, log)? => {
            *value = 5;
            turn().await;
            *value
        });
        Ok(value)
    }
    async fn guarded(log: &Log) -> Result<u32, BodyError> {
        let mut value = fallible(CASE, log).enter()?;
        *value = 5;
        turn().await;
        let result = *value;
        Guard::exit(value)?;
        Ok(result)
    }

    fn check(
        log: &Log,
        future: impl Future<Output = Result<u32, BodyError>>,
        exit: &str,
        polls: u8,
    ) {
        {
            let mut future = pin!(future);
            let mut poller = Context::from_waker(Waker::noop());
            for poll in 1..=polls {
                let polled = future.as_mut().poll(&mut poller);
                if poll == 2 {
                    assert_eq!(polled, Poll::Ready(Ok(5)));
                } else {
                    assert_eq!(polled, Poll::Pending);
                }
            }
        }
        let events = log.take();
        if polls == 0 {
            assert_eq!(events, [""; 0]);
        } else {
            assert_eq!(events, ["enter", exit, "value: 5"]);
        }
    }

    let log = Log::new();
    for polls in 0..=2 {
        check(&log, entered(&log), "exit: Dropped", polls);
        let completed = if polls == 2 {
            "exit: Completed"
        } else {
            "exit: Dropped"
        };
        check(&log, block(&log), completed, polls);
        check(&log, guarded(&log), completed, polls);
    }
}

/// `with!` gives the value of its block, and takes any expression that leads out of it.
#[test]
fn a_block_is_an_expression() {
    let log = Log::new();
    let text: String = with!(value = plain(CASE, &log) => { format!("{value}") });
    assert_eq!(text, "1");
    let sum = with!(a = plain(CASE, &log), _ = plain(CASE, &log) => *a + 1);
    assert_eq!(sum, 2);
    #[allow(
        unreachable_code,
        reason = "not to be warned of in the macro's own code"
    )]
    fn never(log: &Log) -> u32 {
        with!(value = plain(CASE, log) => { return *value + 1 })
    }
    log.take();
    assert_eq!(never(&log), 2);
    assert_eq!(log.take(), ["enter", "exit: Dropped", "value: 1"]);
}

//! Guards both tables of the design, "how a body can end" and "errors: nothing is lost", for async
//! contexts: every row, for every form and every kind of context, against a model written from the
//! tables alone.

mod support;

use std::cell::RefCell;

use guard_core::{
    AsyncBody, AsyncContext, AsyncContextManager, AsyncExit, AsyncGuard, Either, Exit, Plain,
    Returns, context_manager, yield_point,
};
use support::driven::{Later, run};
use support::lost::{losing, outcome};
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
    Ends,
    Fails,
    Panics,
}

const BODIES: [Body; 3] = [Body::Ends, Body::Fails, Body::Panics];

/// What holds the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    With,
    TryWith,
    /// A guard that a careful caller exits: with the body's error, if there is one.
    Guard,
    LocalGuard,
    DroppedGuard,
    DroppedLocalGuard,
}

const FORMS: [Form; 6] = [
    Form::With,
    Form::TryWith,
    Form::Guard,
    Form::LocalGuard,
    Form::DroppedGuard,
    Form::DroppedLocalGuard,
];

/// What the context is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Async,
    FinishedByMethod,
    FinishedByAttribute,
    /// Finished by both, of which the outer one has nothing to do.
    FinishedTwice,
    Synchronous,
    SynchronousFinished,
    Left,
    Right,
    /// `map_err`, or `fallible`.
    Converted,
    ConvertedFinished,
    FinishedConverted,
    Optional,
    OptionalFinished,
    OptionalSynchronous,
}

const KINDS: [Kind; 14] = [
    Kind::Async,
    Kind::FinishedByMethod,
    Kind::FinishedByAttribute,
    Kind::FinishedTwice,
    Kind::Synchronous,
    Kind::SynchronousFinished,
    Kind::Left,
    Kind::Right,
    Kind::Converted,
    Kind::ConvertedFinished,
    Kind::FinishedConverted,
    Kind::Optional,
    Kind::OptionalFinished,
    Kind::OptionalSynchronous,
];

impl Kind {
    /// What becomes of the exit half when the guard is dropped.
    fn when_dropped(self) -> WhenDropped {
        match self {
            Kind::Async | Kind::Left | Kind::Converted | Kind::Optional => WhenDropped::Reported,
            Kind::Synchronous | Kind::OptionalSynchronous => WhenDropped::Runs,
            _ => WhenDropped::RunsLater,
        }
    }

    /// Such a context lends another type than it has, and has no guards.
    fn is_optional(self) -> bool {
        matches!(
            self,
            Kind::Optional | Kind::OptionalFinished | Kind::OptionalSynchronous
        )
    }

    fn is_converted(self) -> bool {
        matches!(
            self,
            Kind::Converted | Kind::ConvertedFinished | Kind::FinishedConverted
        )
    }
}

enum WhenDropped {
    Reported,
    Runs,
    RunsLater,
}

#[derive(Clone, Copy, Debug)]
struct Case {
    enter: Half,
    body: Body,
    exit: Half,
    /// How often each part waits before and after what it does.
    turns: u8,
}

impl Case {
    async fn wait(self) {
        for _ in 0..self.turns {
            turn().await;
        }
    }
}

/// The error of the context.
#[derive(Debug, PartialEq, Eq)]
struct ContextError(&'static str);

/// What the contexts with `map_err` make of it.
fn converted(ContextError(name): ContextError) -> ContextError {
    ContextError(match name {
        "enter" => "converted enter",
        "exit" => "converted exit",
        other => other,
    })
}

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

const BODY_FAILS: BodyError = BodyError::OfBody(7);
const ENDED: u32 = 1;

fn half(half: Half, name: &'static str) -> Result<(), ContextError> {
    match half {
        Half::Works => Ok(()),
        Half::Fails => Err(ContextError(name)),
        Half::Panics => blow_up(name),
    }
}

/// What an exit half can find out.
fn seen(exit: AsyncExit<'_>) -> String {
    if let Some(error) = exit.failure() {
        assert!(error.is::<BodyError>() && !error.is::<ContextError>());
        assert_eq!(error.downcast_ref(), Some(&BODY_FAILS));
    }
    seen_by_any(exit.into())
}

fn seen_by_any(exit: Exit<'_>) -> String {
    assert_eq!(exit.is_completed(), matches!(exit, Exit::Completed));
    format!("exit: {}", outcome(exit))
}

thread_local! {
    static LATER: RefCell<Later> = RefCell::default();
}

/// The executor of this thread, to which exit halves go that are finished.
fn later() -> Later {
    LATER.with_borrow(Later::clone)
}

/// The contexts, which differ only in their first lines.
macro_rules! managers {
    ($([$($attribute:tt)*] [$($kind:tt)*] $fallible:ident $plain:ident: |$exit:ident| $seen:expr;)*) => {$(
        #[context_manager $($attribute)*]
        $($kind)* fn $fallible(case: Case, log: Log) -> Result<u32, ContextError> {
            log.note("enter");
            waits!([$($kind)*] case);
            half(case.enter, "enter")?;
            let value = 1;
            waits!([$($kind)*] case);
            let $exit = yield_point!(value);
            log.note($seen);
            waits!([$($kind)*] case);
            log.note(format!("value: {value}"));
            half(case.exit, "exit")
        }

        #[context_manager $($attribute)*]
        $($kind)* fn $plain(case: Case, log: Log) -> u32 {
            log.note("enter");
            waits!([$($kind)*] case);
            half(case.enter, "enter").unwrap();
            let value = 1;
            let $exit = yield_point!(value);
            log.note($seen);
            waits!([$($kind)*] case);
            log.note(format!("value: {value}"));
            half(case.exit, "exit").unwrap();
        }
    )*};
}

macro_rules! waits {
    ([async] $case:ident) => {
        $case.wait().await
    };
    ([] $case:ident) => {};
}

managers! {
    [] [async] fallible plain: |exit| seen(exit);
    [(finish_on = later())] [async] finished finished_plain: |exit| seen(exit);
    [] [] synchronous synchronous_plain: |exit| seen_by_any(exit);
}

async fn body(case: Case, log: &Log, value: &mut u32) -> Result<u32, BodyError> {
    log.note("body");
    case.wait().await;
    *value += 41;
    match case.body {
        Body::Ends => Ok(ENDED),
        Body::Fails => Err(BODY_FAILS),
        Body::Panics => blow_up("body"),
    }
}

type Ending = Result<u32, BodyError>;

/// Runs the body in `$form`, with what was entered with or without `$question`.
macro_rules! forms {
    ($name:ident, $returns:ty, [$($question:tt)?], $flatten:expr) => {
        async fn $name<B>(context: AsyncContext<$returns, B>, form: Form, case: Case, log: &Log) -> Ending
        where
            B: AsyncBody<Returns = $returns, Frame: Send>,
        {
            match form {
                Form::With => {
                    let result = context.with(async |value| body(case, log, value).await).await;
                    let flatten: fn(<$returns as Returns>::Wrapped<_>) -> _ = $flatten;
                    flatten(result)
                }
                Form::TryWith => {
                    context.try_with(async |value| body(case, log, value).await).await
                }
                Form::Guard => {
                    let mut guard = context.enter().await $($question)?;
                    exited!(case, log, guard, [$($question)?])
                }
                Form::LocalGuard => {
                    let mut guard = context.enter_local().await $($question)?;
                    exited!(case, log, guard, [$($question)?])
                }
                Form::DroppedGuard => {
                    let mut guard = context.enter().await $($question)?;
                    body(case, log, &mut guard).await
                }
                Form::DroppedLocalGuard => {
                    let mut guard = context.enter_local().await $($question)?;
                    body(case, log, &mut guard).await
                }
            }
        }
    };
}

/// Runs the body with a guard that is then exited with what the body returned.
macro_rules! exited {
    ($case:ident, $log:ident, $guard:ident, [$($question:tt)?]) => {
        match body($case, $log, &mut $guard).await {
            Ok(value) => {
                AsyncGuard::exit($guard).await $($question)?;
                Ok(value)
            }
            Err(error) => {
                AsyncGuard::exit_with($guard, Exit::Failed(&error)).await $($question)?;
                Err(error)
            }
        }
    };
}

forms!(fallible_forms, Result<u32, ContextError>, [?], |result| match result {
    Ok(result) => result,
    Err(error) => Err(error.into()),
});
forms!(plain_forms, Plain<u32>, [], |result| result);

/// A slice is lent, and there is no guard.
macro_rules! optional_forms {
    ($name:ident, $returns:ty, $flatten:expr) => {
        async fn $name<C>(context: C, form: Form, case: Case, log: &Log) -> Ending
        where
            C: AsyncContextManager<Value = u32, Returns = $returns>,
        {
            let context = Some(context);
            match form {
                Form::With => {
                    let result = context
                        .with(async |value| body(case, log, &mut value[0]).await)
                        .await;
                    let flatten: fn(<$returns as Returns>::Wrapped<_>) -> _ = $flatten;
                    flatten(result)
                }
                Form::TryWith => {
                    context
                        .try_with(async |value| body(case, log, &mut value[0]).await)
                        .await
                }
                _ => unreachable!("an optional context has no guard"),
            }
        }
    };
}

optional_forms!(optional_fallible_forms, Result<u32, ContextError>, |result| match result {
    Ok(result) => result,
    Err(error) => Err(error.into()),
});
optional_forms!(optional_plain_forms, Plain<u32>, |result| result);

fn left<A, B>(this: A, _that: B) -> Either<A, B> {
    Either::Left(this)
}

fn right<A, B>(_this: A, that: B) -> Either<A, B> {
    Either::Right(that)
}

/// All kinds, of contexts that are fallible or that are not.
macro_rules! kinds {
    (
        $name:ident: $any:ident $finished:ident $sync:ident, $forms:ident $optional:ident,
        |$context:ident| $converted:expr
    ) => {
        async fn $name(kind: Kind, form: Form, case: Case, log: &Log) -> Ending {
            let any = $any(case, log.clone());
            let finished = $finished(case, log.clone());
            let sync = $sync(case, log.clone());
            match kind {
                Kind::Async => $forms(any, form, case, log).await,
                Kind::FinishedByMethod => $forms(any.finish_on(later()), form, case, log).await,
                Kind::FinishedByAttribute => $forms(finished, form, case, log).await,
                Kind::FinishedTwice => $forms(finished.finish_on(later()), form, case, log).await,
                Kind::Synchronous => $forms(sync.into_async_context(), form, case, log).await,
                Kind::SynchronousFinished => {
                    let sync = sync.into_async_context().finish_on(later());
                    $forms(sync, form, case, log).await
                }
                Kind::Left => {
                    let either = left(any, sync).into_async_context();
                    $forms(either, form, case, log).await
                }
                Kind::Right => {
                    let either = right(any, finished).into_async_context();
                    $forms(either, form, case, log).await
                }
                Kind::Converted => {
                    let $context = any;
                    fallible_forms($converted, form, case, log).await
                }
                Kind::ConvertedFinished => {
                    let $context = any;
                    fallible_forms($converted.finish_on(later()), form, case, log).await
                }
                Kind::FinishedConverted => {
                    let $context = finished;
                    fallible_forms($converted, form, case, log).await
                }
                Kind::Optional => $optional(any, form, case, log).await,
                Kind::OptionalFinished => $optional(finished, form, case, log).await,
                Kind::OptionalSynchronous => $optional(sync, form, case, log).await,
            }
        }
    };
}

kinds! {
    run_fallible: fallible finished synchronous, fallible_forms optional_fallible_forms,
    |context| context.map_err(converted)
}
kinds! {
    run_plain: plain finished_plain synchronous_plain, plain_forms optional_plain_forms,
    |context| context.fallible::<ContextError>()
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    events: Vec<String>,
    /// What happens on the executor, when it gets to it.
    later: Vec<String>,
    ending: Option<Result<Ending, String>>,
    /// What was lost, and how the body had ended by what the hook was told.
    lost: Vec<(String, String)>,
}

/// The tables of the design.
fn model(kind: Kind, form: Form, case: Case, unwinding: bool) -> Seen {
    let error = |name| {
        let error = ContextError(name);
        if kind.is_converted() {
            converted(error)
        } else {
            error
        }
    };
    let mut seen = Seen::default();
    seen.events.push("enter".to_owned());
    // Enter half returns `Err`: the body never runs, the error is returned.
    seen.ending = Some(match (case.enter, case.body) {
        (Half::Fails, _) => Ok(Err(error("enter").into())),
        (Half::Panics, _) => Err("enter".to_owned()),
        (Half::Works, Body::Ends) => Ok(Ok(ENDED)),
        (Half::Works, Body::Fails) => Ok(Err(BODY_FAILS)),
        (Half::Works, Body::Panics) => Err("body".to_owned()),
    });
    if case.enter != Half::Works {
        return seen;
    }
    seen.events.push("body".to_owned());

    let exit = how_it_ends(form, case.body);
    let asked = exit != "Dropped";
    let half = [format!("exit: {exit}"), "value: 42".to_owned()];
    match kind.when_dropped() {
        WhenDropped::Reported if !asked => {
            seen.lost.push(("unfinished".to_owned(), exit.to_owned()));
            return seen;
        }
        WhenDropped::RunsLater if !asked => seen.later.extend(half),
        _ => seen.events.extend(half),
    }
    // Where a panic unwinds, another one may not, and an executor gets none.
    let contained = case.body == Body::Panics
        || !asked && (unwinding || matches!(kind.when_dropped(), WhenDropped::RunsLater));
    match case.exit {
        Half::Works => {}
        // With `with`, the body's error is a value like any other; and who names an outcome to a
        // guard gets what its exit half returns.
        Half::Fails if exit == "Completed" || asked && form != Form::TryWith && !contained => {
            seen.ending = Some(Ok(Err(error("exit").into())));
        }
        // What was given away is what the conversion was of.
        Half::Fails if kind == Kind::FinishedConverted && !asked => {
            let error = ContextError("exit");
            seen.lost
                .push((format!("error {error:?}"), exit.to_owned()));
        }
        Half::Fails => {
            let error = error("exit");
            seen.lost
                .push((format!("error {error:?}"), exit.to_owned()));
        }
        Half::Panics if contained => {
            seen.lost
                .push(("panic \"exit\"".to_owned(), exit.to_owned()));
        }
        Half::Panics => {
            seen.ending = Some(Err("exit".to_owned()));
            // The panic goes on where the body's error would have been returned; who has named an
            // error to a guard has it still.
            if exit.starts_with("Failed") && form == Form::TryWith {
                seen.lost
                    .push(("body OfBody(7)".to_owned(), exit.to_owned()));
            }
        }
    }
    seen
}

fn how_it_ends(form: Form, body: Body) -> &'static str {
    match (form, body) {
        // A careful caller cannot say anything about a panic: the guard is dropped.
        (Form::DroppedGuard | Form::DroppedLocalGuard, _)
        | (Form::Guard | Form::LocalGuard, Body::Panics) => "Dropped",
        (_, Body::Panics) => "Panicked",
        (Form::With, _) | (_, Body::Ends) => "Completed",
        (_, Body::Fails) => "Failed(OfBody(7))",
    }
}

fn observe(log: &Log, ended: impl FnOnce() -> Ending) -> Seen {
    let mut seen = Seen::default();
    let ((), lost) = losing(|| {
        seen.ending = Some(caught(ended));
        seen.events = log.take();
        later().run();
        seen.later = log.take();
    });
    seen.lost = lost
        .into_iter()
        .map(|lost| (lost.loss, lost.exit))
        .collect();
    seen
}

/// All there is to be tried, but for optional contexts as guards.
fn cases() -> impl Iterator<Item = (Kind, Form, Case)> {
    let mut cases = Vec::new();
    for kind in KINDS {
        for form in FORMS {
            if kind.is_optional() && !matches!(form, Form::With | Form::TryWith) {
                continue;
            }
            for (enter, exit) in HALVES
                .iter()
                .flat_map(|&half| HALVES.map(|exit| (half, exit)))
            {
                for (body, turns) in BODIES.iter().flat_map(|&body| [(body, 0), (body, 2)]) {
                    let case = Case {
                        enter,
                        body,
                        exit,
                        turns,
                    };
                    cases.push((kind, form, case));
                }
            }
        }
    }
    cases.into_iter()
}

#[test]
fn every_form_keeps_the_tables_with_a_fallible_context() {
    let log = Log::new();
    for (kind, form, case) in cases() {
        let seen = observe(&log, || run(run_fallible(kind, form, case, &log)));
        assert_eq!(
            seen,
            model(kind, form, case, false),
            "{kind:?} {form:?} {case:?}"
        );
    }
}

#[test]
fn every_form_keeps_the_tables_with_a_context_that_cannot_fail() {
    let log = Log::new();
    let fails = |case: &Case| case.enter == Half::Fails || case.exit == Half::Fails;
    for (kind, form, case) in cases().filter(|(.., case)| !fails(case)) {
        let seen = observe(&log, || run(run_plain(kind, form, case, &log)));
        assert_eq!(
            seen,
            model(kind, form, case, false),
            "{kind:?} {form:?} {case:?}"
        );
    }
}

/// A form used in a destructor that runs because of a panic that has nothing to do with it.
#[test]
fn every_form_keeps_the_tables_while_another_panic_unwinds() {
    let log = Log::new();
    for (kind, form, case) in cases() {
        let seen = while_unwinding(|| observe(&log, || run(run_fallible(kind, form, case, &log))));
        assert_eq!(
            seen,
            model(kind, form, case, true),
            "{kind:?} {form:?} {case:?}"
        );
    }
}

const CASE: Case = Case {
    enter: Half::Works,
    body: Body::Ends,
    exit: Half::Works,
    turns: 1,
};

#[test]
fn exit_with_tells_every_outcome_that_the_caller_names() {
    let outcomes: [(AsyncExit<'_>, &str); 4] = [
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
        for (exit, noted) in outcomes {
            for finishes in [false, true] {
                let (result, lost) = losing(|| {
                    run(async {
                        if finishes {
                            let guard = finished(case, log.clone()).enter().await.unwrap();
                            AsyncGuard::exit_with(guard, exit).await
                        } else {
                            let guard = fallible(case, log.clone()).enter_local().await.unwrap();
                            AsyncGuard::exit_with(guard, exit).await
                        }
                    })
                });
                assert_eq!(result, half(exit_half, "exit"));
                assert_eq!(log.take()[1..], [noted, "value: 1"]);
                assert_eq!(lost, [], "what is returned is not lost");
                assert_eq!(later().run(), 0);
            }
        }
    }
}

/// The sign that `try_with` was meant.
#[test]
fn with_does_not_look_into_what_the_body_returns() {
    let log = Log::new();
    let nested: Result<Result<u32, String>, ContextError> =
        run(fallible(CASE, log.clone()).with(async |_| Err("body".to_owned())));
    assert_eq!(nested, Ok(Err("body".to_owned())));
    assert_eq!(log.take()[1], "exit: Completed");
}

/// The body's error is returned itself: not a copy, not a conversion. Also when the exit half has a
/// part in it, so that it could go on elsewhere.
#[test]
fn the_error_of_the_body_comes_out_untouched() {
    #[derive(Debug)]
    enum Boxed {
        Body(Box<u8>),
        #[expect(dead_code, reason = "it is held")]
        Context(ContextError),
    }
    impl From<ContextError> for Boxed {
        fn from(error: ContextError) -> Self {
            Boxed::Context(error)
        }
    }
    #[context_manager]
    async fn fails_to_exit() -> Result<(), ContextError> {
        let exit = yield_point!();
        turn().await;
        let error: Option<&Boxed> = exit.failure().and_then(|error| error.downcast_ref());
        assert!(matches!(error, Some(Boxed::Body(_))));
        half(Half::Fails, "exit")
    }
    for finishes in [false, true] {
        let error = Box::new(5_u8);
        let address = std::ptr::from_ref(&*error).addr();
        let body = async |(): &mut ()| Err::<(), _>(Boxed::Body(error));
        let (result, lost) = losing(|| {
            if finishes {
                run(fails_to_exit().finish_on(later()).try_with(body))
            } else {
                run(fails_to_exit().try_with(body))
            }
        });
        let Err(Boxed::Body(error)) = result else {
            panic!("not the body's error")
        };
        assert_eq!(std::ptr::from_ref(&*error).addr(), address);
        assert_eq!(lost.len(), 1);
        assert_eq!(lost[0].loss, "error ContextError(\"exit\")");
        assert_eq!(lost[0].exit, "Failed(Body(5))", "a rendering of the body's");
        assert!(lost[0].context.ends_with("::fails_to_exit"), "{lost:?}");
    }
}

#[test]
fn no_context_at_all_lends_nothing_and_has_nothing_to_exit() {
    let log = Log::new();
    let none = || Some(fallible(CASE, log.clone())).filter(|_| false);
    let run_it = |fails| {
        run(none().try_with(async |lent| {
            assert!(lent.is_empty());
            turn().await;
            if fails { Err(BODY_FAILS) } else { Ok(ENDED) }
        }))
    };
    let (results, lost) = losing(|| [run_it(false), run_it(true)]);
    assert_eq!(results, [Ok(ENDED), Err(BODY_FAILS)]);
    let panicked = caught(|| run(none().with(async |_| blow_up("body"))));
    assert_eq!(
        panicked.map(|result| result.map(|()| 0)),
        Err("body".to_owned())
    );
    assert_eq!((lost, log.take()), (vec![], vec![]));
}

/// Contexts within each other, each with its own error and its own idea of how the body has ended.
#[test]
fn an_exit_error_of_the_inner_context_is_the_error_of_the_outer_ones_body() {
    #[context_manager]
    async fn outer(log: Log, exit_half: Half) -> Result<u32, BodyError> {
        turn().await;
        log.note("outer");
        let lent = 1;
        let exit = yield_point!(lent);
        log.note(format!("outer {}", outcome(exit.into())));
        turn().await;
        Ok(half(exit_half, "outer")?)
    }
    async fn both(log: &Log, inner: Case, exit_half: Half) -> Ending {
        outer(log.clone(), exit_half)
            .try_with(async |n| {
                fallible(inner, log.clone())
                    .try_with(async |m| {
                        *n += *m;
                        body(inner, log, m).await
                    })
                    .await
            })
            .await
    }
    let log = Log::new();
    let fails = Case {
        exit: Half::Fails,
        ..CASE
    };
    let (ending, lost) = losing(|| run(both(&log, fails, Half::Works)));
    assert_eq!(ending, Err(ContextError("exit").into()));
    let told = "outer Failed(Context(ContextError(\"exit\")))";
    assert_eq!(
        (log.take().last().unwrap(), lost),
        (&told.to_owned(), vec![])
    );

    let (ending, lost) = losing(|| run(both(&log, fails, Half::Fails)));
    assert_eq!(ending, Err(ContextError("exit").into()));
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].exit, told["outer ".len()..]);
    log.take();

    // A panic passes through both exit halves, which are awaited.
    let panics = Case {
        body: Body::Panics,
        ..CASE
    };
    let (ending, lost) = losing(|| caught(|| run(both(&log, panics, Half::Panics))));
    assert_eq!(ending, Err("body".to_owned()));
    assert_eq!(
        log.take(),
        [
            "outer",
            "enter",
            "body",
            "exit: Panicked",
            "value: 42",
            "outer Panicked"
        ]
    );
    assert_eq!(lost.len(), 1);
    assert_eq!(
        (&*lost[0].loss, &*lost[0].exit),
        ("panic \"outer\"", "Panicked")
    );
}

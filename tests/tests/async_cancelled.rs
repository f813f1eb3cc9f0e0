//! Guards what becomes of an async context whose future is dropped, wherever that stands: what it
//! holds is dropped once and in order, and its exit half runs to its end or is reported, as is what
//! the body had in hand.

mod support;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures::channel::oneshot;
use guard_core::{
    AsyncBody, AsyncContext, AsyncContextManager, AsyncExit, AsyncGuard, Either, Exit, ExitHalf,
    Plain, context_manager, yield_point,
};
use support::driven::{Driven, Later, run};
use support::lost::{Lost, hooked, losing, record, take_of};
use support::{Log, Noisy, blow_up, caught, turn, while_unwinding};
use tokio::sync::{Notify, Semaphore};

/// How often the enter half waits, and the body, and the exit half.
const WAITS: usize = 3;

/// What a context and its body go by.
#[derive(Clone)]
struct Script {
    log: Log,
    stop: Option<Arc<Stop>>,
}

/// A wait in which whoever comes there is kept until the gate is opened.
struct Stop {
    at: usize,
    passed: AtomicUsize,
    arrived: Notify,
    gate: Semaphore,
}

impl Script {
    fn new(log: &Log) -> Self {
        let log = log.clone();
        Script { log, stop: None }
    }

    async fn waits(&self) {
        for _ in 0..WAITS {
            match &self.stop {
                Some(stop) if stop.passed.fetch_add(1, Ordering::SeqCst) == stop.at => {
                    stop.arrived.notify_one();
                    drop(stop.gate.acquire().await);
                }
                _ => turn().await,
            }
        }
    }
}

/// An argument, which is the last to be dropped.
struct Argument {
    _noisy: Noisy,
    /// For others to wait for that.
    _gone: Option<oneshot::Sender<()>>,
}

impl Argument {
    fn new(log: &Log) -> Self {
        Argument {
            _noisy: log.noisy("argument"),
            _gone: None,
        }
    }
}

/// The same context by two names, of which one is finished. Each test has its own, so that what is
/// lost on other threads can be told apart.
macro_rules! contexts {
    ($($module:ident: $executor:expr;)*) => {$(
        mod $module {
            use super::*;
            contexts!(@ [] plain);
            contexts!(@ [(finish_on = $executor)] finished);
        }
    )*};
    (@ [$($attribute:tt)*] $name:ident) => {
        #[context_manager $($attribute)*]
        pub(super) async fn $name(script: Script, _argument: Argument) -> Noisy {
            let log = &script.log;
            let _a = log.noisy("a");
            script.waits().await;
            let _b = log.noisy("b");
            let value = log.noisy("value");
            let exit = yield_point!(value);
            let _c = log.noisy("c");
            log.note(format!("exit {exit:?}"));
            script.waits().await;
            // The error is there to the end.
            log.note(format!("exited {exit:?}"));
        }
    };
}

contexts! {
    by_hand: later();
    in_a_panic: later();
    on_threads: tokio::runtime::Handle::current();
    on_one_thread: tokio::runtime::Handle::current();
    on_smol: |half| smol::spawn(half).detach();
    shut_down: tokio::runtime::Handle::current();
}

thread_local! {
    static LATER: Later = Later::default();
}

/// The executor of this thread.
fn later() -> Later {
    LATER.with(Later::clone)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    With,
    TryWith,
    /// `try_with` with a body that fails.
    Fails,
    Panics,
    Exit,
    ExitWithFailed,
    ExitWithPanicked,
    DroppedGuard,
}

const FORMS: [Form; 8] = [
    Form::With,
    Form::TryWith,
    Form::Fails,
    Form::Panics,
    Form::Exit,
    Form::ExitWithFailed,
    Form::ExitWithPanicked,
    Form::DroppedGuard,
];

async fn body(script: &Script, value: &mut Noisy) -> Noisy {
    let _body = script.log.noisy("body");
    value.name.push('!');
    script.waits().await;
    script.log.noisy("result")
}

/// Runs `context` in its form, with `script` for its body.
async fn runs<B>(form: Form, context: AsyncContext<Plain<Noisy>, B>, script: Script)
where
    B: AsyncBody<Returns = Plain<Noisy>, Frame: Send>,
{
    let script = &script;
    let error = || script.log.noisy("error");
    match form {
        Form::With => {
            let _result = context.with(async |value| body(script, value).await).await;
        }
        Form::TryWith => {
            let _result = context
                .try_with(async |value| Ok::<_, Noisy>(body(script, value).await))
                .await;
        }
        Form::Fails => {
            let _error = context
                .try_with(async |value| {
                    drop(body(script, value).await);
                    Err::<(), _>(error())
                })
                .await;
        }
        Form::Panics => {
            context
                .with(async |value| {
                    drop(body(script, value).await);
                    blow_up("body");
                })
                .await;
        }
        Form::Exit => {
            let mut guard = context.enter().await;
            let _result = body(script, &mut guard).await;
            AsyncGuard::exit(guard).await;
        }
        Form::ExitWithFailed => {
            let mut guard = context.enter().await;
            drop(body(script, &mut guard).await);
            let error = error();
            AsyncGuard::exit_with(guard, Exit::Failed(&error)).await;
        }
        Form::ExitWithPanicked => {
            let mut guard = context.enter().await;
            drop(body(script, &mut guard).await);
            AsyncGuard::exit_with(guard, Exit::Panicked).await;
        }
        Form::DroppedGuard => {
            let mut guard = context.enter().await;
            drop(body(script, &mut guard).await);
            drop(guard);
        }
    }
}

/// What happens when the future is dropped.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    events: Vec<String>,
    /// What happens on the executor.
    later: Vec<String>,
    /// What was lost, and how the body had ended by what the hook was told.
    lost: Vec<(String, String)>,
}

fn names(lost: &[Lost]) -> Vec<(String, String)> {
    lost.iter()
        .map(|lost| (lost.loss.clone(), lost.exit.clone()))
        .collect()
}

/// By the tables of the design and of `AsyncContext`: a future that is dropped after `polls`, and
/// what it has given to its executor, if it `finishes`, after `later` polls.
fn model(form: Form, finishes: bool, polls: usize, later: usize) -> Seen {
    let mut seen = Seen::default();
    let note = |events: &mut Vec<String>, list: &[&str]| {
        events.extend(list.iter().map(|&event| event.to_owned()));
    };
    let locals = ["drop value!", "drop b", "drop a", "drop argument"];
    let told = match form {
        Form::With | Form::TryWith | Form::Exit => "Completed",
        Form::Fails | Form::ExitWithFailed => "Failed(error)",
        Form::Panics | Form::ExitWithPanicked => "Panicked",
        Form::DroppedGuard => "Dropped",
    };
    let (exit, exited) = (format!("exit {told}"), format!("exited {told}"));

    // Cancelled before the first poll, and in the enter half.
    if polls == 0 {
        note(&mut seen.events, &["drop argument"]);
        return seen;
    }
    if polls <= WAITS {
        note(&mut seen.events, &["drop a", "drop argument"]);
        return seen;
    }
    note(&mut seen.events, &["drop body"]);

    // In the body.
    let in_the_body = polls <= 2 * WAITS;
    let keeps_result = matches!(form, Form::With | Form::TryWith | Form::Exit);
    if !in_the_body && !keeps_result {
        note(&mut seen.events, &["drop result"]);
    }
    if in_the_body || form == Form::DroppedGuard {
        if !finishes {
            note(&mut seen.events, &locals);
            seen.lost = vec![("unfinished".to_owned(), "Dropped".to_owned())];
            return seen;
        }
        if later > 0 {
            note(&mut seen.later, &["exit Dropped"]);
        }
        if later > WAITS {
            note(&mut seen.later, &["exited Dropped"]);
        } else {
            seen.lost = vec![("unfinished".to_owned(), "Dropped".to_owned())];
        }
        if later > 0 {
            note(&mut seen.later, &["drop c"]);
        }
        note(&mut seen.later, &locals);
        return seen;
    }

    // In the exit half.
    note(&mut seen.events, &[&exit]);
    let in_hand = match form {
        _ if keeps_result => &["drop result"][..],
        Form::Fails | Form::ExitWithFailed => &["drop error"],
        _ => &[],
    };
    let ends = polls > 3 * WAITS;
    // An error that the caller has lent cannot go elsewhere.
    if ends || !finishes || form == Form::ExitWithFailed {
        if ends {
            note(&mut seen.events, &[&exited]);
        } else {
            seen.lost = vec![("unfinished".to_owned(), told.to_owned())];
        }
        note(&mut seen.events, &["drop c"]);
        note(&mut seen.events, &locals);
        note(&mut seen.events, in_hand);
        return seen;
    }
    if keeps_result {
        note(&mut seen.events, in_hand);
    }
    // A guard's caller has its result himself.
    if matches!(
        form,
        Form::With | Form::TryWith | Form::Fails | Form::Panics
    ) {
        seen.lost.push(("result".to_owned(), told.to_owned()));
    }
    if polls + later > 3 * WAITS {
        note(&mut seen.later, &[&exited]);
    } else {
        seen.lost.push(("unfinished".to_owned(), told.to_owned()));
    }
    note(&mut seen.later, &["drop c"]);
    note(&mut seen.later, &locals);
    if form == Form::Fails {
        note(&mut seen.later, in_hand);
    }
    seen
}

/// How a context comes to be finished elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finish {
    No,
    Method,
    Attribute,
    /// Below what is made of it.
    Beneath,
}

const FINISHES: [Finish; 4] = [
    Finish::No,
    Finish::Method,
    Finish::Attribute,
    Finish::Beneath,
];

/// The future of a context of `$module` in its form.
macro_rules! future {
    ($module:ident, $finish:expr, $executor:expr, $form:expr, $script:expr, $argument:expr) => {{
        let (script, argument) = ($script, $argument);
        let form: Form = $form;
        async move {
            let body_script = script.clone();
            match $finish {
                Finish::No => runs(form, $module::plain(script, argument), body_script).await,
                Finish::Method => {
                    let context = $module::plain(script, argument).finish_on($executor);
                    runs(form, context, body_script).await;
                }
                Finish::Attribute => {
                    runs(form, $module::finished(script, argument), body_script).await;
                }
                Finish::Beneath => {
                    let context = $module::finished(script, argument);
                    let either: Either<_, AsyncContext<Plain<Noisy>>> = Either::Left(context);
                    runs(form, either.into_async_context(), body_script).await;
                }
            }
        }
    }};
}

/// Polls a future so many times, and drops it; then each exit half on the executor of this thread.
fn cancelled(
    log: &Log,
    future: impl Future<Output = ()>,
    polls: usize,
    later_polls: usize,
) -> Seen {
    let mut seen = Seen::default();
    let ((), lost) = losing(|| {
        let mut driven = Driven::new(future);
        for poll in 1..=polls {
            let polled = caught(|| driven.poll());
            // Woken once for each wait, and for nothing else.
            let waits = poll.min(3 * WAITS);
            if polled == Ok(Poll::Pending) {
                assert_eq!((driven.wakes(), poll), (waits, waits));
            } else {
                assert_eq!(driven.wakes(), poll - 1);
            }
        }
        drop(driven);
        seen.events = log.take();
        for half in later().take() {
            assert_eq!(log.take(), [""; 0], "it runs on the executor alone");
            let mut half = Driven::new(half);
            for _ in 0..later_polls {
                if half.poll().is_ready() {
                    break;
                }
            }
        }
        seen.later = log.take();
    });
    assert!(
        lost.iter()
            .all(|lost| lost.context.contains("::by_hand::")
                || lost.context.contains("::in_a_panic::")),
        "{lost:?}"
    );
    seen.lost = names(&lost);
    seen
}

/// The polls after which a future that waits so often is dropped, and the last of which ends it.
fn all_polls(form: Form) -> std::ops::RangeInclusive<usize> {
    0..=match form {
        Form::DroppedGuard => 2 * WAITS + 1,
        _ => 3 * WAITS + 1,
    }
}

/// At every poll; and where there is an executor, that gives up at every poll too. To drop the half
/// before its first poll is to refuse it.
#[test]
fn whenever_it_is_cancelled_nothing_is_lost_in_silence() {
    let log = Log::new();
    for (form, finish) in FORMS
        .iter()
        .flat_map(|&form| FINISHES.map(|finish| (form, finish)))
    {
        for polls in all_polls(form) {
            for later_polls in 0..=WAITS + 1 {
                let argument = Argument::new(&log);
                let future = future!(by_hand, finish, later(), form, Script::new(&log), argument);
                let seen = cancelled(&log, future, polls, later_polls);
                let expected = model(form, finish != Finish::No, polls, later_polls);
                assert_eq!(seen, expected, "{form:?} {finish:?} {polls} {later_polls}");
            }
        }
    }
}

/// A second panic would abort the process.
#[test]
fn it_may_be_cancelled_while_a_panic_unwinds() {
    let log = Log::new();
    for (form, finish) in FORMS
        .iter()
        .flat_map(|&form| FINISHES.map(|finish| (form, finish)))
    {
        for polls in all_polls(form) {
            for later_polls in [0, WAITS + 1] {
                let argument = Argument::new(&log);
                let future = future!(
                    in_a_panic,
                    finish,
                    later(),
                    form,
                    Script::new(&log),
                    argument
                );
                let seen = while_unwinding(|| cancelled(&log, future, polls, later_polls));
                let expected = model(form, finish != Finish::No, polls, later_polls);
                assert_eq!(seen, expected, "{form:?} {finish:?} {polls} {later_polls}");
            }
        }
    }
}

/// What the hook is told while a panic unwinds, it may panic of; so may an executor.
#[test]
fn an_executor_and_a_hook_that_panic_are_no_reason_to_abort() {
    let log = Log::new();
    let panics = |_: ExitHalf| blow_up("executor");
    let inline = |half: ExitHalf| {
        run(half);
        blow_up("executor")
    };
    for (form, polls) in FORMS
        .iter()
        .flat_map(|&form| all_polls(form).map(move |n| (form, n)))
    {
        let drop_it = |inlined: bool, hook_panics: bool| {
            let argument = Argument::new(&log);
            let script = Script::new(&log);
            let cancel = || {
                if inlined {
                    let future = future!(by_hand, Finish::Method, inline, form, script, argument);
                    cancelled(&log, future, polls, 0)
                } else {
                    let future = future!(by_hand, Finish::Method, panics, form, script, argument);
                    cancelled(&log, future, polls, 0)
                }
            };
            if hook_panics {
                hooked(|_| blow_up("hook"), cancel)
            } else {
                cancel()
            }
        };
        for (inlined, hook_panics) in [(false, false), (false, true), (true, false), (true, true)] {
            let later_polls = if inlined { WAITS + 1 } else { 0 };
            let mut expected = model(form, true, polls, later_polls);
            let executed = !expected.later.is_empty();
            // It all happens at once, before what the body had in hand is dropped.
            let in_hand = matches!(form, Form::With | Form::TryWith | Form::Exit).then(|| {
                expected
                    .events
                    .pop_if(|event| executed && event == "drop result")
            });
            expected.events.append(&mut expected.later);
            expected.events.extend(in_hand.flatten());
            if executed {
                expected
                    .lost
                    .push(("panic \"executor\"".to_owned(), "Dropped".to_owned()));
            }
            let context = format!("{form:?} {polls} {inlined} {hook_panics}");
            assert_eq!(drop_it(inlined, hook_panics), expected, "{context}");
            let seen = while_unwinding(|| drop_it(inlined, hook_panics));
            assert_eq!(seen, expected, "{context}, while a panic unwinds");
        }
    }
}

/// What an exit half fails with on an executor has nobody to be returned to.
#[test]
fn what_an_exit_half_fails_with_elsewhere_is_reported() {
    #[context_manager(finish_on = later())]
    async fn fails(panics: bool) -> Result<(), String> {
        let exit = yield_point!();
        turn().await;
        turn().await;
        if panics {
            blow_up("exit");
        }
        Err(format!("no exit after {exit}"))
    }
    async fn body((): &mut ()) -> Result<u8, String> {
        turn().await;
        Err("body".to_owned())
    }
    let told = ["Dropped", "Failed(\"body\")", "Failed(\"body\")"];
    for (panics, polls) in [false, true]
        .into_iter()
        .flat_map(|p| [(p, 1), (p, 2), (p, 3)])
    {
        let ((), lost) = losing(|| {
            let mut driven = Driven::new(fails(panics).try_with(body));
            for _ in 0..polls {
                assert!(driven.poll().is_pending());
            }
            drop(driven);
            assert_eq!(later().run(), 1);
        });
        let exit = told[polls - 1].to_owned();
        let failure = match (panics, polls) {
            (true, _) => "panic \"exit\"",
            (false, 1) => "error \"no exit after Dropped\"",
            (false, _) => "error \"no exit after Failed\"",
        };
        let mut expected = vec![(failure.to_owned(), exit.clone())];
        if polls > 1 {
            expected.insert(0, ("result".to_owned(), exit));
        }
        assert_eq!(names(&lost), expected);
        assert!(
            lost.iter().all(|lost| lost.context.ends_with("::fails")),
            "{lost:?}"
        );
    }
}

/// A context that is not async has nothing to wait for, and so it is left properly.
#[test]
fn a_context_that_is_not_async_exits_when_it_is_cancelled() {
    #[context_manager]
    fn plain(log: Log, panics: bool) -> Noisy {
        let _a = log.noisy("a");
        let value = log.noisy("value");
        let exit = yield_point!(value);
        log.note(format!("exit {exit}"));
        if panics {
            blow_up("exit");
        }
    }
    let log = Log::new();
    let cancelled = |panics| {
        let context = plain(log.clone(), panics);
        let mut driven = Driven::new(AsyncContextManager::with(context, async |_: &mut Noisy| {
            turn().await;
        }));
        assert!(driven.poll().is_pending());
        losing(|| caught(|| drop(driven)))
    };
    let events = ["exit Dropped", "drop value", "drop a"];
    assert_eq!(cancelled(false), (Ok(()), vec![]));
    assert_eq!(log.take(), events);
    assert_eq!(cancelled(true), (Err("exit".to_owned()), vec![]));
    assert_eq!(log.take(), events);
    let (dropped, lost) = while_unwinding(|| cancelled(true));
    assert_eq!(dropped, Ok(()));
    assert_eq!(
        names(&lost),
        [("panic \"exit\"".to_owned(), "Dropped".to_owned())]
    );
    assert_eq!(log.take(), events);
}

/// Looks at the exit when it is dropped, however the frame ends.
struct Looks<'e> {
    exit: Cell<Option<AsyncExit<'e>>>,
    name: &'static str,
    log: Log,
}

impl Drop for Looks<'_> {
    fn drop(&mut self) {
        self.log
            .note(format!("{} {:?}", self.name, self.exit.get()));
    }
}

/// Which overwrites its text when it is dropped.
#[derive(Debug)]
struct Text(Box<str>, #[expect(dead_code, reason = "it is held")] Noisy);

impl Drop for Text {
    fn drop(&mut self) {
        self.0 = "freed".into();
    }
}

/// Whoever has the frame in the end has the error too, or leaves nothing that could look at it.
#[test]
fn no_local_outlives_the_error_that_its_exit_points_to() {
    #[context_manager]
    async fn looks(log: Log) {
        let looks = |exit, name| Looks {
            exit: Cell::new(exit),
            name,
            log: log.clone(),
        };
        let early = looks(None, "early");
        let exit = yield_point!();
        early.exit.set(Some(exit));
        let _late = looks(Some(exit), "late");
        turn().await;
        turn().await;
    }
    async fn fails<B>(context: AsyncContext<Plain<()>, B>, by_guard: bool, log: &Log)
    where
        B: AsyncBody<Returns = Plain<()>, Frame: Send>,
    {
        let error = Text("body".into(), log.noisy("error"));
        if by_guard {
            let guard = context.enter_local().await;
            AsyncGuard::exit_with(guard, Exit::Failed(&error)).await;
        } else {
            let failed = context.try_with(async |()| Err::<(), _>(error)).await;
            assert!(failed.is_err_and(|error| &*error.0 == "body"));
        }
    }
    fn polled(driven: &mut Driven<impl Future<Output = ()>>, times: usize) {
        for _ in 0..times {
            let _ = driven.poll();
        }
    }
    let shown = "Some(Failed(Text(\"body\", error)))";
    let expected = [
        format!("late {shown}"),
        format!("early {shown}"),
        "drop error".to_owned(),
    ];
    let log = Log::new();
    for (by_guard, finishes) in [(false, false), (false, true), (true, false), (true, true)] {
        for (polls, later_polls) in (1..=3).flat_map(|polls| [(polls, 0), (polls, 1), (polls, 2)]) {
            let context = looks(log.clone());
            let ((), _) = losing(|| {
                if finishes {
                    let context = context.finish_on(later());
                    let mut driven = Driven::new(fails(context, by_guard, &log));
                    polled(&mut driven, polls);
                } else {
                    let mut driven = Driven::new(fails(context, by_guard, &log));
                    polled(&mut driven, polls);
                }
                for half in later().take() {
                    let mut half = Driven::new(half);
                    polled(&mut half, later_polls);
                }
            });
            assert_eq!(
                log.take(),
                expected,
                "{by_guard} {finishes} {polls} {later_polls}"
            );
        }
    }
}

// ---- contexts within contexts ----

/// That every context which was entered was left, or reported; and that all that was made is gone.
#[derive(Default)]
struct Books {
    entered: Vec<String>,
    exited: Vec<String>,
    unfinished: Vec<String>,
}

impl Books {
    fn close(events: &[String], lost: &[Lost]) -> Self {
        let mut books = Books::default();
        let mut made: Vec<&str> = Vec::new();
        for event in events {
            match event.split_once(' ').expect("two words") {
                ("make", name) => made.push(name),
                // Last made, first dropped.
                ("drop", name) => assert_eq!(made.pop(), Some(name), "{events:#?}"),
                ("entered", name) => books.entered.push(name.to_owned()),
                ("exit", _) => {}
                ("exited", name) => books.exited.push(name.to_owned()),
                _ => panic!("{event}"),
            }
        }
        assert_eq!(made, [""; 0], "not dropped: {events:#?}");
        let name = |lost: &Lost| {
            lost.context
                .rsplit("::")
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        books.unfinished = lost
            .iter()
            .filter(|lost| lost.loss == "unfinished")
            .map(name)
            .collect();
        let mut left = [&books.exited[..], &books.unfinished].concat();
        left.sort();
        let mut entered = books.entered.clone();
        entered.sort();
        assert_eq!(left, entered, "{events:#?} {lost:#?}");
        books
    }
}

fn made(log: &Log, name: &str) -> Noisy {
    log.note(format!("make {name}"));
    log.noisy(name)
}

/// A context that is entered in both halves of another, around another, and in a body. Where all of
/// them are finished the executor finishes what was cancelled, whatever held it.
#[test]
fn contexts_within_each_other_are_all_left_or_reported() {
    #[context_manager]
    async fn inner(log: Log) -> u8 {
        let _a = made(&log, "inner a");
        turn().await;
        let _b = made(&log, "inner b");
        log.note("entered inner");
        let exit = yield_point!(7);
        log.note(format!("exit {exit}"));
        turn().await;
        let _c = made(&log, "inner c");
        turn().await;
        log.note("exited inner");
    }
    #[context_manager]
    async fn outer(log: Log, finishes: bool) -> u8 {
        let _a = made(&log, "outer a");
        let n = if finishes {
            inner(log.clone()).finish_on(later()).with(used).await
        } else {
            inner(log.clone()).with(used).await
        };
        let _b = made(&log, "outer b");
        let held = inner(log.clone()).enter().await;
        log.note("entered outer");
        let exit = yield_point!(n);
        log.note(format!("exit {exit}"));
        turn().await;
        inner(log.clone()).with(used).await;
        AsyncGuard::exit(held).await;
        log.note("exited outer");
    }
    async fn used(n: &mut u8) -> u8 {
        turn().await;
        *n
    }
    async fn all(log: Log, finishes: bool) {
        let body = async |_: &mut u8| {
            let inner = inner(log.clone());
            if finishes {
                inner.finish_on(later()).with(used).await
            } else {
                inner.with(used).await
            }
        };
        let outer = outer(log.clone(), finishes);
        let result = if finishes {
            outer.finish_on(later()).with(body).await
        } else {
            outer.with(body).await
        };
        assert_eq!(result, 7);
    }
    let log = Log::new();
    for finishes in [false, true] {
        for polls in 0.. {
            let mut ended = false;
            let ((), lost) = losing(|| {
                let mut driven = Driven::new(all(log.clone(), finishes));
                for _ in 0..polls {
                    ended = driven.poll().is_ready();
                }
            });
            // One after the other, so that what they make is not mixed.
            let (mut events, mut all_lost) = (log.take(), lost);
            loop {
                let halves = later().take();
                if halves.is_empty() {
                    break;
                }
                for half in halves {
                    let ((), lost) = losing(|| run(half));
                    events.extend(log.take());
                    all_lost.extend(lost);
                }
            }
            if finishes {
                // Two frames may be on the executor, of which the outer one was made first.
                let drops = |event: &String| event.starts_with("make") || event.starts_with("drop");
                let (drops, others): (Vec<_>, Vec<_>) = events.into_iter().partition(drops);
                let count =
                    |what: &str| drops.iter().filter(|event| event.starts_with(what)).count();
                assert_eq!(count("make"), count("drop"), "{drops:#?}");
                let books = Books::close(&others, &all_lost);
                assert!(!books.unfinished.contains(&"outer".to_owned()));
            } else {
                let books = Books::close(&events, &all_lost);
                assert_eq!(
                    ended,
                    books.unfinished.is_empty() && books.exited.len() == 5
                );
            }
            if ended {
                assert!(polls > 15, "{polls}");
                break;
            }
        }
    }
}

// ---- runtimes ----

/// Where the future is stopped: in the first, or another wait of the enter half, the body, the exit
/// half; or at none.
const STOPS: [usize; 7] = [
    0,
    WAITS - 1,
    WAITS,
    2 * WAITS - 1,
    2 * WAITS,
    3 * WAITS - 1,
    3 * WAITS,
];

/// A script that stops, and what tells that its context is gone for good.
fn stopping(log: &Log, at: usize) -> (Script, Arc<Stop>, Argument, oneshot::Receiver<()>) {
    let stop = Arc::new(Stop {
        at,
        passed: AtomicUsize::new(0),
        arrived: Notify::new(),
        gate: Semaphore::new(0),
    });
    let script = Script {
        log: log.clone(),
        stop: Some(stop.clone()),
    };
    let (sender, gone) = oneshot::channel();
    let argument = Argument {
        _gone: Some(sender),
        ..Argument::new(log)
    };
    (script, stop, argument, gone)
}

/// That it went as the model says, whose two lists of events two threads may have mixed.
fn check(log: &Log, name: &str, form: Form, finish: Finish, stopped_at: usize) {
    let mut expected = model(form, finish != Finish::No, stopped_at + 1, WAITS + 1);
    expected.events.append(&mut expected.later);
    let mut seen = Seen {
        events: log.take(),
        ..Seen::default()
    };
    for finish in ["plain", "finished"] {
        seen.lost
            .extend(names(&take_of(&format!("::{name}::{finish}"))));
    }
    // Which of the two threads is the last to have an error of the body, nobody knows.
    for events in [&mut seen.events, &mut expected.events] {
        events.retain(|event| event != "drop error");
    }
    let of_frame = |seen: &Seen| -> Vec<String> {
        let others = ["drop body", "drop result"];
        let events = seen.events.iter();
        events
            .filter(|event| !others.contains(&event.as_str()))
            .cloned()
            .collect()
    };
    assert_eq!(
        of_frame(&seen),
        of_frame(&expected),
        "{form:?} {finish:?} {stopped_at}"
    );
    seen.events.sort();
    expected.events.sort();
    assert_eq!(seen, expected, "{form:?} {finish:?} {stopped_at}");
}

/// How a future is ended that waits for what does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Abort,
    Timeout,
    Select,
}

const CUTS: [Cut; 3] = [Cut::Abort, Cut::Timeout, Cut::Select];

/// All forms, at all stops, cut off in all ways.
macro_rules! on_runtime {
    ($module:ident, $log:ident, $executor:expr, |$cut:ident, $future:ident, $arrived:ident| $cut_off:expr) => {
        record();
        for (form, finish) in FORMS
            .iter()
            .flat_map(|&form| FINISHES.map(|finish| (form, finish)))
        {
            let cuts = STOPS.iter().flat_map(|&at| CUTS.map(|cut| (at, cut)));
            for (at, $cut) in cuts {
                // Those come to an end before.
                if at >= 2 * WAITS && form == Form::DroppedGuard
                    || at == 3 * WAITS && form == Form::Panics
                {
                    continue;
                }
                let (script, stop, argument, gone) = stopping(&$log, at);
                let $future = future!($module, finish, $executor, form, script, argument);
                let arrived = stop.clone();
                let $arrived = async move {
                    if at < 3 * WAITS {
                        arrived.arrived.notified().await;
                    } else {
                        std::future::pending::<()>().await;
                    }
                };
                $cut_off;
                // What goes on elsewhere is let through.
                stop.gate.add_permits(1);
                assert_eq!(gone.await, Err(oneshot::Canceled));
                check(&$log, stringify!($module), form, finish, at);
            }
        }
    };
}

/// Polls a future up to where it is kept, or to its end.
async fn up_to<F: Future + Unpin>(
    future: &mut F,
    arrived: impl Future<Output = ()>,
) -> Option<F::Output> {
    tokio::select! {
        output = future => Some(output),
        () = arrived => None,
    }
}

const MOMENT: Duration = Duration::from_millis(1);

macro_rules! on_tokio {
    ($module:ident) => {
        let log = Log::new();
        on_runtime!(
            $module,
            log,
            tokio::runtime::Handle::current(),
            |cut, future, arrived| {
                match cut {
                    Cut::Abort => {
                        let mut task = tokio::spawn(future);
                        tokio::select! {
                            ended = &mut task => ended.unwrap(),
                            () = arrived => {
                                task.abort();
                                assert!(task.await.unwrap_err().is_cancelled());
                            }
                        }
                    }
                    Cut::Timeout => {
                        let mut future = Box::pin(future);
                        if up_to(&mut future, arrived).await.is_none() {
                            let elapsed = tokio::time::timeout(MOMENT, future).await;
                            assert!(elapsed.is_err());
                        }
                    }
                    Cut::Select => tokio::select! {
                        () = future => {}
                        () = arrived => {}
                    },
                }
            }
        );
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_runtime_with_threads_it_is_cancelled_likewise() {
    on_tokio!(on_threads);
}

#[tokio::test(flavor = "current_thread")]
async fn on_a_runtime_with_one_thread_it_is_cancelled_likewise() {
    on_tokio!(on_one_thread);
}

#[test]
fn on_smol_it_is_cancelled_likewise() {
    let log = Log::new();
    let executor = |half| smol::spawn(half).detach();
    smol::block_on(async {
        on_runtime!(on_smol, log, executor, |cut, future, arrived| {
            match cut {
                Cut::Abort => {
                    let mut task = smol::spawn(future);
                    if up_to(&mut task, arrived).await.is_none() {
                        assert_eq!(task.cancel().await, None);
                    }
                }
                Cut::Timeout => {
                    let mut future = Box::pin(future);
                    if up_to(&mut future, arrived).await.is_none() {
                        let elapsed = async {
                            smol::Timer::after(MOMENT).await;
                        };
                        smol::future::or(future, elapsed).await;
                    }
                }
                Cut::Select => smol::future::or(future, arrived).await,
            }
        });
    });
}

/// A runtime that is shut down drops the futures that it has, and takes no more.
#[test]
fn a_runtime_that_is_shut_down_reports_what_it_does_not_finish() {
    record();
    let log = Log::new();
    let shut_down = |handle: &tokio::runtime::Handle, form, finish, at: usize| {
        // The attribute asks which runtime it is in.
        let _entered = handle.enter();
        let (script, _stop, argument, _gone) = stopping(&log, at);
        let mut driven = Driven::new(future!(
            shut_down,
            finish,
            tokio::runtime::Handle::current(),
            form,
            script,
            argument
        ));
        for _ in 0..=at {
            assert!(driven.poll().is_pending());
        }
        driven
    };
    let check = |form, finish: Finish, at: usize| {
        let mut expected = model(form, finish != Finish::No, at + 1, 0);
        expected.events.append(&mut expected.later);
        expected.events.sort();
        let mut events = log.take();
        events.sort();
        assert_eq!(events, expected.events);
        let name = if matches!(finish, Finish::No | Finish::Method) {
            "::shut_down::plain"
        } else {
            "::shut_down::finished"
        };
        assert_eq!(
            names(&take_of(name)),
            expected.lost,
            "{form:?} {finish:?} {at}"
        );
    };
    for (form, finish) in FORMS
        .iter()
        .flat_map(|&form| FINISHES.map(|finish| (form, finish)))
    {
        for at in (0..3 * WAITS).filter(|&at| form != Form::DroppedGuard || at < 2 * WAITS) {
            for threads in [0, 1] {
                let runtime = || match threads {
                    0 => tokio::runtime::Builder::new_current_thread().build(),
                    _ => tokio::runtime::Builder::new_multi_thread()
                        .worker_threads(threads)
                        .build(),
                };
                let runtime = || runtime().expect("a runtime");

                // It is there no more when the future is dropped.
                let old = runtime();
                let driven = shut_down(old.handle(), form, finish, at);
                drop(old);
                drop(driven);
                check(form, finish, at);

                // The future is one of its own tasks.
                let own = runtime();
                let driven = shut_down(own.handle(), form, finish, at);
                own.spawn(async move {
                    let _driven = driven;
                    std::future::pending::<()>().await;
                });
                drop(own);
                check(form, finish, at);
            }
        }
    }
}

/// A half that runs, but not to its end, because its runtime is shut down.
#[test]
fn a_runtime_that_is_shut_down_in_an_exit_half_reports_it() {
    #[context_manager(finish_on = tokio::runtime::Handle::current())]
    async fn stuck(log: Log, arrived: Arc<Notify>) {
        let _a = log.noisy("a");
        yield_point!();
        log.note("exit");
        arrived.notify_one();
        std::future::pending::<()>().await;
    }
    record();
    let log = Log::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let arrived = Arc::new(Notify::new());
        drop(stuck(log.clone(), arrived.clone()).enter().await);
        arrived.notified().await;
    });
    assert_eq!(log.take(), ["exit"]);
    drop(runtime);
    assert_eq!(log.take(), ["drop a"]);
    let unfinished = ("unfinished".to_owned(), "Dropped".to_owned());
    assert_eq!(names(&take_of("::stuck")), [unfinished]);
}

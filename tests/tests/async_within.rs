//! Guards `#[within]` on an `async fn` with async contexts: they are awaited, learn how the body has
//! ended, and are given up in order when the future is dropped.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_to_owned,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    reason = "shapes that users write, whatever their style"
)]

#[path = "support/counting.rs"]
mod counting;
mod support;

use std::cell::RefCell;
use std::error::Error;
use std::fmt::Display;
use std::future::Ready;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use guard_core::{
    AsyncContextManager, ContextManager, Either, ExitHalf, context_manager, within, yield_point,
};
use proptest::prelude::*;
use support::driven::{run, send};
use support::lost::losing;
use support::{blow_up, caught, d, events, note, poll_once, turn};

/// Waits in both halves, and notes where it stands.
#[context_manager]
async fn session(name: &str) -> String {
    let _held = d(name);
    turn().await;
    let exit = yield_point!(name.to_uppercase());
    note(format!("exit {name} {exit:?}"));
    turn().await;
    note(format!("exited {name}"));
}

/// Waits in both halves, and can fail in either.
#[context_manager]
async fn fallible(name: &str, enters: bool, exits: bool) -> Result<String, String> {
    turn().await;
    if !enters {
        return Err(format!("{name} cannot enter"));
    }
    note(format!("enter {name}"));
    let exit = yield_point!(name.to_uppercase());
    turn().await;
    note(format!("exit {name} {exit:?}"));
    if exits {
        Ok(())
    } else {
        Err(format!("{name} cannot exit"))
    }
}

/// Does not wait.
#[context_manager]
fn logged(name: &str) -> String {
    note(format!("enter {name}"));
    let exit = yield_point!(name.to_uppercase());
    note(format!("exit {name} {exit:?}"));
}

/// An error that is not the context's own.
#[derive(Debug, PartialEq, Eq)]
struct Failed(String);

impl From<String> for Failed {
    fn from(error: String) -> Self {
        Failed(error)
    }
}

// ---- how the body ends ----

#[test]
fn both_halves_are_awaited() {
    #[within(name = session("a"))]
    async fn test(text: &str) -> usize {
        note(format!("{name} before"));
        turn().await;
        note("after");
        text.len()
    }
    let future = test("text");
    assert_eq!(events(), [""; 0], "only called");
    let mut future = Box::pin(send(future));
    assert!(poll_once(&mut future).is_pending());
    assert_eq!(events(), ["make a"]);
    assert!(poll_once(&mut future).is_pending());
    assert_eq!(events(), ["A before"]);
    assert!(poll_once(&mut future).is_pending());
    assert_eq!(events(), ["after", "exit a Completed"]);
    assert_eq!(poll_once(&mut future), Poll::Ready(4));
    assert_eq!(events(), ["exited a", "drop a"]);
}

#[within(session("a"), b = fallible("b", enters, exits)?, logged("c"))]
async fn fails(enters: bool, exits: bool, body: Result<u8, &str>) -> Result<usize, Failed> {
    turn().await;
    let number = body.map_err(str::to_owned)?;
    if number == 0 {
        return Ok(0);
    }
    Ok(b.len() + usize::from(number))
}

#[test]
fn an_error_of_the_body_is_told_to_every_context() {
    let (result, lost) = losing(|| run(send(fails(true, true, Err("no")))));
    assert_eq!(result, Err(Failed("no".to_owned())));
    assert_eq!(lost, []);
    assert_eq!(
        events(),
        [
            "make a",
            "enter b",
            "enter c",
            "exit c Failed(Failed(\"no\"))",
            "exit b Failed(Failed(\"no\"))",
            "exit a Failed(Failed(\"no\"))",
            "exited a",
            "drop a"
        ]
    );
}

#[test]
fn return_leaves_the_body_and_not_the_context() {
    assert_eq!(run(fails(true, true, Ok(0))), Ok(0));
    assert_eq!(events()[3..5], ["exit c Completed", "exit b Completed"]);
    assert_eq!(run(fails(true, true, Ok(1))), Ok(2));
    assert_eq!(events()[3..5], ["exit c Completed", "exit b Completed"]);
}

#[test]
fn a_context_that_fails_is_an_error_of_the_function() {
    let cannot_enter = run(fails(false, true, Ok(1)));
    assert_eq!(cannot_enter, Err(Failed("b cannot enter".to_owned())));
    assert_eq!(
        events()[1..],
        [
            "exit a Failed(Failed(\"b cannot enter\"))",
            "exited a",
            "drop a"
        ]
    );
    let cannot_exit = run(fails(true, false, Ok(1)));
    assert_eq!(cannot_exit, Err(Failed("b cannot exit".to_owned())));
    assert_eq!(events()[5], "exit a Failed(Failed(\"b cannot exit\"))");
}

#[test]
fn where_both_fail_the_error_of_the_exit_half_is_lost() {
    let (result, lost) = losing(|| run(fails(true, false, Err("no"))));
    assert_eq!(result, Err(Failed("no".to_owned())));
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].loss, "error \"b cannot exit\"");
    assert_eq!(lost[0].exit, "Failed(Failed(\"no\"))");
    assert!(lost[0].context.ends_with("fallible"), "{lost:?}");
}

#[test]
fn the_exit_half_is_awaited_before_a_panic_goes_on() {
    #[within(session("a"), logged("b"))]
    async fn panics() -> u8 {
        turn().await;
        blow_up("no")
    }
    let mut future = Box::pin(panics());
    assert!(poll_once(&mut future).is_pending());
    assert!(poll_once(&mut future).is_pending());
    events();
    assert_eq!(
        caught(|| poll_once(&mut future).is_pending()),
        Ok(true),
        "the panic waits"
    );
    assert_eq!(events(), ["exit b Panicked", "exit a Panicked"]);
    let panicked = caught(|| poll_once(&mut future).is_pending());
    assert_eq!(panicked, Err("no".to_owned()));
    assert_eq!(events(), ["exited a", "drop a"]);
}

#[test]
fn a_context_that_does_not_wait_is_told_of_a_panic_behind_one_that_does() {
    #[within(logged("b"), session("a"))]
    async fn panics() {
        blow_up("no")
    }
    assert_eq!(caught(|| run(panics())), Err("no".to_owned()));
    assert_eq!(
        events()[2..],
        ["exit a Panicked", "exited a", "drop a", "exit b Panicked"]
    );
}

#[test]
fn what_an_exit_half_fails_with_after_a_panic_is_lost() {
    #[context_manager]
    async fn bursts() {
        let _ = yield_point!();
        turn().await;
        blow_up("burst");
    }
    #[within(bursts(), fallible("b", true, false)?)]
    async fn panics() -> Result<(), String> {
        blow_up("no")
    }
    let (panicked, lost) = losing(|| caught(|| run(panics())));
    assert_eq!(panicked, Err("no".to_owned()));
    let lost: Vec<_> = lost.iter().map(|lost| (&*lost.loss, &*lost.exit)).collect();
    let expected = [
        ("error \"b cannot exit\"", "Panicked"),
        ("panic \"burst\"", "Panicked"),
    ];
    assert_eq!(lost, expected);
}

#[test]
fn an_infallible_function_tells_nothing_of_its_result() {
    #[within(infallible, session("a"))]
    async fn fails() -> Result<(), Box<dyn Error>> {
        Err("no")?
    }
    assert!(run(fails()).is_err());
    assert_eq!(events()[1], "exit a Completed");
}

// ---- several, and of every kind ----

#[test]
fn contexts_are_entered_in_order_and_see_each_other() {
    #[context_manager]
    async fn pair() -> (u8, String) {
        turn().await;
        yield_point!((1, "p".to_owned()));
    }
    #[within(a = session("a"), (number, text) = pair())]
    #[within(b = logged(&format!("{a}{text}")), session(b))]
    async fn test() {
        *number += 1;
        note(format!("{a} {number} {b}"));
    }
    run(test());
    assert_eq!(
        events(),
        [
            "make a",
            "enter Ap",
            "make AP",
            "A 2 AP",
            "exit AP Completed",
            "exited AP",
            "drop AP",
            "exit Ap Completed",
            "exit a Completed",
            "exited a",
            "drop a"
        ]
    );
}

#[within(a = first, b = second)]
async fn generic<A, B>(first: A, second: B) -> String
where
    A: AsyncContextManager<Value = String, Returns = guard_core::Plain<String>>,
    B: ContextManager<Value = String, Returns = guard_core::Plain<String>>,
{
    format!("{a}{b}")
}

#[within(a = a.then(|| session("a")), b = b, c = c)]
async fn chosen<A, B>(
    a: bool,
    b: Either<A, B>,
    c: Option<impl ContextManager<Value = String, Returns = guard_core::Plain<String>>>,
) -> usize
where
    A: AsyncContextManager<Value = String, Returns = guard_core::Plain<String>>,
    B: AsyncContextManager<Value = String, Returns = guard_core::Plain<String>>,
{
    a.len() + 10 * b.len() + 100 * c.len()
}

#[test]
fn a_context_of_any_kind_will_do() {
    assert_eq!(run(generic(session("a"), logged("b"))), "AB");
    assert_eq!(run(generic(logged("a"), logged("b"))), "AB");
    let either = |waits: bool| {
        if waits {
            Either::Left(session("either"))
        } else {
            Either::Right(logged("either"))
        }
    };
    events();
    assert_eq!(run(chosen(true, either(true), Some(logged("c")))), 161);
    assert!(events().contains(&"exited either".to_owned()));
    let none = Some(logged("c")).filter(|_| false);
    assert_eq!(run(chosen(false, either(false), none)), 60);
    assert_eq!(events(), ["enter either", "exit either Completed"]);
}

// ---- signatures ----

struct Account {
    name: String,
    balance: u32,
}

#[context_manager]
async fn counted(name: &mut String) -> usize {
    turn().await;
    let mut len = name.len();
    yield_point!(len);
    turn().await;
    *name = len.to_string();
}

trait Named {
    fn name(&self) -> &str;

    #[within(v = session(self.name()))]
    async fn greeting(&self) -> String {
        format!("hello {v}")
    }
}

impl Named for Account {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Account {
    /// The context borrows one field, the body another one.
    #[within(len = counted(&mut self.name))]
    async fn counts(&mut self, (add, _): (u32, u32), mut more: Vec<u32>) -> &mut u32 {
        *len += 1;
        more.push(add);
        turn().await;
        self.balance += more.iter().sum::<u32>();
        &mut self.balance
    }

    #[within(v = session(&self.name))]
    async fn by_value(self) -> String {
        turn().await;
        v.clone() + &self.name
    }

    #[within(session("p"))]
    async fn pinned(self: Pin<&mut Self>) -> u32 {
        self.balance
    }
}

#[test]
fn test_decorating_method() {
    let mut account = Account {
        name: "n".to_owned(),
        balance: 1,
    };
    *run(send(account.counts((2, 0), vec![3]))) += 1;
    assert_eq!((&*account.name, account.balance), ("2", 7));
    assert_eq!(run(account.greeting()), "hello 2");
    assert_eq!(run(Pin::new(&mut account).pinned()), 7);
    assert_eq!(run(send(account.by_value())), "22");
}

#[within(session("o"))]
async fn opaque<T: Display + Send>(text: T, fails: bool) -> Result<impl Display, Failed> {
    turn().await;
    if fails {
        Err("no".to_owned())?;
    }
    Ok(format!("<{text}>"))
}

#[within(session(first))]
async fn longest<'a>(first: &'a str, second: &'a str) -> &'a str {
    turn().await;
    if first.len() < second.len() {
        second
    } else {
        first
    }
}

static SEVEN: u8 = 7;

#[within(session("u"))]
async unsafe fn reads(pointer: *const u8) -> u8 {
    // SAFETY: the caller's promise is passed on.
    unsafe { *pointer }
}

#[within(session("never"))]
async fn never() -> ! {
    turn().await;
    blow_up("never")
}

#[within(session("r"))]
async fn recursive(depth: u32) -> u32 {
    match depth {
        0 => 0,
        _ => 1 + Box::pin(recursive(depth - 1)).await,
    }
}

#[within(text = session("f"))]
async fn lends_a_future() -> usize {
    let ready: Ready<usize> = std::future::ready(text.len());
    ready.await
}

#[test]
fn an_async_function_keeps_its_signature() {
    assert_eq!(run(send(opaque(1, false))).unwrap().to_string(), "<1>");
    assert_eq!(run(opaque(1, true)).err(), Some(Failed("no".to_owned())));
    assert_eq!(run(longest("a", "bc")), "bc");
    // SAFETY: the pointer is that of a static.
    assert_eq!(run(unsafe { reads(&raw const SEVEN) }), 7);
    assert_eq!(caught(|| run(never())).err(), Some("never".to_owned()));
    assert_eq!(run(recursive(3)), 3);
    assert_eq!(run(lends_a_future()), 1);
}

#[test]
fn names_of_the_expansion_are_nobody_elses() {
    #[within(__value = session("a"), __held = session("b"))]
    async fn test(__frame: u8, __context: u8) -> String {
        turn().await;
        format!("{__value}{__held}{__frame}{__context}")
    }
    assert_eq!(run(test(1, 2)), "AB12");
}

#[test]
fn temporaries_of_the_context_live_as_long_as_it() {
    #[within(name = session(&"temporary".to_owned()))]
    async fn test() -> usize {
        turn().await;
        name.len()
    }
    assert_eq!(run(send(test())), 9);
}

/// What only a context that waits could show to another thread, others need not be fit for.
#[test]
fn around_contexts_that_do_not_wait_an_error_need_not_be_send() {
    #[within(logged("a"))]
    async fn fails() -> Result<u8, Box<dyn Error>> {
        turn().await;
        Err("no")?
    }
    #[within(logged("a"))]
    async fn shares() -> std::rc::Rc<str> {
        turn().await;
        "shared".into()
    }
    assert_eq!(run(send(fails())).unwrap_err().to_string(), "no");
    assert_eq!(events(), ["enter a", "exit a Failed(\"no\")"]);
    assert_eq!(&*run(send(shares())), "shared");
}

// ---- tests as fixtures ----

/// Waits for the runtime, which it has to be in.
#[context_manager]
async fn yielding(name: &str) -> Result<String, String> {
    tokio::task::yield_now().await;
    yield_point!(name.to_uppercase());
    tokio::task::yield_now().await;
    Ok(())
}

#[within(name = yielding("a")?, logged(name))]
#[tokio::test]
async fn above_the_runtime_it_is_around_the_body() -> Result<(), String> {
    tokio::task::yield_now().await;
    assert_eq!(name, "A");
    Ok(())
}

#[tokio::test]
#[within(name = logged("a"))]
async fn below_it_a_context_that_does_not_wait_is_around_the_runtime() {
    tokio::task::yield_now().await;
    assert_eq!(name, "A");
}

// ---- cancellation ----

/// Polls `future` so many times, drops it, and gives what happened then.
fn dropped_after<F: Future>(polls: usize, future: F) -> (bool, Vec<String>, Vec<String>) {
    let mut future = Box::pin(future);
    let mut ready = false;
    for _ in 0..polls {
        ready = poll_once(&mut future).is_ready();
    }
    events();
    let ((), lost) = losing(|| drop(future));
    let lost = lost.iter().map(|lost| {
        let name = lost.context.rsplit("::").next().unwrap();
        format!("{name} {} {}", lost.loss, lost.exit)
    });
    (ready, events(), lost.collect())
}

#[within(session("a"), logged("b"), fallible("c", true, true)?)]
async fn waits(number: u8) -> Result<u8, String> {
    turn().await;
    turn().await;
    Ok(number)
}

#[test]
fn a_dropped_future_gives_up_its_contexts_from_the_last_to_the_first() {
    let gone = |polls, what: &[&str], lost: &[&str]| {
        let (ready, events, told) = dropped_after(polls, waits(7));
        assert_eq!(events, what, "after {polls} polls");
        assert_eq!(told, lost, "after {polls} polls");
        assert_eq!(ready, polls == 7, "after {polls} polls");
    };
    let (a, c) = ("session unfinished Dropped", "fallible unfinished Dropped");
    gone(0, &[], &[]);
    // In the enter half of `a`, and then of `c`.
    gone(1, &["drop a"], &[]);
    gone(2, &["exit b Dropped", "drop a"], &[a]);
    // In the body.
    gone(3, &["exit b Dropped", "drop a"], &[c, a]);
    gone(4, &["exit b Dropped", "drop a"], &[c, a]);
    // In the exit half of `c`, and then of `a`.
    let c = "fallible unfinished Completed";
    gone(5, &["exit b Dropped", "drop a"], &[c, a]);
    gone(6, &["drop a"], &["session unfinished Completed"]);
    gone(7, &[], &[]);
}

thread_local! {
    static HALVES: RefCell<Vec<ExitHalf>> = const { RefCell::new(Vec::new()) };
}

fn later(half: ExitHalf) {
    HALVES.with_borrow_mut(|halves| halves.push(half));
}

#[context_manager(finish_on = later)]
async fn finished(name: &'static str) {
    turn().await;
    note(format!("enter {name}"));
    let exit = yield_point!();
    note(format!("exit {name} {exit:?}"));
    turn().await;
    note(format!("exited {name}"));
}

#[within(finished("a"), session("b").finish_on(later))]
async fn is_finished(fails: bool) -> Result<u8, String> {
    turn().await;
    if fails { Err("no".to_owned()) } else { Ok(7) }
}

#[test]
fn what_was_entered_is_finished_wherever_the_future_is_dropped() {
    for (fails, polls) in (0..=6).flat_map(|polls| [(false, polls), (true, polls)]) {
        let mut future = Box::pin(is_finished(fails));
        events();
        let ((), lost) = losing(|| {
            for _ in 0..polls {
                let _ = poll_once(&mut future);
            }
            drop(future);
            for half in HALVES.take() {
                run(half);
            }
        });
        let events = events();
        let ended = if fails { "Failed(\"no\")" } else { "Completed" };
        let exited = |name: &str, begun: usize| {
            let how = if polls < begun { "Dropped" } else { ended };
            vec![format!("exit {name} {how}"), format!("exited {name}")]
        };
        let mut expected = vec![];
        let text = |text: &str| vec![text.to_owned()];
        match polls {
            0 | 1 => {}
            2 => expected.extend([
                text("enter a"),
                text("make b"),
                text("drop b"),
                exited("a", 5),
            ]),
            _ => expected.extend([
                text("enter a"),
                text("make b"),
                exited("b", 4),
                text("drop b"),
                exited("a", 5),
            ]),
        }
        assert_eq!(events, expected.concat(), "{fails} {polls}");
        let in_hand: &[&str] = match polls {
            4 | 5 => &["result"],
            _ => &[],
        };
        let lost: Vec<_> = lost.iter().map(|lost| &*lost.loss).collect();
        assert_eq!(lost, in_hand, "{fails} {polls}");
    }
}

#[test]
fn what_drops_a_future_may_be_a_panic_of_others() {
    let mut future = Box::pin(waits(7));
    for _ in 0..3 {
        assert!(poll_once(&mut future).is_pending());
    }
    events();
    let (panicked, lost) = losing(|| {
        caught(move || {
            let _future = future;
            blow_up("elsewhere");
        })
    });
    assert_eq!(panicked, Err("elsewhere".to_owned()));
    assert_eq!(events(), ["exit b Dropped", "drop a"]);
    assert_eq!(lost.len(), 2);
}

// ---- as `try_with` written by hand ----

#[derive(Clone, Copy, Debug)]
enum Ends {
    Well,
    Fails,
    Panics,
}

fn ends() -> impl Strategy<Value = Ends> {
    prop_oneof![Just(Ends::Well), Just(Ends::Fails), Just(Ends::Panics)]
}

async fn end(how: Ends, pauses: u8, what: &'static str) -> Result<(), String> {
    for _ in 0..pauses {
        turn().await;
    }
    note(what);
    match how {
        Ends::Well => Ok(()),
        Ends::Fails => Err(what.to_owned()),
        Ends::Panics => blow_up(what),
    }
}

/// How the halves end, and how often they wait.
type Script = [(Ends, u8); 2];

#[context_manager]
async fn scripted([enter, exit]: Script) -> Result<u8, String> {
    end(enter.0, enter.1, "enter").await?;
    let mut value = 1;
    let outcome = yield_point!(value);
    note(format!("{outcome:?} {value}"));
    value += 1;
    note(value.to_string());
    end(exit.0, exit.1, "exit").await
}

async fn body(how: (Ends, u8), outer: &mut u8, inner: &mut u8) -> Result<u8, Failed> {
    *outer += 1;
    *inner += 2;
    end(how.0, how.1, "body").await?;
    Ok(*outer + *inner)
}

#[within(outer = scripted(outer)?, inner = scripted(inner)?)]
async fn attributed(outer: Script, inner: Script, how: (Ends, u8)) -> Result<u8, Failed> {
    body(how, outer, inner).await
}

async fn by_hand(outer: Script, inner: Script, how: (Ends, u8)) -> Result<u8, Failed> {
    scripted(outer)
        .try_with(async |outer| {
            let inner = scripted(inner);
            inner
                .try_with(async |inner| body(how, outer, inner).await)
                .await
        })
        .await
}

/// What comes of a future that is dropped after so many polls: its result or panic, what was noted,
/// and what was lost.
fn account_of(future: impl Future<Output = Result<u8, Failed>>, polls: u8) -> String {
    let mut future = Box::pin(future);
    let (result, lost) = losing(|| {
        caught(move || {
            for _ in 0..polls {
                if let Poll::Ready(result) = poll_once(&mut future) {
                    return Some(result);
                }
            }
            None
        })
    });
    let lost: Vec<_> = lost.iter().map(|lost| (&lost.loss, &lost.exit)).collect();
    format!("{result:?} {:?} {lost:?}", events())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn within_is_try_with(
        outer in [(ends(), 0..3_u8), (ends(), 0..3_u8)],
        inner in [(ends(), 0..3_u8), (ends(), 0..3_u8)],
        how in (ends(), 0..3_u8),
    ) {
        for polls in 0..12 {
            let expected = account_of(by_hand(outer, inner, how), polls);
            prop_assert_eq!(&account_of(attributed(outer, inner, how), polls), &expected);
        }
    }
}

// ---- cost ----

mod allocations {
    use std::convert::Infallible;

    use super::*;

    #[global_allocator]
    static ALLOCATOR: counting::Counting = counting::Counting;

    #[context_manager]
    async fn number() -> Result<u32, Infallible> {
        turn().await;
        yield_point!(1);
        turn().await;
        Ok(())
    }

    #[within(n = number()?)]
    async fn waiting() -> Result<u32, Infallible> {
        turn().await;
        Ok(*n)
    }

    #[test]
    fn nothing_is_allocated() {
        let (sum, allocated, _) = counting::counted(|| {
            let mut context = Context::from_waker(Waker::noop());
            let mut future = pin!(waiting());
            for _ in 0..3 {
                assert!(future.as_mut().poll(&mut context).is_pending());
            }
            future.as_mut().poll(&mut context)
        });
        assert_eq!((sum, allocated), (Poll::Ready(Ok(1)), 0));
    }
}

/// In a task `#[within]` has no gap: the body is no closure, so that what it is lent may borrow.
#[test]
fn a_body_that_is_lent_what_borrows_can_be_spawned() {
    #[context_manager]
    async fn trimmed(text: &str) -> &str {
        let trimmed = text.trim();
        tokio::task::yield_now().await;
        yield_point!(trimmed);
        tokio::task::yield_now().await;
    }

    #[within(trimmed = trimmed(&text))]
    async fn length(text: String) -> usize {
        tokio::task::yield_now().await;
        trimmed.len()
    }

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .expect("a runtime");
    let spawned = runtime.block_on(async { tokio::spawn(length(" two ".to_owned())).await });
    assert_eq!(spawned.expect("no panic"), 3);
}

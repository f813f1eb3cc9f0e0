//! `AsyncExitStack`: in which order entries run and what they are told, entering and closing at once,
//! what becomes of entries when a future or a stack is dropped, threads, runtimes and great numbers.

#![allow(
    clippy::items_after_statements,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Poll, Waker};
use std::thread;

use futures::future::poll_fn;
use guard_core::{
    AsyncExit, AsyncExitStack, Either, Exit, ExitErrors, ExitHalf, LocalAsyncExitStack, Verdict,
    context_manager, yield_point,
};
use support::driven::{Driven, Later, run};
use support::lost::{losing, take_of};
use support::{Log, blow_up, caught, d, events, note, turn, while_unwinding};
use tokio::sync::{Barrier, oneshot};

/// An error with a number, on the heap, so that a sanitizer sees who looks at it too late.
#[derive(Debug)]
struct Code(Box<u32>);

fn code(number: u32) -> Code {
    Code(Box::new(number))
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}", self.0)
    }
}

impl Error for Code {}

fn codes(errors: &ExitErrors) -> Vec<u32> {
    let codes = errors.iter().map(|error| error.downcast_ref::<Code>());
    codes
        .map(|code| *code.expect("an error of a test").0)
        .collect()
}

fn told<'e>(exit: impl Into<Exit<'e>>) -> String {
    let exit = exit.into();
    match exit.failure() {
        None => exit.to_string(),
        Some(error) => {
            let code: &Code = error.downcast_ref().expect("an error of a test");
            format!("Failed with {}", code.0)
        }
    }
}

async fn turns(times: u32) {
    for _ in 0..times {
        turn().await;
    }
}

/// Waits once on either side, and fails on the way out if the number is not zero.
#[context_manager]
async fn noted(name: &'static str, fails: u32) -> Result<String, Code> {
    note(format!("enter {name}"));
    turn().await;
    let value = name.to_owned();
    let seen = told(yield_point!(value));
    note(format!("exit {value}: {seen}"));
    turn().await;
    note(format!("end {name}"));
    if fails == 0 { Ok(()) } else { Err(code(fails)) }
}

/// Notes what it is told, and that it has ended, with a wait between.
async fn notes(name: &str, exit: AsyncExit<'_>) {
    note(format!("exit {name}: {}", told(exit)));
    turn().await;
    note(format!("end {name}"));
}

/// An exit function that does so.
macro_rules! notes {
    ($name:expr) => {
        async |exit: AsyncExit<'_>| notes($name, exit).await
    };
}

/// What was lost, of whom, and after which outcome.
fn losses<Q>(f: impl FnOnce() -> Q) -> (Q, Vec<String>) {
    let (result, lost) = losing(f);
    let text = |lost: &support::lost::Lost| {
        let context = lost.context.rsplit("::").next().unwrap_or_default();
        format!("{context}: {} ({})", lost.loss, lost.exit)
    };
    (result, lost.iter().map(text).collect())
}

// ---- order, outcomes, errors ----

/// An entry starts when the one before it has ended, also where nobody but it has to wait.
#[test]
fn entries_run_one_after_the_other() {
    let stack = AsyncExitStack::new();
    let mut gates = Vec::new();
    for name in ["first", "second", "third"] {
        let (open, gate) = oneshot::channel();
        gates.push(open);
        stack.async_callback(async move || {
            note(format!("start {name}"));
            gate.await.expect("it is opened");
            note(format!("end {name}"));
        });
    }
    stack.callback(|| note("last"));
    let mut closing = Driven::new(stack.close());
    assert!(closing.poll().is_pending());
    assert_eq!(events(), ["last", "start third"]);
    // Those that have not started can be ready, and wait all the same.
    let mut gates = gates.into_iter();
    gates.next().expect("first").send(()).expect("awaited");
    assert!(closing.poll().is_pending());
    assert_eq!(events(), [] as [&str; 0]);
    gates.next().expect("second").send(()).expect("awaited");
    gates.next().expect("third").send(()).expect("awaited");
    assert!(matches!(closing.poll(), Poll::Ready(Ok(()))));
    assert_eq!(
        events(),
        [
            "end third",
            "start second",
            "end second",
            "start first",
            "end first"
        ]
    );
}

#[test]
fn every_kind_of_entry_is_told_what_nesting_by_hand_would_tell_it() {
    let scope = AsyncExitStack::scope(async |stack| {
        stack.push_async(notes!("first"));
        stack.enter(noted("second", 0)).await?;
        stack.adopt_async("third", async |name, exit: AsyncExit<'_>| {
            notes(name, exit).await;
        });
        stack.push_async(async |exit: AsyncExit<'_>| {
            notes("handles", exit).await;
            Ok::<_, Code>(Verdict::Handled)
        });
        stack.push(|exit| note(format!("exit fifth: {}", told(exit))));
        stack.adopt("sixth", |name, exit| {
            note(format!("exit {name}: {}", told(exit)));
        });
        stack.try_async_callback(async || {
            turn().await;
            Err(code(2))
        });
        Err::<Option<u8>, _>(code(1))
    });
    let (ended, lost) = losses(|| run(scope).unwrap());
    assert_eq!(ended, None);
    // What came after the error that was handled has nobody to be returned to.
    let name = "every_kind_of_entry_is_told_what_nesting_by_hand_would_tell_it";
    assert_eq!(lost, [format!("{name}: error Code(2) (Failed(Code(1)))")]);
    assert_eq!(
        events(),
        [
            "enter second",
            "exit sixth: Failed with 1",
            "exit fifth: Failed with 1",
            "exit handles: Failed with 1",
            "end handles",
            "exit third: Completed",
            "end third",
            "exit second: Completed",
            "end second",
            "exit first: Completed",
            "end first",
        ]
    );
}

#[test]
fn all_errors_are_kept_in_order() {
    let failed = run(AsyncExitStack::scope(async |stack| {
        stack.try_callback(|| Err(code(6)));
        stack.try_async_callback(async || {
            turn().await;
            Err(code(5))
        });
        stack.enter(noted("context", 4)).await?;
        stack.push_async(async |_: AsyncExit<'_>| {
            turn().await;
            Err::<(), _>(code(3))
        });
        stack.adopt_async(2, async |number, _: AsyncExit<'_>| {
            turn().await;
            Err::<Verdict, _>(code(number))
        });
        Err::<(), _>(code(1))
    }));
    let errors = failed.unwrap_err();
    assert_eq!(codes(&errors), [1, 2, 3, 4, 5, 6]);
    assert_eq!(errors.body().unwrap().to_string(), "code 1");
    events();
}

/// With the body ended well, the first error is what entries before it are told.
#[test]
fn an_entry_is_told_of_the_first_error_of_those_after_it() {
    let stack = AsyncExitStack::new();
    stack.push_async(notes!("first"));
    stack.try_async_callback(async || Err(code(2)));
    stack.try_async_callback(async || Err(code(1)));
    stack.push_async(notes!("last"));
    assert_eq!(codes(&run(stack.close()).unwrap_err()), [1, 2]);
    assert_eq!(
        events(),
        [
            "exit last: Completed",
            "end last",
            "exit first: Failed with 1",
            "end first"
        ]
    );
}

#[test]
fn close_with_tells_every_outcome_and_gives_it_back() {
    let error = code(7);
    let outcomes: [AsyncExit<'_>; 4] = [
        Exit::Completed,
        Exit::Failed(&error),
        Exit::Panicked,
        Exit::Dropped,
    ];
    for outcome in outcomes {
        let stack = AsyncExitStack::new();
        stack.push_async(notes!("entry"));
        let after = run(stack.close_with(outcome)).unwrap();
        assert_eq!(told(after), told(outcome));
        assert_eq!(
            events(),
            [format!("exit entry: {}", told(outcome)), "end entry".into()]
        );
    }
}

#[test]
fn the_first_panic_comes_out_when_all_have_run() {
    let stack = AsyncExitStack::new();
    stack.push_async(notes!("first"));
    stack.async_callback(async || {
        turn().await;
        blow_up("another panic");
    });
    // As it is called, not as it is polled.
    #[expect(unreachable_code, reason = "it has to return a future")]
    stack.async_callback(|| {
        blow_up("the panic");
        turn()
    });
    let (closed, lost) = losses(|| caught(|| run(stack.close())));
    assert_eq!(closed.unwrap_err(), "the panic");
    assert_eq!(events(), ["exit first: Panicked", "end first"]);
    let name = "the_first_panic_comes_out_when_all_have_run";
    assert_eq!(
        lost,
        [format!("{name}: panic \"another panic\" (Panicked)")]
    );
}

/// Contexts that are not async, those that may be none, one of two: all sorts of them.
#[test]
fn any_context_manager_can_be_entered() {
    #[context_manager]
    fn plain(name: &'static str) -> String {
        let value = name.to_owned();
        let seen = told(yield_point!(value));
        note(format!("exit {value}: {seen}"));
    }
    let stack = AsyncExitStack::new();
    run(async {
        stack.enter(plain("plain")).await.push('!');
        assert_eq!(stack.enter(None.or(Some(plain("some")))).await.len(), 1);
        assert!(
            stack
                .enter(Some(plain("none")).filter(|_| false))
                .await
                .is_empty()
        );
        let either = Either::<_, _>::Right(noted("right", 0));
        let either = if stack.is_empty() {
            Either::Left(noted("left", 0))
        } else {
            either
        };
        stack.enter(either).await.unwrap().push('?');
        stack.close().await
    })
    .unwrap();
    assert_eq!(
        events(),
        [
            "enter right",
            "exit right?: Completed",
            "end right",
            "exit some: Completed",
            "exit plain!: Completed",
        ]
    );
}

/// The value stays where it is, whoever moves the stack meanwhile.
#[test]
fn a_lent_value_stays_where_it_is() {
    #[context_manager]
    async fn array() -> [u8; 100] {
        turn().await;
        let value = [7; 100];
        yield_point!(value);
        note(format!(
            "{:?}",
            value.as_ptr() as usize % 2 < 2 && value == [8; 100]
        ));
    }
    let mut stacks = Vec::new();
    for _ in 0..100 {
        let stack = AsyncExitStack::new();
        let value = run(stack.enter(array()));
        value.fill(8);
        let (first, second) = (
            stack.adopt([1_u64; 9], |value, _| assert_eq!(value, [2; 9])),
            &stack,
        );
        let adopted = second.adopt_async([3_u64; 9], async |value, _: AsyncExit<'_>| {
            assert_eq!(value, [4; 9]);
        });
        adopted.fill(4);
        first.fill(2);
        stacks.push(stack);
    }
    let stacks = thread::spawn(move || stacks).join().unwrap();
    for stack in stacks {
        run(stack.close()).unwrap();
    }
    assert_eq!(events(), ["true"; 100]);
}

// ---- entering at once ----

/// Waits at a barrier for all others, and fails if it is told to.
#[context_manager]
async fn player(start: &Barrier, number: u32, fails: u32, late: u32) -> Result<u32, Code> {
    let _local = d(&number.to_string());
    start.wait().await;
    turns(late).await;
    if fails > 0 {
        return Err(code(fails));
    }
    note(format!("entered {number}"));
    let value = number;
    let seen = told(yield_point!(value));
    note(format!("exit {value}: {seen}"));
    turn().await;
    if value > 100 {
        Err(code(value))
    } else {
        Ok(())
    }
}

#[test]
fn contexts_are_entered_at_once_and_lent_in_order() {
    let start = Barrier::new(3);
    let stack = AsyncExitStack::borrowing();
    let contexts = (0..3).map(|n| player(&start, n, 0, 3 - n));
    let values = run(stack.enter_concurrently(contexts)).unwrap();
    assert_eq!(values, [&0, &1, &2]);
    *values.into_iter().next_back().expect("there are three") += 40;
    let made = ["make 0", "make 1", "make 2"];
    let entered = ["entered 2", "entered 1", "entered 0"];
    assert_eq!(events(), [made, entered].concat());
    assert_eq!(stack.len(), 3);
    run(stack.close()).unwrap();
    let exits = [
        "exit 42: Completed",
        "exit 1: Completed",
        "exit 0: Completed",
    ];
    let drops = ["drop 2", "drop 1", "drop 0"];
    let expected: Vec<_> = exits
        .into_iter()
        .zip(drops)
        .flat_map(|(e, d)| [e, d])
        .collect();
    assert_eq!(events(), expected);
    // None at all are entered too.
    let stack = AsyncExitStack::borrowing();
    let none = (0..0).map(|n| player(&start, n, 0, 0));
    assert!(run(stack.enter_concurrently(none)).unwrap().is_empty());
    assert!(stack.is_empty());
}

/// Those that are entering are dropped, those that have been entered are exited, and only then is
/// the error returned. What was on the stack before stays there.
#[test]
fn when_one_fails_those_that_were_entered_are_exited_first() {
    let start = Barrier::new(5);
    let stack = AsyncExitStack::borrowing();
    stack.push_async(notes!("before"));
    let contexts = [
        player(&start, 0, 0, 1),
        player(&start, 1, 0, 9),
        player(&start, 102, 0, 2),
        player(&start, 3, 77, 3),
        player(&start, 4, 88, 8),
    ];
    let (failed, lost) = losses(|| run(stack.enter_concurrently(contexts)).map_err(|e| *e.0));
    assert_eq!(failed, Err(77));
    assert_eq!(lost, ["player: error Code(102) (Failed(Code(77)))"]);
    assert_eq!(
        events(),
        [
            "make 0",
            "make 1",
            "make 102",
            "make 3",
            "make 4",
            "entered 0",
            "entered 102",
            "drop 3",
            "drop 1",
            "drop 4",
            "exit 102: Failed with 77",
            "drop 102",
            "exit 0: Failed with 77",
            "drop 0",
        ]
    );
    assert_eq!(stack.len(), 1);
    run(stack.close()).unwrap();
    events();
}

/// The error has not been returned to anybody yet.
#[test]
fn dropped_while_those_that_were_entered_are_exited_the_error_goes_to_the_hook() {
    let start = Barrier::new(2);
    let stack = AsyncExitStack::borrowing();
    let contexts = [player(&start, 0, 0, 0), player(&start, 1, 77, 3)];
    let mut entering = Driven::new(stack.enter_concurrently(contexts));
    let ((), lost) = losses(|| {
        assert!(entering.poll().is_pending());
        while !events().contains(&"exit 0: Failed with 77".to_owned()) {
            assert!(entering.poll().is_pending());
        }
        drop(entering);
    });
    assert_eq!(
        lost,
        [
            "player: unfinished (Failed(Code(77)))",
            "AsyncExitStack: result (Failed(Code(77)))"
        ]
    );
    assert_eq!(events(), ["drop 0"]);
    assert!(stack.is_empty());
}

#[test]
fn dropped_while_entering_those_that_were_entered_stay_on_the_stack() {
    let start = Barrier::new(3);
    let stack = AsyncExitStack::borrowing();
    let late = [0, 5, 0];
    let contexts = (0..3).map(|n| player(&start, n, 0, late[n as usize]));
    let mut entering = Driven::new(stack.enter_concurrently(contexts));
    assert!(entering.poll().is_pending());
    assert!(entering.poll().is_pending());
    drop(entering);
    assert_eq!(stack.len(), 2);
    assert_eq!(
        events(),
        [
            "make 0",
            "make 1",
            "make 2",
            "entered 2",
            "entered 0",
            "drop 1"
        ]
    );
    run(stack.close()).unwrap();
    assert_eq!(
        events(),
        ["exit 2: Completed", "drop 2", "exit 0: Completed", "drop 0"]
    );
}

/// Dropped before its enter half has ended, a context is not on the stack.
#[test]
fn dropped_while_entering_one_nothing_is_pushed() {
    let stack = AsyncExitStack::new();
    let mut entering = Driven::new(stack.enter(noted("never", 0)));
    assert!(entering.poll().is_pending());
    drop(entering);
    assert!(stack.is_empty());
    assert_eq!(events(), ["enter never"]);
}

#[test]
fn a_panic_of_an_enter_half_leaves_the_others_on_the_stack() {
    #[context_manager]
    async fn panics(number: u32) {
        let _local = d(&number.to_string());
        turns(number).await;
        if number == 1 {
            blow_up("enter half");
        }
        yield_point!();
        turn().await;
    }
    let stack = AsyncExitStack::new();
    let entering = caught(|| run(stack.enter_concurrently((0..3).map(panics))).len());
    assert_eq!(entering, Err("enter half".to_owned()));
    assert_eq!(events(), ["make 0", "make 1", "make 2", "drop 1", "drop 2"]);
    assert_eq!(stack.len(), 1);
    assert!(caught(|| run(stack.enter(panics(1)))).is_err());
    assert_eq!(stack.len(), 1);
    run(stack.close()).unwrap();
    assert_eq!(events(), ["make 1", "drop 1", "drop 0"]);
}

/// Notes its polls, and waits until it is opened.
struct Gate {
    open: AtomicBool,
    polls: AtomicUsize,
    waker: std::sync::Mutex<Option<Waker>>,
}

impl Gate {
    fn new() -> Self {
        Gate {
            open: AtomicBool::new(false),
            polls: AtomicUsize::new(0),
            waker: std::sync::Mutex::default(),
        }
    }

    async fn wait(&self) {
        poll_fn(|poller| {
            self.polls.fetch_add(1, SeqCst);
            *self.waker.lock().expect("no panic") = Some(poller.waker().clone());
            if self.open.load(SeqCst) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    fn waker(&self) -> Waker {
        self.waker
            .lock()
            .expect("no panic")
            .clone()
            .expect("it was polled")
    }

    fn open(&self) {
        self.open.store(true, SeqCst);
        self.waker().wake();
    }
}

#[context_manager]
async fn gated<'g>(enter: &'g Gate, exit: &'g Gate) {
    enter.wait().await;
    yield_point!();
    exit.wait().await;
}

/// A thousand at once, opened one by one: each is polled once when it is made and once when it is
/// woken, though the future of them all is polled a thousand times.
#[test]
fn each_of_a_thousand_is_polled_only_when_it_was_woken() {
    let gates: Vec<_> = (0..1000).map(|_| (Gate::new(), Gate::new())).collect();
    let counts = |of: fn(&(Gate, Gate)) -> &Gate| -> Vec<_> {
        gates
            .iter()
            .map(|gates| of(gates).polls.load(SeqCst))
            .collect()
    };
    let stack = AsyncExitStack::borrowing();
    let contexts = gates.iter().map(|(enter, exit)| gated(enter, exit));
    let mut entering = Driven::new(stack.enter_concurrently(contexts));
    assert!(entering.poll().is_pending());
    assert_eq!((counts(|g| &g.0), entering.wakes()), (vec![1; 1000], 0));
    for (n, (enter, _)) in gates.iter().enumerate() {
        enter.open();
        // Nobody asked for that; and it has nothing more to say.
        let waker = enter.waker();
        waker.wake_by_ref();
        assert_eq!(entering.wakes(), n + 1);
        assert_eq!(entering.poll().is_ready(), n == 999);
        waker.wake();
        assert_eq!(entering.wakes(), n + 1, "it has ended");
    }
    assert_eq!(counts(|g| &g.0), vec![2; 1000]);
    drop(entering);
    assert_eq!(stack.len(), 1000);

    let mut closing = Driven::new(stack.close_concurrently());
    assert!(closing.poll().is_pending());
    assert_eq!((counts(|g| &g.1), closing.wakes()), (vec![1; 1000], 0));
    for (_, exit) in &gates[1..] {
        exit.open();
    }
    assert_eq!(closing.wakes(), 1, "once is enough");
    assert!(closing.poll().is_pending());
    assert_eq!(counts(|g| &g.1)[1..], vec![2; 999]);
    gates[0].1.open();
    assert_eq!(closing.wakes(), 2);
    assert!(closing.poll().is_ready());
    assert_eq!(counts(|g| &g.1), vec![2; 1000]);
}

/// One that wakes itself, until somebody else has done something, lets that somebody run.
#[test]
fn one_that_wakes_itself_gives_way_to_others() {
    let done = AtomicBool::new(false);
    let spins = async || {
        let mut times = 0;
        while !done.load(SeqCst) {
            times += 1;
            assert!(times < 1000, "nobody else has had a turn");
            turn().await;
        }
    };
    let stack = AsyncExitStack::borrowing();
    stack.async_callback(spins);
    stack.async_callback(spins);
    let mut closing = Driven::new(stack.close_concurrently());
    for polls in 1..10 {
        assert!(closing.poll().is_pending());
        assert_eq!(closing.wakes(), polls);
    }
    done.store(true, SeqCst);
    assert!(matches!(closing.poll(), Poll::Ready(Ok(()))));
}

/// Wake-ups come from other threads, while the futures are being polled: none is lost.
#[test]
fn no_wake_up_from_another_thread_is_lost() {
    for _ in 0..20 {
        let gates: Vec<_> = (0..100).map(|_| oneshot::channel::<()>()).collect();
        let (opens, waits): (Vec<_>, Vec<_>) = gates.into_iter().unzip();
        let stack = AsyncExitStack::new();
        for gate in waits {
            stack.async_callback(async move || gate.await.expect("it is opened"));
        }
        let (started, start) = std::sync::mpsc::channel();
        stack.callback(move || started.send(()).expect("somebody waits"));
        let opener = thread::spawn(move || {
            start.recv().expect("it starts");
            for open in opens {
                open.send(()).expect("it is awaited");
            }
        });
        smol::block_on(stack.close_concurrently()).unwrap();
        opener.join().unwrap();
    }
}

// ---- closing at once ----

#[test]
fn entries_are_closed_at_once() {
    let barrier = Arc::new(Barrier::new(3));
    let stack = AsyncExitStack::new();
    for number in 1..=3 {
        let barrier = barrier.clone();
        stack.push_async(async move |exit: AsyncExit<'_>| {
            barrier.wait().await;
            turns(number).await;
            note(format!("{number}: {}", told(exit)));
            Err::<Verdict, _>(code(number))
        });
    }
    // Whatever it says, it was told of no error.
    stack.push_async(async |_: AsyncExit<'_>| {
        turns(9).await;
        Verdict::Handled
    });
    let (closed, lost) = losses(|| run(stack.close_concurrently()));
    assert_eq!(
        codes(&closed.unwrap_err()),
        [1, 2, 3],
        "in the order of failing"
    );
    assert_eq!(events(), ["1: Completed", "2: Completed", "3: Completed"]);
    assert_eq!(lost, [] as [&str; 0]);
}

/// The first panic comes out; of another one the hook is told by the name of the entry.
#[test]
fn a_panic_keeps_nobody_who_is_closed_at_once_from_running() {
    async fn panics_late() {
        turns(2).await;
        blow_up("another panic");
    }
    let stack = AsyncExitStack::new();
    stack.push_async(notes!("first"));
    stack.async_callback(panics_late);
    stack.async_callback(async || {
        turn().await;
        blow_up("the panic");
    });
    stack.callback(|| note("last"));
    let (closed, lost) = losses(|| caught(|| run(stack.close_concurrently())));
    assert_eq!(closed.unwrap_err(), "the panic");
    assert_eq!(events(), ["last", "exit first: Completed", "end first"]);
    assert_eq!(lost, ["panics_late: panic \"another panic\" (Panicked)"]);
}

// ---- dropped ----

/// What does not have to be awaited runs, and is told so; of the rest the hook is told by name.
#[test]
fn a_stack_that_is_dropped_runs_what_it_can() {
    #[context_manager]
    fn plain() -> Result<u32, Code> {
        let seen = told(yield_point!(1));
        note(format!("exit plain: {seen}"));
        Err(code(5))
    }
    fn callback() {
        note("callback");
    }
    async fn async_callback() {
        note("never");
    }
    let stack = AsyncExitStack::new();
    stack.callback(callback);
    stack.async_callback(async_callback);
    run(stack.enter(plain())).unwrap();
    run(stack.enter(noted("noted", 0))).unwrap();
    stack.push(|exit| note(format!("pushed: {}", told(exit))));
    stack.adopt_async(d("adopted"), async |_, _: AsyncExit<'_>| note("never"));
    stack.adopt(d("value"), |_value, exit| {
        note(format!("adopt: {}", told(exit)));
    });
    let ((), lost) = losses(|| drop(stack));
    assert_eq!(
        lost,
        [
            "a_stack_that_is_dropped_runs_what_it_can: unfinished (Dropped)",
            "noted: unfinished (Dropped)",
            "plain: error Code(5) (Dropped)",
            "async_callback: unfinished (Dropped)",
        ]
    );
    assert_eq!(
        events(),
        [
            "enter noted",
            "make adopted",
            "make value",
            "adopt: Dropped",
            "drop value",
            "drop adopted",
            "pushed: Dropped",
            "exit plain: Dropped",
            "callback",
        ]
    );
}

/// Dropped while it closes: the errors so far, the entry that runs, those that are left, and the
/// body's own result.
#[test]
fn a_scope_that_is_dropped_while_it_unwinds_loses_nothing_silently() {
    let scope = |result: Result<u32, Code>| {
        AsyncExitStack::scope(async move |stack| {
            stack.push(|exit| note(format!("first: {}", told(exit))));
            stack.async_callback(async || note("never"));
            stack.push_async(notes!("waits"));
            stack.try_async_callback(async || Err(code(2)));
            result
        })
    };
    let name = "a_scope_that_is_dropped_while_it_unwinds_loses_nothing_silently";
    let lost = |result| {
        let mut scope = Driven::new(scope(result));
        losses(|| {
            assert!(scope.poll().is_pending());
            drop(scope);
        })
    };
    let ((), failed) = lost(Err(code(1)));
    assert_eq!(events(), ["exit waits: Failed with 1", "first: Dropped"]);
    assert_eq!(
        failed,
        [
            format!("{name}: unfinished (Failed(Code(1)))"),
            format!("{name}: error Code(2) (Failed(Code(1)))"),
            format!("{name}: unfinished (Dropped)"),
            "AsyncExitStack: result (Failed(Code(1)))".to_owned(),
        ]
    );
    let ((), completed) = lost(Ok(7));
    assert_eq!(events(), ["exit waits: Failed with 2", "first: Dropped"]);
    assert_eq!(
        completed,
        [
            format!("{name}: unfinished (Failed(Code(2)))"),
            format!("{name}: error Code(2) (Completed)"),
            format!("{name}: unfinished (Dropped)"),
            "AsyncExitStack: result (Completed)".to_owned(),
        ]
    );
}

/// A body's error is lost once when an entry panics, not twice.
#[test]
fn a_panic_of_an_entry_displaces_the_error_of_the_body_once() {
    for finishes in [false, true] {
        let (panicked, lost) = losses(|| {
            caught(|| {
                run(AsyncExitStack::scope(async |stack| {
                    if finishes {
                        stack.finish_on(|_| unreachable!("nobody drops it"));
                    }
                    stack.async_callback(async || {
                        turn().await;
                        blow_up("the panic");
                    });
                    Err::<u32, _>(code(1))
                }))
            })
        });
        assert_eq!(panicked.unwrap_err(), "the panic");
        let name = "a_panic_of_an_entry_displaces_the_error_of_the_body_once";
        assert_eq!(lost, [format!("{name}: body Code(1) (Failed(Code(1)))")]);
    }
    // A value that a panic displaces is not an error.
    let (panicked, lost) = losses(|| {
        caught(|| {
            run(AsyncExitStack::scope(async |stack| {
                stack.async_callback(async || blow_up("the panic"));
                Ok::<_, Code>(7)
            }))
        })
    });
    assert_eq!(
        (panicked.unwrap_err().as_str(), lost.len()),
        ("the panic", 0)
    );
}

/// Looks at the error that it was told of when it is dropped.
struct Looks<'e>(AsyncExit<'e>);

impl Drop for Looks<'_> {
    fn drop(&mut self) {
        note(format!("looks: {}", told(self.0)));
    }
}

/// What entries hold when they are dropped in their exit half goes before the error does that they
/// were told of, wherever that is kept.
#[test]
fn an_error_outlives_the_entries_that_look_at_it() {
    #[context_manager]
    async fn looks() {
        let looks = Looks(yield_point!());
        turns(3).await;
        drop(looks);
    }
    async fn fill(stack: &AsyncExitStack) {
        stack.push_async(async |exit: AsyncExit<'_>| {
            let _looks = Looks(exit);
            turns(3).await;
        });
        stack.enter(looks()).await;
        let own = Later::default();
        stack.enter(looks().finish_on(own)).await;
        stack.adopt_async((), async |(), exit: AsyncExit<'_>| {
            let _looks = Looks(exit);
            turns(3).await;
        });
    }
    #[context_manager]
    async fn fails() -> Result<Looks<'static>, Code> {
        turn().await;
        if true {
            return Err(code(3));
        }
        yield_point!(Looks(Exit::Completed));
        Ok(())
    }
    let executors: [Option<fn(ExitHalf)>; 3] = [
        None,
        Some(drop),
        Some(|half| {
            let mut half = Driven::new(half);
            assert!(half.poll().is_pending());
        }),
    ];
    losses(|| {
        for executor in executors {
            let equip = |stack: &mut AsyncExitStack| {
                if let Some(executor) = executor {
                    stack.finish_on(executor);
                }
            };
            for polls in 0..14 {
                let mut scope = Driven::new(AsyncExitStack::scope(async |stack| {
                    equip(stack);
                    fill(stack).await;
                    Err::<(), _>(code(1))
                }));
                let mut closing = Driven::new(async {
                    let mut stack = AsyncExitStack::new();
                    equip(&mut stack);
                    fill(&stack).await;
                    let error = code(2);
                    stack.close_with(Exit::Failed(&error)).await.map(|_| ())
                });
                let mut failing = Driven::new(async {
                    let mut stack = AsyncExitStack::new();
                    equip(&mut stack);
                    let entered = stack.enter_concurrently([0, 1, 2].map(|n| {
                        if n == 1 {
                            Either::Left(fails())
                        } else {
                            Either::Right(looks_late())
                        }
                    }));
                    assert!(entered.await.is_err());
                });
                for _ in 0..polls {
                    if scope.poll().is_ready() | closing.poll().is_ready() {
                        break;
                    }
                }
                for _ in 0..polls {
                    if failing.poll().is_ready() {
                        break;
                    }
                }
            }
        }
    });
    #[context_manager]
    async fn looks_late() -> Result<Looks<'static>, Code> {
        let _looks = Looks(yield_point!(Looks(Exit::Completed)));
        turns(3).await;
        Ok(())
    }
    let seen = events();
    for number in 1..=3 {
        assert!(
            seen.contains(&format!("looks: Failed with {number}")),
            "{seen:?}"
        );
    }
}

// ---- finished elsewhere ----

#[test]
fn a_stack_goes_on_where_it_was_dropped() {
    let later = Later::default();
    let executor = later.clone();
    let mut scope = Driven::new(AsyncExitStack::scope(async move |stack| {
        stack.finish_on(executor);
        stack.push_async(notes!("first"));
        stack.enter(noted("second", 2)).await?;
        Err::<u32, _>(code(1))
    }));
    assert!(scope.poll().is_pending());
    assert!(scope.poll().is_pending());
    assert_eq!(events(), ["enter second", "exit second: Failed with 1"]);
    let ((), lost) = losses(|| drop(scope));
    assert_eq!(lost, ["AsyncExitStack: result (Failed(Code(1)))"]);
    assert_eq!(events(), [] as [&str; 0]);
    let (count, lost) = losses(|| later.run());
    assert_eq!(count, 1);
    assert_eq!(lost, ["noted: error Code(2) (Failed(Code(1)))"]);
    assert_eq!(
        events(),
        ["end second", "exit first: Failed with 1", "end first"]
    );
}

#[test]
fn entries_that_are_closed_at_once_go_on_at_once() {
    let later = Later::default();
    let mut stack = AsyncExitStack::new();
    stack.finish_on(later.clone());
    let barrier = Arc::new(Barrier::new(3));
    for _ in 0..3 {
        let barrier = barrier.clone();
        stack.async_callback(async move || {
            turn().await;
            barrier.wait().await;
            note("passed");
        });
    }
    let mut closing = Driven::new(stack.close_concurrently());
    assert!(closing.poll().is_pending());
    drop(closing);
    assert_eq!(later.run(), 1);
    assert_eq!(events(), ["passed"; 3]);
}

#[test]
fn the_entries_of_pop_all_finish_where_those_of_the_stack_did() {
    let later = Later::default();
    let mut stack = AsyncExitStack::new();
    stack.finish_on(later.clone());
    stack.push_async(notes!("popped"));
    let others = stack.pop_all();
    stack.push_async(notes!("pushed"));
    drop(others);
    drop(stack);
    drop(AsyncExitStack::new());
    assert_eq!(later.run(), 2);
    assert_eq!(
        events(),
        [
            "exit popped: Dropped",
            "end popped",
            "exit pushed: Dropped",
            "end pushed"
        ]
    );
}

/// Nothing is given to the executor unasked: not what has ended, nor what is empty.
#[test]
fn the_executor_is_not_called_without_need() {
    let mut stack = AsyncExitStack::new();
    stack.finish_on(|_| note("executor"));
    stack.push_async(notes!("entry"));
    let mut empty = stack.pop_all();
    std::mem::swap(&mut stack, &mut empty);
    drop(empty);
    run(stack.close()).unwrap();
    assert_eq!(events(), ["exit entry: Completed", "end entry"]);
}

/// In a stack that does not finish elsewhere a context may, of its own.
#[test]
fn a_context_that_finishes_elsewhere_does_so_in_any_stack() {
    let later = Later::default();
    let stack = AsyncExitStack::new();
    run(async {
        stack.enter(noted("first", 0)).await.unwrap();
        stack
            .enter(noted("second", 2).finish_on(later.clone()))
            .await
            .unwrap();
    });
    let ((), lost) = losses(|| drop(stack));
    assert_eq!(lost, ["noted: unfinished (Dropped)"]);
    let (count, lost) = losses(|| later.run());
    assert_eq!(
        (count, lost),
        (1, vec!["noted: error Code(2) (Dropped)".to_owned()])
    );
    assert_eq!(
        events(),
        [
            "enter first",
            "enter second",
            "exit second: Dropped",
            "end second"
        ]
    );

    // Dropped in its exit half it goes on, unless it was told of an error that is not its own.
    for (exit, goes_on) in [(Exit::Completed, 1), (AsyncExit::Failed(&"lent"), 0)] {
        let stack = AsyncExitStack::new();
        #[context_manager]
        async fn waits() {
            yield_point!();
            turn().await;
            note("end");
        }
        run(stack.enter(waits().finish_on(later.clone())));
        let mut closing = Driven::new(stack.close_with(exit));
        assert!(closing.poll().is_pending());
        let ((), lost) = losses(|| drop(closing));
        assert_eq!(later.run(), goes_on);
        assert_eq!(lost.len() + events().len(), 1);
    }
}

/// An executor may run the half at once, and it may do so while a panic unwinds.
#[test]
fn an_executor_may_run_the_entries_at_once() {
    let drops = || {
        let mut stack = AsyncExitStack::new();
        stack.finish_on(run);
        stack.push_async(notes!("entry"));
        stack.async_callback(async || blow_up("an entry"));
        let ((), lost) = losses(|| drop(stack));
        assert_eq!(lost.len(), 1);
        assert_eq!(events(), ["exit entry: Dropped", "end entry"]);
    };
    drops();
    while_unwinding(drops);
}

/// No panic, no abort: every entry is reported.
#[test]
fn a_runtime_that_was_shut_down_drops_the_entries() {
    async fn of_the_runtime() {
        note("never");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let mut stack = AsyncExitStack::new();
    stack.finish_on(runtime.handle().clone());
    stack.push(|exit| note(format!("pushed: {}", told(exit))));
    stack.async_callback(of_the_runtime);
    drop(runtime);
    let ((), lost) = losses(|| drop(stack));
    assert_eq!(lost, ["of_the_runtime: unfinished (Dropped)"]);
    assert_eq!(events(), ["pushed: Dropped"]);
}

/// The runtime is shut down while it finishes a stack.
#[test]
fn a_runtime_that_is_shut_down_drops_what_it_finishes() {
    async fn hangs_in_a_runtime() {
        std::future::pending::<()>().await;
    }
    support::lost::record();
    let (started, start) = std::sync::mpsc::channel();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let mut stack = AsyncExitStack::new();
    stack.finish_on(runtime.handle().clone());
    stack.async_callback(hangs_in_a_runtime);
    stack.callback(move || started.send(()).unwrap());
    drop(stack);
    start.recv().unwrap();
    drop(runtime);
    let lost = take_of("hangs_in_a_runtime");
    assert_eq!(lost.len(), 1);
    assert_eq!((&*lost[0].loss, &*lost[0].exit), ("unfinished", "Dropped"));
}

// ---- while a panic unwinds ----

/// None of these may panic a second time, which would end the process.
#[test]
fn a_stack_that_unwinds_while_a_panic_does_reports_its_panics() {
    #[context_manager]
    fn plain() {
        yield_point!();
        blow_up("a context");
    }
    fn filled() -> AsyncExitStack {
        let stack = AsyncExitStack::new();
        stack.callback(|| note("first"));
        run(stack.enter(plain()));
        stack.callback(|| blow_up("a callback"));
        stack.async_callback(async || {
            turn().await;
            blow_up("an async callback");
        });
        stack.try_async_callback(async || Err(Bomb("an error")));
        stack
    }
    /// An error whose destructor panics.
    #[derive(Debug)]
    struct Bomb(&'static str);
    impl fmt::Display for Bomb {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl Error for Bomb {}
    impl Drop for Bomb {
        fn drop(&mut self) {
            blow_up(self.0);
        }
    }
    let lost = |drops: fn()| while_unwinding(|| losses(drops).1.len());
    assert_eq!(lost(|| drop(filled())), 4);
    assert_eq!(events(), ["first"]);
    // The error, and that of its destructor; one unfinished and two panics.
    let cancels = || {
        let mut closing = Driven::new(filled().close());
        assert!(closing.poll().is_pending());
        drop(closing);
    };
    assert_eq!(lost(cancels), 5);
    assert_eq!(events(), ["first"]);
    let cancelled = losses(|| caught(cancels));
    assert_eq!(cancelled.0, Err("a callback".to_owned()));
    assert_eq!((cancelled.1.len(), events()), (4, vec!["first".to_owned()]));
    // To its end: the three panics, and the error is returned.
    let closes = || {
        let errors = run(filled().close()).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert_eq!(caught(|| drop(errors)), Err("an error".to_owned()));
    };
    assert_eq!(lost(closes), 3);
    assert_eq!(events(), ["first"]);
}

// ---- structs, threads, runtimes ----

/// A client of several connections, each of which is closed in the end.
struct Client {
    stack: AsyncExitStack,
    log: Log,
}

#[context_manager]
async fn connection(log: Log, number: u32) -> Result<u32, Code> {
    turn().await;
    log.note(format!("open {number}"));
    let exit = told(yield_point!(number));
    turn().await;
    log.note(format!("close {number}: {exit}"));
    Ok(())
}

impl Client {
    async fn new(count: u32) -> Result<Self, Code> {
        let (stack, log) = (AsyncExitStack::new(), Log::new());
        for number in 0..count {
            let connection = stack.enter(connection(log.clone(), number)).await?;
            assert_eq!(*connection, number);
        }
        Ok(Client { stack, log })
    }

    async fn close(self) -> Result<Vec<String>, ExitErrors> {
        self.stack.close().await?;
        Ok(self.log.take())
    }
}

const SEEN: [&str; 4] = [
    "open 0",
    "open 1",
    "close 1: Completed",
    "close 0: Completed",
];

#[test]
fn a_stack_is_a_field_that_goes_from_thread_to_thread() {
    let client = thread::spawn(|| run(Client::new(2)).unwrap())
        .join()
        .unwrap();
    let seen = thread::spawn(|| run(client.close()).unwrap())
        .join()
        .unwrap();
    assert_eq!(seen, SEEN);
    // Between two polls, too.
    let mut client = run(Client::new(2)).unwrap();
    let log = client.log.clone();
    let closing = Driven::new(std::mem::take(&mut client.stack).close());
    let mut closing = thread::spawn(move || {
        let mut closing = closing;
        assert!(closing.poll().is_pending());
        closing
    })
    .join()
    .unwrap();
    closing.run().unwrap();
    assert_eq!(log.take(), SEEN);
}

#[test]
fn a_stack_works_on_any_runtime() {
    let all = async || Client::new(2).await.unwrap().close().await.unwrap();
    assert_eq!(run(all()), SEEN);
    assert_eq!(smol::block_on(all()), SEEN);
    let spawned = smol::spawn(async { Client::new(2).await.unwrap().close().await.unwrap() });
    assert_eq!(smol::block_on(spawned), SEEN);
    let current = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    assert_eq!(current.block_on(all()), SEEN);
    let multi = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let spawned = multi.spawn(async { Client::new(2).await.unwrap().close().await.unwrap() });
    assert_eq!(multi.block_on(spawned).unwrap(), SEEN);
}

/// A task that is aborted in its body: the runtime finishes the stack.
#[test]
fn a_stack_of_an_aborted_task_is_finished_by_any_runtime() {
    async fn aborted(stack: AsyncExitStack, log: Log, ready: oneshot::Sender<()>) {
        for number in 0..2 {
            stack.enter(connection(log.clone(), number)).await.unwrap();
        }
        ready.send(()).unwrap();
        std::future::pending::<()>().await;
    }
    /// The last entry to run says so, and the log is complete.
    fn stack(log: &Log) -> (AsyncExitStack, oneshot::Receiver<Vec<String>>) {
        let (sender, ended) = oneshot::channel();
        let stack = AsyncExitStack::new();
        let log = log.clone();
        stack.async_callback(async move || sender.send(log.take()).expect("somebody waits"));
        (stack, ended)
    }
    let seen = ["open 0", "open 1", "close 1: Dropped", "close 0: Dropped"];
    let current = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let multi = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    for runtime in [current, multi] {
        let log = Log::new();
        let (mut stack, ended) = stack(&log);
        stack.finish_on(runtime.handle().clone());
        let (sender, ready) = oneshot::channel();
        let ended = runtime.block_on(async {
            let task = tokio::spawn(aborted(stack, log, sender));
            ready.await.unwrap();
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
            ended.await.unwrap()
        });
        assert_eq!(ended, seen);
    }
    let log = Log::new();
    let (mut stack, ended) = stack(&log);
    stack.finish_on(|half| smol::spawn(half).detach());
    let (sender, ready) = oneshot::channel();
    let ended = smol::block_on(async {
        let task = smol::spawn(aborted(stack, log, sender));
        ready.await.unwrap();
        task.cancel().await;
        ended.await.unwrap()
    });
    assert_eq!(ended, seen);
}

fn send<T: Send>(value: T) -> T {
    value
}

/// With concrete contexts all futures are `Send`, also when these borrow, and a stack is held, by
/// reference too, across an `.await`.
#[test]
fn futures_of_stacks_are_send() {
    #[context_manager]
    async fn borrows(name: &str, polls: &AtomicUsize) -> Result<usize, Code> {
        turn().await;
        polls.fetch_add(1, SeqCst);
        yield_point!(name.len());
        turn().await;
        polls.fetch_add(1, SeqCst);
        Ok(())
    }
    let (name, polls) = (String::from("name"), AtomicUsize::new(0));
    let scope = |name, polls| {
        send(AsyncExitStack::borrowing_scope(async move |stack| {
            let stack = &*stack;
            let value = send(stack.enter(borrows(name, polls))).await?;
            assert_eq!(*value, 4);
            let others = [borrows(name, polls), borrows(name, polls)];
            let values = send(stack.enter_concurrently(others)).await?;
            let later = send(async {
                turn().await;
                stack.len()
            });
            assert_eq!((later.await, values.len()), (3, 2));
            stack.push_async(async |exit: AsyncExit<'_>| {
                turn().await;
                assert!(exit.is_completed());
                polls.fetch_add(name.len(), SeqCst);
            });
            Ok::<(), Code>(())
        }))
    };
    run(scope(&name, &polls)).unwrap();
    assert_eq!(polls.swap(0, SeqCst), 10);
    // Within another future that is to be sent, it takes a box.
    run(send(async {
        let scope: Pin<Box<dyn Future<Output = _> + Send + '_>> = Box::pin(scope(&name, &polls));
        scope.await
    }))
    .unwrap();
    assert_eq!(polls.swap(0, SeqCst), 10);
    let owned = async {
        AsyncExitStack::scope(async |stack| {
            stack.async_callback(async || turn().await);
            turn().await;
            Ok::<(), Code>(())
        })
        .await
    };
    run(send(owned)).unwrap();
    let held = send(async {
        let stack = AsyncExitStack::borrowing();
        let value = stack.enter(borrows(&name, &polls)).await?;
        let values = stack.enter_concurrently([borrows(&name, &polls)]).await?;
        stack.push_async(async |_: AsyncExit<'_>| turn().await);
        stack.async_callback(async || {
            polls.fetch_add(name.len(), SeqCst);
        });
        turn().await;
        assert_eq!((*value, values.len()), (4, 1));
        stack.close_concurrently().await.expect("nothing fails");
        Ok::<(), Code>(())
    });
    run(held).unwrap();
    assert_eq!(polls.into_inner(), 8);
    fn sync<T: Sync>(_: &T) {}
    fn sent(_: impl Send) {}
    let stack = AsyncExitStack::new();
    sync(&stack);
    sent(stack.close());
    sent(AsyncExitStack::new().close_concurrently());
    sent(AsyncExitStack::new().close_with(Exit::Failed(&"error")));
    sent(async {
        let stack = AsyncExitStack::new();
        stack.callback(|| ());
        turn().await;
        stack.close().await
    });
}

/// A stack that stays on its thread takes what does too.
#[test]
fn a_local_stack_takes_what_cannot_be_sent() {
    #[context_manager]
    async fn shared(count: Rc<Cell<u32>>) -> Rc<Cell<u32>> {
        turn().await;
        let value = count.clone();
        yield_point!(value);
        turn().await;
        value.set(value.get() + 1);
    }
    let count = Rc::new(Cell::new(0));
    let ended = run(AsyncExitStack::local_scope(async |stack| {
        stack.enter(shared(count.clone())).await.set(10);
        stack
            .enter_concurrently([shared(count.clone()), shared(count.clone())])
            .await;
        let (one, other) = (count.clone(), count.clone());
        stack.push_async(async move |_: AsyncExit<'_>| {
            turn().await;
            one.set(one.get() + 100);
        });
        *stack.adopt_async(other, async |other: Rc<Cell<u32>>, _: AsyncExit<'_>| {
            turn().await;
            other.set(other.get() + 1000);
        }) = count.clone();
        Ok::<(), Code>(())
    }));
    ended.unwrap();
    assert_eq!((count.get(), Rc::strong_count(&count)), (1113, 1));
    let stack: LocalAsyncExitStack<'_> = LocalAsyncExitStack::default();
    assert!(stack.is_empty());
}

/// Several tasks may push to one stack that they share.
#[test]
fn a_stack_may_be_filled_from_several_threads() {
    let (stack, log) = (AsyncExitStack::new(), Log::new());
    thread::scope(|scope| {
        for thread in 0..4 {
            let (stack, log) = (&stack, log.clone());
            scope.spawn(move || {
                for n in 0..25 {
                    let value = run(stack.enter(connection(log.clone(), thread * 25 + n)));
                    *value.unwrap() += 1000;
                    stack.async_callback(async || turn().await);
                }
            });
        }
    });
    assert_eq!(stack.len(), 200);
    let opened: Vec<_> = log.take();
    run(stack.close()).unwrap();
    let closed = log.take();
    assert_eq!((opened.len(), closed.len()), (100, 100));
    for number in 0..100 {
        let seen = closed
            .iter()
            .filter(|line| **line == format!("close {}: Completed", number + 1000));
        assert_eq!(seen.count(), 1);
    }
}

// ---- great numbers ----

#[test]
fn a_million_entries_close_without_recursion() {
    let count = Arc::new(AtomicUsize::new(0));
    for (at_once, waits) in [(false, 999_000), (true, 0)] {
        let stack = AsyncExitStack::new();
        let entries = if at_once { 100_000 } else { 1_000_000 };
        for number in 0..entries {
            let count = count.clone();
            if number % 2 == 0 {
                stack.callback(move || {
                    count.fetch_add(1, SeqCst);
                });
            } else {
                stack.async_callback(async move || {
                    turns(u32::from(number > waits)).await;
                    count.fetch_add(1, SeqCst);
                });
            }
        }
        assert_eq!(stack.len(), entries);
        if at_once {
            run(stack.close_concurrently()).unwrap();
        } else {
            run(stack.close()).unwrap();
        }
        assert_eq!(count.swap(0, SeqCst), entries);
    }
    let stack = AsyncExitStack::new();
    for _ in 0..100_000 {
        let count = count.clone();
        stack.callback(move || {
            count.fetch_add(1, SeqCst);
        });
    }
    drop(stack);
    assert_eq!(count.swap(0, SeqCst), 100_000);
}

#[test]
fn a_hundred_thousand_errors_print_and_drop() {
    let stack = AsyncExitStack::new();
    for number in 0..100_000 {
        stack.try_async_callback(async move || Err(code(number)));
    }
    let errors = run(stack.close()).unwrap_err();
    assert_eq!(errors.len(), 100_000);
    let text = errors.to_string();
    assert!(text.starts_with("100000 errors: code 99999; code 99998"));
    assert!(format!("{errors:?}").contains("99997"));
    drop(errors);
}

/// A panic of the body that is dropped with the future is not forgotten either.
#[test]
fn a_panic_of_the_body_that_is_in_hand_is_reported() {
    let mut scope = Driven::new(AsyncExitStack::scope(async |stack| {
        stack.push_async(notes!("entry"));
        if stack.len() == 1 {
            resume_unwind(Box::new("the body"));
        }
        Ok::<(), Code>(())
    }));
    let ((), lost) = losses(|| {
        assert!(scope.poll().is_pending());
        drop(scope);
    });
    assert_eq!(events(), ["exit entry: Panicked"]);
    assert_eq!(
        lost,
        [
            "a_panic_of_the_body_that_is_in_hand_is_reported: unfinished (Panicked)",
            "AsyncExitStack: result (Panicked)"
        ]
    );
}

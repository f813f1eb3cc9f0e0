//! `Shared`: who enters, who exits, what the exit half is told, and that nobody waits for ever.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;

use guard_core::testing::{Shared, SharedFailure, SharedRef, UntilExit};
use guard_core::{Exit, Guard, Plain, ScopedGuard, context_manager, enter, within, yield_point};
use proptest::prelude::*;
use support::{blow_up, caught, child, events, lost, note, turn};

/// Tells the log of this thread what happens to it.
#[context_manager]
fn noted(name: &'static str) -> &'static str {
    note(format!("enter {name}"));
    let exit = yield_point!(name);
    match exit.failure() {
        Some(error) => {
            let failure: &SharedFailure = error.downcast_ref().expect("it is that of users");
            note(format!("exit {name} Failed {:?}", failure.errors()));
        }
        None => note(format!("exit {name} {exit:?}")),
    }
}

type Used<'a> = ScopedGuard<'a, SharedRef<'a, Plain<&'static str>>>;

#[test]
fn the_first_enters_and_the_last_exits() {
    let shared: Shared<Plain<&str>> = Shared::new(|| noted("a").enter());
    assert_eq!(events(), [""; 0]);
    let first = shared.lend().enter();
    assert_eq!(events(), ["enter a"]);
    let second = shared.lend().enter();
    assert_eq!((**first, **second), ("a", "a"));
    Guard::exit(first);
    shared.lend().with(|third| assert_eq!(***third, *"a"));
    assert_eq!(events(), [""; 0]);
    Guard::exit(second);
    assert_eq!(events(), ["exit a Completed"]);
    shared.lend().with(|_| note("anew"));
    assert_eq!(events(), ["enter a", "anew", "exit a Completed"]);
}

/// How a user leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Completed,
    Dropped,
    Failed(u8),
    Panicked,
}

impl Way {
    fn leave(self, user: Used<'_>) {
        match self {
            Way::Completed => Guard::exit(user),
            Way::Dropped => drop(user),
            Way::Failed(error) => Guard::exit_with(user, Exit::Failed(&error)),
            Way::Panicked => {
                let panicked = caught(move || {
                    let _user = user;
                    blow_up("as it should");
                });
                // It was entered outside of the panic.
                assert!(panicked.is_err());
            }
        }
    }
}

/// What the exit half is to be told of such users.
fn worst(ways: &[Way]) -> String {
    let failed: Vec<_> = ways
        .iter()
        .filter_map(|way| match way {
            Way::Failed(error) => Some(error.to_string()),
            _ => None,
        })
        .collect();
    match ways {
        _ if ways.contains(&Way::Panicked) => "exit a Panicked".to_owned(),
        _ if !failed.is_empty() => format!("exit a Failed {failed:?}"),
        _ if ways.contains(&Way::Dropped) => "exit a Dropped".to_owned(),
        _ => "exit a Completed".to_owned(),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Lend,
    Leave(prop::sample::Index, Way),
}

fn step() -> impl Strategy<Value = Step> {
    let way = prop_oneof![
        4 => Just(Way::Completed),
        1 => Just(Way::Dropped),
        1 => any::<u8>().prop_map(Way::Failed),
        1 => Just(Way::Panicked),
    ];
    prop_oneof![
        Just(Step::Lend),
        (any::<prop::sample::Index>(), way).prop_map(|(who, way)| Step::Leave(who, way)),
    ]
}

proptest! {
    #[test]
    fn it_is_entered_while_it_has_users_and_told_the_worst(
        steps in prop::collection::vec(step(), 0..40)
    ) {
        let shared: Shared<Plain<&str>> = Shared::new(|| noted("a").enter());
        let mut users = Vec::new();
        let mut left = Vec::new();
        for step in steps {
            let expected = match step {
                Step::Lend => {
                    users.push(shared.lend().enter());
                    (users.len() == 1).then(|| "enter a".to_owned())
                }
                Step::Leave(..) if users.is_empty() => None,
                Step::Leave(who, way) => {
                    way.leave(users.remove(who.index(users.len())));
                    left.push(way);
                    users.is_empty().then(|| worst(&std::mem::take(&mut left)))
                }
            };
            prop_assert_eq!(events(), Vec::from_iter(expected));
        }
        drop(users);
        events();
    }
}

/// Fails on the way in and on the way out while these say so.
static NO_ENTRY: AtomicBool = AtomicBool::new(false);

#[context_manager]
fn fallible() -> Result<u8, String> {
    if NO_ENTRY.load(Ordering::Relaxed) {
        return Err("no entry".to_owned());
    }
    yield_point!(7);
    Err("no exit".to_owned())
}

#[test]
fn errors_go_to_who_runs_the_half() {
    #[within(n = shared.lend()?)]
    fn body(shared: &Shared<Result<u8, String>>) -> Result<u8, String> {
        Ok(**n)
    }

    let shared: Shared<Result<u8, String>> = Shared::new(|| fallible().enter());
    NO_ENTRY.store(true, Ordering::Relaxed);
    assert_eq!(shared.lend().with(|_| ()), Err("no entry".to_owned()));
    NO_ENTRY.store(false, Ordering::Relaxed);
    let first = shared.lend().enter().expect("the next one tries anew");
    let second = shared.lend().enter().expect("it is entered");
    assert_eq!(Guard::exit(first), Ok(()));
    assert_eq!(Guard::exit(second), Err("no exit".to_owned()));
    let ((), lost) = lost::losing(|| drop(shared.lend().enter()));
    assert_eq!(lost.len(), 1);
    assert!(lost[0].context.ends_with("::lend"), "{lost:?}");
    assert_eq!(lost[0].loss, "error \"no exit\"");
    assert_eq!(body(&shared), Err("no exit".to_owned()));
}

static BLOWN: AtomicBool = AtomicBool::new(false);

#[context_manager]
fn blown(exit: bool) {
    if !exit && !BLOWN.swap(true, Ordering::Relaxed) {
        blow_up("enter");
    }
    yield_point!();
    if exit && !BLOWN.swap(true, Ordering::Relaxed) {
        blow_up("exit");
    }
}

#[test]
fn after_a_panic_of_a_half_the_next_one_enters() {
    for (exit, message) in [(false, "enter"), (true, "exit")] {
        BLOWN.store(false, Ordering::Relaxed);
        let shared: Shared<Plain<()>> = if exit {
            Shared::new(|| blown(true).enter())
        } else {
            Shared::new(|| blown(false).enter())
        };
        let panicked = caught(|| shared.lend().with(|_| ()));
        assert_eq!(panicked, Err(message.to_owned()));
        assert_eq!(shared.lend().with(|_| 1), 1);
    }
}

static INSIDE: AtomicUsize = AtomicUsize::new(0);
static ENTERED: AtomicUsize = AtomicUsize::new(0);

/// Is there once at a time, whoever looks.
#[context_manager]
fn single() -> Mutex<u32> {
    ENTERED.fetch_add(1, Ordering::SeqCst);
    assert_eq!(INSIDE.fetch_add(1, Ordering::SeqCst), 0);
    thread::yield_now();
    let count = Mutex::new(0);
    yield_point!(count);
    thread::yield_now();
    assert_eq!(INSIDE.fetch_sub(1, Ordering::SeqCst), 1);
}

static SINGLE: Shared<Plain<Mutex<u32>>> = Shared::new(|| single().enter());

/// Holds another one, so that the halves of both are nested.
#[context_manager]
fn above_single() -> u32 {
    enter!(below = SINGLE.lend());
    *below.lock().unwrap() += 1;
    yield_point!(1);
    *below.lock().unwrap() += 1;
}

static ABOVE: Shared<Plain<u32>> = Shared::new(|| above_single().enter());

#[test]
fn many_threads_never_see_two_of_it_nor_wait_for_ever() {
    let threads = 8;
    let rounds = 300;
    let start = Barrier::new(threads);
    thread::scope(|scope| {
        for n in 0..threads {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                for round in 0..rounds {
                    if (n + round) % 2 == 0 {
                        SINGLE.lend().with(|count| *count.lock().unwrap() += 1);
                    } else {
                        ABOVE.lend().with(|_| {
                            assert_eq!(INSIDE.load(Ordering::SeqCst), 1);
                            SINGLE.lend().with(|count| *count.lock().unwrap() += 1);
                        });
                    }
                }
            });
        }
    });
    assert_eq!(INSIDE.load(Ordering::SeqCst), 0);
    assert!(ENTERED.load(Ordering::SeqCst) <= threads * rounds * 2);
}

#[context_manager]
fn itself() {
    ITSELF.lend().with(|_| ());
    yield_point!();
}

static ITSELF: Shared<Plain<()>> = Shared::new(|| itself().enter());

#[context_manager]
fn in_exit() {
    yield_point!();
    IN_EXIT.lend().with(|_| ());
}

static IN_EXIT: Shared<Plain<()>> = Shared::new(|| in_exit().enter());

#[test]
fn what_would_wait_for_itself_panics() {
    for shared in [&ITSELF, &IN_EXIT] {
        for _ in 0..2 {
            let panicked = caught(|| shared.lend().with(|_| ())).unwrap_err();
            assert!(
                panicked.starts_with("a shared fixture waits for itself"),
                "{panicked}"
            );
        }
    }
}

static MET: AtomicUsize = AtomicUsize::new(0);

/// Waits for the other thread, the first time.
fn meet() {
    MET.fetch_add(1, Ordering::SeqCst);
    while MET.load(Ordering::SeqCst) < 2 {
        thread::yield_now();
    }
}

#[context_manager]
fn left() {
    meet();
    RIGHT.lend().with(|_| ());
    yield_point!();
}

#[context_manager]
fn right() {
    meet();
    LEFT.lend().with(|_| ());
    yield_point!();
}

static LEFT: Shared<Plain<()>> = Shared::new(|| left().enter());
static RIGHT: Shared<Plain<()>> = Shared::new(|| right().enter());

#[test]
fn two_threads_that_would_wait_for_each_other_do_not() {
    let other = thread::spawn(|| caught(|| RIGHT.lend().with(|_| ())));
    let this = caught(|| LEFT.lend().with(|_| ()));
    // The one that sees the circle panics. The other one then enters what that has left; which, in
    // its turn, needs what is being entered.
    for panicked in [this, other.join().expect("the panic is caught")] {
        assert!(
            panicked
                .unwrap_err()
                .starts_with("a shared fixture waits for itself")
        );
    }
}

#[test]
fn async_bodies_use_it_at_once() {
    #[within(name = shared.lend())]
    async fn body(shared: &Shared<Plain<&'static str>>) -> usize {
        turn().await;
        name.len()
    }
    let shared: Shared<Plain<&str>> = Shared::new(|| noted("abc").enter());
    let (one, two, three) = smol::block_on(async {
        let into = shared.lend().into_async().with(async |name| name.len());
        futures::join!(body(&shared), body(&shared), into)
    });
    assert_eq!((one, two, three), (3, 3, 3));
    assert_eq!(events(), ["enter abc", "exit abc Completed"]);
}

#[context_manager]
fn printed(name: &'static str) -> Result<&'static str, String> {
    println!("\nenter {name}");
    let exit = yield_point!(name);
    println!("exit {name} {exit:?}");
    match name {
        "fails" => Err("too late".to_owned()),
        "blows up" => panic!("far too late"),
        _ => Ok(()),
    }
}

static FIRST: UntilExit<Result<&str, String>> =
    Shared::new(|| printed("first").enter()).until_exit();
static FAILS: UntilExit<Result<&str, String>> =
    Shared::new(|| printed("fails").enter()).until_exit();
static BLOWS_UP: UntilExit<Result<&str, String>> =
    Shared::new(|| printed("blows up").enter()).until_exit();

/// Lends what it has not yet lent, when the process is about to end.
#[context_manager]
fn late() {
    yield_point!();
    let entered = FIRST.lend().with(|_| ());
    println!("late {entered:?}");
}

static LATE: UntilExit<Plain<()>> = Shared::new(|| late().enter()).until_exit();

#[test]
fn until_the_end() -> Result<(), String> {
    if child::is_child() {
        for _ in 0..2 {
            FIRST.lend().with(|_| ())?;
            FAILS.lend().with(|_| ())?;
            BLOWS_UP.lend().with(|_| ())?;
        }
        println!("\nover");
    }
    Ok(())
}

#[test]
fn until_the_end_of_a_failure() -> Result<(), String> {
    #[within(FIRST.lend()?)]
    fn fails() -> Result<(), String> {
        Err("no".to_owned())
    }
    if child::is_child() { fails() } else { Ok(()) }
}

#[test]
fn until_the_end_comes_another() {
    if child::is_child() {
        LATE.lend().with(|_| ());
    }
}

#[test]
fn until_the_end_aborts() -> Result<(), String> {
    if child::is_child() {
        guard_core::on_lost_error(|_| std::process::abort());
        FAILS.lend().with(|_| ())?;
    }
    Ok(())
}

/// What a child printed of its fixtures.
fn lines(name: &str) -> (Vec<String>, std::process::Output) {
    let output = child::run(name);
    let text = String::from_utf8(output.stdout.clone()).expect("the output is text");
    let words = ["enter ", "over", "exit ", "late "];
    let lines = text.lines();
    let lines = lines.filter(|line| words.iter().any(|word| line.starts_with(word)));
    (lines.map(str::to_owned).collect(), output)
}

#[test]
fn it_exits_at_the_end_of_the_process_and_the_last_first() {
    let (lines, output) = lines("until_the_end");
    assert_eq!(
        lines,
        [
            "enter first",
            "enter fails",
            "enter blows up",
            "over",
            "exit blows up Completed",
            "exit fails Completed",
            "exit first Completed",
        ]
    );
    let said = child::stderr(&output);
    assert!(
        said.contains("after its body completed: the exit half returned \"too late\""),
        "{said}"
    );
    assert!(
        said.contains("the exit half panicked with \"far too late\""),
        "{said}"
    );
    assert!(output.status.success(), "the status is that of the tests");
}

#[test]
fn at_the_end_it_is_told_of_failures() {
    let (lines, output) = lines("until_the_end_of_a_failure");
    let exit = "exit first Failed(SharedFailure { errors: [\"\\\"no\\\"\"] })";
    assert_eq!(lines, ["enter first", exit]);
    assert_eq!(output.status.code(), Some(101));
}

#[test]
fn what_is_entered_at_the_end_is_exited() {
    let (lines, _) = lines("until_the_end_comes_another");
    assert_eq!(
        lines,
        ["enter first", "late Ok(())", "exit first Completed"]
    );
}

#[test]
fn a_hook_can_have_the_process_fail() {
    let (_, output) = lines("until_the_end_aborts");
    assert!(child::aborted(&output));
}

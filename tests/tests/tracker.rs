//! What a tracker writes down, and what it finds wrong: by hand for each way to close, and by random
//! programs against a model of which nothing is shared with the tracker.

mod support;

use std::panic::resume_unwind;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use guard_core::testing::{Handle, Moment, Outcome, Problem, Record, ResourceTracker};
use guard_core::{AsyncContext, AsyncExitStack, Exit, ExitErrors, ExitStack, Guard};
use proptest::prelude::*;
use support::driven::{cancelled, driven};
use support::{blow_up, caught, child, errors, turn, while_unwinding};

fn message(assertion: impl FnOnce()) -> String {
    caught(assertion).expect_err("the assertion fails")
}

fn outcome(tracker: &ResourceTracker, name: &str) -> Outcome {
    let [record] = &tracker.named(name)[..] else {
        panic!("there is one {name}");
    };
    let [close] = record.closes() else {
        panic!("it was closed once: {record:?}");
    };
    close.outcome().clone()
}

// ---- context managers ----

#[test]
fn a_context_closes_with_what_its_exit_half_is_told() {
    let tracker = ResourceTracker::new();
    tracker.resource("with").with(|_| ());
    let _ = tracker.resource("try_with").try_with(|_| Err::<(), _>(7));
    drop(tracker.resource("drop").enter());
    Guard::exit(tracker.resource("exit").enter());
    let _ = caught(|| tracker.resource("panic").with(|_| blow_up("on purpose")));
    tracker.assert_lifo();
    tracker.assert_outcomes([
        ("with", Outcome::Completed),
        ("try_with", Outcome::failed(7)),
        ("drop", Outcome::Dropped),
        ("exit", Outcome::Completed),
        ("panic", Outcome::Panicked),
    ]);
}

#[test]
fn a_context_that_is_not_entered_opens_nothing() {
    let tracker = ResourceTracker::new();
    drop(tracker.resource("file"));
    drop(tracker.async_resource("session"));
    assert_eq!(tracker.opened(), 0);
}

#[test]
fn a_forgotten_guard_is_found() {
    let tracker = ResourceTracker::new();
    std::mem::forget(tracker.resource("file").enter());
    assert!(
        matches!(&tracker.unbalanced()[..], [Problem::NeverClosed(file)] if file.name() == "file")
    );
    assert!(message(|| tracker.assert_balanced()).contains("`file` was never closed"));
}

#[test]
fn a_body_that_assigns_to_its_handle_changes_nothing() {
    let tracker = ResourceTracker::new();
    let other = tracker.handle("other");
    tracker.resource("file").with(|file| *file = other.clone());
    assert_eq!(outcome(&tracker, "file"), Outcome::Completed);
    assert!(other.record().is_open());
}

#[test]
fn a_stack_closes_last_in_first_out() {
    let tracker = ResourceTracker::new();
    let failed = ExitStack::scope(|stack| {
        for name in ["a", "b", "c"] {
            stack.enter(tracker.resource(name));
        }
        Err::<(), _>(ExitErrors::one(errors::code(1)))
    });
    assert!(failed.is_err());
    tracker.assert_lifo();
    assert!(
        tracker
            .outcomes()
            .iter()
            .all(|(_, outcome)| outcome.is_failed())
    );
}

#[test]
fn the_place_of_opening_is_where_the_user_writes_it() {
    let tracker = ResourceTracker::new();
    let line = line!() + 1;
    tracker.resource("file").with(|_| ());
    let file = &tracker.records()[0];
    for at in [
        file.opened().location(),
        file.closes()[0].moment().location(),
    ] {
        assert_eq!((at.file(), at.line()), (file!(), line));
    }
}

// ---- async ----

#[test]
fn a_session_that_is_cancelled_at_any_poll_is_closed_once() {
    for polls in 0.. {
        let tracker = ResourceTracker::new();
        let body = async |session: &mut Handle| {
            turn().await;
            session.touch();
            turn().await;
        };
        let ended = cancelled(
            AsyncContext::with(tracker.async_resource("session"), body),
            polls,
        );
        tracker.assert_lifo();
        // The first poll ends before it is opened.
        assert_eq!(
            tracker.opened(),
            usize::from(polls > 1),
            "after {polls} polls"
        );
        match ended {
            Some(()) => return tracker.assert_outcomes([("session", Outcome::Completed)]),
            None if polls > 1 => tracker.assert_outcomes([("session", Outcome::Dropped)]),
            None => {}
        }
    }
}

#[test]
fn an_async_body_tells_its_outcome() {
    let tracker = ResourceTracker::new();
    let failing = tracker
        .async_resource("failing")
        .try_with(async |_| Err::<(), _>("late"));
    assert_eq!(driven(failing).0, Err("late"));
    let panicking = tracker
        .async_resource("panicking")
        .with(async |_| blow_up("on purpose"));
    assert!(caught(|| driven(panicking)).is_err());
    tracker.assert_outcomes([
        ("failing", Outcome::failed("late")),
        ("panicking", Outcome::Panicked),
    ]);
}

#[test]
fn a_plain_resource_serves_async_code() {
    let tracker = ResourceTracker::new();
    driven(
        tracker
            .resource("file")
            .into_async()
            .with(async |_| turn().await),
    );
    tracker.assert_outcomes([("file", Outcome::Completed)]);
}

#[test]
fn an_async_stack_holds_both_kinds() {
    let tracker = ResourceTracker::new();
    let (ended, _) = driven(AsyncExitStack::scope(async |stack| {
        stack.enter(tracker.async_resource("session")).await;
        stack.enter(tracker.resource("file").into_async()).await;
        Ok::<_, ExitErrors>(())
    }));
    assert!(ended.is_ok());
    tracker.assert_lifo();
    assert_eq!(tracker.closed(), 2);
}

// ---- values that close when they are dropped ----

#[test]
fn a_value_that_was_closed_by_hand_is_not_closed_again() {
    let tracker = ResourceTracker::new();
    let file = tracker.open("file");
    file.close_with(Exit::Failed(&"late"));
    drop(file);
    tracker.assert_outcomes([("file", Outcome::failed("late"))]);
}

#[test]
fn a_value_tells_a_panic_from_one_that_was_there_before() {
    let tracker = ResourceTracker::new();
    let kept = tracker.clone();
    let _ = caught(move || {
        let _file = kept.open("panicked");
        blow_up("on purpose");
    });
    while_unwinding(|| drop(tracker.open("meanwhile")));
    tracker.assert_outcomes([
        ("panicked", Outcome::Panicked),
        ("meanwhile", Outcome::Dropped),
    ]);
}

/// Whoever looks first whether it is open and then closes it is overtaken at times.
#[test]
fn a_value_dropped_while_another_thread_closes_it() {
    for _ in 0..2000 {
        let tracker = ResourceTracker::new();
        let file = tracker.open("file");
        let (handle, start) = (file.handle().clone(), &Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(move || {
                start.wait();
                drop(file);
            });
            start.wait();
            handle.close();
        });
        // The handle may come second, which is a mistake of the user's; the value may not.
        let closes: Vec<_> = tracker
            .outcomes()
            .into_iter()
            .map(|(_, outcome)| outcome)
            .collect();
        let dropped = closes
            .iter()
            .position(|outcome| *outcome == Outcome::Dropped);
        assert!(dropped.is_none_or(|place| place == 0), "{closes:?}");
    }
}

// ---- what is written ----

#[test]
fn errors_keep_their_values() {
    #[derive(Debug, PartialEq)]
    struct Refused(u8);

    let tracker = ResourceTracker::new();
    tracker.resource("socket").with(|socket| {
        socket.fail(Refused(3));
        socket.fail("late");
    });
    let socket = &tracker.named("socket")[0];
    assert_eq!(socket.errors()[0].downcast_ref(), Some(&Refused(3)));
    assert_eq!(socket.errors()[1].downcast_ref(), Some(&"late"));
    let orders = socket
        .error_moments()
        .into_iter()
        .map(Moment::order)
        .collect::<Vec<_>>();
    assert_eq!(orders, [1, 2]);
}

#[test]
fn resources_are_counted() {
    let tracker = ResourceTracker::new();
    let pool = tracker.handle("pool");
    let kept = tracker.open("connection");
    drop(tracker.open("connection"));
    pool.close();
    pool.close();
    assert_eq!(
        (tracker.opened(), tracker.open_now(), tracker.closed()),
        (3, 1, 2)
    );
    assert_eq!(tracker.named("connection").len(), 2);
    drop(kept);
    assert_eq!(tracker.closed(), 3);
}

#[test]
fn time_does_not_go_back() {
    let times = std::sync::Mutex::new(vec![2, 9, 5]);
    let tracker = ResourceTracker::with_clock(move || {
        Duration::from_secs(times.lock().expect("one thread").pop().unwrap_or(0))
    });
    let file = tracker.handle("file");
    file.close();
    let other = tracker.handle("other");
    let seconds = |handle: &Handle| handle.record().opened().time().as_secs();
    assert_eq!((seconds(&file), seconds(&other)), (5, 9));
}

#[test]
fn threads_write_into_the_same_books() {
    let tracker = ResourceTracker::new();
    thread::scope(|scope| {
        for worker in 0..4 {
            let builder = thread::Builder::new().name(format!("worker-{worker}"));
            let tracker = &tracker;
            let work = move || {
                for n in 0..50 {
                    tracker.resource(&format!("{worker}/{n}")).with(|_| ());
                }
            };
            builder.spawn_scoped(scope, work).expect("a thread");
        }
    });
    tracker.assert_balanced();
    assert_eq!(tracker.closed(), 200);
    let records = tracker.records();
    let mut orders: Vec<_> = records
        .iter()
        .flat_map(|record| [record.opened(), record.closes()[0].moment()])
        .map(Moment::order)
        .collect();
    orders.sort_unstable();
    assert_eq!(orders, (0..400).collect::<Vec<_>>());
    for record in &records {
        let worker = record.name().split('/').next().expect("a worker");
        assert_eq!(record.opened().thread(), format!("worker-{worker}"));
    }
}

#[test]
fn a_thread_is_named_where_it_is_another() {
    let tracker = ResourceTracker::new();
    tracker.handle("here");
    let kept = tracker.clone();
    let there = move || kept.handle("there");
    let builder = thread::Builder::new().name("worker".into());
    let joined = builder.spawn(there).expect("a thread").join();
    let there = joined.unwrap_or_else(|payload| resume_unwind(payload));
    there.close();
    there.close();
    let problems: Vec<_> = tracker
        .unbalanced()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(!problems[0].contains("thread"), "{}", problems[0]);
    let here = "on thread `a_thread_is_named_where_it_is_another`";
    assert_eq!(problems[1].matches(here).count(), 2, "{}", problems[1]);
    assert!(
        problems[1].ends_with("on thread `worker`)"),
        "{}",
        problems[1]
    );
}

// ---- what is wrong ----

#[test]
fn problems_name_the_places() {
    let tracker = ResourceTracker::new();
    let opened = line!() + 1;
    let file = tracker.handle("file");
    file.close();
    file.close();
    file.touch();
    let at = |line: u32| format!("{}:{line}", file!());
    let [again, used] = &tracker.unbalanced()[..] else {
        panic!("two problems");
    };
    let (first, second, third) = (at(opened + 1), at(opened + 2), at(opened + 3));
    let opened = at(opened);
    assert_eq!(
        again.to_string(),
        format!("`file` was closed twice: at {first}, then at {second} (opened at {opened})")
    );
    assert_eq!(
        used.to_string(),
        format!("`file` was used at {third}, after it was closed at {first} (opened at {opened})")
    );
}

#[test]
fn a_problem_is_one_line_whatever_the_name() {
    let tracker = ResourceTracker::new();
    tracker.handle("two\n    lines\u{1b}");
    let problem = tracker.unbalanced()[0].to_string();
    assert!(
        problem.starts_with("`two lines\u{fffd}` was never closed"),
        "{problem}"
    );
}

#[test]
fn lifo_implies_balanced() {
    let tracker = ResourceTracker::new();
    let file = tracker.open("file");
    assert!(tracker.out_of_order().is_empty());
    assert!(message(|| tracker.assert_lifo()).contains("`file` was never closed"));
    drop(file);
    tracker.assert_lifo();
}

#[test]
fn a_hundred_inner_resources_are_one_problem_of_the_outer() {
    let tracker = ResourceTracker::new();
    let pool = tracker.open("pool");
    let mut connections: Vec<_> = (0..100).map(|_| tracker.open("connection")).collect();
    drop(pool);
    while connections.pop().is_some() {}
    let [
        Problem::OutOfOrder {
            closed, still_open, ..
        },
    ] = &tracker.out_of_order()[..]
    else {
        panic!("one problem");
    };
    assert_eq!((closed.name(), still_open.opened().order()), ("pool", 1));
}

#[test]
fn thousands_of_resources_are_judged_and_drawn() {
    let tracker = ResourceTracker::new();
    let resources: Vec<_> = (0..20_000).map(|_| tracker.open("resource")).collect();
    drop(resources);
    let problems = tracker.out_of_order();
    assert_eq!(problems.len(), 19_999);
    let timeline = tracker.timeline().marking(&problems).to_string();
    assert!(timeline.contains("rows left out"));
}

#[test]
fn outcomes_that_differ_are_told_one_by_one() {
    let tracker = ResourceTracker::new();
    for name in ["a", "b", "d"] {
        drop(tracker.open(name));
    }
    let dropped = ["a", "b", "c", "d"].map(|name| (name, Outcome::Dropped));
    let missing = message(|| tracker.assert_outcomes(dropped));
    assert!(
        missing.contains("\n✗ close 3, `c` Dropped, is missing\n\n"),
        "{missing}"
    );
    let fewer =
        message(|| tracker.assert_outcomes([("a", Outcome::Dropped), ("d", Outcome::Dropped)]));
    assert!(
        fewer.contains("✗ close 2, `b` Dropped, was not expected"),
        "{fewer}"
    );
    let none = message(|| tracker.assert_outcomes([] as [(&str, Outcome); 0]));
    assert!(none.starts_with("expected no close\n"), "{none}");
}

const LINE: u32 = line!() + 5;

#[test]
fn fails_on_a_known_line() {
    if child::is_child() {
        leaking().assert_balanced();
    }
}

fn leaking() -> ResourceTracker {
    let tracker = ResourceTracker::new();
    tracker.handle("file");
    tracker
}

#[test]
fn a_failing_assertion_names_its_line() {
    let output = child::run("fails_on_a_known_line");
    let place = format!("{}:{LINE}:", file!());
    assert!(
        child::stderr(&output).contains(&place),
        "{}",
        child::stderr(&output)
    );
}

// ---- random programs ----

#[derive(Clone, Copy, Debug)]
enum Op {
    Open,
    /// The last to be opened of those that are open.
    CloseLast(u8),
    /// By the number of the resource, counted round.
    Close(usize, u8),
    Touch(usize),
    Fail(usize),
}

#[derive(Clone, Debug)]
struct Program {
    ops: Vec<Op>,
    /// Whether it closes what is open in the end, the last first.
    closes: bool,
}

fn program() -> impl Strategy<Value = Program> {
    let how = || 0..4_u8;
    let tidy = prop_oneof![
        Just(Op::Open),
        how().prop_map(Op::CloseLast),
        any::<usize>().prop_map(Op::Fail),
    ];
    let any = prop_oneof![
        4 => tidy.clone(),
        2 => (any::<usize>(), how()).prop_map(|(index, how)| Op::Close(index, how)),
        1 => any::<usize>().prop_map(Op::Touch),
    ];
    let ops = prop_oneof![
        prop::collection::vec(tidy, 0..24),
        prop::collection::vec(any, 0..24),
    ];
    (ops, prop::bool::weighted(0.7)).prop_map(|(ops, closes)| Program { ops, closes })
}

fn exit(how: u8) -> (Exit<'static>, Outcome) {
    match how {
        0 => (Exit::Completed, Outcome::Completed),
        1 => (
            Exit::Failed(&"late"),
            Outcome::Failed("\"late\"".to_owned()),
        ),
        2 => (Exit::Panicked, Outcome::Panicked),
        _ => (Exit::Dropped, Outcome::Dropped),
    }
}

/// What a resource has been through, by the number of the step.
#[derive(Debug, Default)]
struct Life {
    opened: usize,
    closed: Vec<usize>,
    used_late: bool,
    errors: usize,
}

#[derive(Debug, Default)]
struct Model {
    lives: Vec<Life>,
    outcomes: Vec<(String, Outcome)>,
}

impl Model {
    fn last_open(&self) -> Option<usize> {
        self.lives.iter().rposition(|life| life.closed.is_empty())
    }

    fn unbalanced(&self) -> Vec<(&'static str, usize)> {
        let mut problems = Vec::new();
        for (index, life) in self.lives.iter().enumerate() {
            match life.closed.len() {
                0 => problems.push(("never", index)),
                1 => {}
                _ => problems.push(("again", index)),
            }
            if life.used_late {
                problems.push(("used", index));
            }
        }
        problems
    }

    /// By the definition: opened within the life of another, and closed after it.
    fn out_of_order(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (a, outer) in self.lives.iter().enumerate() {
            let late = self.lives.iter().position(|inner| {
                match (outer.closed.first(), inner.closed.first()) {
                    (Some(outer_end), Some(inner_end)) => {
                        outer.opened < inner.opened
                            && inner.opened < *outer_end
                            && outer_end < inner_end
                    }
                    _ => false,
                }
            });
            pairs.extend(late.map(|b| (a, b)));
        }
        pairs
    }
}

struct Run {
    tracker: ResourceTracker,
    handles: Vec<Handle>,
    model: Model,
    step: usize,
}

impl Run {
    fn of(program: &Program) -> Self {
        let mut run = Run {
            tracker: ResourceTracker::new(),
            handles: Vec::new(),
            model: Model::default(),
            step: 0,
        };
        for &op in &program.ops {
            run.act(op);
        }
        while let Some(last) = run.model.last_open().filter(|_| program.closes) {
            run.close(last, 0);
        }
        run
    }

    fn act(&mut self, op: Op) {
        let round = |index: usize| index.checked_rem(self.handles.len());
        match op {
            Op::Open => self.open(),
            Op::CloseLast(how) => {
                self.model
                    .last_open()
                    .into_iter()
                    .for_each(|last| self.close(last, how));
            }
            Op::Close(index, how) => round(index).into_iter().for_each(|it| self.close(it, how)),
            Op::Touch(index) => round(index).into_iter().for_each(|it| self.touch(it)),
            Op::Fail(index) => round(index).into_iter().for_each(|it| self.fail(it)),
        }
        self.step += 1;
    }

    fn open(&mut self) {
        let name = (self.handles.len() % 3).to_string();
        self.handles.push(self.tracker.handle(&name));
        self.model.lives.push(Life {
            opened: self.step,
            ..Life::default()
        });
    }

    fn close(&mut self, index: usize, how: u8) {
        let (exit, outcome) = exit(how);
        self.handles[index].close_with(exit);
        self.model.lives[index].closed.push(self.step);
        self.model.outcomes.push(((index % 3).to_string(), outcome));
        self.step += 1;
    }

    fn touch(&mut self, index: usize) {
        self.handles[index].touch();
        let life = &mut self.model.lives[index];
        life.used_late |= !life.closed.is_empty();
    }

    fn fail(&mut self, index: usize) {
        self.handles[index].fail(self.step);
        self.model.lives[index].errors += 1;
    }

    /// The number of a resource of which there is a record.
    fn index(&self, record: &Record) -> usize {
        let order = |record: &Record| record.opened().order();
        let mut handles = self.handles.iter();
        let same = |handle: &Handle| order(&handle.record()) == order(record);
        handles.position(same).expect("a resource of this run")
    }

    fn unbalanced(&self) -> Vec<(&'static str, usize)> {
        let told = self.tracker.unbalanced().into_iter();
        told.map(|problem| match problem {
            Problem::NeverClosed(record) => ("never", self.index(&record)),
            Problem::ClosedAgain(record) => ("again", self.index(&record)),
            Problem::UsedAfterClose(record) => ("used", self.index(&record)),
            other => panic!("{other}"),
        })
        .collect()
    }

    fn out_of_order(&self) -> Vec<(usize, usize)> {
        let told = self.tracker.out_of_order().into_iter();
        told.map(|problem| match problem {
            Problem::OutOfOrder {
                closed, still_open, ..
            } => (self.index(&closed), self.index(&still_open)),
            other => panic!("{other}"),
        })
        .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_program_is_judged_as_by_the_model(program in program(), wrong in any::<(usize, u8)>()) {
        let run = Run::of(&program);
        let (tracker, model) = (&run.tracker, &run.model);
        prop_assert_eq!(run.unbalanced(), model.unbalanced());
        prop_assert_eq!(run.out_of_order(), model.out_of_order());
        prop_assert_eq!(tracker.outcomes(), model.outcomes.clone());
        let errors: Vec<_> = tracker.records().iter().map(|record| record.errors().len()).collect();
        prop_assert_eq!(errors, model.lives.iter().map(|life| life.errors).collect::<Vec<_>>());

        let balanced = model.unbalanced().is_empty();
        let lifo = balanced && model.out_of_order().is_empty();
        prop_assert_eq!(caught(|| tracker.assert_balanced()).is_ok(), balanced);
        prop_assert_eq!(caught(|| tracker.assert_lifo()).is_ok(), lifo);
        tracker.assert_outcomes(model.outcomes.clone());
        if let Some(index) = wrong.0.checked_rem(model.outcomes.len()) {
            let other = exit(wrong.1 % 4).1;
            let mut expected = model.outcomes.clone();
            let same = expected[index].1 == other;
            expected[index].1 = other;
            prop_assert_eq!(caught(|| tracker.assert_outcomes(expected.clone())).is_ok(), same);
            expected.remove(index);
            prop_assert!(caught(|| tracker.assert_outcomes(expected)).is_err());
        }
    }
}

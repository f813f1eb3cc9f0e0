//! Random programs over all operations of an `AsyncExitStack`, which wait here and there, against a
//! model written from the design's tables alone; and the same programs, dropped after every single
//! poll. What runs, in which order, what every entry is told, which errors are returned, what is
//! dropped, and what the hook is told of.

#![allow(clippy::too_many_lines, reason = "a `match` of all operations")]

mod support;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::pin::Pin;
use std::task::Poll;

use futures::FutureExt;
use guard_core::{
    AsyncExit, AsyncExitStack, BorrowingAsyncExitStack, Exit, ExitHalf, LocalAsyncExitStack,
    Verdict, context_manager, yield_point,
};
use proptest::prelude::*;
use support::driven::Driven;
use support::lost::losing;
use support::vocabulary::{
    ADDED, Code, ENTERING, Half, OfBody, act, failed, panic_if, plain_half, told,
};
use support::{caught, d, events, message, note, turn};

// ---- programs ----

/// What an exit function does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Nothing,
    Handles,
    Fails,
    Panics,
}

/// How often something waits, before it does what it does.
#[derive(Clone, Copy, Debug)]
struct Waits<T>(u8, T);

#[derive(Clone, Debug)]
enum Op {
    Enter(Half, Half),
    EnterAsync(Waits<Half>, Waits<Half>),
    EnterConcurrently(Vec<(Waits<Half>, Waits<Half>)>),
    /// Whether it panics.
    Callback(bool),
    TryCallback(Half),
    AsyncCallback(Waits<bool>),
    TryAsyncCallback(Waits<Half>),
    Push(Does),
    PushAsync(Waits<Does>),
    Adopt(Does),
    AdoptAsync(Waits<Does>),
    PopAll(Popped),
    /// A scope in the body.
    Nested(Vec<Op>, Half),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Popped {
    GoesOn,
    Closed,
    Dropped,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Close,
    CloseWith(Outcome),
    CloseConcurrently,
    Drop,
    /// By a panic of the body.
    Unwind,
    Scope(Half),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Completed,
    Failed,
    Panicked,
    Dropped,
}

/// What the executor of `finish_on` does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Finisher {
    /// There is none.
    Absent,
    Refuses,
    Panics,
    /// It polls what it is given, later, and so often at most.
    Polls(usize),
}

#[derive(Clone, Debug)]
struct Program {
    ops: Vec<Op>,
    end: End,
    finisher: Finisher,
}

fn half() -> impl Strategy<Value = Half> {
    prop_oneof![
        4 => Just(Half::Works),
        2 => Just(Half::Fails),
        1 => Just(Half::Panics),
    ]
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        2 => Just(Does::Nothing),
        2 => Just(Does::Handles),
        2 => Just(Does::Fails),
        1 => Just(Does::Panics),
    ]
}

fn waits<T: fmt::Debug>(what: impl Strategy<Value = T>) -> impl Strategy<Value = Waits<T>> {
    let times = prop_oneof![Just(0), Just(1), Just(2)];
    (times, what).prop_map(|(times, what)| Waits(times, what))
}

/// Mostly not.
fn panics() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.2)
}

fn op() -> impl Strategy<Value = Op> {
    let popped = prop_oneof![
        Just(Popped::GoesOn),
        Just(Popped::Closed),
        Just(Popped::Dropped)
    ];
    let halves = || (waits(half()), waits(half()));
    let plain = prop_oneof![
        3 => (half(), half()).prop_map(|(enter, exit)| Op::Enter(enter, exit)),
        4 => halves().prop_map(|(enter, exit)| Op::EnterAsync(enter, exit)),
        3 => prop::collection::vec(halves(), 0..4).prop_map(Op::EnterConcurrently),
        1 => panics().prop_map(Op::Callback),
        2 => half().prop_map(Op::TryCallback),
        2 => waits(panics()).prop_map(Op::AsyncCallback),
        2 => waits(half()).prop_map(Op::TryAsyncCallback),
        3 => does().prop_map(Op::Push),
        4 => waits(does()).prop_map(Op::PushAsync),
        2 => does().prop_map(Op::Adopt),
        3 => waits(does()).prop_map(Op::AdoptAsync),
        2 => popped.prop_map(Op::PopAll),
    ];
    plain.prop_recursive(2, 8, 4, |op| {
        (prop::collection::vec(op, 0..4), half()).prop_map(|(ops, end)| Op::Nested(ops, end))
    })
}

fn program() -> impl Strategy<Value = Program> {
    let outcome = prop_oneof![
        Just(Outcome::Completed),
        Just(Outcome::Failed),
        Just(Outcome::Panicked),
        Just(Outcome::Dropped),
    ];
    let end = prop_oneof![
        2 => Just(End::Close),
        3 => outcome.prop_map(End::CloseWith),
        5 => Just(End::CloseConcurrently),
        2 => Just(End::Drop),
        1 => Just(End::Unwind),
        5 => half().prop_map(End::Scope),
    ];
    let finisher = prop_oneof![
        3 => Just(Finisher::Absent),
        1 => Just(Finisher::Refuses),
        1 => Just(Finisher::Panics),
        2 => (0..4_usize).prop_map(Finisher::Polls),
        2 => Just(Finisher::Polls(usize::MAX)),
    ];
    let ops = prop::collection::vec(op(), 0..8);
    (ops, end, finisher).prop_map(|(ops, end, finisher)| Program { ops, end, finisher })
}

// ---- what a program consists of ----

async fn turns(times: u8) {
    for _ in 0..times {
        turn().await;
    }
}

fn exit_function(does: Does, number: u32) -> Result<Verdict, Code> {
    match does {
        Does::Nothing => Ok(Verdict::Propagate),
        Does::Handles => Ok(Verdict::Handled),
        Does::Fails => act(Half::Fails, number).map(|()| Verdict::Propagate),
        Does::Panics => act(Half::Panics, number).map(|()| Verdict::Propagate),
    }
}

fn body<Q: From<&'static str>>(ends: Half) -> Result<Option<Q>, OfBody> {
    match ends {
        Half::Works => Ok(Some("the body's value".into())),
        Half::Fails => Err(OfBody),
        Half::Panics => resume_unwind(Box::new("the body".to_owned())),
    }
}

#[context_manager]
fn context(id: u32, enter: Half, exit: Half) -> Result<u32, Code> {
    let _local = d(&id.to_string());
    act(enter, ENTERING + id)?;
    let value = id;
    let seen = told(yield_point!(value));
    note(format!("run {id} with {value}, told {seen}"));
    act(exit, id)
}

#[context_manager]
async fn waiting(id: u32, enter: Waits<Half>, exit: Waits<Half>) -> Result<u32, Code> {
    let _local = d(&id.to_string());
    turns(enter.0).await;
    act(enter.1, ENTERING + id)?;
    let value = id;
    let seen = told(yield_point!(value).into());
    note(format!("run {id} with {value}, told {seen}"));
    turns(exit.0).await;
    act(exit.1, id)
}

/// How a stack has ended: what is returned, or the panic that comes out.
type Ending = Result<Result<String, Vec<String>>, String>;

/// Awaits a future, and gives the message of its panic.
async fn caught_async<Q>(future: impl Future<Output = Q>) -> Result<Q, String> {
    let ended = AssertUnwindSafe(future).catch_unwind().await;
    ended.map_err(|payload| message(&*payload))
}

thread_local! {
    static IDS: Cell<u32> = const { Cell::new(0) };
    static HALVES: RefCell<VecDeque<ExitHalf>> = const { RefCell::new(VecDeque::new()) };
}

fn next() -> u32 {
    IDS.replace(IDS.get() + 1)
}

fn equip(stack: &mut AsyncExitStack, finisher: Finisher) {
    match finisher {
        Finisher::Absent => {}
        Finisher::Refuses => stack.finish_on(drop),
        Finisher::Panics => stack.finish_on(|half: ExitHalf| {
            let _half = half;
            resume_unwind(Box::new("the executor"))
        }),
        Finisher::Polls(_) => stack.finish_on(|half: ExitHalf| {
            HALVES.with_borrow_mut(|halves| halves.push_back(half));
        }),
    }
}

/// Such a stack cannot be finished elsewhere.
fn leave<K>(_: &mut AsyncExitStack<K>, _: Finisher) {}

type Borrowing = BorrowingAsyncExitStack<'static>;
type Local = LocalAsyncExitStack<'static>;

/// Runs programs on stacks of one kind.
macro_rules! run_on {
    ($module:ident, $stack:ident, $new:ident, $scope:ident, $equip:ident) => {
        mod $module {
            use super::*;

            pub(super) async fn run(program: Program) -> Ending {
                let Program { ops, end, finisher } = program;
                match end {
                    End::Scope(ends) => scope(&ops, ends, finisher).await,
                    End::Close => caught_async(close(filled(&ops, finisher).await)).await,
                    End::CloseWith(outcome) => {
                        caught_async(close_with(filled(&ops, finisher).await, outcome)).await
                    }
                    End::CloseConcurrently => {
                        let stack = filled(&ops, finisher).await;
                        let closed = caught_async(stack.close_concurrently()).await?;
                        Ok(match closed {
                            Ok(()) => Ok("closed".to_owned()),
                            Err(errors) => Err(failed(&errors)),
                        })
                    }
                    End::Drop => {
                        let stack = filled(&ops, finisher).await;
                        caught(|| {
                            drop(stack);
                            Ok("dropped".to_owned())
                        })
                    }
                    End::Unwind => {
                        let stack = filled(&ops, finisher).await;
                        caught(|| {
                            let _stack = stack;
                            resume_unwind(Box::new("the body".to_owned()))
                        })
                    }
                }
            }

            async fn scope(ops: &[Op], ends: Half, finisher: Finisher) -> Ending {
                let scope = AsyncExitStack::$scope(async |stack| {
                    $equip(stack, finisher);
                    perform(stack, ops, finisher).await;
                    body::<String>(ends)
                });
                Ok(match caught_async(scope).await? {
                    Ok(value) => Ok(value.unwrap_or_else(|| "no value".to_owned())),
                    Err(errors) => Err(failed(&errors)),
                })
            }

            async fn filled(ops: &[Op], finisher: Finisher) -> $stack {
                let mut stack = AsyncExitStack::$new();
                $equip(&mut stack, finisher);
                perform(&mut stack, ops, finisher).await;
                stack
            }

            async fn close(stack: $stack) -> Result<String, Vec<String>> {
                match stack.close().await {
                    Ok(()) => Ok("closed".to_owned()),
                    Err(errors) => Err(failed(&errors)),
                }
            }

            async fn close_with(stack: $stack, outcome: Outcome) -> Result<String, Vec<String>> {
                let exit: AsyncExit<'_> = match outcome {
                    Outcome::Completed => Exit::Completed,
                    Outcome::Failed => Exit::Failed(&OfBody),
                    Outcome::Panicked => Exit::Panicked,
                    Outcome::Dropped => Exit::Dropped,
                };
                match stack.close_with(exit).await {
                    Ok(exit) => Ok(told(exit.into())),
                    Err(errors) => Err(failed(&errors)),
                }
            }

            /// In a box, as scopes are nested.
            fn perform<'s>(
                stack: &'s mut $stack,
                ops: &'s [Op],
                finisher: Finisher,
            ) -> Pin<Box<dyn Future<Output = ()> + 's>> {
                Box::pin(async move {
                    for op in ops {
                        perform_one(stack, op, finisher).await;
                        assert_eq!(stack.is_empty(), stack.len() == 0);
                        note(format!("{} entries", stack.len()));
                    }
                })
            }

            async fn perform_one(stack: &mut $stack, op: &Op, finisher: Finisher) {
                let add = |value: &mut u32| {
                    *value += ADDED;
                    *value
                };
                match *op {
                    Op::Enter(enter, exit) => {
                        let entering = stack.enter(context(next(), enter, exit));
                        let entered = caught_async(entering).await;
                        note(format!("{:?}", entered.map(|entered| entered.map(add))));
                    }
                    Op::EnterAsync(enter, exit) => {
                        let entering = stack.enter(waiting(next(), enter, exit));
                        let entered = caught_async(entering).await;
                        note(format!("{:?}", entered.map(|entered| entered.map(add))));
                    }
                    Op::EnterConcurrently(ref halves) => {
                        // All have a number, also those that it does not come to.
                        let numbered: Vec<_> = halves.iter().map(|half| (next(), half)).collect();
                        let contexts = numbered
                            .into_iter()
                            .map(|(id, &(enter, exit))| waiting(id, enter, exit));
                        let entered = caught_async(stack.enter_concurrently(contexts)).await;
                        let add_all =
                            |values: Vec<_>| values.into_iter().map(add).collect::<Vec<_>>();
                        note(format!("{:?}", entered.map(|entered| entered.map(add_all))));
                    }
                    Op::Callback(panics) => {
                        let id = next();
                        let local = d(&id.to_string());
                        stack.callback(move || {
                            let _local = local;
                            note(format!("run {id}"));
                            panic_if(panics, id);
                        });
                    }
                    Op::TryCallback(half) => {
                        let id = next();
                        let local = d(&id.to_string());
                        stack.try_callback(move || {
                            let _local = local;
                            note(format!("run {id}"));
                            act(half, id)
                        });
                    }
                    Op::AsyncCallback(Waits(times, panics)) => {
                        let id = next();
                        let local = d(&id.to_string());
                        stack.async_callback(async move || {
                            let _local = local;
                            note(format!("run {id}"));
                            turns(times).await;
                            panic_if(panics, id);
                        });
                    }
                    Op::TryAsyncCallback(Waits(times, half)) => {
                        let id = next();
                        let local = d(&id.to_string());
                        stack.try_async_callback(async move || {
                            let _local = local;
                            note(format!("run {id}"));
                            turns(times).await;
                            act(half, id)
                        });
                    }
                    Op::Push(does) => {
                        let id = next();
                        let local = d(&id.to_string());
                        stack.push(move |exit| {
                            let _local = local;
                            note(format!("run {id}, told {}", told(exit)));
                            exit_function(does, id)
                        });
                    }
                    Op::PushAsync(Waits(times, does)) => {
                        let id = next();
                        let local = d(&id.to_string());
                        stack.push_async(async move |exit: AsyncExit<'_>| {
                            let _local = local;
                            note(format!("run {id}, told {}", told(exit.into())));
                            turns(times).await;
                            // The error is there still.
                            told(exit.into());
                            exit_function(does, id)
                        });
                    }
                    Op::Adopt(does) => {
                        let id = next();
                        let local = d(&id.to_string());
                        let (value, _) = stack.adopt((id, local), move |(value, _local), exit| {
                            note(format!("run {id} with {value}, told {}", told(exit)));
                            exit_function(does, id)
                        });
                        *value += ADDED;
                    }
                    Op::AdoptAsync(Waits(times, does)) => {
                        let id = next();
                        let local = (id, d(&id.to_string()));
                        let on_exit = async move |(value, _local), exit: AsyncExit<'_>| {
                            note(format!("run {id} with {value}, told {}", told(exit.into())));
                            turns(times).await;
                            exit_function(does, id)
                        };
                        let (value, _) = stack.adopt_async(local, on_exit);
                        *value += ADDED;
                    }
                    Op::PopAll(popped) => {
                        let others = stack.pop_all();
                        assert!(stack.is_empty());
                        let ended = match popped {
                            Popped::GoesOn => {
                                *stack = others;
                                Ok(Ok("goes on".to_owned()))
                            }
                            Popped::Closed => caught_async(close(others)).await,
                            Popped::Dropped => caught(|| {
                                drop(others);
                                Ok("dropped".to_owned())
                            }),
                        };
                        note(format!("{ended:?}"));
                    }
                    Op::Nested(ref ops, ends) => {
                        let ended = scope(ops, ends, finisher).await;
                        note(format!("{ended:?}"));
                    }
                }
            }
        }
    };
}

run_on!(owned, AsyncExitStack, new, scope, equip);
run_on!(borrowing, Borrowing, borrowing, borrowing_scope, leave);
run_on!(local, Local, local, local_scope, leave);

#[derive(Debug, PartialEq)]
struct Seen {
    /// `None` when it was dropped before.
    ending: Option<Ending>,
    /// How often it was polled.
    polls: usize,
    events: Vec<String>,
    /// What was lost, and what the entry had been told.
    lost: Vec<(String, String)>,
}

/// Polls a program so often at most, and then whatever the executor was given.
fn observe<F>(program: &Program, most: usize, run: impl FnOnce(Program) -> F) -> Seen
where
    F: Future<Output = Ending>,
{
    IDS.set(0);
    let observe = || {
        let mut driven = Driven::new(run(program.clone()));
        let mut ending = None;
        while ending.is_none() && driven.polls() < most {
            let before = driven.wakes();
            match driven.poll() {
                Poll::Ready(ended) => ending = Some(ended),
                Poll::Pending => assert_eq!(driven.wakes(), before + 1, "woken once"),
            }
        }
        let polls = driven.polls();
        dropped(driven);
        while let Some(half) = HALVES.with_borrow_mut(VecDeque::pop_front) {
            let Finisher::Polls(most) = program.finisher else {
                panic!("it was not to be kept");
            };
            let mut half = Driven::new(half);
            while half.polls() < most && half.poll().is_pending() {}
            dropped(half);
        }
        (ending, polls)
    };
    let ((ending, polls), lost) = losing(observe);
    assert!(lost.iter().all(|lost| !lost.context.is_empty()));
    Seen {
        ending,
        polls,
        events: events(),
        lost: lost
            .into_iter()
            .map(|lost| (lost.loss, lost.exit))
            .collect(),
    }
}

fn dropped<F>(driven: Driven<F>) {
    if let Err(panic) = caught(|| drop(driven)) {
        note(format!("dropping it panics: {panic}"));
    }
}

// ---- the model ----

/// An entry.
#[derive(Clone, Debug)]
struct Record {
    id: u32,
    value: Option<u32>,
    is_told: bool,
    is_context: bool,
    /// How often it waits, if it is async.
    waits: Option<u8>,
    does: Does,
}

/// How things stand while a stack unwinds, which is what the next entry is told.
enum Stand {
    Well,
    /// With an error, and further ones that nobody was told of.
    Failing(String, Vec<String>),
    /// With the panic that comes out in the end, unless that is none of the stack's.
    Panicking(Option<String>),
    Left,
}

impl Stand {
    fn told(&self) -> String {
        match self {
            Stand::Well => "Completed".to_owned(),
            Stand::Failing(error, _) => format!("Failed({error})"),
            Stand::Panicking(_) => "Panicked".to_owned(),
            Stand::Left => "Dropped".to_owned(),
        }
    }

    fn of_body() -> Self {
        Stand::Failing("OfBody".to_owned(), Vec::new())
    }

    fn after(body: Half) -> Self {
        match body {
            Half::Works => Stand::Well,
            Half::Fails => Stand::of_body(),
            Half::Panics => Stand::Panicking(None),
        }
    }
}

/// A stack that unwinds.
struct Unwinding {
    entries: Vec<Record>,
    /// Those that run, what they were told, and how often they will still wait.
    running: Vec<(Record, String, u8)>,
    at_once: bool,
    stand: Stand,
    /// How the body ended, or that it is as if it had ended well.
    body: String,
    /// How the body ended.
    original: String,
    panics_go_on: bool,
}

impl Unwinding {
    fn new(entries: Vec<Record>, stand: Stand, panics_go_on: bool) -> Self {
        Unwinding {
            entries,
            running: Vec::new(),
            at_once: false,
            body: stand.told(),
            original: stand.told(),
            stand,
            panics_go_on,
        }
    }

    /// The errors of entries that would be returned.
    fn errors(&mut self) -> Vec<String> {
        match mem::replace(&mut self.stand, Stand::Well) {
            // It came from outside.
            Stand::Failing(first, untold) if format!("Failed({first})") == self.body => untold,
            Stand::Failing(first, mut untold) => {
                untold.insert(0, first);
                untold
            }
            stand => {
                self.stand = stand;
                Vec::new()
            }
        }
    }
}

/// The future is dropped.
struct Cut;

#[derive(Default)]
struct Model {
    ids: u32,
    /// How often it may still wait.
    left: usize,
    polls: usize,
    events: Vec<String>,
    lost: Vec<(String, String)>,
    /// What is left for the executor.
    halves: VecDeque<Unwinding>,
    /// A panic that is on its way.
    panic: Option<String>,
}

fn half_does(half: Half) -> Does {
    match half {
        Half::Works => Does::Nothing,
        Half::Fails => Does::Fails,
        Half::Panics => Does::Panics,
    }
}

impl Model {
    fn event(&mut self, event: impl Into<String>) {
        self.events.push(event.into());
    }

    fn lose(&mut self, what: impl Into<String>, told: impl Into<String>) {
        self.lost.push((what.into(), told.into()));
    }

    fn lose_errors(&mut self, errors: Vec<String>, told: &str) {
        for error in errors {
            self.lose(format!("error {error}"), told);
        }
    }

    fn lose_panic(&mut self, panic: &str, told: &str) {
        self.lose(format!("panic {panic:?}"), told);
    }

    fn next(&mut self) -> u32 {
        self.ids += 1;
        self.ids - 1
    }

    /// Once. If it was the last time, nobody will poll any more.
    fn wait(&mut self) -> Result<(), Cut> {
        self.polls += 1;
        self.left -= 1;
        if self.left == 0 { Err(Cut) } else { Ok(()) }
    }

    /// The number of a new function, or value with a function, which is pushed.
    fn function(
        &mut self,
        entries: &mut Vec<Record>,
        (has_value, is_told): (bool, bool),
        waits: Option<u8>,
        does: Does,
    ) {
        let id = self.next();
        self.event(format!("make {id}"));
        entries.push(Record {
            id,
            value: has_value.then_some(id + ADDED),
            is_told,
            is_context: false,
            waits,
            does,
        });
    }

    fn perform(
        &mut self,
        ops: &[Op],
        entries: &mut Vec<Record>,
        finisher: Finisher,
    ) -> Result<(), Cut> {
        for op in ops {
            self.perform_one(op, entries, finisher)?;
            self.event(format!("{} entries", entries.len()));
        }
        Ok(())
    }

    fn perform_one(
        &mut self,
        op: &Op,
        entries: &mut Vec<Record>,
        finisher: Finisher,
    ) -> Result<(), Cut> {
        match *op {
            Op::Enter(enter, exit) => {
                let halves = (Waits(0, enter), Waits(0, exit));
                let entered = self.enter(&[halves], false, entries, finisher)?;
                let entered = entered.map(|entered| entered.map(|values| values[0]));
                self.event(format!("{entered:?}"));
            }
            Op::EnterAsync(enter, exit) => {
                let entered = self.enter(&[(enter, exit)], true, entries, finisher)?;
                let entered = entered.map(|entered| entered.map(|values| values[0]));
                self.event(format!("{entered:?}"));
            }
            Op::EnterConcurrently(ref halves) => {
                let entered = self.enter(halves, true, entries, finisher)?;
                self.event(format!("{entered:?}"));
            }
            Op::Callback(panics) => {
                let does = half_does(plain_half(panics));
                self.function(entries, (false, false), None, does);
            }
            Op::TryCallback(half) => {
                self.function(entries, (false, false), None, half_does(half));
            }
            Op::AsyncCallback(Waits(times, panics)) => {
                let does = half_does(plain_half(panics));
                self.function(entries, (false, false), Some(times), does);
            }
            Op::TryAsyncCallback(Waits(times, half)) => {
                self.function(entries, (false, false), Some(times), half_does(half));
            }
            Op::Push(does) => self.function(entries, (false, true), None, does),
            Op::PushAsync(Waits(times, does)) => {
                self.function(entries, (false, true), Some(times), does);
            }
            Op::Adopt(does) => self.function(entries, (true, true), None, does),
            Op::AdoptAsync(Waits(times, does)) => {
                self.function(entries, (true, true), Some(times), does);
            }
            Op::PopAll(popped) => {
                let ended = match popped {
                    Popped::GoesOn => Ok(Ok("goes on".to_owned())),
                    Popped::Closed => {
                        let others = mem::take(entries);
                        let unwinding = Unwinding::new(others, Stand::Well, true);
                        returned(self.unwind(unwinding, finisher)?, "closed")
                    }
                    Popped::Dropped => {
                        self.drop_stack(mem::take(entries), finisher);
                        self.panic.take().map_or(Ok(Ok("dropped".to_owned())), Err)
                    }
                };
                self.event(format!("{ended:?}"));
            }
            Op::Nested(ref ops, ends) => {
                let ended = self.scope(ops, ends, finisher)?;
                self.event(format!("{ended:?}"));
            }
        }
        Ok(())
    }

    /// Enters one context, or several at once.
    fn enter(
        &mut self,
        halves: &[(Waits<Half>, Waits<Half>)],
        is_async: bool,
        entries: &mut Vec<Record>,
        finisher: Finisher,
    ) -> Result<Result<Result<Vec<u32>, Code>, String>, Cut> {
        /// How often it will still wait.
        enum Stage {
            New,
            Entering(u8),
            Ended,
        }
        let numbered: Vec<_> = halves.iter().map(|half| (self.next(), half)).collect();
        let mut stages: Vec<_> = halves.iter().map(|_| Stage::New).collect();
        let mut entered: Vec<Option<Record>> = vec![None; halves.len()];
        let given_up = |model: &mut Self, stages: &[Stage]| {
            for (stage, (id, _)) in stages.iter().zip(&numbered) {
                if let Stage::Entering(_) = stage {
                    model.event(format!("drop {id}"));
                }
            }
        };
        loop {
            for n in 0..halves.len() {
                let (id, (enter, exit)) = numbered[n];
                let left = match stages[n] {
                    Stage::Ended => continue,
                    Stage::Entering(left) => left,
                    Stage::New => {
                        self.event(format!("make {id}"));
                        enter.0
                    }
                };
                if left > 0 {
                    stages[n] = Stage::Entering(left - 1);
                    continue;
                }
                stages[n] = Stage::Ended;
                let number = ENTERING + id;
                match enter.1 {
                    Half::Works => {
                        entered[n] = Some(Record {
                            id,
                            value: Some(id + ADDED),
                            is_told: true,
                            is_context: true,
                            waits: is_async.then_some(exit.0),
                            does: half_does(exit.1),
                        });
                    }
                    Half::Fails => {
                        self.event(format!("drop {id}"));
                        given_up(self, &stages);
                        let error = format!("Code({number})");
                        let stand = Stand::Failing(error, Vec::new());
                        let mut unwinding = Unwinding::new(unseen(entered), stand, true);
                        let told = unwinding.body.clone();
                        if let Err(Cut) = self.go(&mut unwinding) {
                            self.abandon(unwinding, finisher);
                            self.lose("result", &*told);
                            return Err(Cut);
                        }
                        let errors = unwinding.errors();
                        self.lose_errors(errors, &told);
                        return Ok(match unwinding.stand {
                            Stand::Panicking(Some(panic)) => Err(panic),
                            _ => Ok(Err(Code(number))),
                        });
                    }
                    Half::Panics => {
                        self.event(format!("drop {id}"));
                        entries.extend(unseen(entered));
                        given_up(self, &stages);
                        return Ok(Err(format!("panic {number}")));
                    }
                }
            }
            if stages.iter().all(|stage| matches!(stage, Stage::Ended)) {
                let values = numbered.iter().map(|(id, _)| id + ADDED).collect();
                entries.extend(entered.into_iter().flatten());
                return Ok(Ok(Ok(values)));
            }
            if let Err(Cut) = self.wait() {
                entries.extend(unseen(entered));
                given_up(self, &stages);
                return Err(Cut);
            }
        }
    }

    fn scope(&mut self, ops: &[Op], ends: Half, finisher: Finisher) -> Result<Ending, Cut> {
        let entries = self.filled(ops, finisher)?;
        let unwinding = Unwinding::new(entries, Stand::after(ends), ends != Half::Panics);
        let told = unwinding.body.clone();
        let Ok(unwinding) = self.unwind(unwinding, finisher) else {
            self.lose("result", told);
            return Err(Cut);
        };
        Ok(match ends {
            Half::Works => returned(unwinding, "the body's value"),
            Half::Fails => returned(unwinding, "no value"),
            Half::Panics => Err("the body".to_owned()),
        })
    }

    /// The entries of a stack, which is dropped with the future.
    fn filled(&mut self, ops: &[Op], finisher: Finisher) -> Result<Vec<Record>, Cut> {
        let mut entries = Vec::new();
        match self.perform(ops, &mut entries, finisher) {
            Ok(()) => Ok(entries),
            Err(Cut) => {
                self.drop_stack(entries, finisher);
                Err(Cut)
            }
        }
    }

    /// Unwinds a stack that goes on elsewhere if it has to.
    fn unwind(&mut self, mut unwinding: Unwinding, finisher: Finisher) -> Result<Stand, Cut> {
        match self.go(&mut unwinding) {
            Ok(()) => Ok(unwinding.stand),
            Err(Cut) => {
                self.hand_over(unwinding, finisher);
                Err(Cut)
            }
        }
    }

    /// The tables of the design.
    fn go(&mut self, unwinding: &mut Unwinding) -> Result<(), Cut> {
        loop {
            for (entry, told, left) in mem::take(&mut unwinding.running) {
                if left == 0 {
                    self.event(format!("drop {}", entry.id));
                    self.ended(unwinding, &entry);
                } else {
                    unwinding.running.push((entry, told, left - 1));
                }
            }
            while unwinding.at_once || unwinding.running.is_empty() {
                let Some(entry) = unwinding.entries.pop() else {
                    break;
                };
                let told = if unwinding.at_once {
                    "Completed".to_owned()
                } else {
                    unwinding.stand.told()
                };
                self.runs(&entry, &told);
                match entry.waits {
                    None | Some(0) => {
                        self.event(format!("drop {}", entry.id));
                        self.ended(unwinding, &entry);
                    }
                    Some(waits) => unwinding.running.push((entry, told, waits - 1)),
                }
            }
            if unwinding.running.is_empty() {
                return Ok(());
            }
            self.wait()?;
        }
    }

    fn runs(&mut self, entry: &Record, told: &str) {
        let value = entry.value.map(|value| format!(" with {value}"));
        let outcome = entry.is_told.then(|| format!(", told {told}"));
        self.event(format!(
            "run {}{}{}",
            entry.id,
            value.unwrap_or_default(),
            outcome.unwrap_or_default()
        ));
    }

    fn ended(&mut self, unwinding: &mut Unwinding, entry: &Record) {
        let told = unwinding.stand.told();
        let error = format!("Code({})", entry.id);
        let panic = format!("panic {}", entry.id);
        let stand = mem::replace(&mut unwinding.stand, Stand::Well);
        unwinding.stand = match (entry.does, stand) {
            (Does::Handles, Stand::Failing(_, untold)) if !unwinding.at_once => {
                self.lose_errors(untold, &told);
                "Completed".clone_into(&mut unwinding.body);
                Stand::Well
            }

            (Does::Fails, Stand::Well) => Stand::Failing(error, Vec::new()),
            (Does::Fails, Stand::Failing(first, mut untold)) => {
                untold.push(error);
                Stand::Failing(first, untold)
            }
            (Does::Fails, stand) => {
                self.lose_errors(vec![error], &told);
                stand
            }

            (Does::Panics, Stand::Panicking(Some(first))) => {
                self.lose_panic(&panic, &told);
                Stand::Panicking(Some(first))
            }
            (Does::Panics, stand) if !unwinding.panics_go_on => {
                self.lose_panic(&panic, &told);
                stand
            }
            (Does::Panics, Stand::Failing(first, untold)) => {
                self.lose(format!("body {first}"), &*told);
                self.lose_errors(untold, &told);
                Stand::Panicking(Some(panic))
            }
            (Does::Panics, _) => Stand::Panicking(Some(panic)),

            (Does::Nothing | Does::Handles, stand) => stand,
        };
    }

    /// The future that unwinds a stack is dropped, and there is an executor, or not.
    fn hand_over(&mut self, unwinding: Unwinding, finisher: Finisher) {
        let on_its_way = self.panic.take();
        match finisher {
            Finisher::Absent => {
                self.panic = on_its_way;
                self.abandon(unwinding, finisher);
                return;
            }
            Finisher::Polls(_) => self.halves.push_back(unwinding),
            Finisher::Refuses => {
                self.panic.clone_from(&on_its_way);
                self.abandon(unwinding, Finisher::Absent);
                if on_its_way.is_none()
                    && let Some(panic) = self.panic.take()
                {
                    self.lose_panic(&panic, "Dropped");
                }
            }
            Finisher::Panics => {
                self.panic = Some("the executor".to_owned());
                self.abandon(unwinding, Finisher::Absent);
                self.lose_panic("the executor", "Dropped");
            }
        }
        self.panic = on_its_way;
    }

    /// What runs does not go on; what has not run is dropped.
    fn abandon(&mut self, mut unwinding: Unwinding, finisher: Finisher) {
        for (entry, told, _) in mem::take(&mut unwinding.running) {
            self.lose("unfinished", told);
            self.event(format!("drop {}", entry.id));
        }
        let body = unwinding.body.clone();
        let errors = unwinding.errors();
        self.lose_errors(errors, &body);
        if let Stand::Panicking(Some(panic)) = &unwinding.stand {
            self.lose_panic(panic, &body);
        }
        self.drop_stack(unwinding.entries, finisher);
    }

    fn drop_stack(&mut self, mut entries: Vec<Record>, finisher: Finisher) {
        if finisher != Finisher::Absent {
            if !entries.is_empty() {
                self.hand_over(Unwinding::new(entries, Stand::Left, false), finisher);
            }
            return;
        }
        let mut first = None;
        while let Some(entry) = entries.pop() {
            let id = entry.id;
            if entry.waits.is_some() {
                self.lose("unfinished", "Dropped");
                self.event(format!("drop {id}"));
                continue;
            }
            self.runs(&entry, "Dropped");
            self.event(format!("drop {id}"));
            let panic = format!("panic {id}");
            match entry.does {
                Does::Fails if first.is_some() && !entry.is_context => {
                    self.lose(format!("error Code({id})"), "Panicked");
                }
                Does::Fails => self.lose(format!("error Code({id})"), "Dropped"),
                Does::Panics if self.panic.is_some() => self.lose_panic(&panic, "Dropped"),
                Does::Panics if first.is_some() => self.lose_panic(&panic, "Panicked"),
                Does::Panics => first = Some(panic),
                Does::Nothing | Does::Handles => {}
            }
        }
        self.panic = self.panic.take().or(first);
    }

    /// Runs what the executor was given.
    fn finish(&mut self, most: usize) {
        while let Some(mut half) = self.halves.pop_front() {
            self.left = most;
            if most == 0 || self.go(&mut half).is_err() {
                self.abandon(half, Finisher::Absent);
                self.dropped();
                continue;
            }
            let errors = half.errors();
            self.lose_errors(errors, &half.original);
            if let Stand::Panicking(Some(panic)) = half.stand {
                self.lose_panic(&panic, &half.original);
            }
        }
    }

    fn dropped(&mut self) {
        if let Some(panic) = self.panic.take() {
            self.event(format!("dropping it panics: {panic}"));
        }
    }

    fn run(&mut self, program: &Program) -> Result<Ending, Cut> {
        let finisher = program.finisher;
        if let End::Scope(ends) = program.end {
            return self.scope(&program.ops, ends, finisher);
        }
        let entries = self.filled(&program.ops, finisher)?;
        Ok(match program.end {
            End::Close => {
                let unwinding = Unwinding::new(entries, Stand::Well, true);
                returned(self.unwind(unwinding, finisher)?, "closed")
            }
            End::CloseConcurrently => {
                let mut unwinding = Unwinding::new(entries, Stand::Well, true);
                unwinding.at_once = true;
                returned(self.unwind(unwinding, finisher)?, "closed")
            }
            End::CloseWith(Outcome::Failed) => {
                let mut unwinding = Unwinding::new(entries, Stand::of_body(), true);
                if let Err(Cut) = self.go(&mut unwinding) {
                    self.abandon(unwinding, finisher);
                    return Err(Cut);
                }
                let told = unwinding.stand.told();
                match returned(unwinding.stand, &told) {
                    // The caller has that error, and is not given it back.
                    Ok(Err(mut errors)) if errors[0] == "OfBody" => {
                        errors.remove(0);
                        Ok(if errors.is_empty() {
                            Ok(told)
                        } else {
                            Err(errors)
                        })
                    }
                    ending => ending,
                }
            }
            End::CloseWith(outcome) => {
                let stand = match outcome {
                    Outcome::Panicked => Stand::Panicking(None),
                    Outcome::Dropped => Stand::Left,
                    _ => Stand::Well,
                };
                let told = stand.told();
                let unwinding = Unwinding::new(entries, stand, true);
                returned(self.unwind(unwinding, finisher)?, &told)
            }
            End::Drop => {
                self.drop_stack(entries, finisher);
                self.panic.take().map_or(Ok(Ok("dropped".to_owned())), Err)
            }
            End::Unwind => {
                self.panic = Some("the body".to_owned());
                self.drop_stack(entries, finisher);
                Err(self.panic.take().expect("it is on its way"))
            }
            End::Scope(_) => unreachable!("done above"),
        })
    }
}

/// Contexts that the body has not seen the values of.
fn unseen(entered: Vec<Option<Record>>) -> Vec<Record> {
    let unchanged = |context: Record| Record {
        value: Some(context.id),
        ..context
    };
    entered.into_iter().flatten().map(unchanged).collect()
}

/// What the caller gets, who gets `well` if there is nothing else.
fn returned(stand: Stand, well: &str) -> Ending {
    match stand {
        Stand::Failing(first, mut untold) => {
            untold.insert(0, first);
            Ok(Err(untold))
        }
        Stand::Panicking(Some(panic)) => Err(panic),
        Stand::Well | Stand::Left | Stand::Panicking(None) => Ok(Ok(well.to_owned())),
    }
}

fn model(program: &Program, most: usize) -> Seen {
    let mut model = Model {
        left: most,
        ..Model::default()
    };
    let ending = if most == 0 {
        None
    } else {
        model.run(program).ok()
    };
    if ending.is_some() {
        model.polls += 1;
    }
    let polls = model.polls;
    model.dropped();
    if let Finisher::Polls(most) = program.finisher {
        model.finish(most);
    }
    Seen {
        ending,
        polls,
        events: model.events,
        lost: model.lost,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_program_does_what_the_model_says_wherever_it_is_dropped(program in program()) {
        let polls = observe(&program, usize::MAX, owned::run).polls;
        let apart = Program { finisher: Finisher::Absent, ..program.clone() };
        for most in (0..polls).chain([usize::MAX]) {
            prop_assert_eq!(&observe(&program, most, owned::run), &model(&program, most));
            let expected = model(&apart, most);
            prop_assert_eq!(&observe(&apart, most, borrowing::run), &expected);
            prop_assert_eq!(&observe(&apart, most, local::run), &expected);
        }
    }
}

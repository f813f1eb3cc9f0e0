//! Random programs over all operations of an `ExitStack`, against a model written from the design's
//! tables alone: what runs in which order, what every entry is told, which errors are returned,
//! which panic comes out, and what is lost.

#![allow(clippy::too_many_lines, reason = "a `match` of all operations")]

mod support;

use std::mem;
use std::panic::resume_unwind;

use guard_core::{
    Exit, ExitStack, Guard, Key, LocalExitStack, Verdict, context_manager, yield_point,
};
use proptest::prelude::*;
use support::lost::losing;
use support::vocabulary::{
    ADDED, Code, ENTERING, Half, OfBody, act, failed, panic_if, plain_half, told,
};
use support::{caught, d, events, note, while_unwinding};

// ---- programs ----

/// What an exit function does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Nothing,
    Propagates,
    Handles,
    Fails,
    Panics,
}

#[derive(Clone, Debug)]
enum Op {
    Enter(Half, Half),
    /// Of a context that cannot fail: whether the halves panic.
    EnterPlain(bool, bool),
    EnterAll(Vec<(Half, Half)>),
    /// Whether it panics.
    Callback(bool),
    TryCallback(Half),
    Push(Does),
    Adopt(Does),
    HoldGuard(Half),
    /// Whether it panics.
    HoldFunction(bool),
    /// By the number of the key, counted round.
    Get(usize),
    GetMut(usize),
    Take(usize, Taken),
    PopAll(Popped),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Taken {
    /// A guard is exited, a function called.
    Released,
    Dropped,
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

#[derive(Clone, Debug)]
struct Program {
    ops: Vec<Op>,
    end: End,
    /// Whether it runs in a destructor, while a panic unwinds that has nothing to do with it.
    unwinding: bool,
}

fn half() -> impl Strategy<Value = Half> {
    prop_oneof![
        3 => Just(Half::Works),
        2 => Just(Half::Fails),
        1 => Just(Half::Panics),
    ]
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        1 => Just(Does::Nothing),
        1 => Just(Does::Propagates),
        2 => Just(Does::Handles),
        2 => Just(Does::Fails),
        1 => Just(Does::Panics),
    ]
}

/// Mostly not.
fn panics() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.2)
}

fn op() -> impl Strategy<Value = Op> {
    let taken = prop_oneof![Just(Taken::Released), Just(Taken::Dropped)];
    let popped = prop_oneof![
        Just(Popped::GoesOn),
        Just(Popped::Closed),
        Just(Popped::Dropped)
    ];
    prop_oneof![
        4 => (half(), half()).prop_map(|(enter, exit)| Op::Enter(enter, exit)),
        1 => (panics(), panics()).prop_map(|(enter, exit)| Op::EnterPlain(enter, exit)),
        1 => prop::collection::vec((half(), half()), 0..4).prop_map(Op::EnterAll),
        2 => panics().prop_map(Op::Callback),
        3 => half().prop_map(Op::TryCallback),
        6 => does().prop_map(Op::Push),
        3 => does().prop_map(Op::Adopt),
        5 => half().prop_map(Op::HoldGuard),
        3 => panics().prop_map(Op::HoldFunction),
        2 => any::<usize>().prop_map(Op::Get),
        2 => any::<usize>().prop_map(Op::GetMut),
        6 => (any::<usize>(), taken).prop_map(|(key, taken)| Op::Take(key, taken)),
        1 => popped.prop_map(Op::PopAll),
    ]
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
        2 => Just(End::Drop),
        2 => Just(End::Unwind),
        5 => half().prop_map(End::Scope),
    ];
    let ops = prop::collection::vec(op(), 0..30);
    (ops, end, prop::bool::weighted(0.25)).prop_map(|(ops, end, unwinding)| Program {
        ops,
        end,
        unwinding,
    })
}

// ---- what a program consists of ----

fn exit_function(does: Does, number: u32) -> Result<Verdict, Code> {
    match does {
        Does::Nothing | Does::Propagates => Ok(Verdict::Propagate),
        Does::Handles => Ok(Verdict::Handled),
        Does::Fails => act(Half::Fails, number).map(|()| Verdict::Propagate),
        Does::Panics => act(Half::Panics, number).map(|()| Verdict::Propagate),
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
fn plain(id: u32, enter: bool, exit: bool) -> u32 {
    let _local = d(&id.to_string());
    panic_if(enter, ENTERING + id);
    let value = id;
    let seen = told(yield_point!(value));
    note(format!("run {id} with {value}, told {seen}"));
    panic_if(exit, id);
}

type HeldGuard = Guard<u32, Result<(), Code>>;
type HeldFunction = Box<dyn FnOnce() + Send>;

enum AnyKey {
    Guard(Key<HeldGuard>),
    Function(Key<HeldFunction>),
}

/// How a stack has ended: what is returned, or the panic that comes out.
type Ending = Result<Result<String, Vec<String>>, String>;

/// Runs programs on stacks of one kind.
macro_rules! run_on {
    ($module:ident, $stack:ident, $new:ident, $scope:ident) => {
        mod $module {
            use super::*;

            pub(super) fn run(program: &Program) -> Ending {
                match program.end {
                    End::Scope(body) => caught(|| {
                        let result = ExitStack::$scope(|stack| {
                            perform(stack, &program.ops, program.unwinding);
                            match body {
                                Half::Works => Ok(Some("the body's value".to_owned())),
                                Half::Fails => Err(OfBody),
                                Half::Panics => resume_unwind(Box::new("the body".to_owned())),
                            }
                        });
                        match result {
                            Ok(value) => Ok(value.unwrap_or_else(|| "no value".to_owned())),
                            Err(errors) => Err(failed(&errors)),
                        }
                    }),
                    End::Close => caught(|| close(filled(program))),
                    End::CloseWith(outcome) => caught(|| close_with(filled(program), outcome)),
                    End::Drop => caught(|| {
                        drop(filled(program));
                        Ok("dropped".to_owned())
                    }),
                    End::Unwind => caught(|| {
                        let _stack = filled(program);
                        resume_unwind(Box::new("the body".to_owned()))
                    }),
                }
            }

            fn filled(program: &Program) -> $stack<'static> {
                let mut stack = ExitStack::$new();
                perform(&mut stack, &program.ops, program.unwinding);
                stack
            }

            fn close(stack: $stack<'_>) -> Result<String, Vec<String>> {
                match stack.close() {
                    Ok(()) => Ok("closed".to_owned()),
                    Err(errors) => Err(failed(&errors)),
                }
            }

            fn close_with(stack: $stack<'_>, outcome: Outcome) -> Result<String, Vec<String>> {
                let exit: Exit<'_> = match outcome {
                    Outcome::Completed => Exit::Completed,
                    Outcome::Failed => Exit::Failed(&OfBody),
                    Outcome::Panicked => Exit::Panicked,
                    Outcome::Dropped => Exit::Dropped,
                };
                match stack.close_with(exit) {
                    Ok(exit) => Ok(told(exit)),
                    Err(errors) => Err(failed(&errors)),
                }
            }

            fn perform(stack: &mut $stack<'static>, ops: &[Op], unwinding: bool) {
                let mut keys = Vec::new();
                let mut ids = 0..;
                for op in ops {
                    perform_one(stack, op, &mut keys, &mut ids, unwinding);
                    assert_eq!(stack.is_empty(), stack.len() == 0);
                    note(format!("{} entries", stack.len()));
                }
            }

            fn perform_one(
                stack: &mut $stack<'static>,
                op: &Op,
                keys: &mut Vec<AnyKey>,
                ids: &mut impl Iterator<Item = u32>,
                unwinding: bool,
            ) {
                let mut next = || ids.next().expect("there is no end of them");
                match *op {
                    Op::Enter(enter, exit) => {
                        let context = context(next(), enter, exit);
                        let entered = caught(|| {
                            stack.enter(context).map(|value| {
                                *value += ADDED;
                                *value
                            })
                        });
                        note(format!("{entered:?}"));
                    }
                    Op::EnterPlain(enter, exit) => {
                        let context = plain(next(), enter, exit);
                        let entered = caught(|| {
                            let value = stack.enter(context);
                            *value += ADDED;
                            *value
                        });
                        note(format!("{entered:?}"));
                    }
                    Op::EnterAll(ref halves) => {
                        // All have a number, also those that it does not come to.
                        let numbered: Vec<_> = halves.iter().map(|half| (next(), half)).collect();
                        let contexts = numbered
                            .into_iter()
                            .map(|(id, &(enter, exit))| context(id, enter, exit));
                        let entered = caught(|| {
                            stack.enter_all(contexts).map(|values| {
                                let add = |value: &mut u32| {
                                    *value += ADDED;
                                    *value
                                };
                                values.into_iter().map(add).collect::<Vec<_>>()
                            })
                        });
                        note(format!("{entered:?}"));
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
                    Op::Push(does) => {
                        let id = next();
                        let local = d(&id.to_string());
                        let exit = move |exit: Exit<'_>| {
                            let _local = local;
                            note(format!("run {id}, told {}", told(exit)));
                            exit_function(does, id)
                        };
                        match does {
                            Does::Nothing => stack.push(|told| drop(exit(told))),
                            Does::Propagates => stack.push(|told| exit(told).unwrap_or_default()),
                            Does::Panics => stack.push(|told| exit(told).map(|_| ())),
                            Does::Handles | Does::Fails => stack.push(exit),
                        }
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
                    Op::HoldGuard(exit) => {
                        let guard = context(next(), Half::Works, exit).enter();
                        keys.push(AnyKey::Guard(stack.hold(guard.expect("it is entered"))));
                    }
                    Op::HoldFunction(panics) => {
                        let id = next();
                        let local = d(&id.to_string());
                        let function: HeldFunction = Box::new(move || {
                            let _local = local;
                            note(format!("run {id}"));
                            panic_if(panics, id);
                        });
                        keys.push(AnyKey::Function(stack.hold(function)));
                    }
                    Op::Get(number) => match nth(number, keys.len()).map(|n| &keys[n]) {
                        None => {}
                        Some(AnyKey::Guard(key)) => {
                            note(format!("{:?}", stack.get(key).map(|guard| **guard)));
                        }
                        Some(AnyKey::Function(key)) => {
                            note(format!("{:?}", stack.get(key).map(|_| ())));
                        }
                    },
                    Op::GetMut(number) => match nth(number, keys.len()).map(|n| &keys[n]) {
                        None => {}
                        Some(AnyKey::Guard(key)) => {
                            let changed = stack.get_mut(key).map(|guard| **guard += ADDED);
                            note(format!("{changed:?}"));
                        }
                        Some(AnyKey::Function(key)) => {
                            note(format!("{:?}", stack.get_mut(key).map(|_| ())));
                        }
                    },
                    Op::Take(number, taken) => {
                        let Some(number) = nth(number, keys.len()) else {
                            return;
                        };
                        // A panic with a message, while another unwinds, prints a backtrace.
                        let lost = match &keys[number] {
                            AnyKey::Guard(key) => stack.get(key).is_none(),
                            AnyKey::Function(key) => stack.get(key).is_none(),
                        };
                        if lost && unwinding {
                            return;
                        }
                        let ended = caught(|| match (keys.remove(number), taken) {
                            (AnyKey::Guard(key), Taken::Released) => Guard::exit(stack.take(key)),
                            (AnyKey::Guard(key), Taken::Dropped) => Ok(drop(stack.take(key))),
                            (AnyKey::Function(key), Taken::Released) => Ok(stack.take(key)()),
                            (AnyKey::Function(key), Taken::Dropped) => Ok(drop(stack.take(key))),
                        });
                        note(format!("{ended:?}"));
                    }
                    Op::PopAll(popped) => {
                        let others = stack.pop_all();
                        assert!(stack.is_empty());
                        let ended = caught(|| match popped {
                            Popped::GoesOn => {
                                *stack = others;
                                Ok("goes on".to_owned())
                            }
                            Popped::Closed => close(others),
                            Popped::Dropped => {
                                drop(others);
                                Ok("dropped".to_owned())
                            }
                        });
                        note(format!("{ended:?}"));
                    }
                }
            }
        }
    };
}

run_on!(sendable, ExitStack, new, scope);
run_on!(local, LocalExitStack, local, local_scope);

/// Which one a number means, if there are any.
fn nth(number: usize, len: usize) -> Option<usize> {
    number.checked_rem(len)
}

#[derive(Debug, PartialEq)]
struct Seen {
    ending: Ending,
    events: Vec<String>,
    /// What was lost, and what the entry had been told.
    lost: Vec<(String, String)>,
}

fn observe(program: &Program, run: fn(&Program) -> Ending) -> Seen {
    let observe = || {
        let (ending, lost) = losing(|| run(program));
        assert!(lost.iter().all(|lost| !lost.context.is_empty()));
        Seen {
            ending,
            events: events(),
            lost: lost
                .into_iter()
                .map(|lost| (lost.loss, lost.exit))
                .collect(),
        }
    };
    if program.unwinding {
        while_unwinding(observe)
    } else {
        observe()
    }
}

// ---- the model ----

/// An entry.
#[derive(Debug)]
struct Record {
    id: u32,
    value: Option<u32>,
    is_told: bool,
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
}

#[derive(Default)]
struct Model {
    entries: Vec<Record>,
    /// Of what is held, and whether a guard: `None` where the stack of the entry is no more.
    keys: Vec<(Option<u32>, bool)>,
    ids: u32,
    events: Vec<String>,
    lost: Vec<(String, String)>,
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

    fn next(&mut self) -> u32 {
        self.ids += 1;
        self.ids - 1
    }

    fn push(&mut self, id: u32, value: Option<u32>, is_told: bool, does: Does) {
        self.entries.push(Record {
            id,
            value,
            is_told,
            does,
        });
    }

    /// What came of it: an enter half that does not work pushes nothing, and drops its locals.
    fn enter(&mut self, id: u32, enter: Half, exit: Half) -> Result<Result<(), Code>, String> {
        self.event(format!("make {id}"));
        let number = ENTERING + id;
        let ended = match enter {
            Half::Works => {
                self.push(id, Some(id), true, half_does(exit));
                return Ok(Ok(()));
            }
            Half::Fails => Ok(Err(Code(number))),
            Half::Panics => Err(format!("panic {number}")),
        };
        self.event(format!("drop {id}"));
        ended
    }

    /// The body adds to the values of the last so many entries.
    fn add(&mut self, count: usize) -> Vec<u32> {
        let first = self.entries.len() - count;
        let values = self.entries[first..].iter_mut().map(|entry| {
            let value = entry.value.as_mut().expect("it lends a value");
            *value += ADDED;
            *value
        });
        values.collect()
    }

    /// Pushes a function, or a value with a function.
    fn function(&mut self, has_value: bool, is_told: bool, does: Does) -> u32 {
        let id = self.next();
        self.event(format!("make {id}"));
        self.push(id, has_value.then_some(id), is_told, does);
        id
    }

    fn held(&mut self, id: u32) -> &mut Record {
        let mut entries = self.entries.iter_mut();
        entries.find(|entry| entry.id == id).expect("it is held")
    }

    fn perform(&mut self, op: &Op, unwinding: bool) {
        match *op {
            Op::Enter(enter, exit) => {
                let id = self.next();
                let entered = self.enter(id, enter, exit);
                let entered = entered.map(|entered| entered.map(|()| self.add(1)[0]));
                self.event(format!("{entered:?}"));
            }
            Op::EnterPlain(enter, exit) => {
                let id = self.next();
                let entered = self.enter(id, plain_half(enter), plain_half(exit));
                let entered = entered.map(|_| self.add(1)[0]);
                self.event(format!("{entered:?}"));
            }
            Op::EnterAll(ref halves) => {
                let numbered: Vec<_> = halves.iter().map(|half| (self.next(), half)).collect();
                let mut entered = Ok(Ok(()));
                for (id, &(enter, exit)) in numbered {
                    entered = self.enter(id, enter, exit);
                    if !matches!(entered, Ok(Ok(()))) {
                        break;
                    }
                }
                let entered = entered.map(|entered| entered.map(|()| self.add(halves.len())));
                self.event(format!("{entered:?}"));
            }
            Op::Callback(panics) => {
                self.function(false, false, half_does(plain_half(panics)));
            }
            Op::TryCallback(half) => {
                self.function(false, false, half_does(half));
            }
            Op::Push(does) => {
                self.function(false, true, does);
            }
            Op::Adopt(does) => {
                self.function(true, true, does);
                self.add(1);
            }
            Op::HoldGuard(exit) => {
                let id = self.function(true, true, half_does(exit));
                self.keys.push((Some(id), true));
            }
            Op::HoldFunction(panics) => {
                let id = self.function(false, false, half_does(plain_half(panics)));
                self.keys.push((Some(id), false));
            }
            Op::Get(number) => {
                if let Some(number) = nth(number, self.keys.len()) {
                    let (id, is_guard) = self.keys[number];
                    let value = id.and_then(|id| self.held(id).value);
                    self.event(if is_guard {
                        format!("{value:?}")
                    } else {
                        format!("{:?}", id.map(|_| ()))
                    });
                }
            }
            Op::GetMut(number) => {
                if let Some(number) = nth(number, self.keys.len()) {
                    let (id, _) = self.keys[number];
                    if let Some(value) = id.and_then(|id| self.held(id).value.as_mut()) {
                        *value += ADDED;
                    }
                    self.event(format!("{:?}", id.map(|_| ())));
                }
            }
            Op::Take(number, taken) => {
                if let Some(number) = nth(number, self.keys.len()) {
                    self.take(number, taken, unwinding);
                }
            }
            Op::PopAll(popped) => self.pop_all(popped, unwinding),
        }
    }

    fn take(&mut self, number: usize, taken: Taken, unwinding: bool) {
        let (id, is_guard) = self.keys[number];
        let Some(id) = id else {
            if !unwinding {
                self.keys.remove(number);
                let nothing: Result<(), _> = Err("the key is that of another `ExitStack`");
                self.event(format!("{nothing:?}"));
            }
            return;
        };
        self.keys.remove(number);
        let place = self.entries.iter().position(|entry| entry.id == id);
        let record = self.entries.remove(place.expect("it is held"));
        let ended = match taken {
            // On its own it ends as if it were alone on a stack.
            Taken::Released => match self.unwind(vec![record], Stand::Well, true) {
                Stand::Well => Ok(Ok(())),
                Stand::Failing(error, _) => Ok(Err(error)),
                Stand::Panicking(panic) => Err(panic.expect("there was none before")),
                Stand::Left => unreachable!("it was not left"),
            },
            Taken::Dropped if is_guard => {
                match self.unwind(vec![record], Stand::Left, !unwinding) {
                    Stand::Panicking(panic) => Err(panic.expect("there was none before")),
                    _ => Ok(Ok(())),
                }
            }
            Taken::Dropped => {
                self.event(format!("drop {id}"));
                Ok(Ok(()))
            }
        };
        // An error prints without quotation marks.
        self.event(match ended {
            Ok(Err(error)) => format!("Ok(Err({error}))"),
            ended => format!("{ended:?}"),
        });
    }

    fn pop_all(&mut self, popped: Popped, unwinding: bool) {
        let ended: Ending = match popped {
            Popped::GoesOn => Ok(Ok("goes on".to_owned())),
            Popped::Closed => {
                let entries = self.others();
                returned(self.unwind(entries, Stand::Well, true), "closed")
            }
            Popped::Dropped => {
                let entries = self.others();
                returned(self.unwind(entries, Stand::Left, !unwinding), "dropped")
            }
        };
        self.event(format!("{ended:?}"));
    }

    /// All entries, as those of another stack: no key fits any more.
    fn others(&mut self) -> Vec<Record> {
        for (id, _) in &mut self.keys {
            *id = None;
        }
        mem::take(&mut self.entries)
    }

    /// The tables of the design. `panics_go_on` unless a panic is unwinding already.
    fn unwind(&mut self, mut entries: Vec<Record>, mut stand: Stand, panics_go_on: bool) -> Stand {
        while let Some(entry) = entries.pop() {
            let id = entry.id;
            let told = stand.told();
            let value = entry.value.map(|value| format!(" with {value}"));
            let outcome = entry.is_told.then(|| format!(", told {told}"));
            self.event(format!(
                "run {id}{}{}",
                value.unwrap_or_default(),
                outcome.unwrap_or_default()
            ));
            self.event(format!("drop {id}"));
            let error = format!("Code({id})");
            let panic = format!("panic {id}");
            stand = match (entry.does, stand) {
                (Does::Handles, Stand::Failing(_, untold)) => {
                    self.lose_errors(untold, &told);
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
                    self.lost.push((format!("panic {panic:?}"), told));
                    Stand::Panicking(Some(first))
                }
                (Does::Panics, stand) if !panics_go_on => {
                    self.lost.push((format!("panic {panic:?}"), told));
                    stand
                }
                (Does::Panics, Stand::Failing(first, untold)) => {
                    self.lost.push((format!("body {first}"), told.clone()));
                    self.lose_errors(untold, &told);
                    Stand::Panicking(Some(panic))
                }
                (Does::Panics, _) => Stand::Panicking(Some(panic)),

                (Does::Nothing | Does::Propagates | Does::Handles, stand) => stand,
            };
        }
        stand
    }

    fn lose_errors(&mut self, errors: Vec<String>, told: &str) {
        let lost = errors.into_iter();
        self.lost
            .extend(lost.map(|error| (format!("error {error}"), told.to_owned())));
    }
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

fn model(program: &Program) -> Seen {
    let mut model = Model::default();
    for op in &program.ops {
        model.perform(op, program.unwinding);
        model.event(format!("{} entries", model.entries.len()));
    }
    let entries = model.others();
    let of_body = || Stand::Failing("OfBody".to_owned(), Vec::new());
    let body_panics = Err("the body".to_owned());
    let ending = match program.end {
        End::Close => returned(model.unwind(entries, Stand::Well, true), "closed"),
        End::CloseWith(outcome) => {
            let stand = match outcome {
                Outcome::Completed => Stand::Well,
                Outcome::Failed => of_body(),
                Outcome::Panicked => Stand::Panicking(None),
                Outcome::Dropped => Stand::Left,
            };
            let stand = model.unwind(entries, stand, true);
            let told = stand.told();
            match returned(stand, &told) {
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
        End::Drop => {
            let stand = model.unwind(entries, Stand::Left, !program.unwinding);
            returned(stand, "dropped")
        }
        End::Unwind => {
            // Whether the panic began after the stack was made is not to be seen while another one
            // unwinds.
            let stand = if program.unwinding {
                Stand::Left
            } else {
                Stand::Panicking(None)
            };
            model.unwind(entries, stand, false);
            body_panics
        }
        End::Scope(Half::Works) => {
            returned(model.unwind(entries, Stand::Well, true), "the body's value")
        }
        End::Scope(Half::Fails) => returned(model.unwind(entries, of_body(), true), "no value"),
        End::Scope(Half::Panics) => {
            model.unwind(entries, Stand::Panicking(None), false);
            body_panics
        }
    };
    Seen {
        ending,
        events: model.events,
        lost: model.lost,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_program_does_what_the_model_says(program in program()) {
        let expected = model(&program);
        prop_assert_eq!(&observe(&program, sendable::run), &expected);
        prop_assert_eq!(&observe(&program, local::run), &expected);
    }
}

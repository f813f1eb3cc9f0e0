//! The check of the paths against an independent one: random bodies, each run on every path.
//!
//! The oracle does not reason. It executes the body with every way that the conditions can turn
//! out, and looks at what happened. Whatever the macro accepts has to yield exactly once, or fail
//! before, on all of these paths; for whatever it refuses there has to be one that does not. No
//! body is refused to be on the safe side: the two have to agree on every one.

use std::cell::Cell;
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::{errors, expand};

/// A statement, in as far as it matters to the paths.
#[derive(Clone, Debug)]
enum Stm {
    Step,
    Yield,
    YieldInLet,
    YieldInMatch(Vec<Body>),
    YieldIfBoth,
    Question,
    If(Body, Option<Body>),
    IfLetChain(Body),
    /// The yield is in the condition, behind an `&&`.
    IfYields(Body),
    WhileYields(Body),
    Match(Vec<Body>),
    /// The yield is in the guard of the first arm.
    MatchYields(Vec<Body>),
    LetElse(Body, Leave),
    Block(Body),
    Unsafe(Body),
    Labelled(Body),
    Loop(Body),
    While(Body),
    For(Body),
    Closure,
    Leave(Leave),
}

/// A statement after which the next one is not reached.
#[derive(Clone, Debug)]
enum Leave {
    ReturnDone,
    ReturnErr,
    Panic(u8),
    /// Of the enclosing targets, the one that many steps out.
    Break(usize),
    Continue(usize),
}

type Body = Vec<Stm>;

/// The last line.
#[derive(Clone, Debug)]
enum Tail {
    Done,
    Err,
    If(Body, Box<Tail>, Body, Box<Tail>),
    Match(Vec<(Body, Tail)>),
}

#[derive(Clone, Debug)]
struct Function {
    fallible: bool,
    body: Body,
    tail: Tail,
}

impl Function {
    /// Whether there is a `yield_point!` in it anywhere.
    fn yields(&self) -> bool {
        Writer::write(self).contains("yield_point!")
    }
}

// ---- generating

fn leave() -> impl Strategy<Value = Leave> {
    prop_oneof![
        2 => Just(Leave::ReturnDone),
        2 => Just(Leave::ReturnErr),
        1 => (0..5_u8).prop_map(Leave::Panic),
        4 => (0..2_usize).prop_map(Leave::Break),
        2 => (0..2_usize).prop_map(Leave::Continue),
    ]
}

fn statement() -> impl Strategy<Value = Stm> {
    let leaf = prop_oneof![
        4 => Just(Stm::Step),
        8 => Just(Stm::Yield),
        2 => Just(Stm::YieldInLet),
        1 => Just(Stm::YieldIfBoth),
        2 => Just(Stm::Question),
        1 => Just(Stm::Closure),
        4 => leave().prop_map(Stm::Leave),
    ];
    leaf.prop_recursive(4, 14, 3, |inner| {
        let body = || prop::collection::vec(inner.clone(), 0..3);
        let arms = || prop::collection::vec(prop::collection::vec(inner.clone(), 0..3), 1..4);
        prop_oneof![
            3 => (body(), prop::option::of(body())).prop_map(|(then, other)| Stm::If(then, other)),
            1 => body().prop_map(Stm::IfLetChain),
            1 => body().prop_map(Stm::IfYields),
            1 => body().prop_map(Stm::WhileYields),
            2 => arms().prop_map(Stm::Match),
            1 => arms().prop_map(Stm::MatchYields),
            1 => arms().prop_map(Stm::YieldInMatch),
            1 => (body(), leave()).prop_map(|(body, leave)| Stm::LetElse(body, leave)),
            1 => body().prop_map(Stm::Block),
            1 => body().prop_map(Stm::Unsafe),
            1 => body().prop_map(Stm::Labelled),
            3 => body().prop_map(Stm::Loop),
            1 => body().prop_map(Stm::While),
            1 => body().prop_map(Stm::For),
        ]
    })
}

fn tail() -> impl Strategy<Value = Tail> {
    let leaf = prop_oneof![3 => Just(Tail::Done), 1 => Just(Tail::Err)];
    leaf.prop_recursive(2, 6, 2, |inner| {
        let body = || prop::collection::vec(statement(), 0..2);
        prop_oneof![
            (body(), inner.clone(), body(), inner.clone()).prop_map(|(a, b, c, d)| Tail::If(
                a,
                Box::new(b),
                c,
                Box::new(d)
            )),
            prop::collection::vec((body(), inner), 1..3).prop_map(Tail::Match),
        ]
    })
}

fn function() -> impl Strategy<Value = Function> {
    let parts = (
        any::<bool>(),
        prop::collection::vec(statement(), 0..4),
        tail(),
    );
    parts.prop_map(|(fallible, body, tail)| Function {
        fallible,
        body,
        tail,
    })
}

// ---- writing as Rust

struct Writer {
    code: String,
    fallible: bool,
    /// The labels in scope, and which of them are loops.
    targets: Vec<bool>,
}

impl Writer {
    fn write(function: &Function) -> String {
        let mut writer = Writer {
            code: String::new(),
            fallible: function.fallible,
            targets: Vec::new(),
        };
        let output = if function.fallible {
            "-> Result<(), E>"
        } else {
            ""
        };
        write!(writer.code, "fn f() {output} {{").unwrap();
        writer.statements(&function.body);
        writer.tail(&function.tail);
        writer.code.push('}');
        writer.code
    }

    fn push(&mut self, text: &str) {
        self.code.push_str(text);
    }

    fn statements(&mut self, body: &Body) {
        for stm in body {
            self.statement(stm);
        }
    }

    fn braced(&mut self, body: &Body) {
        self.push("{");
        self.statements(body);
        self.push("}");
    }

    fn target(&mut self, head: &str, is_loop: bool, body: &Body) {
        write!(self.code, "'l{}: {head}", self.targets.len()).unwrap();
        self.targets.push(is_loop);
        self.braced(body);
        self.targets.pop();
    }

    fn arms(&mut self, arms: &[Body]) {
        self.push("{");
        for (index, arm) in arms.iter().enumerate() {
            write!(self.code, "{index} => ").unwrap();
            self.braced(arm);
        }
        self.push("_ => panic!() }");
    }

    fn statement(&mut self, stm: &Stm) {
        match stm {
            Stm::Yield => self.push("yield_point!();"),
            Stm::YieldInLet => self.push("let exit = (yield_point!(), 1);"),
            Stm::YieldIfBoth => self.push("let _ = cond() && yield_point!().is_completed();"),
            Stm::YieldInMatch(arms) => {
                self.push("match seen(yield_point!())");
                self.arms(arms);
            }
            Stm::Question if self.fallible => self.push("step()?;"),
            Stm::Step | Stm::Question => self.push("step();"),
            Stm::If(then, other) => {
                self.push("if cond()");
                self.braced(then);
                if let Some(other) = other {
                    self.push("else");
                    self.braced(other);
                }
            }
            Stm::IfLetChain(then) => {
                self.push("if cond() && let Some(z) = y()");
                self.braced(then);
            }
            Stm::IfYields(then) => {
                self.push("if cond() && yield_point!().is_completed() && cond()");
                self.braced(then);
            }
            Stm::WhileYields(body) => {
                self.target("while yield_point!().is_completed() && cond()", true, body);
            }
            Stm::Match(arms) => {
                self.push("match x()");
                self.arms(arms);
            }
            Stm::MatchYields(arms) => {
                self.push("match x() { 7 if yield_point!().is_completed() => {} ");
                for (index, arm) in arms.iter().enumerate() {
                    write!(self.code, "{index} => ").unwrap();
                    self.braced(arm);
                }
                self.push("_ => panic!() }");
            }
            Stm::LetElse(body, leave) => {
                self.push("let Some(z) = y() else {");
                self.statements(body);
                self.leave_for_sure(leave);
                self.push("};");
            }
            Stm::Block(body) => self.braced(body),
            Stm::Unsafe(body) => {
                self.push("unsafe");
                self.braced(body);
            }
            Stm::Labelled(body) => self.target("", false, body),
            Stm::Loop(body) => self.target("loop", true, body),
            Stm::While(body) => self.target("while cond()", true, body),
            Stm::For(body) => self.target("for z in y()", true, body),
            Stm::Closure => {
                self.push("let g = || { if cond() { return Err(e); } step()?; Ok(2) };");
            }
            Stm::Leave(leave) => self.leave(leave),
        }
    }

    fn leave(&mut self, leave: &Leave) {
        match leave {
            Leave::ReturnDone if self.fallible => self.push("return Ok(());"),
            Leave::ReturnErr if self.fallible => self.push("return Err(e);"),
            Leave::ReturnDone | Leave::ReturnErr => self.push("return;"),
            Leave::Panic(kind) => self.push(
                [
                    "panic!();",
                    "unreachable!();",
                    "todo!();",
                    "std::process::exit(1);",
                    "loop {}",
                ][usize::from(*kind)],
            ),
            Leave::Break(out) => match reach(&self.targets, *out, false) {
                Some(index) => write!(self.code, "break 'l{index};").unwrap(),
                None => self.push("step();"),
            },
            Leave::Continue(out) => match reach(&self.targets, *out, true) {
                Some(index) => write!(self.code, "continue 'l{index};").unwrap(),
                None => self.push("step();"),
            },
        }
    }

    /// A `let else` has to leave.
    fn leave_for_sure(&mut self, leave: &Leave) {
        self.leave(leave);
        self.push("panic!();");
    }

    fn tail(&mut self, tail: &Tail) {
        match tail {
            Tail::Done if self.fallible => self.push("Ok(())"),
            Tail::Err if self.fallible => self.push("Err(e)"),
            Tail::Done | Tail::Err => {}
            Tail::If(then, then_tail, other, other_tail) => {
                self.push("if cond() {");
                self.statements(then);
                self.tail(then_tail);
                self.push("} else {");
                self.statements(other);
                self.tail(other_tail);
                self.push("}");
            }
            Tail::Match(arms) => {
                self.push("match x() {");
                for (index, (body, tail)) in arms.iter().enumerate() {
                    write!(self.code, "{index} => {{").unwrap();
                    self.statements(body);
                    self.tail(tail);
                    self.push("}");
                }
                self.push("_ => panic!() }");
            }
        }
    }
}

/// The target `out` steps outwards, of those that can be left so.
fn reach(targets: &[bool], out: usize, only_loops: bool) -> Option<usize> {
    let mut fitting = (0..targets.len())
        .rev()
        .filter(|index| targets[*index] || !only_loops);
    fitting.nth(out)
}

// ---- running

/// How a statement ended.
#[derive(Clone, Copy, PartialEq)]
enum Went {
    On,
    Break(usize),
    Continue(usize),
    Done,
    Failed,
    Nowhere,
}

/// What comes before each round of a loop.
#[derive(Clone, Copy, PartialEq)]
enum Head {
    Nothing,
    Condition,
    Yields,
}

/// One way for the conditions to turn out.
struct Run<'r> {
    fallible: bool,
    /// The choices to make, and how many there were to choose from.
    choices: &'r mut Vec<(usize, usize)>,
    made: usize,
    yields: usize,
    targets: Vec<bool>,
}

/// Enough for a path to come round to a `yield_point!` again, and once more.
const ROUNDS: usize = 3;

impl Run<'_> {
    fn choose(&mut self, among: usize) -> usize {
        if self.made == self.choices.len() {
            self.choices.push((0, among));
        }
        let (choice, _) = self.choices[self.made];
        self.made += 1;
        choice
    }

    fn flip(&mut self) -> bool {
        self.choose(2) == 1
    }

    fn body(&mut self, body: &Body) -> Went {
        body.iter()
            .map(|stm| self.statement(stm))
            .find(|went| *went != Went::On)
            .unwrap_or(Went::On)
    }

    fn arms(&mut self, arms: &[Body]) -> Went {
        let taken = self.choose(arms.len());
        self.body(&arms[taken])
    }

    fn statement(&mut self, stm: &Stm) -> Went {
        match stm {
            Stm::Yield | Stm::YieldInLet => self.yields(),
            Stm::YieldIfBoth => {
                if self.flip() {
                    self.yields();
                }
                Went::On
            }
            Stm::YieldInMatch(arms) => {
                self.yields();
                self.arms(arms)
            }
            Stm::Question if self.fallible && self.flip() => Went::Failed,
            Stm::Step | Stm::Closure | Stm::Question => Went::On,
            Stm::If(then, other) => {
                if self.flip() {
                    self.body(then)
                } else {
                    other.as_ref().map_or(Went::On, |other| self.body(other))
                }
            }
            Stm::IfLetChain(then) => {
                if self.flip() && self.flip() {
                    self.body(then)
                } else {
                    Went::On
                }
            }
            Stm::IfYields(then) => {
                if self.flip() && self.yields() == Went::On && self.flip() && self.flip() {
                    self.body(then)
                } else {
                    Went::On
                }
            }
            Stm::WhileYields(body) => self.rounds(body, Head::Yields),
            Stm::Match(arms) => self.arms(arms),
            Stm::MatchYields(arms) => {
                let pattern_matches = self.flip();
                if pattern_matches && self.yields() == Went::On && self.flip() {
                    return Went::On;
                }
                self.arms(arms)
            }
            Stm::LetElse(body, leave) => {
                if self.flip() {
                    return Went::On;
                }
                match self.body(body) {
                    Went::On => match self.leave(leave) {
                        Went::On => Went::Nowhere,
                        went => went,
                    },
                    went => went,
                }
            }
            Stm::Block(body) | Stm::Unsafe(body) => self.body(body),
            Stm::Labelled(body) => {
                let here = self.targets.len();
                self.targets.push(false);
                let went = self.body(body);
                self.targets.pop();
                if went == Went::Break(here) {
                    Went::On
                } else {
                    went
                }
            }
            Stm::Loop(body) => self.rounds(body, Head::Nothing),
            Stm::While(body) | Stm::For(body) => self.rounds(body, Head::Condition),
            Stm::Leave(leave) => self.leave(leave),
        }
    }

    fn rounds(&mut self, body: &Body, head: Head) -> Went {
        let here = self.targets.len();
        for _ in 0..ROUNDS {
            if head == Head::Yields {
                self.yields();
            }
            if head != Head::Nothing && self.flip() {
                return Went::On;
            }
            self.targets.push(true);
            let went = self.body(body);
            self.targets.pop();
            match went {
                Went::On => {}
                Went::Continue(target) if target == here => {}
                Went::Break(target) if target == here => return Went::On,
                went => return went,
            }
        }
        if head == Head::Nothing {
            Went::Nowhere
        } else {
            Went::On
        }
    }

    fn yields(&mut self) -> Went {
        self.yields += 1;
        Went::On
    }

    fn leave(&mut self, leave: &Leave) -> Went {
        match leave {
            Leave::ReturnErr if self.fallible => Went::Failed,
            Leave::ReturnDone | Leave::ReturnErr => Went::Done,
            Leave::Panic(_) => Went::Nowhere,
            Leave::Break(out) => reach(&self.targets, *out, false).map_or(Went::On, Went::Break),
            Leave::Continue(out) => {
                reach(&self.targets, *out, true).map_or(Went::On, Went::Continue)
            }
        }
    }

    fn tail(&mut self, tail: &Tail) -> Went {
        match tail {
            Tail::Err if self.fallible => Went::Failed,
            Tail::Done | Tail::Err => Went::Done,
            Tail::If(then, then_tail, other, other_tail) => {
                let (body, tail) = if self.flip() {
                    (then, then_tail)
                } else {
                    (other, other_tail)
                };
                self.ending(body, tail)
            }
            Tail::Match(arms) => {
                let (body, tail) = &arms[self.choose(arms.len())];
                self.ending(body, tail)
            }
        }
    }

    fn ending(&mut self, body: &Body, tail: &Tail) -> Went {
        match self.body(body) {
            Went::On => self.tail(tail),
            went => went,
        }
    }
}

/// What the paths of a function come to.
enum Truth {
    Fine,
    /// There is a path that breaks the rule, or there is no `yield_point!` at all.
    Broken,
    /// There are more paths than are worth running.
    Unknown,
}

const MOST_PATHS: usize = 20_000;

fn truth(function: &Function) -> Truth {
    if !function.yields() {
        return Truth::Broken;
    }
    let mut choices = Vec::new();
    for _ in 0..MOST_PATHS {
        let mut run = Run {
            fallible: function.fallible,
            choices: &mut choices,
            made: 0,
            yields: 0,
            targets: Vec::new(),
        };
        let went = run.ending(&function.body, &function.tail);
        if run.yields > 1 || (went == Went::Done && run.yields == 0) {
            return Truth::Broken;
        }
        if !next(&mut choices) {
            return Truth::Fine;
        }
    }
    Truth::Unknown
}

/// Turns the last choice that can be made otherwise.
fn next(choices: &mut Vec<(usize, usize)>) -> bool {
    while let Some((choice, among)) = choices.pop() {
        if choice + 1 < among {
            choices.push((choice + 1, among));
            return true;
        }
    }
    false
}

/// The same function as an `async fn` that waits wherever the other one takes a step.
fn waiting(code: &str) -> String {
    let closure = "step()?; Ok(2)";
    let parts = code.split(closure);
    let parts: Vec<_> = parts
        .map(|part| part.replace("step()", "wait().await"))
        .collect();
    format!("async {}", parts.join(closure))
}

// ---- the test

/// Another one in each run, unless `GUARD_ORACLE_SEED` says which.
fn seed() -> u64 {
    let given = std::env::var("GUARD_ORACLE_SEED").ok();
    given
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| RandomState::new().hash_one(0))
}

#[test]
fn accepted_if_and_only_if_every_path_yields_once_or_fails_before() {
    let cases = std::env::var("GUARD_ORACLE_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let seed = seed();
    let mut runner = TestRunner::new(Config {
        cases: cases.unwrap_or(100_000),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    });
    let [fine, broken, unknown] = [(); 3].map(|()| Cell::new(0_u32));
    let count = |cell: &Cell<u32>| cell.set(cell.get() + 1);
    let result = runner.run(&function(), |function| {
        let mut code = Writer::write(&function);
        if code.len().is_multiple_of(2) {
            code = waiting(&code);
        }
        let errors = errors(expand(&code.parse().expect("tokens")));
        match truth(&function) {
            Truth::Fine => {
                count(&fine);
                prop_assert!(errors.is_empty(), "fine, but refused: {code}\n{errors:?}");
            }
            Truth::Broken => {
                count(&broken);
                prop_assert!(!errors.is_empty(), "broken, but accepted: {code}");
            }
            Truth::Unknown => count(&unknown),
        }
        Ok(())
    });
    println!(
        "{} fine, {} broken, {} with too many paths",
        fine.get(),
        broken.get(),
        unknown.get(),
    );
    if let Err(failure) = result {
        panic!("{failure}\nto run it again: GUARD_ORACLE_SEED={seed}");
    }
    let undecided = f64::from(unknown.get()) / f64::from(fine.get() + broken.get());
    assert!(
        undecided < 0.01,
        "the bodies are too large to be run on all of their paths"
    );
}

/// What the macro accepts, the compiler has to accept too: it proves the same thing again on the
/// expansion. These are compiled by the ui tests.
#[test]
fn a_sample_of_the_accepted_is_there_to_be_compiled() {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(7),
        ..Config::default()
    });
    let mut functions = Vec::new();
    while functions.len() < 100 {
        let function = function()
            .new_tree(&mut runner)
            .expect("a function")
            .current();
        let code = Writer::write(&function);
        if errors(expand(&code.parse().expect("tokens"))).is_empty() {
            functions.push(code);
        }
    }
    check_sample(&functions);
}

fn check_sample(functions: &[String]) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../ui-tests/pass/accepted_paths.rs"
    );
    let sample = sample(functions);
    if std::env::var_os("GUARD_BLESS").is_some() {
        std::fs::write(path, &sample).expect("the sample can be written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == sample,
        "`GUARD_BLESS=1 cargo test -p guard-macros` writes it anew"
    );
}

fn sample(functions: &[String]) -> String {
    let mut file: String = SAMPLE_HEAD.to_owned();
    for (index, code) in functions.iter().enumerate() {
        let code = code.replacen("fn f", &format!("fn f{index}"), 1);
        write!(file, "#[context_manager] {code}").unwrap();
        if index < 50 {
            let code = waiting(&code).replacen("fn f", "fn a", 1);
            write!(file, "#[context_manager] {code}").unwrap();
        }
    }
    prettyplease::unparse(&syn::parse_str(&file).expect("items"))
}

const SAMPLE_HEAD: &str = "\
//! Functions that the check of the paths accepts, drawn at random by its oracle.
#![allow(unused, non_upper_case_globals)]
#![cfg_attr(rustfmt, rustfmt_skip)]
use guard_core::{context_manager, yield_point};
type E = u8;
const e: E = 1;
fn step() -> Result<(), E> { Ok(()) }
async fn wait() -> Result<(), E> { Ok(()) }
fn cond() -> bool { true }
fn x() -> u8 { 0 }
fn seen(_: impl Sized) -> u8 { 0 }
fn y() -> Option<u8> { None }
fn main() {}
";

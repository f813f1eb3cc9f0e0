//! Guards where a `yield_point!` may stand, in each of its three forms, and what becomes of the
//! value that it lends.

#![allow(
    clippy::blocks_in_conditions,
    clippy::if_same_then_else,
    clippy::bind_instead_of_map,
    clippy::let_and_return,
    clippy::map_identity,
    clippy::match_same_arms,
    clippy::match_single_binding,
    clippy::never_loop,
    clippy::question_mark,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::error::Error;
use std::fmt;
use std::io;
use std::num::ParseIntError;

use guard_core::{Exit, Guard, context_manager, yield_point};
use support::{D, blow_up, caught, d, events, note};

/// Every shape yields a number, is told how the body ended, and notes what it has got in the end.
macro_rules! yields_anywhere {
    (|$n:ident| $($name:ident { $($body:tt)* })*) => {
        $(
            #[context_manager]
            fn $name($n: u32) -> u32 { $($body)* }
        )*

        /// The body adds ten to what it was lent, and the exit half notes what it finds.
        #[test]
        fn it_yields_wherever_it_stands_and_is_told_how_the_body_ended() {
            $(
                let lent = $name(1).with(|value| {
                    note(format!("body {value}"));
                    *value += 10;
                    *value
                });
                check(stringify!($name), lent, "Completed");

                let failed = $name(1).try_with(|value| {
                    note(format!("body {value}"));
                    *value += 10;
                    Err::<(), _>(*value)
                });
                let lent = failed.unwrap_err();
                check(stringify!($name), lent, &format!("Failed({lent})"));

                let mut value = $name(1).enter();
                note(format!("body {value:?}", value = *value));
                *value += 10;
                let lent = *value;
                drop(value);
                check(stringify!($name), lent, "Dropped");

                let mut lent = 0;
                let panicked: Result<(), _> = caught(|| $name(1).with(|value| {
                    note(format!("body {value}"));
                    *value += 10;
                    lent = *value;
                    blow_up("body");
                }));
                assert_eq!(panicked, Err("body".to_owned()));
                check(stringify!($name), lent, "Panicked");
            )*
        }
    };
}

/// By the names: those that give away a copy do not see what the body does to it.
fn check(name: &str, lent: u32, exit: &str) {
    let found = if name.starts_with("gives") {
        lent - 10
    } else {
        lent
    };
    assert_eq!(
        events(),
        [
            format!("body {}", lent - 10),
            format!("exit {exit} {found}")
        ],
        "{name}"
    );
}

fn seen(exit: Exit<'_>, value: u32) {
    note(format!("exit {exit:?} {value}"));
}

fn identity(exit: Exit<'_>) -> Exit<'_> {
    exit
}

trait Say {
    fn say(self, value: u32);
}

impl Say for Exit<'_> {
    fn say(self, value: u32) {
        seen(self, value);
    }
}

yields_anywhere! { |n|
    lends_in_let { let exit = yield_point!(n); seen(exit, n); }
    lends_a_local_in_let { let v = n + 1; let exit = yield_point!(v); seen(exit, v); }
    gives_in_let { let exit = yield_point!(n + 1); seen(exit, n + 1); }
    gives_a_block { let exit = yield_point!({ n }); seen(exit, n); }
    lends_in_a_scrutinee { match yield_point!(n) { exit => seen(exit, n) } }
    gives_in_a_scrutinee {
        match yield_point!(n * 2) {
            Exit::Completed => seen(Exit::Completed, n * 2),
            exit @ Exit::Failed(_) => seen(exit, n * 2),
            Exit::Panicked => seen(Exit::Panicked, n * 2),
            exit => seen(exit, n * 2),
        }
    }
    lends_in_branches {
        if n > 5 {
            panic!("not with one");
        } else if n == 1 {
            let exit = yield_point!(n);
            seen(exit, n);
        } else {
            let exit = yield_point!(n);
            note(format!("{exit:?}"));
        }
    }
    lends_as_the_value_of_branches {
        let exit = if n == 1 { yield_point!(n) } else { yield_point!(n) };
        seen(exit, n);
    }
    lends_in_a_condition {
        let exit;
        if { exit = yield_point!(n); exit.is_completed() } {
            seen(exit, n);
        } else {
            seen(exit, n);
        }
    }
    lends_in_an_arm {
        match n {
            0 => { yield_point!(n); }
            v @ 1..5 => { let exit = yield_point!(v); seen(exit, v); }
            _ => { yield_point!(n); }
        }
    }
    lends_in_an_arm_without_a_block {
        let v = n;
        let exit = match n { 0 => yield_point!(v), _ => yield_point!(v) };
        seen(exit, v);
    }
    lends_a_block_deep { if n > 0 { { let exit = yield_point!(n); { seen(exit, n); } } } else { unreachable!() } }
    lends_out_of_a_block { let exit = { let v = n; note_nothing(v); yield_point!(n) }; seen(exit, n); }
    lends_in_a_labelled_block {
        let exit = 'block: {
            if n == 1 {
                break 'block yield_point!(n);
            }
            yield_point!(n)
        };
        seen(exit, n);
    }
    lends_in_a_loop {
        let mut round = 0;
        let exit = loop {
            round += 1;
            if round < 3 {
                continue;
            }
            break yield_point!(n);
        };
        seen(exit, n);
    }
    lends_in_an_outer_loop {
        'outer: loop {
            for round in 0.. {
                if round == n {
                    break;
                }
            }
            let exit = yield_point!(n);
            loop {
                seen(exit, n);
                break 'outer;
            }
        }
    }
    lends_in_unsafe {
        #[allow(unused_unsafe, reason = "it is there for its place")]
        // SAFETY: there is nothing unsafe in it.
        let exit = unsafe { yield_point!(n) };
        seen(exit, n);
    }
    lends_as_an_argument { seen(identity(yield_point!(n)), n); }
    lends_as_a_receiver { yield_point!(n).say(n); }
    lends_in_a_tuple { let (_, exit, _) = (1, yield_point!(n), 2); seen(exit, n); }
    lends_in_an_array { let [exit] = [yield_point!(n)]; seen(exit, n); }
    lends_in_a_struct {
        struct Ended<'e> { exit: Exit<'e> }
        let ended = Ended { exit: yield_point!(n) };
        seen(ended.exit, n);
    }
    lends_by_a_reference { let exit = &yield_point!(n); seen(*exit, n); }
    lends_in_an_assignment { let exit; exit = yield_point!(n); seen(exit, n); }
    lends_in_a_return { return seen(yield_point!(n), n); }
    lends_in_a_let_else { let exit @ (Exit::Completed | _) = yield_point!(n); seen(exit, n); }
    lends_by_its_path { let exit = guard_core::yield_point!(n); seen(exit, n); }
    lends_in_braces { let exit = yield_point! { n }; seen(exit, n); }
    lends_in_brackets { let exit = yield_point![n]; seen(exit, n); }
    lends_in_front_of_a_return {
        let exit = yield_point!(n);
        if exit.is_completed() {
            seen(exit, n);
            return;
        }
        match exit {
            Exit::Failed(_) => return seen(exit, n),
            _ => {}
        }
        for round in 0.. {
            if round == 3 {
                seen(exit, n);
                return;
            }
        }
    }
    lends_what_is_shadowed {
        let v = 7;
        let v = v + n - 7;
        let exit = yield_point!(v);
        {
            let n = 3;
            note_nothing(n);
        }
        seen(exit, v);
    }
    lends_an_argument_that_is_shadowed { let n = n + 4; let exit = yield_point!(n); seen(exit, n); }
    lends_what_is_bound_later { let v; v = n; let exit = yield_point!(v); seen(exit, v); }
    lends_what_is_mutable { let mut v = n; v += 2; let exit = yield_point!(v); v += 0; seen(exit, v); }
    lends_out_of_a_tuple { let (a, v, b) = (0, n, 0); let exit = yield_point!(v); seen(exit, v + a + b); }
    lends_out_of_a_reference { let (a, b) = &(n, 0); let v = *a; let exit = yield_point!(v); seen(exit, v + b); }
    lends_out_of_an_array { let [v, .., _] = [n, 0, 0]; let exit = yield_point!(v); seen(exit, v); }
    lends_with_a_type { let v: u32 = n; let exit = yield_point!(v); seen(exit, v); }
    lends_out_of_ref { let ref whole @ v = n; note_nothing(*whole); let exit = yield_point!(v); seen(exit, v); }
}

fn note_nothing(_: u32) {}

/// Which names can be lent: those that patterns bind, wherever the patterns stand.
mod patterns {
    use super::*;

    #[context_manager]
    fn argument_patterns((a, v): (u32, u32), [b, _]: [u32; 2], _: u32) -> u32 {
        let exit = yield_point!(v);
        seen(exit, v + a + b);
    }

    #[context_manager]
    fn mutable_argument(mut v: u32) -> u32 {
        v += 1;
        let exit = yield_point!(v);
        seen(exit, v);
    }

    #[context_manager]
    fn if_let(v: Option<u32>) -> Result<u32, String> {
        if let Some(v) = v {
            let exit = yield_point!(v);
            seen(exit, v);
            Ok(())
        } else {
            Err("none".to_owned())
        }
    }

    #[context_manager]
    fn if_let_chain(v: Option<u32>, more: Option<u32>) -> Result<u32, String> {
        if let Some(v) = v
            && v > 0
            && let Some(more) = more
        {
            let v = v + more;
            let exit = yield_point!(v);
            seen(exit, v);
            Ok(())
        } else {
            Err("none".to_owned())
        }
    }

    #[context_manager]
    fn else_if_let(v: Result<u32, u32>) -> u32 {
        if let Ok(v) = v {
            let exit = yield_point!(v);
            seen(exit, v);
        } else if let Err(e) = v {
            let exit = yield_point!(e);
            seen(exit, e);
        } else {
            unreachable!();
        }
    }

    #[context_manager]
    fn let_else(v: Option<u32>) -> Result<u32, String> {
        let Some(v) = v else {
            return Err("none".to_owned());
        };
        let exit = yield_point!(v);
        seen(exit, v);
        Ok(())
    }

    #[context_manager]
    fn while_let(mut v: Vec<Option<u32>>) -> Result<u32, String> {
        while let Some(last) = v.pop() {
            let Some(last) = last else { continue };
            let exit = yield_point!(last);
            seen(exit, last);
            return Ok(());
        }
        if true {
            return Err("none".to_owned());
        }
        unreachable!()
    }

    #[context_manager]
    fn for_loop(list: Vec<(u32, u32)>) -> Result<u32, String> {
        for (index, v) in list {
            if index == 0 {
                continue;
            }
            let exit = yield_point!(v);
            seen(exit, v);
            return Ok(());
        }
        if true {
            return Err("none".to_owned());
        }
        unreachable!()
    }

    /// A match through a reference binds references, which `mut` in the pattern would change.
    #[context_manager]
    fn ergonomics<'a>(pair: &'a (Option<Box<u32>>, u32)) -> &'a u32 {
        match pair {
            (Some(boxed), _) => {
                let v: &'a u32 = boxed;
                let exit = yield_point!(v);
                seen(exit, *v);
            }
            (None, v) => {
                let exit = yield_point!(v);
                seen(exit, *v);
            }
        }
    }

    #[context_manager]
    fn ergonomics_of_let(pair: &(u32, u32)) -> &u32 {
        let (v, other) = pair;
        let exit = yield_point!(v);
        seen(exit, *v + *other);
    }

    #[context_manager]
    fn ergonomics_of_mut(pair: &mut (u32, String)) -> &mut String {
        let (count, text) = pair;
        *count += 1;
        yield_point!(text);
        note(format!("{count} {text}"));
    }

    #[context_manager]
    fn ref_bindings(pair: (u32, String)) -> String {
        let (ref count, ref text) = pair;
        let lent = text.repeat(*count as usize);
        yield_point!(lent);
        note(format!("{count} {text} {lent}"));
    }

    #[context_manager]
    fn guarded_arms(v: Option<u32>) -> u32 {
        match v {
            Some(v) if v > 5 => {
                let exit = yield_point!(v);
                seen(exit, v);
            }
            Some(v @ (1 | 2)) => {
                let exit = yield_point!(v);
                seen(exit, v * 100);
            }
            Some(v) => {
                let exit = yield_point!(v);
                seen(exit, v * 1000);
            }
            None => {
                unreachable!();
            }
        }
    }

    #[test]
    fn a_name_is_handed_back_whatever_bound_it() {
        let expect = |value: u32| assert_eq!(events(), [format!("exit Completed {value}")]);
        argument_patterns((1, 5), [2, 9], 3).with(|v| *v += 10);
        expect(18);
        mutable_argument(1).with(|v| *v += 10);
        expect(12);
        assert_eq!(if_let(Some(1)).with(|v| *v += 10), Ok(()));
        expect(11);
        assert_eq!(if_let(None).with(|_| ()), Err("none".to_owned()));
        assert_eq!(if_let_chain(Some(1), Some(2)).with(|v| *v += 10), Ok(()));
        expect(13);
        assert!(if_let_chain(Some(0), Some(2)).with(|_| ()).is_err());
        assert!(if_let_chain(Some(1), None).with(|_| ()).is_err());
        for v in [Ok(1), Err(1)] {
            else_if_let(v).with(|v| *v += 10);
            expect(11);
        }
        assert_eq!(let_else(Some(1)).with(|v| *v += 10), Ok(()));
        expect(11);
        assert_eq!(let_else(None).with(|_| ()), Err("none".to_owned()));
        assert_eq!(
            while_let(vec![Some(0), Some(1), None, None]).with(|v| *v += 10),
            Ok(())
        );
        expect(11);
        assert_eq!(while_let(vec![None]).with(|_| ()), Err("none".to_owned()));
        assert_eq!(for_loop(vec![(0, 7), (1, 8)]).with(|v| *v += 10), Ok(()));
        expect(18);
        assert_eq!(for_loop(vec![]).with(|_| ()), Err("none".to_owned()));
        ergonomics(&(Some(Box::new(4)), 5)).with(|v| assert_eq!(**v, 4));
        expect(4);
        ergonomics(&(None, 5)).with(|v| *v = &6);
        expect(6);
        ergonomics_of_let(&(1, 2)).with(|v| *v = &40);
        expect(42);
        for (v, found) in [(7, 17), (2, 1200), (3, 13_000)] {
            guarded_arms(Some(v)).with(|v| *v += 10);
            expect(found);
        }
        let mut pair = (1, "a".to_owned());
        ergonomics_of_mut(&mut pair).with(|text| text.push('b'));
        assert_eq!(events(), ["2 ab"]);
        assert_eq!(pair, (2, "ab".to_owned()));
        ref_bindings((2, "a".to_owned())).with(|text| text.push('b'));
        assert_eq!(events(), ["2 a aab"]);
    }
}

/// What is lent is the local itself: the body may replace it, and gets it whole.
#[test]
fn the_body_may_replace_what_it_was_lent() {
    #[context_manager]
    fn owner() -> D {
        let v = d("v");
        yield_point!(v);
        v.touch();
    }
    let taken = owner().with(|v| std::mem::replace(v, d("another")));
    note("taken");
    drop(taken);
    assert_eq!(
        events(),
        [
            "make v",
            "make another",
            "touch another",
            "drop another",
            "taken",
            "drop v"
        ]
    );

    let mut guard = owner().enter();
    *guard = d("third");
    Guard::exit(guard);
    assert_eq!(
        events(),
        [
            "make v",
            "make third",
            "drop v",
            "touch third",
            "drop third"
        ]
    );
}

#[test]
fn a_value_given_away_is_dropped_before_the_exit_half_goes_on() {
    #[context_manager]
    fn gives(name: &str) -> D {
        let exit = yield_point!(d(name));
        note(format!("exit {exit:?}"));
    }
    #[context_manager]
    fn gives_a_local(name: &str) -> D {
        let v = d(name);
        let _kept = d("kept");
        match yield_point!({ v }) {
            exit => note(format!("exit {exit:?}")),
        }
    }
    gives("v").with(|_| note("body"));
    assert_eq!(events(), ["make v", "body", "drop v", "exit Completed"]);
    drop(gives("v").enter());
    assert_eq!(events(), ["make v", "drop v", "exit Dropped"]);
    let panicked: Result<(), _> = caught(|| gives("v").with(|_| blow_up("body")));
    assert!(panicked.is_err());
    assert_eq!(events(), ["make v", "drop v", "exit Panicked"]);
    let _ = gives("v").try_with(|_| Err::<(), _>(1));
    assert_eq!(events(), ["make v", "drop v", "exit Failed(1)"]);
    gives_a_local("v").with(|_| note("body"));
    assert_eq!(
        events(),
        [
            "make v",
            "make kept",
            "body",
            "drop v",
            "exit Completed",
            "drop kept"
        ]
    );
}

#[test]
fn names_that_are_not_locals_are_given_away() {
    const LIMIT: u32 = 3;
    static TOTAL: u32 = 4;
    #[derive(Debug)]
    struct Unit;
    #[derive(Clone, Copy)]
    struct Own(u32);
    impl Own {
        #[context_manager]
        fn me(self) -> Self {
            yield_point!(self);
            seen(Exit::Completed, self.0);
        }
    }
    #[context_manager]
    fn constant() -> u32 {
        yield_point!(LIMIT);
        seen(Exit::Completed, LIMIT);
    }
    #[context_manager]
    fn global() -> u32 {
        yield_point!(TOTAL);
    }
    #[context_manager]
    fn unit() -> Unit {
        yield_point!(Unit);
    }
    #[context_manager]
    fn by_path() -> u32 {
        yield_point!(u32::MAX);
    }
    constant().with(|v| *v += 1);
    assert_eq!(events(), ["exit Completed 3"]);
    global().with(|v| assert_eq!(*v, 4));
    unit().with(|v| assert_eq!(format!("{v:?}"), "Unit"));
    by_path().with(|v| assert_eq!(*v, u32::MAX));
    Own(5).me().with(|v| v.0 += 1);
    assert_eq!(events(), ["exit Completed 5"]);
}

// ---- how a fallible one ends ----

#[derive(Debug, PartialEq, Eq)]
enum AppError {
    Number(ParseIntError),
    Text(String),
}

impl From<ParseIntError> for AppError {
    fn from(error: ParseIntError) -> Self {
        AppError::Number(error)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Error for AppError {}

impl From<AppError> for io::Error {
    fn from(error: AppError) -> Self {
        io::Error::other(error)
    }
}

fn refuse(n: u32, at: u32) -> Result<(), AppError> {
    if n == at {
        Err(AppError::Text(format!("at {at}")))
    } else {
        Ok(())
    }
}

macro_rules! ends_anyhow {
    (|$n:ident| $($name:ident { $($body:tt)* })*) => {
        $(
            #[context_manager]
            fn $name($n: u32) -> Result<u32, AppError> { $($body)* }
        )*

        /// With 1 the enter half fails, with 2 the exit half does, with 3 both work.
        #[test]
        fn a_fallible_one_ends_in_whatever_way_it_is_written() {
            $(
                let name = stringify!($name);
                let mut entered = false;
                assert_eq!($name(1).with(|_| entered = true), Err(AppError::Text("at 1".to_owned())), "{name}");
                assert!(!entered, "{name}");
                assert_eq!($name(2).with(|_| entered = true), Err(AppError::Text("at 2".to_owned())), "{name}");
                assert!(entered, "{name}");
                assert_eq!($name(3).with(|v| *v), Ok(3), "{name}");
            )*
        }
    };
}

ends_anyhow! { |n|
    question_marks { refuse(n, 1)?; yield_point!(n); refuse(n, 2)?; Ok(()) }
    ends_in_a_call { refuse(n, 1)?; yield_point!(n); refuse(n, 2) }
    ends_in_a_question_mark { refuse(n, 1)?; yield_point!(n); Ok(refuse(n, 2)?) }
    ends_in_a_chain {
        refuse(n, 1)?;
        yield_point!(n);
        refuse(n, 2).map_err(|error| error).and_then(|()| Ok(()))
    }
    ends_in_returns {
        if let Err(error) = refuse(n, 1) {
            return Err(error);
        }
        yield_point!(n);
        if let Err(error) = refuse(n, 2) {
            return Err(error);
        }
        return Ok(());
    }
    returns_a_call { refuse(n, 1)?; yield_point!(n); return refuse(n, 2); }
    returns_out_of_branches {
        refuse(n, 1)?;
        yield_point!(n);
        match n {
            2 => return refuse(n, 2),
            3 => return Ok(()),
            _ => {}
        }
        Ok(())
    }
    tail_error_before {
        if n == 1 {
            Err(AppError::Text("at 1".to_owned()))
        } else {
            yield_point!(n);
            refuse(n, 2)
        }
    }
    tail_error_in_an_arm {
        match refuse(n, 1) {
            Ok(()) => {
                yield_point!(n);
                if n == 2 { Err(AppError::Text("at 2".to_owned())) } else { Ok(()) }
            }
            Err(error) => Err(error),
        }
    }
    tail_error_deep {
        {
            match n {
                1 if true => { Err(AppError::Text("at 1".into())) }
                _ => {
                    yield_point!(n);
                    match n { 2 => Err(AppError::Text("at 2".into())), _ => Ok(()) }
                }
            }
        }
    }
    ok_with_its_types { refuse(n, 1)?; yield_point!(n); refuse(n, 2)?; Ok::<(), AppError>(()) }
    breaks_out_of_a_loop {
        refuse(n, 1)?;
        loop {
            yield_point!(n);
            break refuse(n, 2);
        }
    }
    breaks_out_of_a_block {
        refuse(n, 1)?;
        'block: {
            yield_point!(n);
            if n == 3 {
                break 'block Ok(());
            }
            refuse(n, 2)
        }
    }
    retries {
        let mut tries = 0;
        let v = loop {
            match refuse(tries, 0).and_then(|()| refuse(n, 1)) {
                Ok(()) => break n,
                Err(error) if tries > 2 => return Err(error),
                Err(_) => tries += 1,
            }
        };
        yield_point!(v);
        refuse(v, 2)
    }
    retries_around_the_yield {
        let mut tries = 0;
        loop {
            tries += 1;
            match refuse(n, 1) {
                Ok(()) => {
                    yield_point!(n);
                    return refuse(n, 2);
                }
                Err(_) if tries < 3 => {}
                Err(error) => return Err(error),
            }
        }
    }
    binds_the_exit_error { refuse(n, 1)?; yield_point!(n); let ended = refuse(n, 2); ended }
}

#[test]
fn a_question_mark_converts_before_and_after_the_yield() {
    #[context_manager]
    fn parses(text: &str, later: &str) -> Result<u32, AppError> {
        let n = text.parse()?;
        yield_point!(n);
        let later: u32 = later.parse()?;
        note(format!("{n} {later}"));
        Ok(())
    }
    let number = |text: &str| AppError::from(text.parse::<u32>().unwrap_err());
    assert_eq!(parses("x", "1").with(|v| *v), Err(number("x")));
    assert_eq!(parses("1", "").with(|v| *v), Err(number("")));
    assert_eq!(parses("1", "2").with(|v| *v), Ok(1));
    assert_eq!(events(), ["1 2"]);

    // The body's error is another type again.
    let result: io::Result<u32> = parses("x", "1").try_with(|v| Ok(*v));
    assert!(result.unwrap_err().to_string().contains("InvalidDigit"));
    let result: Result<u32, Box<dyn Error>> = parses("1", "").try_with(|v| Ok(*v));
    assert!(result.unwrap_err().downcast_ref::<AppError>().is_some());
}

// ---- what counts as a `Result` ----

mod aliases {
    use super::*;

    type MyResult<T> = Result<T, AppError>;
    type Borrowed<'a, T> = Result<&'a T, AppError>;
    type BorrowedResult<'a, T> = Borrowed<'a, T>;
    /// As in nom: what is lent is made of both parameters, and neither is the error.
    type IResult<I, O> = Result<(I, O), AppError>;
    type SwappedResult<E, T> = Result<T, E>;
    type UnitResult = Result<(), AppError>;

    #[context_manager]
    fn of_io(n: u32) -> io::Result<u32> {
        refuse(n, 1)?;
        yield_point!(n);
        refuse(n, 2)?;
        Ok(())
    }

    #[context_manager]
    fn of_fmt(n: u32) -> fmt::Result {
        if n == 1 {
            return Err(fmt::Error);
        }
        yield_point!();
        if n == 2 { Err(fmt::Error) } else { Ok(()) }
    }

    #[context_manager]
    fn of_my(n: u32) -> MyResult<u32> {
        refuse(n, 1)?;
        yield_point!(n);
        refuse(n, 2)
    }

    #[context_manager]
    fn with_a_lifetime(n: &u32) -> BorrowedResult<'_, u32> {
        refuse(*n, 1)?;
        let twice = n;
        yield_point!(twice);
        refuse(*twice, 2)
    }

    #[context_manager]
    fn of_nom(input: &str) -> IResult<&str, char> {
        let first = input.chars().next().ok_or(AppError::Text("empty".into()))?;
        let parsed = (&input[first.len_utf8()..], first);
        yield_point!(parsed);
        refuse(u32::from(parsed.1), u32::from('!'))
    }

    #[context_manager]
    fn of_swapped(n: u32) -> SwappedResult<AppError, u32> {
        yield_point!(n);
        refuse(n, 2)
    }

    #[context_manager]
    fn of_unit(n: u32) -> UnitResult {
        refuse(n, 1)?;
        yield_point!();
        refuse(n, 2)
    }

    #[context_manager]
    fn of_core(n: u32) -> ::core::result::Result<u32, Box<dyn Error>> {
        refuse(n, 1)?;
        yield_point!(n);
        refuse(n, 2)?;
        Ok(())
    }

    #[context_manager(infallible)]
    fn of_a_result_as_it_is(n: u32) -> Result<u32, AppError> {
        let result = refuse(n, 1).map(|()| n);
        yield_point!(result);
        note(format!("{result:?}"));
    }

    #[context_manager]
    fn of_an_option(n: Option<u32>) -> Option<Result<u32, AppError>> {
        let result = n.map(Ok);
        yield_point!(result);
        note(format!("{result:?}"));
    }

    #[test]
    fn a_return_type_whose_name_ends_in_result_is_fallible() {
        let at = |n| AppError::Text(format!("at {n}"));
        for n in [1, 2] {
            assert!(of_io(n).with(|v| *v).is_err());
            assert_eq!(of_fmt(n).with(|()| ()), Err(fmt::Error));
            assert_eq!(of_my(n).with(|v| *v), Err(at(n)));
            assert_eq!(with_a_lifetime(&n).with(|v| **v), Err(at(n)));
            assert_eq!(of_unit(n).with(|()| ()), Err(at(n)));
            assert_eq!(
                of_core(n).with(|v| *v).unwrap_err().to_string(),
                at(n).to_string()
            );
        }
        assert_eq!(of_io(3).with(|v| *v).unwrap(), 3);
        assert_eq!(of_fmt(3).with(|()| ()), Ok(()));
        assert_eq!(of_my(3).with(|v| *v), Ok(3));
        assert_eq!(with_a_lifetime(&3).with(|v| **v), Ok(3));
        assert_eq!(with_a_lifetime(&3).with(|v| *v = &2), Err(at(2)));
        assert_eq!(of_nom("ab").with(|v| *v), Ok(("b", 'a')));
        assert_eq!(of_nom("!").with(|v| v.0.len()), Err(at(33)));
        assert_eq!(of_nom("").with(|_| ()), Err(AppError::Text("empty".into())));
        assert_eq!(of_swapped(3).with(|v| *v), Ok(3));
        assert_eq!(of_swapped(2).with(|v| *v), Err(at(2)));
        assert_eq!(of_unit(3).with(|()| ()), Ok(()));
        assert_eq!(of_core(3).with(|v| *v).unwrap(), 3);
    }

    #[test]
    fn a_result_may_be_lent_as_it_is() {
        let lent = of_a_result_as_it_is(1).with(|result| std::mem::replace(result, Ok(7)));
        assert_eq!(lent, Err(AppError::Text("at 1".to_owned())));
        assert_eq!(events(), ["Ok(7)"]);
        of_a_result_as_it_is(5).with(|result| assert_eq!(*result, Ok(5)));
        assert_eq!(events(), ["Ok(5)"]);
        of_an_option(Some(1)).with(|option| *option = None);
        assert_eq!(events(), ["None"]);
    }
}

/// An exit value that nobody looks at needs no `let _`.
#[test]
fn the_exit_may_be_ignored() {
    #[context_manager]
    #[deny(unused, clippy::all)]
    fn ignores(n: u32) -> u32 {
        let v = n;
        yield_point!(v)
    }
    #[context_manager]
    #[deny(unused, clippy::all)]
    fn ignores_in_a_branch(n: u32) -> u32 {
        if n > 1 {
            yield_point!(n);
        } else {
            yield_point!(1);
            note("less");
        }
    }
    #[context_manager]
    #[deny(unused, clippy::all)]
    fn ignores_nothing() {
        yield_point!()
    }
    assert_eq!(ignores(2).with(|v| *v), 2);
    assert_eq!(ignores_in_a_branch(2).with(|v| *v), 2);
    assert_eq!(ignores_in_a_branch(1).with(|v| *v), 1);
    ignores_nothing().with(|()| ());
    assert_eq!(events(), ["less"]);
}

/// Only what comes with the lent name, or after it, is bound anew: what comes before is borrowed.
#[test]
fn a_name_in_a_let_chain_may_borrow_from_an_earlier_one() {
    struct Tx<'c>(&'c mut u32);
    #[context_manager]
    fn chain(conn: Option<u32>) -> Result<u32, String> {
        if let Some(mut conn) = conn
            && let tx = Tx(&mut conn)
            && let Some(v) = Some(3)
        {
            yield_point!(v);
            *tx.0 += v;
            assert_eq!(conn, 11);
            Ok(())
        } else {
            Err("closed".to_owned())
        }
    }
    assert_eq!(chain(Some(7)).with(|v| *v += 1), Ok(()));
    assert_eq!(chain(None).with(|v| *v += 1), Err("closed".to_owned()));
}

/// What stands beside the lent name in its pattern is what it was.
#[test]
fn a_binding_beside_the_lent_one_stays_mutable() {
    #[context_manager]
    fn of_a_let() -> String {
        let (mut a, b) = (vec![1_u8], String::new());
        yield_point!(b);
        a.push(2);
        assert_eq!((a, b), (vec![1, 2], "x".to_owned()));
    }
    #[context_manager]
    fn of_an_arm(pair: Option<(Vec<u8>, String)>) -> String {
        match pair {
            Some((mut a, b)) => {
                yield_point!(b);
                a.push(2);
                assert_eq!((a, b), (vec![1, 2], "x".to_owned()));
            }
            None => unreachable!(),
        }
    }
    #[context_manager]
    fn of_an_argument((mut a, b): (Vec<u8>, String)) -> String {
        yield_point!(b);
        a.push(2);
        assert_eq!((a, b), (vec![1, 2], "x".to_owned()));
    }
    of_a_let().with(|b| b.push('x'));
    of_an_arm(Some((vec![1], String::new()))).with(|b| b.push('x'));
    of_an_argument((vec![1], String::new())).with(|b| b.push('x'));
}

#[test]
fn a_lent_binding_may_be_conditional() {
    struct Parts {
        first: u8,
        second: u8,
    }
    #[context_manager]
    fn either() -> u8 {
        #[cfg(not(doc))]
        let v = 1;
        #[cfg(doc)]
        let v = 2;
        yield_point!(v);
    }
    #[context_manager]
    fn field(parts: Parts) -> u8 {
        let Parts {
            #[cfg(doc)]
            third,
            first,
            second,
        } = parts;
        yield_point!(second);
        assert_eq!(first + second, 3);
    }
    assert_eq!(either().with(|v| *v), 1);
    assert_eq!(
        field(Parts {
            first: 1,
            second: 2
        })
        .with(|v| *v),
        2
    );
}

#[test]
fn a_lent_binding_may_be_anywhere() {
    #[context_manager]
    fn in_a_guard(v: u8) -> Result<u8, String> {
        match () {
            () if yield_point!(v).is_completed() => Ok(()),
            () => Err(format!("left at {v}")),
        }
    }
    #[context_manager]
    fn assigned_later() -> u8 {
        let (b, c);
        {
            b = 1;
            c = 2;
        }
        yield_point!(b);
        assert_eq!(b + c, 12);
    }
    #[context_manager]
    fn by_reference(ref mut x: String) -> u8 {
        yield_point!(1);
        x.push('y');
        assert_eq!(x, "xy");
    }
    assert_eq!(in_a_guard(1).with(|v| *v), Ok(1));
    assigned_later().with(|b| *b = 10);
    by_reference("x".to_owned()).with(|_| ());
}

#[test]
fn a_failure_may_be_wrapped() {
    macro_rules! fails_with {
        ($name:ident, $error:expr) => {
            #[context_manager]
            fn $name(early: bool, late: bool) -> Result<(), u8> {
                if early {
                    return $error;
                }
                if late {
                    #[allow(clippy::all)]
                    Err(2)
                } else {
                    yield_point!((),);
                    Ok(())
                }
            }
        };
    }
    fails_with!(fails, Err(1));
    assert_eq!(fails(true, false).with(|()| ()), Err(1));
    assert_eq!(fails(false, true).with(|()| ()), Err(2));
    assert_eq!(fails(false, false).with(|()| ()), Ok(()));
}

#[test]
fn a_comma_at_the_end_is_welcome() {
    #[context_manager]
    fn number() -> u8 {
        yield_point!(1,);
    }
    guard_core::enter!(a = number(), b = number(),);
    let c = guard_core::with!(c = number(), => { *c });
    assert_eq!(*a + *b + c, 3);
}

/// What is lent and then made something else of is not what is returned.
#[test]
fn a_name_may_be_given_to_what_the_exit_half_returns() {
    #[context_manager]
    fn reused(seen: &mut String) -> Result<String, String> {
        let last = "lent".to_owned();
        yield_point!(last);
        seen.push_str(&last);
        #[allow(clippy::let_unit_value)]
        let last = ();
        Ok(last)
    }
    #[context_manager]
    fn handed_through() -> Result<Result<(), String>, String> {
        let outcome = Ok(());
        yield_point!(outcome);
        outcome
    }
    let mut seen = String::new();
    reused(&mut seen).with(|text| text.push('!')).unwrap();
    assert_eq!(seen, "lent!");
    let failed = handed_through().with(|outcome| *outcome = Err("no".to_owned()));
    assert_eq!(failed, Err("no".to_owned()));
}

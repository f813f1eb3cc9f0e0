//! Guards which `async fn`s can be context managers, where a `yield_point!` may stand in them, and
//! that what they make can be sent to other threads when what it holds can.

#![allow(
    clippy::blocks_in_conditions,
    clippy::if_same_then_else,
    clippy::items_after_statements,
    clippy::let_and_return,
    clippy::many_single_char_names,
    clippy::match_same_arms,
    clippy::match_single_binding,
    clippy::needless_pass_by_value,
    clippy::never_loop,
    clippy::non_minimal_cfg,
    clippy::ptr_arg,
    clippy::question_mark,
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_arguments,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use guard_core::{
    AsyncBody, AsyncContext, AsyncContextManager, AsyncExit, AsyncGuard, Either, Exit, Guard,
    LocalAsyncGuard, Plain, ScopedAsyncGuard, context_manager, enter, with, yield_point,
};
use support::driven::{Driven, Later, run};
use support::{D, Log, blow_up, caught, d, events, note, turn};

// ---- where a yield may stand ----

/// Every shape yields a number, is told how the body ended, and notes what it has got in the end.
macro_rules! yields_anywhere {
    (|$n:ident| $($name:ident { $($body:tt)* })*) => {
        $(
            #[context_manager]
            async fn $name($n: u32) -> u32 { $($body)* }
        )*

        /// The body adds ten to what it was lent, and the exit half notes what it finds.
        #[test]
        fn it_yields_wherever_it_stands_and_is_told_how_the_body_ended() {
            $(
                let name = stringify!($name);
                check(name, run(send($name(1).with(adds))), "Completed");

                let failed = run(send($name(1).try_with(async |value| Err::<(), _>(adds(value).await))));
                let lent = failed.unwrap_err();
                check(name, lent, &format!("Failed({lent})"));

                let later = Later::default();
                let mut value = run(send($name(1).finish_on(later.clone()).enter()));
                let lent = run(adds(&mut value));
                drop(value);
                assert_eq!(later.run(), 1);
                check(name, lent, "Dropped");

                let mut lent = 0;
                let panicked: Result<(), _> = caught(|| run($name(1).with(async |value| {
                    lent = adds(value).await;
                    blow_up("body");
                })));
                assert_eq!(panicked, Err("body".to_owned()));
                check(name, lent, "Panicked");
            )*
        }
    };
}

async fn adds(value: &mut u32) -> u32 {
    note(format!("body {value}"));
    turn().await;
    *value += 10;
    *value
}

/// By the names: those that give away a copy do not see what the body does to it.
fn check(name: &str, lent: u32, exit: &str) {
    let found = if name.starts_with("gives") {
        lent - 10
    } else {
        lent
    };
    let expected = [
        format!("body {}", lent - 10),
        format!("exit {exit} {found}"),
    ];
    assert_eq!(events(), expected, "{name}");
}

async fn seen(exit: AsyncExit<'_>, value: u32) {
    turn().await;
    note(format!("exit {exit:?} {value}"));
}

fn identity(exit: AsyncExit<'_>) -> AsyncExit<'_> {
    exit
}

yields_anywhere! { |n|
    lends_in_let { let exit = yield_point!(n); seen(exit, n).await; }
    lends_a_local_in_let { turn().await; let v = n + 1; let exit = yield_point!(v); seen(exit, v).await; }
    gives_in_let { let exit = yield_point!(n + 1); seen(exit, n + 1).await; }
    gives_a_block { let exit = yield_point!({ n }); seen(exit, n).await; }
    gives_what_is_awaited { let exit = yield_point!({ turn().await; n }); seen(exit, n).await; }
    gives_what_is_awaited_at_once { let exit = yield_point!(async { n }.await); seen(exit, n).await; }
    lends_in_a_scrutinee { match yield_point!(n) { exit => seen(exit, n).await } }
    gives_in_a_scrutinee {
        match yield_point!(n * 2) {
            Exit::Completed => seen(Exit::Completed, n * 2).await,
            exit @ Exit::Failed(_) => seen(exit, n * 2).await,
            Exit::Panicked => seen(Exit::Panicked, n * 2).await,
            exit => seen(exit, n * 2).await,
        }
    }
    lends_in_branches {
        if n > 5 {
            panic!("not with one");
        } else if n == 1 {
            turn().await;
            let exit = yield_point!(n);
            seen(exit, n).await;
        } else {
            let exit = yield_point!(n);
            note(format!("{exit:?}"));
        }
    }
    lends_as_the_value_of_branches {
        let exit = if n == 1 { yield_point!(n) } else { yield_point!(n) };
        seen(exit, n).await;
    }
    lends_in_a_condition {
        let exit;
        if { exit = yield_point!(n); exit.is_completed() } {
            seen(exit, n).await;
        } else {
            seen(exit, n).await;
        }
    }
    lends_in_an_arm {
        match n {
            0 => { yield_point!(n); }
            v @ 1..5 => { let exit = yield_point!(v); seen(exit, v).await; }
            _ => { yield_point!(n); }
        }
    }
    lends_in_an_arm_whose_scrutinee_waits {
        match async { turn().await; n }.await {
            v => { let exit = yield_point!(v); seen(exit, v).await; }
        }
    }
    lends_in_an_arm_without_a_block {
        let v = n;
        let exit = match n { 0 => yield_point!(v), _ => yield_point!(v) };
        seen(exit, v).await;
    }
    lends_a_block_deep {
        if n > 0 { { let exit = yield_point!(n); { seen(exit, n).await; } } } else { unreachable!() }
    }
    lends_out_of_a_block { let exit = { turn().await; yield_point!(n) }; seen(exit, n).await; }
    lends_in_a_labelled_block {
        let exit = 'block: {
            if n == 1 {
                break 'block yield_point!(n);
            }
            yield_point!(n)
        };
        seen(exit, n).await;
    }
    lends_in_a_loop {
        let mut round = 0;
        let exit = loop {
            turn().await;
            round += 1;
            if round < 3 {
                continue;
            }
            break yield_point!(n);
        };
        seen(exit, n).await;
    }
    lends_in_an_outer_loop {
        'outer: loop {
            for round in 0.. {
                turn().await;
                if round == n {
                    break;
                }
            }
            let exit = yield_point!(n);
            loop {
                seen(exit, n).await;
                break 'outer;
            }
        }
    }
    lends_as_an_argument { seen(yield_point!(n), n).await; }
    lends_as_an_argument_of_an_argument { seen(identity(yield_point!(n)), n).await; }
    lends_in_a_tuple { let (_, exit, _) = (1, yield_point!(n), 2); seen(exit, n).await; }
    lends_in_an_array { let [exit] = [yield_point!(n)]; seen(exit, n).await; }
    lends_in_a_struct {
        struct Ended<'e> { exit: AsyncExit<'e> }
        let ended = Ended { exit: yield_point!(n) };
        turn().await;
        seen(ended.exit, n).await;
    }
    lends_by_a_reference { let exit = &yield_point!(n); turn().await; seen(*exit, n).await; }
    lends_in_an_assignment { let exit; exit = yield_point!(n); seen(exit, n).await; }
    lends_in_a_return { return seen(yield_point!(n), n).await; }
    lends_by_its_path { let exit = guard_core::yield_point!(n); seen(exit, n).await; }
    lends_in_braces { let exit = yield_point! { n }; seen(exit, n).await; }
    lends_in_front_of_a_return {
        let exit = yield_point!(n);
        if exit.is_completed() {
            seen(exit, n).await;
            return;
        }
        match exit {
            Exit::Failed(_) => return seen(exit, n).await,
            _ => turn().await,
        }
        for round in 0.. {
            if round == 3 {
                seen(exit, n).await;
                return;
            }
        }
    }
    lends_an_argument_that_is_shadowed { let n = n + 4; let exit = yield_point!(n); seen(exit, n).await; }
    lends_what_is_bound_later { let v; turn().await; v = n; let exit = yield_point!(v); seen(exit, v).await; }
    lends_what_is_mutable { let mut v = n; v += 2; let exit = yield_point!(v); v += 0; seen(exit, v).await; }
    lends_out_of_a_tuple { let (a, v, b) = (0, n, 0); let exit = yield_point!(v); seen(exit, v + a + b).await; }
    lends_out_of_an_if_let {
        if let Some(v) = (async { Some(n) }).await {
            let exit = yield_point!(v);
            seen(exit, v).await;
        } else {
            let exit = yield_point!(0);
            seen(exit, n).await;
        }
    }
}

#[test]
fn nothing_may_be_lent() {
    #[context_manager]
    async fn nothing() {
        turn().await;
        let exit = yield_point!();
        turn().await;
        note(format!("{exit:?}"));
    }
    run(nothing().with(async |()| turn().await));
    run(AsyncGuard::exit(run(nothing().enter())));
    assert_eq!(events(), ["Completed", "Completed"]);
}

#[test]
fn a_value_given_away_is_dropped_before_the_exit_half_goes_on() {
    #[context_manager]
    async fn gives(name: &str) -> D {
        let exit = yield_point!(d(name));
        turn().await;
        note(format!("exit {exit:?}"));
    }
    run(gives("v").with(async |_| note("body")));
    assert_eq!(events(), ["make v", "body", "drop v", "exit Completed"]);
    let panicked: Result<(), _> = caught(|| run(gives("v").with(async |_| blow_up("body"))));
    assert!(panicked.is_err());
    assert_eq!(events(), ["make v", "drop v", "exit Panicked"]);
    assert_eq!(run(gives("v").try_with(async |_| Err::<(), _>(1))), Err(1));
    assert_eq!(events(), ["make v", "drop v", "exit Failed(1)"]);
    // Nor does a name that is handed back leave before its turn.
    #[context_manager]
    async fn lends(name: &str) -> D {
        let v = d(name);
        let _kept = d("kept");
        yield_point!(v);
        turn().await;
        note("exit");
    }
    let taken = run(lends("v").with(async |v| std::mem::replace(v, d("other"))));
    drop(taken);
    let expected = [
        "make v",
        "make kept",
        "make other",
        "exit",
        "drop kept",
        "drop other",
        "drop v",
    ];
    assert_eq!(events(), expected);
}

// ---- how a fallible one ends ----

#[derive(Debug, PartialEq, Eq)]
struct AppError(String);

impl Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for AppError {}

async fn refuse(n: u32, at: u32) -> Result<(), AppError> {
    turn().await;
    if n == at {
        Err(AppError(format!("at {at}")))
    } else {
        Ok(())
    }
}

macro_rules! ends_anyhow {
    (|$n:ident| $($name:ident { $($body:tt)* })*) => {
        $(
            #[context_manager]
            async fn $name($n: u32) -> Result<u32, AppError> { $($body)* }
        )*

        /// With 1 the enter half fails, with 2 the exit half does, with 3 both work.
        #[test]
        fn a_fallible_one_ends_in_whatever_way_it_is_written() {
            $(
                let name = stringify!($name);
                let mut entered = false;
                let result = run(send($name(1).with(async |_| entered = true)));
                assert_eq!(result, Err(AppError("at 1".to_owned())), "{name}");
                assert!(!entered, "{name}");
                let result = run(send($name(2).with(async |_| entered = true)));
                assert_eq!(result, Err(AppError("at 2".to_owned())), "{name}");
                assert!(entered, "{name}");
                assert_eq!(run(send($name(3).with(async |v| *v))), Ok(3), "{name}");
            )*
        }
    };
}

ends_anyhow! { |n|
    question_marks { refuse(n, 1).await?; yield_point!(n); refuse(n, 2).await?; Ok(()) }
    ends_in_a_call { refuse(n, 1).await?; yield_point!(n); refuse(n, 2).await }
    ends_in_a_question_mark { refuse(n, 1).await?; yield_point!(n); Ok(refuse(n, 2).await?) }
    ends_in_returns {
        if let Err(error) = refuse(n, 1).await {
            return Err(error);
        }
        yield_point!(n);
        if let Err(error) = refuse(n, 2).await {
            return Err(error);
        }
        return Ok(());
    }
    tail_error_before {
        if n == 1 {
            Err(AppError("at 1".to_owned()))
        } else {
            yield_point!(n);
            refuse(n, 2).await
        }
    }
    tail_error_in_an_arm {
        match refuse(n, 1).await {
            Ok(()) => {
                yield_point!(n);
                if n == 2 { Err(AppError("at 2".to_owned())) } else { Ok(()) }
            }
            Err(error) => Err(error),
        }
    }
    breaks_out_of_a_loop {
        refuse(n, 1).await?;
        loop {
            yield_point!(n);
            break refuse(n, 2).await;
        }
    }
    breaks_out_of_a_block {
        refuse(n, 1).await?;
        'block: {
            yield_point!(n);
            if n == 3 {
                break 'block Ok(());
            }
            refuse(n, 2).await
        }
    }
    retries {
        let mut tries = 0;
        let v = loop {
            match refuse(n, 1).await {
                Ok(()) => break n,
                Err(error) if tries > 2 => return Err(error),
                Err(_) => tries += 1,
            }
        };
        yield_point!(v);
        refuse(v, 2).await
    }
    retries_around_the_yield {
        let mut tries = 0;
        loop {
            tries += 1;
            match refuse(n, 1).await {
                Ok(()) => {
                    yield_point!(n);
                    return refuse(n, 2).await;
                }
                Err(_) if tries < 3 => turn().await,
                Err(error) => return Err(error),
            }
        }
    }
}

#[test]
fn errors_are_converted_before_and_after_the_yield_and_behind_the_body() {
    #[context_manager]
    async fn parses(text: &str, later: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
        refuse(0, 1).await?;
        let n = text.parse()?;
        yield_point!(n);
        refuse(0, 1).await?;
        let later: u32 = later.parse()?;
        note(format!("{n} {later}"));
        Ok(())
    }
    #[context_manager]
    async fn of_io(n: u32) -> io::Result<u32> {
        refuse(n, 1).await.map_err(io::Error::other)?;
        yield_point!(n);
        refuse(n, 2).await.map_err(io::Error::other)
    }
    #[context_manager(infallible)]
    async fn of_a_result_as_it_is(n: u32) -> Result<u32, AppError> {
        let result = refuse(n, 1).await.map(|()| n);
        yield_point!(result);
        note(format!("{result:?}"));
    }
    assert!(run(parses("x", "1").with(async |_| ())).is_err());
    assert!(run(parses("1", "x").with(async |_| ())).is_err());
    assert_eq!(run(parses("1", "2").with(async |v| *v)).unwrap(), 1);
    assert_eq!(events(), ["1 2"]);
    let result: anyhow::Result<u32> = run(of_io(2).try_with(async |v| Ok(*v)));
    assert_eq!(result.unwrap_err().to_string(), "at 2");
    let lent = run(of_a_result_as_it_is(1).with(async |v| std::mem::replace(v, Ok(7))));
    assert_eq!(lent, Err(AppError("at 1".to_owned())));
    assert_eq!(events(), ["Ok(7)"]);
}

// ---- `self` ----

#[derive(Debug, Default)]
struct Counter {
    count: u32,
    name: String,
}

impl Counter {
    #[context_manager]
    async fn by_reference(&self, add: u32) -> u32 {
        turn().await;
        let sum = self.count + add;
        yield_point!(sum);
        turn().await;
        note(format!("{} {sum}", self.count));
    }

    #[context_manager]
    async fn by_mutable_reference(&mut self) -> u32 {
        turn().await;
        self.count += 1;
        let count = self.count;
        yield_point!(count);
        turn().await;
        self.count = count;
    }

    #[context_manager]
    async fn lends_itself(&mut self) -> &mut Self {
        self.count += 1;
        turn().await;
        yield_point!(self);
        turn().await;
    }

    #[context_manager]
    async fn lends_a_field(&mut self, text: &str) -> Result<&mut String, String> {
        if text.is_empty() {
            return Err("empty".to_owned());
        }
        turn().await;
        self.count += 1;
        let name = &mut self.name;
        name.push_str(text);
        yield_point!(name);
        turn().await;
        name.push('!');
        Ok(())
    }

    #[context_manager]
    async fn by_value(self) -> String {
        let name = self.name;
        turn().await;
        yield_point!(name);
        turn().await;
        note(format!("{name} {}", self.count));
    }

    #[context_manager]
    async fn by_mutable_value(mut self) -> u32 {
        self.count += 1;
        yield_point!(self.count);
        self.count += 1;
        note(self.count.to_string());
    }

    #[context_manager]
    async fn boxed(mut self: Box<Self>) -> u32 {
        turn().await;
        self.count += 1;
        let count = self.count;
        yield_point!(count);
        note(format!("{count} {}", self.count));
    }

    #[context_manager]
    async fn shared(self: Arc<Self>) -> Arc<Self> {
        let other = self.clone();
        turn().await;
        yield_point!(other);
        turn().await;
        note(format!("{}", Arc::strong_count(&self)));
    }

    #[context_manager]
    async fn by_reference_to_shared(self: &Arc<Self>) -> Arc<Self> {
        let other = self.clone();
        yield_point!(other);
        drop(other);
        turn().await;
        note(format!("{}", Arc::strong_count(self)));
    }

    #[context_manager]
    async fn pinned(mut self: Pin<&mut Self>) -> u32 {
        self.count += 1;
        turn().await;
        let count = self.as_ref().count;
        yield_point!(count);
        turn().await;
        self.count = count;
    }

    #[context_manager]
    async fn without_self(count: u32) -> Self {
        let name = String::new();
        turn().await;
        let counter = Self { count, name };
        yield_point!(counter);
        turn().await;
        note(format!("{counter:?}"));
    }
}

#[test]
fn a_method_takes_self_in_any_form() {
    let mut counter = Counter {
        count: 1,
        name: "n".to_owned(),
    };
    run(send(counter.by_reference(4).with(async |sum| *sum += 10)));
    assert_eq!(events(), ["1 15"]);
    run(send(
        counter
            .by_mutable_reference()
            .with(async |count| *count += 10),
    ));
    assert_eq!(counter.count, 12);
    run(send(counter.lends_itself().with(async |me| me.count += 10)));
    assert_eq!(counter.count, 23);
    let empty = run(send(counter.lends_a_field("").with(async |_| ())));
    assert_eq!(empty, Err("empty".into()));
    run(async {
        let mut name = send(counter.lends_a_field("a").enter()).await.unwrap();
        name.push('b');
        assert_eq!(send(AsyncGuard::exit(name)).await, Ok(()));
    });
    assert_eq!((&*counter.name, counter.count), ("nab!", 24));
    run(send(
        Pin::new(&mut counter)
            .pinned()
            .with(async |count| *count += 10),
    ));
    assert_eq!(counter.count, 35);
    run(send(counter.by_value().with(async |name| name.push('?'))));
    assert_eq!(events(), ["nab!? 35"]);
    run(send(
        Counter::default()
            .by_mutable_value()
            .with(async |count| *count = 7),
    ));
    assert_eq!(events(), ["2"]);
    run(send(
        Box::new(Counter::default())
            .boxed()
            .with(async |count| *count = 7),
    ));
    assert_eq!(events(), ["7 1"]);
    let shared = Arc::new(Counter::default());
    run(send(
        shared
            .clone()
            .shared()
            .with(async |other| assert!(Arc::ptr_eq(&shared, other))),
    ));
    assert_eq!(events(), ["3"]);
    run(send(
        shared
            .by_reference_to_shared()
            .with(async |other| assert_eq!(other.count, 0)),
    ));
    assert_eq!(events(), ["1"]);
    run(send(
        Counter::without_self(3).with(async |counter| counter.count += 1),
    ));
    assert_eq!(events(), ["Counter { count: 4, name: \"\" }"]);
}

// ---- lifetimes, generics, arguments ----

mod lifetimes {
    use super::*;

    #[context_manager]
    pub(super) async fn elided(text: &str) -> &str {
        turn().await;
        let trimmed = text.trim();
        yield_point!(trimmed);
        turn().await;
        note(trimmed);
    }

    #[context_manager]
    pub(super) async fn elided_and_fallible(list: &mut Vec<u32>) -> Result<&mut u32, String> {
        turn().await;
        let last = list.last_mut().ok_or("empty")?;
        yield_point!(last);
        turn().await;
        if *last == 0 {
            Err("zero".to_owned())
        } else {
            Ok(())
        }
    }

    #[context_manager]
    pub(super) async fn in_a_path(
        lock: &tokio::sync::Mutex<u32>,
    ) -> tokio::sync::MutexGuard<'_, u32> {
        let guard = lock.lock().await;
        yield_point!(guard);
        drop(guard);
        *lock.lock().await += 1;
    }

    #[context_manager]
    pub(super) async fn written<'a, 'b: 'a>(
        first: &'a str,
        second: &'b str,
        other: &str,
    ) -> &'a str {
        let longer = if first.len() > second.len() {
            first
        } else {
            second
        };
        turn().await;
        yield_point!(longer);
        turn().await;
        note(format!("{longer} {other}"));
    }

    #[context_manager]
    pub(super) async fn of_a_type<'a, T>(list: &'a [T]) -> std::slice::Iter<'a, T>
    where
        T: Debug,
    {
        let iter = list.iter();
        turn().await;
        yield_point!(iter);
        note(format!("{iter:?}"));
    }

    #[context_manager]
    pub(super) async fn of_several(texts: (&str, &[&str]), _more: &mut &str) -> usize {
        let total = texts.0.len() + texts.1.iter().map(|text| text.len()).sum::<usize>();
        turn().await;
        yield_point!(total);
        turn().await;
        note(format!("{total} {}", texts.0));
    }

    pub(super) struct Parser<'i> {
        pub(super) input: &'i str,
    }

    impl<'i> Parser<'i> {
        /// The lifetime is that of the input, not of the borrow of `self`.
        #[context_manager]
        pub(super) async fn word(&mut self) -> Result<&'i str, String> {
            let input = self.input;
            turn().await;
            let (word, rest) = input.split_once(' ').ok_or("no word")?;
            self.input = rest;
            if yield_point!(word).is_completed() {
                return Ok(());
            }
            turn().await;
            self.input = input;
            Ok(())
        }
    }
}

#[test]
fn lifetimes_are_elided_and_written_as_in_any_function() {
    use lifetimes::{
        Parser, elided, elided_and_fallible, in_a_path, of_a_type, of_several, written,
    };
    let text = " t ".to_owned();
    // What is lent outlives the context: it is the caller's.
    let trimmed = run(send(elided(&text).with(async |trimmed| *trimmed)));
    assert_eq!((trimmed, &events()[..]), ("t", &["t".to_owned()][..]));

    let mut list = vec![1, 2];
    let result = run(send(
        elided_and_fallible(&mut list).with(async |last| **last += 1),
    ));
    assert_eq!(result, Ok(()));
    let result = run(send(
        elided_and_fallible(&mut list).with(async |last| **last = 0),
    ));
    assert_eq!((result, list), (Err("zero".to_owned()), vec![1, 0]));

    let lock = tokio::sync::Mutex::new(1);
    run(send(in_a_path(&lock).with(async |value| {
        turn().await;
        **value += 1;
    })));
    assert_eq!(lock.into_inner(), 3);

    run(send(
        written("a", "bc", "o").with(async |longer| assert_eq!(*longer, "bc")),
    ));
    assert_eq!(events(), ["bc o"]);
    let first = run(send(
        of_a_type(&[1, 2, 3]).with(async |iter| iter.next().copied()),
    ));
    assert_eq!(first, Some(1));
    assert_eq!(events(), ["Iter([2, 3])"]);
    run(send(
        of_several(("a", &["b", "c"]), &mut "x").with(async |total| *total += 1),
    ));
    assert_eq!(events(), ["4 a"]);

    let mut parser = Parser { input: "a b c" };
    let word = run(send(parser.word().with(async |word| *word)));
    let failed = parser
        .word()
        .try_with(async |_| Err::<(), _>("no".to_owned()));
    assert_eq!(run(send(failed)), Err("no".into()));
    assert_eq!((word, parser.input), (Ok("a"), "b c"));
}

mod generics {
    use super::*;

    #[context_manager]
    pub(super) async fn of_a_type<T: Debug + Clone>(value: T) -> T {
        turn().await;
        let copy = value.clone();
        yield_point!(copy);
        turn().await;
        note(format!("{value:?} {copy:?}"));
    }

    #[context_manager]
    pub(super) async fn of_a_const<const N: usize, T>(list: [T; N]) -> [T; N]
    where
        [T; N]: Debug,
    {
        turn().await;
        yield_point!(list);
        turn().await;
        note(format!("{N} {list:?}"));
    }

    #[context_manager]
    pub(super) async fn impl_trait(
        to_number: impl Fn(&str) -> u32,
        items: impl IntoIterator<Item = impl Into<u64>>,
        connect: impl AsyncFn(u64) -> u64,
    ) -> u64 {
        let sum = items.into_iter().map(Into::into).sum::<u64>();
        let sum = connect(sum).await + u64::from(to_number("abc"));
        yield_point!(sum);
        note(format!("{} {}", connect(sum).await, to_number("x")));
    }

    #[context_manager]
    pub(super) async fn dynamic(
        value: &(dyn Display + Sync),
        log: &mut (dyn FnMut(String) + Send),
        ready: Pin<&mut (dyn Future<Output = ()> + Send)>,
    ) -> String {
        let text = value.to_string();
        log(format!("enter {text}"));
        ready.await;
        yield_point!(text);
        turn().await;
        log(format!("exit {text}"));
    }

    pub(super) struct Pool<T> {
        pub(super) items: Mutex<Vec<T>>,
    }

    impl<T: Default> Pool<T> {
        #[context_manager]
        pub(super) async fn item(&self) -> T {
            turn().await;
            let item = self.items.lock().unwrap().pop().unwrap_or_default();
            yield_point!(item);
            turn().await;
            self.items.lock().unwrap().push(item);
        }

        #[context_manager]
        pub(super) async fn converted<U: From<T> + Debug>(&self) -> U {
            let item = U::from(self.items.lock().unwrap().pop().unwrap_or_default());
            yield_point!(item);
            turn().await;
            note(format!("{item:?}"));
        }
    }
}

#[test]
fn generics_and_trait_objects_work_as_in_any_function() {
    use generics::{Pool, dynamic, impl_trait, of_a_const, of_a_type};
    run(send(
        of_a_type::<String>("a".to_owned()).with(async |text| text.push('b')),
    ));
    run(send(of_a_type(3_u8).with(async |n| *n += 1)));
    assert_eq!(events(), ["\"a\" \"ab\"", "3 4"]);
    run(send(
        of_a_const([1, 2, 3]).with(async |list| list.reverse()),
    ));
    run(send(of_a_const::<0, String>([]).with(async |_| ())));
    assert_eq!(events(), ["3 [3, 2, 1]", "0 []"]);
    let context = impl_trait(
        |text| u32::try_from(text.len()).unwrap(),
        [1_u32, 2],
        async |n| {
            turn().await;
            n + 100
        },
    );
    run(context.with(async |sum| *sum += 10));
    assert_eq!(events(), ["216 1"]);
    let mut log = Vec::new();
    let mut push = |event| log.push(event);
    let mut ready = Box::pin(turn());
    run(send(
        dynamic(&5, &mut push, ready.as_mut()).with(async |text| text.push('!')),
    ));
    assert_eq!(log, ["enter 5", "exit 5!"]);
    let pool = Pool {
        items: Mutex::new(vec![7_u32]),
    };
    run(send(pool.item().with(async |seven| {
        pool.item().with(async |zero| *zero += *seven).await;
        *seven += 1;
    })));
    assert_eq!(*pool.items.lock().unwrap(), [7, 8]);
    run(send(pool.converted::<u64>().with(async |n| *n += 1)));
    assert_eq!(events(), ["9"]);
}

#[test]
fn arguments_may_be_patterns_and_mutable_and_configured() {
    struct Point {
        x: i32,
        y: i32,
    }
    #[context_manager]
    async fn patterns(
        mut a: i32,
        (b, mut c): (i32, i32),
        Point { x, y: vertical }: Point,
        [first, .., last]: [i32; 4],
        &d: &i32,
        _: i32,
        ref e: i32,
        whole @ (_, f): (i32, i32),
    ) -> i32 {
        a += 1;
        c += 1;
        turn().await;
        let sum = a + b + c + x + vertical + first + last + d + *e + whole.0 + f;
        yield_point!(sum);
        turn().await;
        a += sum;
        note(format!("{a} {c}"));
    }
    #[context_manager]
    #[rustfmt::skip]
    async fn configured(
        #[cfg(any())] never: Missing,
        #[cfg(all())] always: u32,
        _unused: u32,
        #[cfg(not(any()))] (left, _): (u32, u32),
    ) -> u32 {
        yield_point!(always);
        turn().await;
        note(format!("{always} {left}"));
    }
    let point = Point { x: 4, y: 5 };
    let context = patterns(1, (2, 3), point, [6, 0, 0, 7], &8, 0, 9, (10, 11));
    run(send(context.with(async |sum| {
        assert_eq!(*sum, (1..=11).sum::<i32>() + 2)
    })));
    assert_eq!(events(), ["70 4"]);
    run(send(configured(1, 2, (3, 4)).with(async |n| *n += 1)));
    assert_eq!(events(), ["2 3"]);
}

/// Arguments are held from the call to the end of the exit half, mentioned or not, and dropped as
/// those of an `async fn` are.
#[test]
fn arguments_that_are_never_mentioned_are_kept_until_exit() {
    struct Own {
        _d: D,
    }
    impl Own {
        #[context_manager]
        async fn holds(self, _named: D, _: D, (_kept, _): (D, D)) {
            turn().await;
            yield_point!();
            turn().await;
            note("exit");
        }

        async fn by_hand(self, _named: D, _: D, (_kept, _): (D, D)) {
            turn().await;
            note("body");
            turn().await;
            note("exit");
        }
    }
    let own = || Own { _d: d("self") };
    let pair = || (d("first"), d("second"));
    run(own().by_hand(d("named"), d("unnamed"), pair()));
    let by_hand = events();
    run(own()
        .holds(d("named"), d("unnamed"), pair())
        .with(async |()| note("body")));
    assert_eq!(events(), by_hand);

    // A context that is not entered drops them, and runs nothing.
    drop(own().holds(d("named"), d("unnamed"), pair()));
    let mut dropped = events().split_off(5);
    dropped.sort();
    let expected = [
        "drop first",
        "drop named",
        "drop second",
        "drop self",
        "drop unnamed",
    ];
    assert_eq!(dropped, expected);
    let permit = Arc::new(());
    #[context_manager]
    async fn holds_a_permit(_permit: Arc<()>) {
        yield_point!();
    }
    let context = holds_a_permit(permit.clone());
    let future = context.with(async |()| assert_eq!(Arc::strong_count(&permit), 2));
    assert_eq!(Arc::strong_count(&permit), 2);
    run(future);
    assert_eq!(Arc::strong_count(&permit), 1);
}

/// Nothing runs before the first poll, in no form.
#[test]
fn a_call_runs_nothing() {
    #[context_manager]
    async fn noted() {
        note("enter");
        yield_point!();
    }
    drop(noted());
    drop(noted().with(async |()| ()));
    drop(noted().try_with(async |()| Ok::<_, String>(())));
    drop(noted().enter());
    drop(noted().enter_local());
    drop(noted().finish_on(Later::default()).with(async |()| ()));
    assert_eq!(events(), [""; 0]);
}

#[test]
fn async_functions_may_be_context_managers_in_functions_traits_and_macros() {
    macro_rules! from_a_macro {
        ($name:ident, $e:expr) => {
            #[context_manager]
            async fn $name() -> u32 {
                turn().await;
                let v = $e * 2;
                yield_point!(v);
                turn().await;
            }
        };
    }
    from_a_macro!(twice, 1 + 2);
    trait Resource: Sync {
        fn name(&self) -> &str;

        #[context_manager]
        async fn opened(&self) -> String {
            #[context_manager]
            async fn inner(n: usize) -> usize {
                turn().await;
                yield_point!(n);
            }
            let length = inner(self.name().len()).with(async |n| *n).await;
            let name = format!("{} {length}", self.name());
            yield_point!(name);
            turn().await;
            note(format!("closed {name}"));
        }
    }
    struct Door;
    impl Resource for Door {
        fn name(&self) -> &'static str {
            "door"
        }
    }
    async fn open(resource: &impl Resource) -> usize {
        resource.opened().with(async |name| name.len()).await
    }
    assert_eq!(run(twice().with(async |v| *v)), 6);
    assert_eq!(run(open(&Door)), 6);
    assert_eq!(events(), ["closed door 4"]);
}

// ---- `Send` ----

fn send<T: Send>(t: T) -> T {
    t
}

fn send_and_sync<T: Send + Sync>(t: T) -> T {
    t
}

#[context_manager]
async fn borrows(text: &str, log: &Log) -> Result<String, String> {
    let first = text.chars().next();
    let part = &text[1..];
    turn().await;
    let owned = format!("{first:?} {part}");
    let slice = owned.as_str();
    turn().await;
    let lent = slice.to_owned();
    let exit = yield_point!(lent);
    turn().await;
    log.note(format!("{exit:?} {slice} {part} {lent}"));
    turn().await;
    Ok(())
}

#[context_manager]
fn plain(log: &Log) -> Result<u32, String> {
    let n = 1;
    yield_point!(n);
    log.note("plain");
    Ok(())
}

#[context_manager]
async fn owned(log: Log) -> Result<u32, String> {
    turn().await;
    let n = 1;
    let exit = yield_point!(n);
    turn().await;
    log.note(format!("{exit}"));
    Ok(())
}

/// Of a concrete context: the context, what it makes, and what is made of that.
#[test]
fn every_future_can_be_sent_when_what_it_holds_can() {
    let log = Log::new();
    let text = "text".to_owned();
    let body = async |text: &mut String| {
        let borrowed = &*text;
        turn().await;
        borrowed.len()
    };
    let context = send_and_sync(borrows(&text, &log));
    assert_eq!(run(send(context.with(body))), Ok("Some('t') ext".len()));
    let tried = send(borrows(&text, &log).try_with(async |text| {
        turn().await;
        Err::<(), _>(text.clone())
    }));
    assert!(run(tried).is_err());
    let entered = send(borrows(&text, &log).enter());
    let guard: ScopedAsyncGuard<'_, String, Result<(), String>> = run(entered).unwrap();
    let guard = send_and_sync(guard);
    assert_eq!(run(send(AsyncGuard::exit(guard))), Ok(()));
    let guard = run(borrows(&text, &log).enter()).unwrap();
    let exit: AsyncExit<'_> = Exit::Failed(&"error");
    assert_eq!(run(send(AsyncGuard::exit_with(guard, exit))), Ok(()));

    // What is made of a context.
    run(send(
        Some(borrows(&text, &log)).with(async |_| turn().await),
    ))
    .unwrap();
    let either = |left| {
        if left {
            Either::Left(plain(&log))
        } else {
            Either::Right(owned(log.clone()))
        }
    };
    run(send(either(true).with(async |_| turn().await))).unwrap();
    run(send(either(false).with(async |_| turn().await))).unwrap();
    run(send(AsyncContextManager::with(plain(&log), async |_| {
        turn().await
    })))
    .unwrap();
    let mapped = borrows(&text, &log).map_err(|error| error.len());
    assert_eq!(run(send(mapped.with(async |_| turn().await))), Ok(()));
    let later = Later::default();
    let finished = send(owned(log.clone()).finish_on(later.clone()));
    assert_eq!(run(send(finished.with(async |_| turn().await))), Ok(()));
    let guard: AsyncGuard<u32, Result<(), String>> =
        run(send(owned(log.clone()).finish_on(later.clone()).enter())).unwrap();
    drop(send_and_sync(guard));
    let [half] = <[_; 1]>::try_from(later.take()).expect("one half");
    run(send(half));
    assert_eq!(log.take().last().unwrap(), "Dropped");
}

/// Spawned, all the way to another thread and back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contexts_and_guards_may_go_to_other_threads() {
    let log = Log::new();
    let context = owned(log.clone());
    let task = tokio::spawn(context.try_with(async |n| {
        tokio::task::yield_now().await;
        Ok::<_, String>(*n)
    }));
    assert_eq!(task.await.unwrap(), Ok(1));
    let entered = tokio::spawn(owned(log.clone()).enter()).await.unwrap();
    let mut guard = entered.unwrap();
    let guard = tokio::spawn(async move {
        *guard += 1;
        guard
    });
    let exit = tokio::spawn(AsyncGuard::exit(guard.await.unwrap()));
    assert_eq!(exit.await.unwrap(), Ok(()));
    assert_eq!(log.take(), ["Completed", "Completed"]);
}

/// In the three ways in which it can be held, of which none keeps anything that cannot be sent.
#[test]
fn a_sync_context_may_be_held_across_an_await() {
    async fn entered(log: &Log) -> Result<u32, String> {
        enter!(n = plain(log)?);
        enter!(_ = plain(log)?);
        turn().await;
        *n += 1;
        turn().await;
        Ok(*n)
    }
    async fn block(log: &Log) -> Result<u32, String> {
        let n = with!(n = plain(log)?, m = plain(log)? => {
            turn().await;
            *n += *m;
            turn().await;
            *n
        });
        Ok(n)
    }
    async fn guarded(log: &Log) -> Result<u32, String> {
        let mut n = plain(log).enter()?;
        turn().await;
        *n += 1;
        Guard::exit(n)?;
        turn().await;
        Ok(2)
    }
    async fn in_an_async_one(log: &Log) -> Result<u32, String> {
        #[context_manager]
        async fn holds(log: &Log) -> Result<u32, String> {
            enter!(n = plain(log)?);
            turn().await;
            yield_point!(*n);
            turn().await;
            *n += 1;
            Ok(())
        }
        holds(log).with(async |n| *n + 1).await
    }
    let log = Log::new();
    assert_eq!(run(send(entered(&log))), Ok(2));
    assert_eq!(run(send(block(&log))), Ok(2));
    assert_eq!(run(send(guarded(&log))), Ok(2));
    assert_eq!(run(send(in_an_async_one(&log))), Ok(2));
    assert_eq!(log.take(), ["plain"; 6]);
}

/// A guard has a type that a person can write, for a field of a struct.
#[test]
fn an_async_guard_may_be_stored() {
    struct Client<'a> {
        owned: AsyncGuard<u32, Result<(), String>>,
        scoped: Option<ScopedAsyncGuard<'a, String, Result<(), String>>>,
    }
    impl<'a> Client<'a> {
        async fn new(text: &'a str, log: &'a Log) -> Result<Self, String> {
            let owned = owned(log.clone()).enter().await?;
            let scoped = Some(borrows(text, log).enter().await?);
            Ok(Client { owned, scoped })
        }

        async fn close(self) -> Result<(), String> {
            if let Some(scoped) = self.scoped {
                AsyncGuard::exit(scoped).await?;
            }
            AsyncGuard::exit(self.owned).await
        }
    }
    let log = Log::new();
    let text = "text".to_owned();
    let mut client = send_and_sync(run(send(Client::new(&text, &log))).unwrap());
    *client.owned += 1;
    assert_eq!(format!("{:?}", client.owned), "AsyncGuard { value: 2, .. }");
    assert_eq!(run(send(client.close())), Ok(()));
    assert_eq!(log.take().len(), 2);
}

/// What cannot be sent stays on its thread, and works there.
#[test]
fn what_cannot_be_sent_may_be_held_on_one_thread() {
    #[context_manager]
    async fn local(cell: Rc<Cell<u32>>) -> Rc<RefCell<u32>> {
        turn().await;
        let lent = Rc::new(RefCell::new(cell.get()));
        yield_point!(lent);
        turn().await;
        cell.set(lent.take());
    }
    let cell = Rc::new(Cell::new(1));
    run(local(cell.clone()).with(async |n| {
        turn().await;
        *n.borrow_mut() += 1;
    }));
    let guard: LocalAsyncGuard<'static, Rc<RefCell<u32>>> = run(local(cell.clone()).enter_local());
    *guard.borrow_mut() += 1;
    run(AsyncGuard::exit(guard));
    assert_eq!((cell.get(), Rc::strong_count(&cell)), (3, 1));
}

/// A function may take a context by its type, and say what is asked of its body.
#[test]
fn a_context_has_a_type_that_can_be_bounded_but_for_its_body() {
    async fn kept<B>(context: AsyncContext<Plain<Counter>, B>) -> AsyncGuard<Counter>
    where
        B: AsyncBody<Returns = Plain<Counter>, Frame: Send + 'static>,
    {
        context.enter().await
    }
    let mut guard = run(send(kept(Counter::without_self(1))));
    guard.count += 1;
    run(AsyncGuard::exit(guard));
    assert_eq!(events(), ["Counter { count: 2, name: \"\" }"]);
    let mut driven = Driven::new(kept(Counter::without_self(1)));
    assert!(driven.poll().is_pending());
}

/// # Safety
///
/// `pointer` has to be good for reads until the context is left.
#[context_manager]
async unsafe fn reads(pointer: *const u32) -> u32 {
    // SAFETY: the caller says so.
    let before = unsafe { pointer.read() };
    turn().await;
    yield_point!(before);
    turn().await;
    // SAFETY: likewise.
    note(format!("{before} {}", unsafe { pointer.read() }));
}

#[test]
fn an_unsafe_function_stays_unsafe_to_call() {
    fn is_unsafe<A, R>(_: unsafe fn(A) -> R) {}
    let value = Cell::new(5);
    // SAFETY: `value` lives.
    let context = unsafe { reads(value.as_ptr()) };
    run(context.with(async |before| {
        turn().await;
        value.set(6);
        *before += 10;
    }));
    assert_eq!(events(), ["15 6"]);
    is_unsafe(reads);
}

/// The expansion names everything by paths that no user can shadow.
#[allow(dead_code, non_snake_case, reason = "they are here to be in the way")]
mod core {
    use guard_core::{ExitHalf, context_manager, yield_point};

    pub(crate) mod std {}
    struct Option;
    struct Result;
    struct Ok;
    struct Err;
    struct AsyncContext;
    struct AsyncExit;
    trait Future {}
    trait AsyncBody {}
    trait AsyncHalves {}
    trait Executor {}
    fn drop() {}
    fn executor() {}
    fn async_context() {}
    fn async_frame() {}

    #[context_manager(finish_on = |_: ExitHalf| ())]
    pub(super) async fn inside(__frame: u8, __executor: u8) -> u8 {
        super::turn().await;
        yield_point!(__frame + __executor);
        super::turn().await;
    }
}

macro_rules! by_fragments {
    (
        $(#[$meta:meta])* $vis:vis async fn $name:ident<$($lifetime:lifetime),*>(
            $($arg:ident: $ty:ty),*
        ) -> $returns:ty $body:block
    ) => {
        $(#[$meta])*
        #[context_manager]
        $vis async fn $name<$($lifetime),*>($($arg: $ty),*) -> $returns $body
    };
}

by_fragments! {
    /// Documented.
    #[inline]
    pub(crate) async fn from_fragments<'a>(a: &'a str, fails: bool) -> Result<&'a str, String> {
        turn().await;
        let trimmed = a.trim();
        yield_point!(trimmed);
        turn().await;
        if fails {
            return Err("asked to".to_owned());
        }
        Ok(())
    }
}

#[test]
fn names_are_not_shadowed_and_macros_may_write_context_managers() {
    assert_eq!(run(core::inside(1, 2).with(async |sum| *sum)), 3);
    let text = |fails| run(from_fragments(" a ", fails).with(async |text| *text));
    assert_eq!(text(false), Ok("a"));
    assert_eq!(text(true), Err("asked to".to_owned()));
}

/// What is finished elsewhere owns what it uses: a lifetime that a bound binds itself, and those of
/// what is called later, borrow nothing.
#[test]
fn what_is_finished_elsewhere_may_take_functions_of_references() {
    trait Reads<'x>: Send + 'static {
        fn read(&self, text: &'x str) -> usize;
    }
    impl Reads<'_> for () {
        fn read(&self, text: &str) -> usize {
            text.len()
        }
    }

    #[context_manager(finish_on = |_: guard_core::ExitHalf| ())]
    async fn read(
        name: &'static str,
        reads: impl for<'x> Reads<'x>,
        trims: fn(&str) -> &str,
        counts: Box<dyn Fn(&str) -> usize + Send>,
    ) -> usize {
        turn().await;
        let length = reads.read(trims(name)) + counts(name);
        yield_point!(length);
    }

    let context = read(" a ", (), str::trim, Box::new(str::len));
    assert_eq!(run(context.with(async |length| *length)), 4);
}

mod spawned {
    //! Futures that are `Send` as part of another one that is asked to be: the compiler has forgotten
    //! there which lifetimes are the same, and a bound that names one twice does not hold.

    use std::pin::Pin;

    use guard_core::{AsyncExitStack, AsyncGuard, context_manager, yield_point};
    use tokio::task::yield_now;

    /// Lends what is owned.
    #[context_manager]
    async fn copied(text: &str) -> Result<String, String> {
        let copy = text.to_owned();
        yield_now().await;
        yield_point!(copy);
        yield_now().await;
        Ok(())
    }

    /// Lends what is borrowed.
    #[context_manager]
    async fn borrowed(text: &str) -> &str {
        yield_now().await;
        yield_point!(text);
        yield_now().await;
    }

    /// The future of an `async fn`, as `tokio::spawn` asks for it.
    fn spawned<Q: Send + 'static>(future: impl Future<Output = Q> + Send + 'static) -> Q {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .expect("a runtime");
        runtime
            .block_on(async { tokio::spawn(future).await })
            .expect("no panic")
    }

    #[test]
    fn with_and_try_with_of_a_context_that_lends_what_is_owned() {
        async fn work() -> Result<usize, String> {
            let text = "four".to_owned();
            let more = "teen".to_owned();
            let length = copied(&text).with(async |copy| {
                yield_now().await;
                copy.push_str(&more);
                copy.len()
            });
            let length = length.await?;
            let tried = copied(&text).try_with(async |copy| {
                yield_now().await;
                copy.push_str(&more);
                Ok::<_, String>(copy.len() + length)
            });
            tried.await
        }
        assert_eq!(spawned(work()), Ok(16));
    }

    #[test]
    fn guards_and_stacks_of_contexts_that_lend_what_is_borrowed() {
        async fn work() -> usize {
            let text = "four".to_owned();
            let guard = borrowed(&text).enter().await;
            yield_now().await;
            let stack = AsyncExitStack::borrowing();
            let lent = stack.enter(borrowed(&text)).await;
            let copy = stack.enter(copied(&text)).await.expect("no error");
            yield_now().await;
            let length = guard.len() + lent.len() + copy.len();
            stack.close().await.expect("no error");
            AsyncGuard::exit(guard).await;
            length
        }
        assert_eq!(spawned(work()), 12);
    }

    #[test]
    fn a_scope() {
        async fn work() -> usize {
            let scope = AsyncExitStack::scope(async |stack| {
                let lent = stack.enter(borrowed("four")).await;
                let copies = stack.enter_concurrently(["four", "teen"].map(copied));
                let copies = copies.await?;
                yield_now().await;
                Ok::<_, String>(lent.len() + copies.len())
            });
            scope.await.expect("no error")
        }
        assert_eq!(spawned(work()), 6);
    }

    /// The documented way out, where the body is lent what is borrowed.
    #[test]
    fn with_a_borrowed_value_is_boxed() {
        async fn work() -> usize {
            let text = "four".to_owned();
            let length: Pin<Box<dyn Future<Output = usize> + Send + '_>> =
                Box::pin(borrowed(&text).with(async |lent| {
                    yield_now().await;
                    lent.len()
                }));
            length.await
        }
        assert_eq!(spawned(work()), 4);
    }
}

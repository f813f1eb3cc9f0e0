//! Guards `#[within]`: a function runs inside of its contexts, which learn how it ended.

#![allow(
    clippy::boxed_local,
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::unnecessary_to_owned,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    reason = "shapes that users write, whatever their style"
)]

#[path = "support/counting.rs"]
mod counting;
mod support;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::fmt::Display;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use guard_core::{context_manager, within, yield_point};
use proptest::prelude::*;
use support::driven::{run, send};
use support::lost::losing;
use support::{blow_up, caught, events, note, poll_once, turn, while_unwinding};

/// Notes when it is entered, and how it is left.
#[context_manager]
fn logged(name: &str) -> String {
    note(format!("enter {name}"));
    let exit = yield_point!(name.to_uppercase());
    note(format!("exit {name} {exit:?}"));
}

/// Can fail in either half.
#[context_manager]
fn fallible(name: &str, enters: bool, exits: bool) -> Result<String, String> {
    if !enters {
        return Err(format!("{name} cannot enter"));
    }
    note(format!("enter {name}"));
    let exit = yield_point!(name.to_uppercase());
    note(format!("exit {name} {exit:?}"));
    if exits {
        Ok(())
    } else {
        Err(format!("{name} cannot exit"))
    }
}

/// An error that is not the context's own.
#[derive(Debug, PartialEq, Eq)]
struct Failed(String);

impl From<String> for Failed {
    fn from(error: String) -> Self {
        Failed(error)
    }
}

// ---- as in contextlib ----

#[test]
fn test_contextdecorator() {
    logged("a").with(|_| note("body"));
    assert_eq!(events(), ["enter a", "body", "exit a Completed"]);
}

#[test]
fn test_contextdecorator_with_exception() {
    let failed = logged("a").try_with(|_| Err::<(), _>("no"));
    assert_eq!(failed, Err("no"));
    assert_eq!(events(), ["enter a", "exit a Failed(\"no\")"]);
    let panicked = caught(|| logged("a").with(|_| blow_up("no")));
    assert_eq!(panicked, Err::<(), _>("no".to_owned()));
    assert_eq!(events(), ["enter a", "exit a Panicked"]);
}

#[test]
fn test_decorator() {
    #[within(logged("a"))]
    fn test() -> u8 {
        note("body");
        7
    }
    assert_eq!(test(), 7);
    assert_eq!(events(), ["enter a", "body", "exit a Completed"]);
}

#[test]
fn test_decorator_with_exception() {
    #[within(logged("a"))]
    fn fails(number: &str) -> Result<u8, std::num::ParseIntError> {
        let number: u8 = number.parse()?;
        note("parsed");
        Ok(number)
    }
    #[within(logged("a"))]
    fn panics() -> Result<u8, u8> {
        blow_up("no")
    }
    assert!(fails("x").is_err());
    assert_eq!(
        events(),
        [
            "enter a",
            "exit a Failed(ParseIntError { kind: InvalidDigit })"
        ]
    );
    assert_eq!(caught(panics), Err("no".to_owned()));
    assert_eq!(events(), ["enter a", "exit a Panicked"]);
    assert_eq!(fails("7"), Ok(7));
    assert_eq!(events(), ["enter a", "parsed", "exit a Completed"]);
}

struct Account {
    name: String,
    balance: u32,
    lock: Mutex<u32>,
}

#[context_manager]
fn locked(mutex: &Mutex<u32>) -> MutexGuard<'_, u32> {
    yield_point!(mutex.lock().unwrap());
}

trait Named {
    fn name(&self) -> String;

    #[within(logged("default"))]
    fn greeting(&self) -> String {
        format!("hello {}", self.name())
    }
}

impl Named for Account {
    #[within(logged(&self.name))]
    fn name(&self) -> String {
        self.name.clone()
    }
}

impl Account {
    #[within(logged(&self.name))]
    fn lends(&self, _other: &str) -> &str {
        &self.name
    }

    #[within(logged("m"))]
    fn lends_mutably(&mut self) -> Result<&mut u32, String> {
        self.balance += 1;
        Ok(&mut self.balance)
    }

    /// The context borrows one field, the body another one.
    #[within(count = locked(&self.lock))]
    fn locks(&mut self, (add, _): (u32, u32)) {
        **count += add;
        self.balance += **count;
    }

    #[within(v = logged(&self.name))]
    fn boxed(self: Box<Self>) -> String {
        v.clone() + &self.name
    }

    #[within(logged("p"))]
    fn pinned(self: Pin<&mut Self>) -> u32 {
        self.balance
    }

    #[within(logged("s"))]
    fn shared(self: Rc<Self>, mut more: Vec<String>) -> Vec<String> {
        more.push(self.name.clone());
        more
    }

    #[within(logged("v"))]
    fn by_value(self) -> String {
        self.name
    }
}

#[test]
fn test_decorating_method() {
    let mut account = Account {
        name: "n".to_owned(),
        balance: 1,
        lock: Mutex::new(0),
    };
    assert_eq!(account.lends("other"), "n");
    assert_eq!(events(), ["enter n", "exit n Completed"]);
    *account.lends_mutably().unwrap() += 1;
    assert_eq!(events(), ["enter m", "exit m Completed"]);
    account.locks((2, 0));
    assert_eq!(account.balance, 5);
    assert!(account.lock.try_lock().is_ok());
    assert_eq!(account.greeting(), "hello n");
    assert_eq!(
        events(),
        [
            "enter default",
            "enter n",
            "exit n Completed",
            "exit default Completed"
        ]
    );
    assert_eq!(Pin::new(&mut account).pinned(), 5);
    let shared = Rc::new(account);
    assert_eq!(shared.clone().shared(vec![]), ["n"]);
    let account = Rc::into_inner(shared).unwrap();
    assert_eq!(Box::new(account).boxed(), "Nn");
    let account = Account {
        name: "z".to_owned(),
        balance: 0,
        lock: Mutex::default(),
    };
    assert_eq!(account.by_value(), "z");
    assert_eq!(events().len(), 8);
}

#[test]
fn test_contextmanager_as_decorator() {
    #[within(name = logged("a"))]
    fn test(text: &str) {
        note(format!("{text} {name}"));
    }
    test("first");
    test("second");
    assert_eq!(
        events(),
        [
            "enter a",
            "first A",
            "exit a Completed",
            "enter a",
            "second A",
            "exit a Completed"
        ]
    );
}

#[test]
fn test_recursive() {
    #[context_manager]
    fn deeper(depth: &Cell<u32>) {
        depth.set(depth.get() + 1);
        yield_point!();
        depth.set(depth.get() - 1);
    }
    #[within(deeper(depth))]
    fn recursive(depth: &Cell<u32>) -> u32 {
        let here = depth.get();
        if here < 10 { recursive(depth) } else { here }
    }
    let depth = Cell::new(0);
    assert_eq!(recursive(&depth), 10);
    assert_eq!(depth.get(), 0);
}

// ---- several contexts, values, signatures ----

#[test]
fn contexts_are_entered_in_order_and_see_each_other() {
    #[within(a = logged("a"), b = logged(&format!("{a}b")))]
    #[within(_ = logged(b), logged("d"))]
    fn test() {
        note(format!("{a} {b}"));
    }
    test();
    assert_eq!(
        events(),
        [
            "enter a",
            "enter Ab",
            "enter AB",
            "enter d",
            "A AB",
            "exit d Completed",
            "exit AB Completed",
            "exit Ab Completed",
            "exit a Completed"
        ]
    );
}

#[test]
fn the_first_attribute_is_the_outermost() {
    #[within(logged("outer"))]
    #[inline]
    #[within(logged("middle"))]
    #[cfg_attr(all(), within(logged("inner")))]
    fn test() {}
    test();
    assert_eq!(
        events()[..3],
        ["enter outer", "enter middle", "enter inner"]
    );
}

#[test]
fn a_context_that_cannot_be_entered_is_an_error_to_those_around_it() {
    #[within(logged("a"), fallible("b", enters, true)?, logged("c"))]
    fn test(enters: bool) -> Result<(), Failed> {
        note("body");
        Ok(())
    }
    let error = Failed("b cannot enter".to_owned());
    assert_eq!(test(false), Err(error));
    assert_eq!(
        events(),
        ["enter a", "exit a Failed(Failed(\"b cannot enter\"))"]
    );
    assert_eq!(test(true), Ok(()));
    assert_eq!(events().len(), 7);
}

#[test]
fn return_leaves_the_body_and_not_the_context() {
    #[within(logged("a"))]
    fn test(early: bool) -> u8 {
        for n in 0..3 {
            if early && n == 1 {
                return n;
            }
        }
        7
    }
    assert_eq!((test(true), test(false)), (1, 7));
    assert_eq!(
        events(),
        ["enter a", "exit a Completed", "enter a", "exit a Completed"]
    );
}

#[test]
fn an_infallible_function_tells_nothing_of_its_result() {
    struct TestResult(bool);
    #[within(infallible, logged("a"))]
    fn named() -> TestResult {
        TestResult(true)
    }
    #[within(infallible, logged("b"))]
    fn failing() -> Result<(), Box<dyn std::error::Error>> {
        Err("no")?
    }
    assert!(named().0);
    assert!(failing().is_err());
    assert_eq!(
        events(),
        ["enter a", "exit a Completed", "enter b", "exit b Completed"]
    );
}

#[within(logged("o"))]
fn opaque(text: impl Display) -> impl Display {
    format!("<{text}>")
}

#[within(logged("r"))]
fn opaque_result<T: Display>(text: T, fails: bool) -> Result<impl Display, Failed> {
    if fails {
        Err("no".to_owned())?;
    }
    Ok(text.to_string())
}

#[within(logged(first))]
fn longest<'a>(first: &'a str, second: &'a str) -> &'a str {
    if first.len() < second.len() {
        second
    } else {
        first
    }
}

static SEVEN: u8 = 7;

#[within(logged("u"))]
unsafe fn reads(pointer: *const u8) -> u8 {
    // SAFETY: the caller's promise is passed on.
    unsafe { *pointer }
}

#[within(logged("x"))]
extern "C" fn exported(n: u8) -> u8 {
    n + 1
}

#[within(logged("n"))]
fn never(fails: bool) -> ! {
    assert!(fails);
    blow_up("never")
}

const LINE: u32 = line!();

/// Documented, with attributes at every place.
#[within(crate = guard_core, logged(&"temporary".to_owned()))]
#[must_use]
fn with_attributes(#[allow(unused_variables)] n: u8) -> u32 {
    #![allow(unused_variables)]
    let unused = 1;
    line!()
}

#[test]
fn a_function_keeps_its_signature() {
    assert_eq!(opaque(1).to_string(), "<1>");
    assert_eq!(opaque_result(1, false).unwrap().to_string(), "1");
    assert_eq!(opaque_result(1, true).err(), Some(Failed("no".to_owned())));
    assert_eq!(longest("a", "bc"), "bc");
    // SAFETY: the pointer is that of a static.
    assert_eq!(unsafe { reads(&raw const SEVEN) }, 7);
    let pointer: extern "C" fn(u8) -> u8 = exported;
    assert_eq!(pointer(1), 2);
    let never: fn(bool) -> ! = never;
    assert_eq!(caught(|| never(true)).err(), Some("never".to_owned()));
    assert_eq!(with_attributes(1), LINE + 8);
    assert_eq!(events().len(), 16);
}

macro_rules! fragments {
    ($context:expr, $fallible:expr, $sum:expr, $value:ident) => {
        #[within($value = $context)]
        fn sum() -> usize {
            $sum * $value.len()
        }
        #[within($fallible)]
        fn fails() -> Result<usize, String> {
            Ok($sum * 2)
        }
    };
}

#[test]
fn what_macro_rules_wrote_means_what_it_meant() {
    fragments!(logged("abc"), fallible("f", true, true)?, 1 + 2, v);
    assert_eq!(sum(), 9);
    assert_eq!(fails(), Ok(6));
}

#[test]
fn the_body_and_the_context_share_the_arguments() {
    #[within(logged(&name), logged(&name))]
    fn test(name: String, log: &RefCell<Vec<String>>) {
        log.borrow_mut().push(name.clone());
    }
    let log = RefCell::default();
    test("a".to_owned(), &log);
    assert_eq!(log.take(), ["a"]);
}

#[test]
fn names_of_the_expansion_are_nobody_elses() {
    #[within(__value = logged("a"), __held = logged("b"))]
    async fn test(__frame: u8, __place: u8) -> String {
        turn().await;
        format!("{__value}{__held}{__frame}{__place}")
    }
    assert_eq!(run(test(1, 2)), "AB12");
}

// ---- async ----

mod asynchronous {
    use super::*;

    #[within(name = logged("a"))]
    async fn suspended(text: &str) -> usize {
        note("before");
        turn().await;
        note(format!("after {name}"));
        text.len()
    }

    #[test]
    fn test_decorator() {
        let future = suspended("text");
        assert_eq!(events(), [""; 0], "only called");
        let mut future = Box::pin(send(future));
        assert!(poll_once(&mut future).is_pending());
        assert_eq!(events(), ["enter a", "before"]);
        assert_eq!(poll_once(&mut future), Poll::Ready(4));
        assert_eq!(events(), ["after A", "exit a Completed"]);
    }

    #[within(logged("a"), b = fallible("b", enters, exits)?)]
    async fn fails(enters: bool, exits: bool, body: Result<u8, &str>) -> Result<usize, Failed> {
        turn().await;
        let number = body.map_err(str::to_owned)?;
        Ok(b.len() + usize::from(number))
    }

    #[test]
    fn test_decorator_with_exception() {
        let (result, lost) = losing(|| run(fails(true, true, Err("no"))));
        assert_eq!(result, Err(Failed("no".to_owned())));
        assert_eq!(lost, []);
        assert_eq!(
            events()[2..],
            [
                "exit b Failed(Failed(\"no\"))",
                "exit a Failed(Failed(\"no\"))"
            ]
        );
    }

    #[test]
    fn a_context_that_fails_is_an_error_of_the_function() {
        assert_eq!(
            run(fails(false, true, Ok(1))),
            Err(Failed("b cannot enter".to_owned()))
        );
        assert_eq!(
            events(),
            ["enter a", "exit a Failed(Failed(\"b cannot enter\"))"]
        );
        assert_eq!(
            run(fails(true, false, Ok(1))),
            Err(Failed("b cannot exit".to_owned()))
        );
        assert_eq!(run(fails(true, true, Ok(1))), Ok(2));
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

    impl Account {
        #[within(logged(&self.name))]
        async fn waits(&self, (first, _): (u8, u8), mut more: Vec<u8>) -> Vec<u8> {
            turn().await;
            more.push(first);
            more
        }
    }

    #[test]
    fn test_decorating_method() {
        let account = Account {
            name: "n".to_owned(),
            balance: 0,
            lock: Mutex::default(),
        };
        assert_eq!(run(send(account.waits((1, 2), vec![0]))), [0, 1]);
    }

    #[test]
    fn test_recursive() {
        #[within(logged("r"))]
        async fn recursive(depth: u32) -> u32 {
            match depth {
                0 => 0,
                _ => 1 + Box::pin(recursive(depth - 1)).await,
            }
        }
        assert_eq!(run(recursive(3)), 3);
        assert_eq!(events().len(), 8);
    }

    #[test]
    fn a_cancelled_function_was_dropped() {
        let mut future = Box::pin(suspended("text"));
        assert!(poll_once(&mut future).is_pending());
        drop(future);
        assert_eq!(events(), ["enter a", "before", "exit a Dropped"]);
    }

    #[test]
    fn what_cancels_a_function_may_be_a_panic_of_others() {
        let mut future = Box::pin(suspended("text"));
        assert!(poll_once(&mut future).is_pending());
        let panicked = caught(move || {
            let _future = future;
            blow_up("elsewhere");
        });
        assert_eq!(panicked, Err("elsewhere".to_owned()));
        assert_eq!(events()[2..], ["exit a Dropped"]);
    }

    /// As a stack or `enter!` would have it: that panic began after the context was entered.
    #[test]
    fn a_panic_that_cancellation_brings_about_is_told_to_outer_contexts() {
        #[context_manager]
        fn bursts() {
            let exit = yield_point!();
            note(format!("burst {exit:?}"));
            blow_up("burst");
        }
        #[within(logged("outer"), bursts())]
        async fn waits() {
            turn().await;
        }
        let mut future = Box::pin(waits());
        assert!(poll_once(&mut future).is_pending());
        assert_eq!(caught(move || drop(future)), Err("burst".to_owned()));
        assert_eq!(
            events(),
            ["enter outer", "burst Dropped", "exit outer Panicked"]
        );
    }

    #[test]
    fn a_function_that_panics_has_panicked_wherever_it_is_polled() {
        #[within(logged("a"))]
        async fn panics() {
            turn().await;
            blow_up("no");
        }
        assert_eq!(caught(|| run(panics())), Err("no".to_owned()));
        assert_eq!(events(), ["enter a", "exit a Panicked"]);
        let inside = while_unwinding(|| caught(|| run(panics())));
        assert_eq!(inside, Err("no".to_owned()));
        assert_eq!(events(), ["enter a", "exit a Panicked"]);
    }

    #[test]
    fn an_exit_half_that_fails_on_cancellation_is_told_to_the_hook() {
        let ((), lost) = losing(|| {
            let mut future = Box::pin(fails(true, false, Ok(1)));
            assert!(poll_once(&mut future).is_pending());
        });
        assert_eq!(lost[0].exit, "Dropped");
    }

    #[within(logged("never"))]
    async fn never() -> ! {
        turn().await;
        blow_up("never")
    }

    #[within(logged("o"))]
    async fn opaque(n: u8) -> Result<impl Display, Failed> {
        turn().await;
        Ok(n)
    }

    #[test]
    fn an_async_function_keeps_its_signature() {
        assert_eq!(caught(|| run(never())).err(), Some("never".to_owned()));
        assert_eq!(run(send(opaque(3))).unwrap().to_string(), "3");
    }
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

fn end(how: Ends, what: &'static str) -> Result<(), String> {
    note(what);
    match how {
        Ends::Well => Ok(()),
        Ends::Fails => Err(what.to_owned()),
        Ends::Panics => blow_up(what),
    }
}

#[context_manager]
fn scripted([enter, exit]: [Ends; 2]) -> Result<u8, String> {
    end(enter, "enter")?;
    let mut value = 1;
    let outcome = yield_point!(value);
    note(format!("{outcome:?} {value}"));
    value += 1;
    note(value.to_string());
    end(exit, "exit")
}

fn body(how: Ends, outer: &mut u8, inner: &mut u8) -> Result<u8, Failed> {
    *outer += 1;
    *inner += 2;
    end(how, "body")?;
    Ok(*outer + *inner)
}

#[within(outer = scripted(outer)?, inner = scripted(inner)?)]
fn attributed(outer: [Ends; 2], inner: [Ends; 2], how: Ends) -> Result<u8, Failed> {
    body(how, outer, inner)
}

#[within(outer = scripted(outer)?, inner = scripted(inner)?)]
async fn async_attributed(outer: [Ends; 2], inner: [Ends; 2], how: Ends) -> Result<u8, Failed> {
    turn().await;
    body(how, outer, inner)
}

fn by_hand(outer: [Ends; 2], inner: [Ends; 2], how: Ends) -> Result<u8, Failed> {
    scripted(outer).try_with(|outer| scripted(inner).try_with(|inner| body(how, outer, inner)))
}

/// What a call comes to: its result or panic, what was noted, and what was lost.
fn account_of(f: impl FnOnce() -> Result<u8, Failed>) -> String {
    let (result, lost) = losing(|| caught(f));
    let lost: Vec<_> = lost.iter().map(|lost| (&lost.loss, &lost.exit)).collect();
    format!("{result:?} {:?} {lost:?}", events())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn within_is_try_with(
        outer in [ends(), ends()],
        inner in [ends(), ends()],
        how in ends(),
    ) {
        let expected = account_of(|| by_hand(outer, inner, how));
        prop_assert_eq!(&account_of(|| attributed(outer, inner, how)), &expected);
        let awaited = account_of(|| run(async_attributed(outer, inner, how)));
        prop_assert_eq!(&awaited, &expected);
    }
}

// ---- cost ----

mod allocations {
    use super::*;

    #[global_allocator]
    static ALLOCATOR: counting::Counting = counting::Counting;

    #[context_manager]
    fn number() -> Result<u32, Infallible> {
        yield_point!(1);
        Ok(())
    }

    #[within(n = number()?)]
    fn plain() -> Result<u32, Infallible> {
        Ok(*n)
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
            assert!(future.as_mut().poll(&mut context).is_pending());
            assert!(future.as_mut().poll(&mut context).is_ready());
            plain()
        });
        assert_eq!((sum, allocated), (Ok(1), 0));
    }
}

/// A body that comes as a `$body:block` is a body.
#[test]
fn the_body_may_come_from_a_macro() {
    macro_rules! case {
        ($name:ident, $body:block) => {
            #[within(guard_core::nullcontext(1_u8))]
            fn $name() -> u8 $body
        };
    }
    case!(three, { 3 });
    assert_eq!(three(), 3);
}

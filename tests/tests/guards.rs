//! Guards contexts as values: moved, stored, nested, leaked, in numbers and in sizes, and what they
//! allocate.

#![allow(
    clippy::items_after_statements,
    clippy::large_stack_arrays,
    clippy::needless_for_each,
    clippy::similar_names,
    clippy::unit_arg,
    clippy::unused_self,
    reason = "shapes that users write, whatever their style"
)]

#[path = "support/counting.rs"]
mod counting;
mod support;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use counting::{Counting, counted};
use guard_core::{Exit, Guard, LocalGuard, ScopedGuard, context_manager, enter, with, yield_point};
use proptest::prelude::*;
use support::{D, Log, Noisy, caught, d, events, note, turn};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[context_manager]
fn noted(name: &str) -> D {
    let v = d(name);
    let exit = yield_point!(v);
    note(format!("{exit:?}"));
}

// ---- leaks ----

#[test]
fn a_forgotten_guard_leaks_and_does_nothing_worse() {
    mem::forget(noted("v").enter());
    assert_eq!(events(), ["make v"]);
    mem::forget(noted("v").enter_local());
    assert_eq!(events(), ["make v"]);
    let guard: &'static mut Guard<D> = Box::leak(Box::new(noted("v").enter()));
    guard.touch();
    assert_eq!(events(), ["make v", "touch v"]);

    // A context that was not entered has only its arguments to leak.
    mem::forget(noted("v"));
    assert_eq!(events(), [""; 0]);
}

/// What `enter!` and `with!` hold can be leaked only with the future around it.
#[test]
fn a_forgotten_future_leaks_what_it_holds() {
    async fn holds(log: &Log) -> usize {
        #[context_manager]
        fn local(log: &Log) -> Noisy {
            let v = log.noisy("v");
            yield_point!(v);
            log.note("exit");
        }
        enter!(a = local(log));
        with!(b = local(log) => {
            turn().await;
            a.name.len() + b.name.len()
        })
    }
    let log = Log::new();
    let mut future: Pin<Box<dyn Future<Output = usize> + '_>> = Box::pin(holds(&log));
    let mut poller = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut poller).is_pending());
    mem::forget(future);
    assert_eq!(log.take(), [""; 0]);

    let mut future = Box::pin(holds(&log));
    assert!(future.as_mut().poll(&mut poller).is_pending());
    assert_eq!(future.as_mut().poll(&mut poller), Poll::Ready(2));
    assert_eq!(log.take(), ["exit", "drop v", "exit", "drop v"]);
}

/// As with any borrow: what a leaked guard has borrowed is free again, and as the guard left it.
#[test]
fn what_a_forgotten_guard_borrows_can_be_used_again() {
    #[context_manager]
    fn emptied(list: &mut Vec<u32>) -> &mut Vec<u32> {
        let kept = mem::take(list);
        let mut lent = kept.clone();
        // What is lent is the caller's for all of the borrow; the exit half has what is its own.
        lent.clear();
        list.extend(lent);
        yield_point!(list);
        drop(kept);
    }
    let mut list = vec![1, 2];
    {
        let mut guard = emptied(&mut list).enter();
        guard.push(3);
        mem::forget(guard);
    }
    assert_eq!(list, [3]);
}

// ---- one in another ----

#[test]
fn a_context_manager_may_hold_others_across_its_yield() {
    #[context_manager]
    fn by_macro() -> (String, String) {
        enter!(a = noted("a"));
        enter!(_ = noted("b"));
        let lent = (format!("{a:?}"), "x".to_owned());
        let exit = yield_point!(lent);
        a.touch();
        note(format!("outer {exit:?} {}", lent.1));
    }
    #[context_manager]
    fn by_guard() -> D {
        let a = noted("a").enter();
        let b = noted("b").enter();
        let v = a.make("v");
        let exit = yield_point!(v);
        b.touch();
        note(format!("outer {exit:?}"));
        if exit.is_completed() {
            Guard::exit(a);
        }
    }
    #[context_manager]
    fn in_both_halves() -> u32 {
        let n = noted("a").with(|_| 1);
        yield_point!(n);
        noted("b").with(|_| note("flush"));
        with!(_ = noted("c") => { note(format!("{n}")) });
    }
    by_macro().with(|lent| lent.1.push('y'));
    assert_eq!(
        events(),
        [
            "make a",
            "make b",
            "touch a",
            "outer Completed xy",
            "Dropped",
            "drop b",
            "Dropped",
            "drop a"
        ]
    );
    by_guard().with(|_| ());
    assert_eq!(
        events()[4..],
        [
            "touch b",
            "outer Completed",
            "Completed",
            "drop a",
            "drop v",
            "Dropped",
            "drop b"
        ]
    );
    drop(by_guard().enter());
    assert_eq!(
        events()[5..],
        [
            "outer Dropped",
            "drop v",
            "Dropped",
            "drop b",
            "Dropped",
            "drop a"
        ]
    );
    in_both_halves().with(|n| *n += 1);
    assert_eq!(
        events(),
        [
            "make a",
            "Completed",
            "drop a",
            "make b",
            "flush",
            "Completed",
            "drop b",
            "make c",
            "2",
            "Completed",
            "drop c"
        ]
    );
}

/// An error of the enter half of an inner one is that of the outer one, and the inner ones entered
/// so far are left.
#[test]
fn a_held_context_is_left_when_the_outer_one_cannot_be_entered() {
    #[context_manager]
    fn inner(name: &'static str, fails: bool) -> Result<D, String> {
        let v = d(name);
        if fails {
            return Err(format!("{name} fails"));
        }
        let exit = yield_point!(v);
        note(format!("{name} {exit:?}"));
        Ok(())
    }
    #[context_manager]
    fn outer(fails: bool) -> Result<u32, String> {
        enter!(a = inner("a", false)?);
        let _b = inner("b", false).enter()?;
        enter!(_ = inner("c", fails)?);
        let lent = a.0.len().try_into().unwrap_or(0);
        yield_point!(lent);
        Ok(())
    }
    assert_eq!(outer(true).with(|_| ()), Err("c fails".to_owned()));
    assert_eq!(
        events()[3..],
        ["drop c", "b Dropped", "drop b", "a Dropped", "drop a"]
    );
    assert_eq!(outer(false).with(|n| *n), Ok(1));
    assert_eq!(
        events()[3..],
        [
            "c Dropped",
            "drop c",
            "b Dropped",
            "drop b",
            "a Dropped",
            "drop a"
        ]
    );
}

#[test]
fn guards_may_be_lent_and_held_by_guards() {
    #[context_manager]
    fn lends_a_guard() -> Guard<D> {
        let inner = noted("inner").enter();
        yield_point!(inner);
        inner.touch();
        Guard::exit(inner);
        note("outer");
    }
    lends_a_guard().with(|inner| inner.touch());
    assert_eq!(
        events(),
        [
            "make inner",
            "touch inner",
            "touch inner",
            "Completed",
            "drop inner",
            "outer"
        ]
    );
    let guard: Guard<Guard<D>> = lends_a_guard().enter();
    guard.touch();
    drop(guard);
    assert_eq!(
        events(),
        [
            "make inner",
            "touch inner",
            "touch inner",
            "Completed",
            "drop inner",
            "outer"
        ]
    );
}

/// A frame on the stack cannot contain itself, so a recursive one keeps its inner frames in boxes,
/// made by a function that says what type comes of it.
#[test]
fn a_context_manager_may_be_recursive() {
    #[context_manager]
    fn nested(depth: u32) -> u32 {
        let inner = (depth > 0).then(|| boxed(depth - 1));
        let sum = depth + inner.as_ref().map_or(0, |inner| **inner);
        yield_point!(sum);
        note(format!("exit {depth}"));
    }
    fn boxed(depth: u32) -> Guard<u32> {
        nested(depth).enter()
    }
    assert_eq!(nested(4).with(|sum| *sum), 4 + 3 + 2 + 1);
    assert_eq!(events(), ["exit 4", "exit 3", "exit 2", "exit 1", "exit 0"]);
    {
        enter!(sum = nested(1));
        assert_eq!(*sum, 1);
    }
    assert_eq!(events(), ["exit 1", "exit 0"]);
}

/// The body of a context may enter the same function again, as often as it likes.
#[test]
fn the_body_may_enter_the_same_function_again() {
    fn descend(depth: u32, log: &RefCell<Vec<u32>>) -> u32 {
        #[context_manager]
        fn level<'a>(depth: u32, log: &'a RefCell<Vec<u32>>) -> &'a RefCell<Vec<u32>> {
            log.borrow_mut().push(depth);
            yield_point!(log);
            assert_eq!(log.borrow_mut().pop(), Some(depth));
        }
        level(depth, log).with(|log| {
            if depth == 0 {
                log.borrow().iter().sum()
            } else {
                descend(depth - 1, log)
            }
        })
    }
    let log = RefCell::new(Vec::new());
    assert_eq!(descend(100, &log), 5050);
    assert_eq!(*log.borrow(), [0; 0]);
}

/// Both halves are tied to what they borrow from one another: a connection that the function opens,
/// and a transaction that borrows from it.
#[test]
fn a_transaction_borrows_from_the_connection_that_was_opened_with_it() {
    #[derive(Default)]
    struct Connection {
        rows: Vec<u32>,
    }
    struct Transaction<'c> {
        connection: &'c mut Connection,
        rows: Vec<u32>,
    }
    impl Transaction<'_> {
        fn commit(&mut self) {
            self.connection.rows.append(&mut self.rows);
        }
    }
    impl Drop for Transaction<'_> {
        fn drop(&mut self) {
            note(format!("rolled back {:?}", self.rows));
        }
    }
    #[context_manager]
    fn transaction() -> Vec<u32> {
        let mut connection = Connection::default();
        let mut transaction = Transaction {
            connection: &mut connection,
            rows: Vec::new(),
        };
        let rows = vec![1];
        let exit = yield_point!(rows);
        transaction.rows = rows;
        if exit.is_completed() {
            transaction.commit();
        }
        drop(transaction);
        note(format!("closed with {:?}", connection.rows));
    }
    transaction().with(|rows| rows.push(2));
    assert_eq!(events(), ["rolled back []", "closed with [1, 2]"]);
    let _ = transaction().try_with(|rows| {
        rows.push(2);
        Err::<(), _>("no")
    });
    assert_eq!(events(), ["rolled back [1, 2]", "closed with []"]);
    let mut guard: Guard<Vec<u32>> = transaction().enter();
    guard.push(3);
    let moved = Box::new(guard);
    drop(moved);
    assert_eq!(events(), ["rolled back [1, 3]", "closed with []"]);
}

// ---- numbers and sizes ----

const MANY: usize = 10_000;

#[test]
fn ten_thousand_guards_live_at_once_and_leave_in_any_order() {
    thread_local! {
        static OPEN: Cell<usize> = const { Cell::new(0) };
    }
    #[context_manager]
    fn open(n: usize) -> usize {
        OPEN.set(OPEN.get() + 1);
        let lent = n;
        yield_point!(lent);
        assert_eq!(lent, n + 1);
        OPEN.set(OPEN.get() - 1);
    }
    let mut guards: VecDeque<Guard<usize>> = (0..MANY).map(|n| open(n).enter()).collect();
    assert_eq!(OPEN.get(), MANY);
    for (n, guard) in guards.iter_mut().enumerate() {
        assert_eq!(**guard, n);
        **guard += 1;
    }
    for n in 0..MANY / 2 {
        let guard = if n % 2 == 0 {
            guards.pop_front()
        } else {
            guards.pop_back()
        };
        Guard::exit(guard.unwrap());
    }
    assert_eq!(OPEN.get(), MANY / 2);
    drop(guards);
    assert_eq!(OPEN.get(), 0);
}

#[test]
fn a_frame_may_be_a_mebibyte_large() {
    const SIZE: usize = 1 << 20;
    #[context_manager]
    fn large(fill: u8) -> u8 {
        let buffer = [fill; SIZE];
        let first = buffer[0];
        yield_point!(first);
        assert!(buffer.iter().all(|byte| *byte == fill));
        note(format!("{first}"));
    }
    // Unoptimised, a frame is moved through several functions' locals.
    let thread = thread::Builder::new().stack_size(64 * SIZE).spawn(|| {
        large(7).with(|first| *first += 1);
        {
            enter!(first = large(8));
            *first += 1;
        }
        let mut guard = large(9).enter();
        *guard += 1;
        Guard::exit(guard);
        assert_eq!(events(), ["8", "9", "10"]);
    });
    thread.unwrap().join().expect("large frames work");
}

/// Lends `value`, and looks at it again.
#[context_manager]
fn lends<T: Debug + Clone + PartialEq>(value: T, last: T) -> T {
    let kept = value.clone();
    assert_aligned(&kept);
    assert_aligned(&value);
    yield_point!(value);
    assert_aligned(&value);
    assert_eq!(value, last);
    note("seen");
}

fn assert_aligned<T>(value: &T) {
    assert_eq!(std::ptr::from_ref(value).addr() % align_of::<T>(), 0);
}

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
struct Aligned([u8; 3]);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Empty;

fn lends_in_every_form<T: Debug + Clone + PartialEq + Send + 'static>(first: &T, last: &T) {
    let context = || lends(first.clone(), last.clone());
    let swap = |value: &mut T| {
        assert_aligned(value);
        assert_eq!(mem::replace(value, last.clone()), *first);
    };
    context().with(swap);
    context()
        .try_with(|value| Ok::<_, ()>(swap(value)))
        .unwrap();
    {
        enter!(value = context());
        swap(value);
    }
    with!(value = context() => { swap(value) });
    let mut guard = context().enter();
    swap(&mut guard);
    let mut moved = Box::new([guard]);
    assert_aligned(&*moved[0]);
    drop(mem::replace(&mut moved[0], {
        let mut another = context().enter();
        swap(&mut another);
        another
    }));
    drop(moved);
    let mut guard = context().enter_local();
    swap(&mut guard);
    Guard::exit(guard);
    assert_eq!(events(), vec!["seen"; 7]);
}

#[test]
fn values_of_all_sizes_and_alignments_are_lent_and_handed_back() {
    lends_in_every_form(&(), &());
    lends_in_every_form(&Empty, &Empty);
    lends_in_every_form(&7_u8, &8);
    lends_in_every_form(&[1_u64; 128], &[2; 128]);
    lends_in_every_form(&Aligned([1, 2, 3]), &Aligned([4, 5, 6]));
    lends_in_every_form(&(1_u8, Aligned([1; 3]), 2_u8), &(3, Aligned([2; 3]), 4));
    lends_in_every_form(&"text".to_owned(), &"another".to_owned());
    lends_in_every_form(&Some(Box::new(5)), &None);
    lends_in_every_form(&vec![vec![1], vec![]], &vec![vec![2; 100]]);
    lends_in_every_form::<Option<&'static str>>(&None, &Some("x"));
}

#[test]
fn values_may_borrow_from_arguments() {
    struct Words<'t> {
        text: &'t str,
        found: Vec<&'t str>,
    }
    #[context_manager]
    fn words<'t>(text: &'t str, found: &mut Vec<&'t str>) -> Words<'t> {
        let words = Words {
            text,
            found: Vec::new(),
        };
        yield_point!(words);
        *found = words.found;
    }
    let text = "a b".to_owned();
    let mut found = Vec::new();
    {
        let mut guard = words(&text, &mut found).enter();
        let text = guard.text;
        guard.found.extend(text.split(' '));
    }
    assert_eq!(found, ["a", "b"]);
}

// ---- allocations ----

#[context_manager]
fn number(n: u64) -> [u64; 4] {
    let lent = [n; 4];
    yield_point!(lent);
    assert_eq!(lent, [n + 1; 4]);
}

#[context_manager]
fn fallible_number(n: u64) -> Result<[u64; 4], u8> {
    let lent = [n; 4];
    if n == 0 {
        return Err(0);
    }
    yield_point!(lent);
    if lent == [n + 1; 4] { Ok(()) } else { Err(1) }
}

fn bump(lent: &mut [u64; 4]) {
    lent.iter_mut().for_each(|n| *n += 1);
}

#[test]
fn only_enter_allocates_and_only_once() {
    assert_eq!(counted(|| number(1).with(bump)), ((), 0, 0));
    assert_eq!(counted(|| fallible_number(1).with(bump)), (Ok(()), 0, 0));
    assert_eq!(counted(|| fallible_number(0).with(bump)), (Err(0), 0, 0));
    let try_with = || number(1).try_with(|n| Ok::<_, u8>(bump(n)));
    assert_eq!(counted(try_with), (Ok(()), 0, 0));
    let try_with = || {
        fallible_number(1).try_with(|n| {
            bump(n);
            Err::<(), u8>(2)
        })
    };
    assert_eq!(counted(try_with), (Err(2), 0, 0));
    let enter = || {
        enter!(a = number(1));
        enter!(b = fallible_number(1)?);
        bump(a);
        bump(b);
        Ok::<_, u8>(())
    };
    assert_eq!(counted(enter), (Ok(()), 0, 0));
    let with = || {
        with!(a = number(1), b = fallible_number(1)? => {
            bump(a);
            bump(b);
        });
        Ok::<_, u8>(())
    };
    assert_eq!(counted(with), (Ok(()), 0, 0));

    let (mut guard, allocated, freed) = counted(|| number(1).enter());
    assert_eq!((allocated, freed), (1, 0));
    bump(&mut guard);
    assert_eq!(counted(|| Guard::exit(guard)), ((), 0, 1));
    let (mut guard, allocated, freed) = counted(|| fallible_number(1).enter_local().unwrap());
    assert_eq!((allocated, freed), (1, 0));
    bump(&mut guard);
    assert_eq!(counted(|| drop(guard)), ((), 0, 1));
    let (error, allocated, freed) = counted(|| fallible_number(0).enter().err());
    // The optimiser may do without it.
    assert!(error == Some(0) && allocated <= 1 && allocated == freed);
}

/// Nothing can fail between acquiring and registering: room is made before the enter half runs.
#[test]
fn the_allocation_comes_before_the_enter_half() {
    thread_local! {
        static BEFORE: Cell<usize> = const { Cell::new(0) };
    }
    #[context_manager]
    fn counts() -> usize {
        let allocated = counting::allocated();
        yield_point!(allocated - BEFORE.get());
    }
    BEFORE.set(counting::allocated());
    assert_eq!(*counts().enter(), 1);
}

#[test]
fn a_panic_frees_what_was_allocated() {
    let run = || {
        let ending = caught(|| {
            let mut guard = number(1).enter();
            bump(&mut guard);
            support::blow_up("body");
        });
        assert!(ending.is_err());
    };
    // The first panic of a thread may allocate something for good.
    run();
    let ((), allocated, freed) = counted(run);
    assert_eq!(allocated, freed);
}

// ---- names ----

#[test]
fn guards_are_named_in_the_fields_of_structs() {
    #[context_manager]
    fn text(start: impl Into<String>) -> String {
        let text = start.into();
        yield_point!(text);
        note(text);
    }
    #[context_manager]
    fn checked(n: u32) -> io::Result<u32> {
        let v = n;
        yield_point!(v);
        if v == n {
            Ok(())
        } else {
            Err(io::Error::other("changed"))
        }
    }
    #[context_manager]
    fn borrowing<'a>(cell: &'a RefCell<Vec<u32>>) -> std::cell::RefMut<'a, Vec<u32>> {
        let lent = cell.borrow_mut();
        yield_point!(lent);
        drop(lent);
        cell.borrow_mut().push(0);
    }

    struct Job<'a> {
        owned: Guard<String>,
        fallible: Guard<u32, io::Result<()>>,
        scoped: ScopedGuard<'a, String>,
        scoped_and_fallible: ScopedGuard<'a, u32, io::Result<()>>,
        local: LocalGuard<'a, std::cell::RefMut<'a, Vec<u32>>>,
        map: BTreeMap<u8, Guard<String>>,
        option: Option<Guard<String>>,
    }
    let cell = RefCell::new(vec![]);
    let start = "scoped".to_owned();
    let mut job = Job {
        owned: text("owned").enter(),
        fallible: checked(1).enter().unwrap(),
        scoped: text(&*start).enter(),
        scoped_and_fallible: checked(2).enter().unwrap(),
        local: borrowing(&cell).enter_local(),
        map: (0..2).map(|n| (n, text(n.to_string()).enter())).collect(),
        option: None,
    };
    job.owned.push('!');
    job.scoped.push('!');
    job.local.push(1);
    *job.scoped_and_fallible += 1;
    job.option = Some(text("option").enter());
    job.map.insert(0, text("new").enter());
    assert_eq!(events(), ["0"]);
    assert!(Guard::exit(job.fallible).is_ok());
    let error = Guard::exit(job.scoped_and_fallible).unwrap_err();
    assert_eq!(error.to_string(), "changed");
    drop((job.owned, job.scoped, job.local, job.map, job.option));
    assert_eq!(events(), ["owned!", "scoped!", "new", "1", "option"]);
    assert_eq!(*cell.borrow(), [1, 0]);
}

#[test]
fn a_guard_is_its_value_for_most_purposes() {
    #[context_manager]
    fn list() -> Vec<u32> {
        let list = vec![3, 1, 2];
        yield_point!(list);
    }
    let mut guard = list().enter();
    guard.sort_unstable();
    assert_eq!(*guard, [1, 2, 3]);
    assert_eq!(guard.iter().sum::<u32>(), 6);
    assert_eq!(format!("{guard:?}"), "Guard { value: [1, 2, 3], .. }");
    let lent: &mut Vec<u32> = &mut guard;
    lent.clear();
    assert!(guard.is_empty());
    // Its own functions do not hide those of the value.
    #[context_manager]
    fn door() -> Door {
        yield_point!(Door);
    }
    struct Door;
    impl Door {
        fn exit(&self) -> &'static str {
            "the door's"
        }
    }
    assert_eq!(door().enter().exit(), "the door's");
}

/// Whether a frame is `Send` is decided without regard to lifetimes, also to that of its errors.
#[test]
fn a_guard_may_fail_with_what_is_borrowed_for_ever() {
    #[context_manager]
    fn refuses(text: &'static str) -> Result<(), &'static str> {
        yield_point!();
        Err(text)
    }
    #[context_manager]
    fn refuses_in_vain(text: Cow<'static, str>) -> Result<usize, Cow<'static, str>> {
        yield_point!(text.len());
        if text.is_empty() { Ok(()) } else { Err(text) }
    }
    let guard: Guard<(), Result<(), &'static str>> = refuses("no").enter().unwrap();
    let exit = thread::spawn(|| Guard::exit(guard));
    assert_eq!(exit.join().unwrap(), Err("no"));
    let guard = refuses_in_vain("no".into()).enter().unwrap();
    assert_eq!(Guard::exit(guard), Err("no".into()));
}

#[test]
fn a_guard_may_be_moved_anywhere_between_enter_and_exit() {
    #[context_manager]
    fn own_address() -> Cell<usize> {
        let local = Cell::new(0);
        let address = std::ptr::from_ref(&local).addr();
        local.set(address);
        let lent = Cell::new(address);
        let exit: Exit<'_> = yield_point!(lent);
        // The frame has not moved, whatever the guard has done.
        assert_eq!(std::ptr::from_ref(&local).addr(), local.get());
        assert_eq!(lent.get(), local.get());
        note(format!("{exit:?}"));
    }
    let guard = own_address().enter();
    let boxed = Box::new((1_u8, guard));
    let (_, guard) = *boxed;
    let mut list = vec![guard, own_address().enter(), own_address().enter()];
    list.reserve(100);
    list.swap(0, 2);
    list.reverse();
    let last = list.pop().unwrap();
    mem::swap(&mut list[0], &mut Box::new(last));
    drop(list);
    assert_eq!(events(), ["Dropped"; 3]);
}

// ---- any order ----

#[derive(Clone, Debug)]
enum Step {
    Enter(u8),
    Exit(usize),
    Drop(usize),
    Swap(usize, usize),
    Change(usize, u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let index = 0..8_usize;
    let step = prop_oneof![
        3 => any::<u8>().prop_map(Step::Enter),
        1 => index.clone().prop_map(Step::Exit),
        1 => index.clone().prop_map(Step::Drop),
        1 => (index.clone(), index.clone()).prop_map(|(a, b)| Step::Swap(a, b)),
        2 => (index, any::<u8>()).prop_map(|(at, n)| Step::Change(at, n)),
    ];
    proptest::collection::vec(step, 0..40)
}

proptest! {
    /// Guards against a list of what is open, which is all that they should amount to.
    #[test]
    fn whatever_is_done_with_guards_the_books_balance(steps in steps()) {
        #[context_manager]
        fn ticket(n: u8) -> Box<u8> {
            let lent = Box::new(n);
            let exit = yield_point!(lent);
            note(format!("{exit:?} {lent}"));
        }
        let mut guards: Vec<Guard<Box<u8>>> = Vec::new();
        let mut model: Vec<u8> = Vec::new();
        for step in steps {
            let len = model.len();
            match step {
                Step::Enter(n) => {
                    guards.push(ticket(n).enter());
                    model.push(n);
                }
                Step::Exit(at) if at < len => {
                    Guard::exit(guards.remove(at));
                    prop_assert_eq!(events(), [format!("Completed {}", model.remove(at))]);
                }
                Step::Drop(at) if at < len => {
                    drop(guards.swap_remove(at));
                    prop_assert_eq!(events(), [format!("Dropped {}", model.swap_remove(at))]);
                }
                Step::Swap(a, b) if a < len && b < len => {
                    guards.swap(a, b);
                    model.swap(a, b);
                }
                Step::Change(at, n) if at < len => {
                    **guards[at] = n;
                    model[at] = n;
                }
                _ => {}
            }
            prop_assert_eq!(events(), [""; 0]);
        }
        drop(guards);
        let left: Vec<_> = model.iter().map(|n| format!("Dropped {n}")).collect();
        prop_assert_eq!(events(), left);
    }
}

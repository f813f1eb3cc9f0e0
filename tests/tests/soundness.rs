//! Guards the memory: what broke other crates that suspend functions, tried on this one from safe
//! code. To be run under a sanitizer as well.

#![forbid(unsafe_code)]
#![allow(
    clippy::needless_for_each,
    clippy::vec_box,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::num::NonZeroUsize;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::mpsc;
use std::task::{Poll, Waker};
use std::thread;

use guard_core::{Context, Exit, Guard, LocalGuard, context_manager, enter, with, yield_point};
use support::lost::losing;
use support::{D, blow_up, caught, d, events, note, while_unwinding};

/// An `.await` that the attribute cannot see.
macro_rules! wait {
    ($future:expr) => {
        $future.await
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    With,
    TryWith,
    Fails,
    EnterMacro,
    WithMacro,
    Guard,
    LocalGuard,
    Dropped,
}

const FORMS: [Form; 8] = [
    Form::With,
    Form::TryWith,
    Form::Fails,
    Form::EnterMacro,
    Form::WithMacro,
    Form::Guard,
    Form::LocalGuard,
    Form::Dropped,
];

/// Runs `$body` with what `$context` lends.
macro_rules! run {
    ($form:expr, $context:expr, $body:expr) => {
        match $form {
            Form::With => $context.with(|value| ($body)(value)),
            Form::TryWith => $context
                .try_with(|value| Ok::<_, String>(($body)(value)))
                .unwrap(),
            Form::Fails => {
                let failed = $context.try_with(|value| {
                    ($body)(value);
                    Err::<(), _>("the body's error".to_owned())
                });
                assert_eq!(failed, Err("the body's error".to_owned()));
            }
            Form::EnterMacro => {
                enter!(value = $context);
                ($body)(value);
            }
            Form::WithMacro => with!(value = $context => { ($body)(value) }),
            Form::Guard => {
                let mut guard = $context.enter();
                ($body)(&mut *guard);
                Guard::exit(guard);
            }
            Form::LocalGuard => {
                let mut guard = $context.enter_local();
                ($body)(&mut *guard);
                Guard::exit(guard);
            }
            Form::Dropped => {
                let mut guard = $context.enter();
                ($body)(&mut *guard);
            }
        }
    };
}

/// Everything that was made has been dropped, once.
fn assert_balanced(events: &[String]) {
    let count = |event: &str| events.iter().filter(|other| *other == event).count();
    for name in events
        .iter()
        .filter_map(|event| event.strip_prefix("make "))
    {
        assert_eq!(count(&format!("drop {name}")), 1, "{name} in {events:#?}");
    }
    let made = events
        .iter()
        .filter(|event| event.starts_with("make "))
        .count();
    let dropped = events
        .iter()
        .filter(|event| event.starts_with("drop "))
        .count();
    assert_eq!(made, dropped, "{events:#?}");
}

// ---- hidden `.await`s ----

#[test]
fn a_hidden_await_that_is_ready_is_as_good_as_a_call() {
    #[context_manager]
    fn waits(arg: D) -> D {
        let a = wait!(ready(d("a")));
        let v = wait!(async { a.make("v") });
        let completed = yield_point!(v).is_completed();
        let b = wait!(async { d("b") });
        note(completed.to_string());
        wait!(ready(()));
        b.touch();
        arg.touch();
    }
    for form in FORMS {
        run!(form, waits(d("arg")), |value: &mut D| value.touch());
        let events = events();
        assert_balanced(&events);
        assert!(events.contains(&"touch arg".to_owned()), "{form:?}");
    }
}

#[test]
fn a_hidden_await_in_the_enter_half_that_is_not_ready_panics_and_leaks_nothing() {
    #[context_manager]
    fn waits_forever(arg: D) -> D {
        let _a = d("a");
        let v = arg.make("v");
        wait!(pending::<()>());
        yield_point!(v);
        note("never");
    }
    for form in FORMS {
        let ending = caught(|| {
            run!(form, waits_forever(d("arg")), |_: &mut D| note("never"));
        });
        let message = ending.unwrap_err();
        assert!(message.contains("waits_forever"), "{message}");
        assert!(message.contains("not an `async fn`"), "{message}");
        let events = events();
        assert_balanced(&events);
        assert!(!events.contains(&"never".to_owned()));
    }
}

#[test]
fn a_hidden_await_in_the_exit_half_that_is_not_ready_panics_and_leaks_nothing() {
    #[context_manager]
    fn waits_forever(arg: D) -> D {
        let _a = d("a");
        let v = arg.make("v");
        yield_point!(v);
        note("exit");
        wait!(pending::<()>());
        note("never");
    }
    for form in FORMS {
        let (ending, lost) = losing(|| {
            caught(|| {
                run!(form, waits_forever(d("arg")), |value: &mut D| value.touch());
            })
        });
        assert!(ending.unwrap_err().contains("waits_forever"), "{form:?}");
        let of_the_body = lost.iter().map(|lost| &*lost.loss);
        assert!(of_the_body.eq((form == Form::Fails).then_some("body \"the body's error\"")));
        let seen = events();
        assert_balanced(&seen);
        assert!(seen.contains(&"exit".to_owned()) && !seen.contains(&"never".to_owned()));

        // While the body's panic unwinds it is one more loss.
        let (ending, lost) = losing(|| {
            caught(|| {
                run!(form, waits_forever(d("arg")), |_: &mut D| {
                    if thread::current().name().is_some() {
                        blow_up("body");
                    }
                });
            })
        });
        assert_eq!(ending, Err("body".to_owned()));
        assert_eq!(lost.len(), 1);
        assert!(lost[0].loss.contains("waits_forever"));
        assert_balanced(&events());
    }
}

/// A future that is pending once is woken at once, but nobody is there to poll again: what would
/// come of it must not be taken for a yield.
#[test]
fn a_frame_that_waits_is_not_a_frame_that_has_yielded() {
    #[context_manager]
    fn pauses(arg: D) -> D {
        let v = d("v");
        wait!(support::turn());
        yield_point!(v);
        drop(arg);
    }
    for form in FORMS {
        let entered = Cell::new(false);
        let ending = caught(|| {
            run!(form, pauses(d("arg")), |_: &mut D| entered.set(true));
        });
        assert!(ending.is_err() && !entered.get(), "{form:?}");
        assert_balanced(&events());
    }
}

// ---- the `Exit` that points to the body's error ----

/// Looks at the exit when it is dropped, however the frame ends.
struct Looks<'e> {
    exit: Cell<Option<Exit<'e>>>,
    of: &'static str,
}

impl Drop for Looks<'_> {
    fn drop(&mut self) {
        note(format!("{} {:?}", self.of, self.exit.get()));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Well,
    Panics,
    Waits,
    Fails,
}

#[test]
fn no_local_outlives_the_error_that_its_exit_points_to() {
    #[context_manager]
    fn looks(ending: Ending) -> Result<String, Vec<String>> {
        let early = Looks {
            exit: Cell::new(None),
            of: "early",
        };
        let v = "lent".to_owned();
        let exit = yield_point!(v);
        early.exit.set(Some(exit));
        let _late = Looks {
            exit: Cell::new(Some(exit)),
            of: "late",
        };
        match ending {
            Ending::Well => {}
            Ending::Panics => blow_up("exit"),
            Ending::Waits => wait!(pending()),
            Ending::Fails => return Err(vec![v]),
        }
        Ok(())
    }
    impl From<Vec<String>> for BodyError {
        fn from(strings: Vec<String>) -> Self {
            note("convert");
            BodyError(strings.into_iter().map(Box::new).collect())
        }
    }
    #[derive(Debug, PartialEq)]
    struct BodyError(Vec<Box<String>>);
    impl Drop for BodyError {
        fn drop(&mut self) {
            self.0
                .iter_mut()
                .for_each(|text| text.replace_range(.., "freed"));
            note("drop error");
        }
    }
    let shown = "Some(Failed(BodyError([\"body\"])))";
    for ending in [Ending::Well, Ending::Panics, Ending::Waits, Ending::Fails] {
        let (result, lost) = losing(|| {
            caught(|| {
                looks(ending)
                    .try_with(|_| Err::<(), _>(BodyError(vec![Box::new("body".to_owned())])))
            })
        });
        let well = matches!(ending, Ending::Well | Ending::Fails);
        assert_eq!(result.is_ok(), well, "{ending:?}");
        drop(result);
        assert_eq!(
            events(),
            [
                format!("late {shown}"),
                format!("early {shown}"),
                "drop error".to_owned()
            ],
            "{ending:?}"
        );
        // The exit half's error, or where that panics the body's.
        assert_eq!(lost.len(), usize::from(ending != Ending::Well));
    }
    for ending in [Ending::Panics, Ending::Waits, Ending::Well] {
        // An `Exit` cannot be sent, and so cannot what holds it.
        let guard: LocalGuard<'_, String, Result<(), Vec<String>>> =
            looks(ending).enter_local().unwrap();
        let ended = caught(|| {
            let error = Box::new("short-lived".to_owned());
            let result = Guard::exit_with(guard, Exit::Failed(&*error));
            note("error is still there");
            drop(error);
            result
        });
        assert_eq!(ended.is_ok(), ending == Ending::Well);
        let shown = "Some(Failed(\"short-lived\"))";
        assert_eq!(
            events()[..2],
            [format!("late {shown}"), format!("early {shown}")]
        );
    }
}

// ---- wakers ----

#[test]
fn a_waker_outlives_the_frame_that_it_was_cloned_in() {
    thread_local! {
        static WAKERS: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
    }
    async fn keep_waker() {
        poll_fn(|poller| {
            WAKERS.with_borrow_mut(|wakers| {
                wakers.push(poller.waker().clone());
                let mut another = Waker::noop().clone();
                another.clone_from(poller.waker());
                wakers.push(another);
            });
            poller.waker().wake_by_ref();
            Poll::Ready(())
        })
        .await;
    }
    #[context_manager]
    fn keeps(arg: D) -> D {
        wait!(keep_waker());
        let v = arg.make("v");
        yield_point!(v);
        wait!(keep_waker());
        WAKERS.with_borrow(|wakers| wakers.iter().for_each(Waker::wake_by_ref));
    }
    for form in FORMS {
        run!(form, keeps(d("arg")), |_: &mut D| {
            WAKERS.with_borrow(|wakers| wakers.iter().for_each(Waker::wake_by_ref));
        });
        assert_balanced(&events());
    }
    let wakers = WAKERS.take();
    assert_eq!(wakers.len(), 4 * FORMS.len());
    for waker in &wakers {
        waker.wake_by_ref();
        drop(waker.clone());
    }
    let others = wakers.clone();
    thread::spawn(move || others.into_iter().for_each(Waker::wake))
        .join()
        .unwrap();
    drop(wakers);
}

/// A future that was first polled with the waker of the enter half goes on with another's.
#[test]
fn a_future_may_be_polled_in_both_halves() {
    #[context_manager]
    fn polls(arg: D) -> D {
        let v = d("v");
        let mut future = pin!(async {
            let _inner = d("inner");
            support::turn().await;
            arg.touch();
            support::turn().await;
            note("done");
        });
        let first = wait!(poll_fn(|poller| Poll::Ready(future.as_mut().poll(poller))));
        assert!(first.is_pending());
        yield_point!(v);
        let second = wait!(poll_fn(|poller| Poll::Ready(future.as_mut().poll(poller))));
        assert!(second.is_pending());
    }
    for form in FORMS {
        run!(form, polls(d("arg")), |_: &mut D| ());
        let events = events();
        assert_balanced(&events);
        assert!(events.contains(&"touch arg".to_owned()) && !events.contains(&"done".to_owned()));
    }
}

/// async-stream #106: what is yielded in one must not come out of another that is polled within it.
#[test]
fn contexts_of_other_types_within_each_other_do_not_mix_their_values() {
    #[context_manager]
    fn number() -> NonZeroUsize {
        let n = NonZeroUsize::MIN;
        yield_point!(n);
        assert_eq!(n.get(), 2);
    }
    #[context_manager]
    fn boxed() -> Box<u64> {
        enter!(n = number());
        let v = Box::new(7_u64);
        let inner = wait!(async {
            enter!(m = number());
            *m = m.saturating_add(1);
            m.get()
        });
        yield_point!(v);
        *n = n.saturating_add(1);
        assert_eq!((*v, inner), (8, 2));
    }
    #[context_manager]
    fn both() -> (String, NonZeroUsize) {
        let mut guard = boxed().enter();
        enter!(n = number());
        **guard += 1;
        let lent = ("x".to_owned(), *n);
        yield_point!(lent);
        *n = n.saturating_add(lent.0.len());
        wait!(ready(()));
        Guard::exit(guard);
    }
    for form in FORMS {
        run!(form, both(), |lent: &mut (String, NonZeroUsize)| {
            assert_eq!(lent.1.get(), 1);
            lent.1 = NonZeroUsize::MAX;
        });
    }
    for _ in 0..3 {
        // One after the other at the same addresses.
        number().with(|n| *n = n.saturating_add(1));
        boxed().with(|v| **v += 1);
    }
}

// ---- contexts that are not entered ----

#[test]
fn a_context_that_is_dropped_has_its_arguments_dropped_once_and_runs_nothing() {
    struct Own {
        _a: D,
        _b: D,
    }
    impl Own {
        #[context_manager]
        fn method(self, _arg: D, (_c, _): (D, D), _: D) -> u8 {
            note("never");
            yield_point!(1);
        }
    }
    let context = || {
        let own = Own {
            _a: d("a"),
            _b: d("b"),
        };
        own.method(d("arg"), (d("c"), d("e")), d("f"))
    };
    drop(context());
    let seen = events();
    assert_balanced(&seen);
    assert_eq!(seen.len(), 12);
    let unwound = caught(|| {
        let _context = context();
        blow_up("before it is entered");
    });
    assert!(unwound.is_err());
    assert_balanced(&events());
    let moved = vec![context(), context()];
    thread::spawn(move || {
        drop(moved);
        let mut seen = events();
        seen.sort();
        assert_eq!(seen.len(), 12);
    })
    .join()
    .unwrap();
    events();
}

/// What it was called with is held from the call on, not from the entering.
#[test]
fn a_context_owns_its_arguments_from_the_call_on() {
    #[context_manager]
    fn permit(_permit: Rc<()>) {
        yield_point!();
    }
    let permits = Rc::new(());
    let context = permit(permits.clone());
    assert_eq!(Rc::strong_count(&permits), 2);
    context.with(|()| assert_eq!(Rc::strong_count(&permits), 2));
    assert_eq!(Rc::strong_count(&permits), 1);
}

// ---- destructors and re-entrancy ----

/// A local whose destructor runs other context managers, in all their forms.
struct Busy(&'static str);

impl Drop for Busy {
    fn drop(&mut self) {
        let name = self.0;
        for form in FORMS {
            run!(form, logged(name), |value: &mut Box<u32>| **value += 1);
        }
        let mut guards: Vec<Guard<Box<u32>>> = (0..3).map(|_| logged(name).enter()).collect();
        guards.iter_mut().for_each(|guard| ***guard += 1);
    }
}

#[context_manager]
fn logged(name: &'static str) -> Box<u32> {
    let lent = Box::new(0);
    let exit = yield_point!(lent);
    assert_eq!(*lent, 1);
    note(format!("{name} {exit:?}"));
}

#[test]
fn a_destructor_in_a_frame_may_run_other_contexts() {
    #[context_manager]
    fn busy(arg: Busy, fails: bool) -> Result<Box<u32>, String> {
        let _early = Busy("early");
        let lent = Box::new(5);
        if fails {
            return Err("the body's error".to_owned());
        }
        yield_point!(lent);
        let _late = Busy("late");
        assert_eq!((*lent, arg.0), (6, "arg"));
        Ok(())
    }
    let own = [
        "Completed",
        "Completed",
        "Failed(\"the body's error\")",
        "Dropped",
        "Completed",
        "Completed",
        "Completed",
        "Dropped",
        "Dropped",
        "Dropped",
        "Dropped",
    ];
    let of = |names: &[&str]| -> Vec<String> {
        names
            .iter()
            .flat_map(|name| own.iter().map(move |exit| format!("{name} {exit}")))
            .collect()
    };
    assert_eq!(busy(Busy("arg"), false).with(|lent| **lent += 1), Ok(()));
    assert_eq!(events(), of(&["late", "early", "arg"]));
    assert!(busy(Busy("arg"), true).with(|_| ()).is_err());
    assert_eq!(events(), of(&["early", "arg"]));
    drop(busy(Busy("arg"), false));
    assert_eq!(events(), of(&["arg"]));

    // Also while unwinding, where each reports its own body.
    let panicked: Result<Result<(), String>, _> = caught(|| {
        busy(Busy("arg"), false).with(|lent| {
            **lent += 1;
            blow_up("body");
        })
    });
    assert_eq!(panicked, Err("body".to_owned()));
    assert_eq!(events(), of(&["late", "early", "arg"]));
    while_unwinding(|| {
        let guard = busy(Busy("arg"), false).enter();
        **guard.unwrap() += 1;
    });
    assert_eq!(events(), of(&["late", "early", "arg"]));
}

#[test]
fn a_context_may_be_entered_again_from_all_of_its_parts() {
    struct Again(u32);
    impl Drop for Again {
        fn drop(&mut self) {
            if self.0 > 0 {
                again(self.0 - 1).with(|text| text.push('d'));
            }
        }
    }
    #[context_manager]
    fn again(depth: u32) -> String {
        let _again = Again(depth);
        if depth > 0 {
            boxed(depth - 1).push('e');
        }
        let text = depth.to_string();
        yield_point!(text);
        note(text);
        if depth > 0 {
            boxed(depth - 1).push('x');
        }
    }
    fn boxed(depth: u32) -> Guard<String> {
        again(depth).enter()
    }
    again(1).with(|text| again(0).with(|inner| inner.push_str(text)));
    assert_eq!(events(), ["0e", "01", "1", "0x", "0d"]);
    let mut guard = again(2).enter();
    guard.push('!');
    drop(guard);
    assert_eq!(events().len(), 4 + 1 + 4 + 4);
}

/// Guards that end up within what they lend, and are dropped by their own exit.
#[test]
fn a_guard_may_be_dropped_by_the_exit_half_of_another() {
    #[context_manager]
    fn takes(slot: Rc<RefCell<Option<Guard<u32>>>>) -> u32 {
        let lent = 1;
        yield_point!(lent);
        drop(slot.take());
        note("outer");
    }
    #[context_manager]
    fn inner() -> u32 {
        let lent = 2;
        let exit = yield_point!(lent);
        note(format!("inner {exit:?}"));
    }
    let slot = Rc::new(RefCell::new(None));
    let outer = takes(slot.clone()).enter_local();
    slot.replace(Some(inner().enter()));
    drop(outer);
    assert_eq!(events(), ["inner Dropped", "outer"]);
}

// ---- moving memory ----

/// Locals that borrow from each other across the yield, in frames that are moved before they are
/// entered and guards that are moved after.
#[test]
fn borrows_across_the_yield_stay_good_wherever_the_guard_goes() {
    #[context_manager]
    fn knotted(seed: u8) -> Vec<Box<u8>> {
        let array = [seed; 300];
        let text = String::from_utf8(vec![b'a' + seed % 26; 40]).unwrap();
        let slices: Vec<&[u8]> = array.chunks(7).collect();
        let first = &text[..3];
        let by_reference = &slices;
        let lent = vec![Box::new(seed)];
        let exit = yield_point!(lent);
        assert_eq!(by_reference.concat(), array);
        assert!(text.starts_with(first));
        assert_eq!(*lent[0], seed);
        note(format!("{exit:?} {}", lent.len()));
    }
    let mut contexts: Vec<_> = (0..20).map(knotted).collect();
    contexts.reverse();
    contexts.shrink_to_fit();
    let mut guards: Vec<Guard<Vec<Box<u8>>>> = contexts.into_iter().map(Context::enter).collect();
    for round in 0..20_usize {
        guards.reserve_exact(round * 10);
        guards.rotate_left(3);
        guards[round].push(Box::new(0));
        guards.shrink_to_fit();
    }
    let (send, receive) = mpsc::channel();
    let half = guards.split_off(10);
    let thread = thread::spawn(move || {
        for guard in half {
            Guard::exit(guard);
        }
        send.send(events()).unwrap();
    });
    drop(guards);
    assert_eq!(events().len(), 10);
    assert_eq!(receive.recv().unwrap().len(), 10);
    thread.join().unwrap();
}

/// A value that is replaced, taken and swapped with that of another guard.
#[test]
fn values_may_be_swapped_between_guards() {
    #[context_manager]
    fn owner(name: &'static str) -> D {
        let v = d(name);
        yield_point!(v);
        note(format!("{name} has {}", v.0));
    }
    let (mut a, mut b) = (owner("a").enter(), owner("b").enter());
    std::mem::swap(&mut *a, &mut *b);
    owner("c").with(|c| std::mem::swap(c, &mut a));
    drop(a);
    Guard::exit(b);
    let seen = events();
    assert_balanced(&seen);
    assert_eq!(
        seen,
        [
            "make a", "make b", "make c", "c has b", "drop b", "a has c", "drop c", "b has a",
            "drop a"
        ]
    );
}

/// The frame is pinned: what is pinned in it stays where it is.
#[test]
fn what_is_pinned_in_a_frame_is_not_moved() {
    #[context_manager]
    fn pinned() -> usize {
        let value = pin!((Cell::new(0), std::marker::PhantomPinned));
        let address = |value: Pin<&(Cell<usize>, std::marker::PhantomPinned)>| {
            std::ptr::from_ref(value.get_ref()).addr()
        };
        value.0.set(address(value.as_ref()));
        yield_point!(address(value.as_ref()));
        assert_eq!(value.0.get(), address(value.as_ref()));
        note("stayed");
    }
    for form in FORMS {
        run!(form, pinned(), |_: &mut usize| ());
    }
    let mut guards: Vec<Guard<usize>> = (0..10).map(|_| pinned().enter()).collect();
    guards.rotate_left(3);
    drop(guards);
    assert_eq!(events(), vec!["stayed"; FORMS.len() + 10]);
}

/// A future in the frame can put another poller in the place of the one that the frame is polled
/// with, in safe code. The yield point must not take it for its own.
#[test]
fn a_poller_that_was_put_in_the_place_of_ours_is_not_taken_for_it() {
    use std::sync::Arc;
    use std::task::{Context as Poller, Wake};

    struct Small([u64; 1]);
    impl Wake for Small {
        fn wake(self: Arc<Self>) {
            assert_eq!(self.0, [7]);
        }
    }
    #[context_manager]
    fn replaced(waker: &'static Waker) -> [u64; 64] {
        wait!(poll_fn(|poller| {
            *poller = Poller::from_waker(waker);
            Poll::Ready(())
        }));
        yield_point!([0x41; 64]);
    }
    let small = Waker::from(Arc::new(Small([7])));
    let small: &'static Waker = Box::leak(Box::new(small));
    for waker in [Waker::noop(), small] {
        let told = caught(|| replaced(waker).with(|_| ())).unwrap_err();
        assert!(
            told.contains("waits for a future that is not ready"),
            "{told}"
        );
    }
    small.wake_by_ref();
}

//! Guards what happens when something panics: the enter half, the body, the exit half, a destructor.
//! Everything runs and is dropped once, the first panic goes on unchanged, and nothing aborts that
//! would not abort with guards written by hand.

#![allow(
    clippy::ignored_unit_patterns,
    clippy::semicolon_if_nothing_returned,
    clippy::struct_excessive_bools,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::sync::{Mutex, TryLockError};
use std::thread;

use guard_core::{Exit, Guard, context_manager, enter, with, yield_point};
use support::lost::losing;
use support::{D, Log, blow_up, caught, child, d, events, note, while_unwinding};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    With,
    TryWith,
    EnterMacro,
    WithMacro,
    Guard,
    LocalGuard,
}

const FORMS: [Form; 6] = [
    Form::With,
    Form::TryWith,
    Form::EnterMacro,
    Form::WithMacro,
    Form::Guard,
    Form::LocalGuard,
];

/// Holds what is given to it in each of the forms.
macro_rules! held {
    ($form:expr, $context:expr, $body:expr) => {
        match $form {
            Form::With => $context.with(|value| ($body)(value)),
            Form::TryWith => $context
                .try_with(|value| Ok::<_, ()>(($body)(value)))
                .expect("neither fails"),
            Form::EnterMacro => {
                enter!(value = $context);
                ($body)(value)
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
        }
    };
}

/// Where there is a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Where {
    enter: bool,
    body: bool,
    exit: bool,
    /// In the destructor of a local, which is left when the exit half ends.
    local: bool,
}

/// A local whose destructor panics.
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        note(format!("drop {}", self.0));
        blow_up(self.0);
    }
}

#[context_manager]
fn panicking(place: Where, arg: D) -> D {
    let _before = d("before");
    let _bomb = place.local.then(|| Bomb("local"));
    let value = d("value");
    let _after = d("after");
    if place.enter {
        blow_up("enter");
    }
    let exit = yield_point!(value);
    note(format!("exit {exit:?}"));
    let _late = d("late");
    if place.exit {
        blow_up("exit");
    }
    note(format!("end {arg:?}"));
}

fn places() -> impl Iterator<Item = Where> {
    (0..16).map(|bits| Where {
        enter: bits & 1 != 0,
        body: bits & 2 != 0,
        exit: bits & 4 != 0,
        local: bits & 8 != 0,
    })
}

/// Whether a second panic would leave a destructor while the first one unwinds the frame, which the
/// language answers with an abort.
fn aborts(place: Where) -> bool {
    place.local && (place.enter || place.exit)
}

#[test]
fn wherever_it_panics_everything_runs_and_is_dropped_once() {
    for form in FORMS {
        for place in places().filter(|place| !aborts(*place)) {
            let (ending, lost) = losing(|| {
                caught(|| {
                    held!(form, panicking(place, d("arg")), |value: &mut D| {
                        value.touch();
                        let _local = d("local of the body");
                        if place.body {
                            blow_up("body");
                        }
                    });
                })
            });
            check(form, place, &ending, &lost, &events());
        }
    }
}

fn check(
    form: Form,
    place: Where,
    ending: &Result<(), String>,
    lost: &[support::lost::Lost],
    events: &[String],
) {
    let context = format!("{form:?} {place:?} {events:#?}");
    let count = |event: &str| events.iter().filter(|other| *other == event).count();
    for made in events
        .iter()
        .filter_map(|event| event.strip_prefix("make "))
    {
        assert_eq!(count(&format!("make {made}")), 1, "{made}: {context}");
        assert_eq!(count(&format!("drop {made}")), 1, "{made}: {context}");
    }
    assert_eq!(
        count("drop local"),
        usize::from(place.local),
        "the bomb went off once: {context}"
    );
    assert_eq!(count("touch value"), usize::from(!place.enter), "{context}");

    let exits: Vec<_> = events
        .iter()
        .filter_map(|event| event.strip_prefix("exit "))
        .collect();
    let exit = match (place.body, form) {
        (true, _) => "Panicked",
        (false, Form::EnterMacro) => "Dropped",
        (false, _) => "Completed",
    };
    let expected: &[&str] = if place.enter { &[] } else { &[exit] };
    assert_eq!(exits, expected, "{context}");
    assert_eq!(
        count("end D(\"arg\")"),
        usize::from(!place.enter && !place.exit),
        "{context}"
    );

    let in_exit_half =
        (place.exit || place.local).then_some(if place.exit { "exit" } else { "local" });
    let (first, second) = match (place.enter, place.body, in_exit_half) {
        (true, _, _) => (Some("enter"), None),
        (_, true, second) => (Some("body"), second),
        (_, false, first) => (first, None),
    };
    assert_eq!(
        ending.as_ref().err().map(String::as_str),
        first,
        "{context}"
    );
    let lost: Vec<_> = lost.iter().map(|lost| (&*lost.loss, &*lost.exit)).collect();
    let second = second.map(|second| (format!("panic {second:?}"), "Panicked"));
    let second: Vec<_> = second.iter().map(|(loss, exit)| (&**loss, *exit)).collect();
    assert_eq!(lost, second, "{context}");
}

/// What `aborts` says is so, for a guard written by hand as well.
#[test]
fn two_destructors_that_panic_abort_as_they_do_by_hand() {
    if child::is_child() {
        return;
    }
    for name in [
        "aborts_with_a_context",
        "aborts_with_a_guard_written_by_hand",
    ] {
        let output = child::run(name);
        assert!(child::aborted(&output), "{name}: {output:?}");
        assert!(
            child::stderr(&output).contains("panic in a destructor during cleanup"),
            "{name}: {output:?}"
        );
    }
}

#[test]
fn aborts_with_a_context() {
    if child::is_child() {
        let place = Where {
            enter: false,
            body: false,
            exit: true,
            local: true,
        };
        let _ = caught(|| panicking(place, d("arg")).with(|_| ()));
    }
}

#[test]
fn aborts_with_a_guard_written_by_hand() {
    struct ByHand {
        _bomb: Bomb,
    }
    impl Drop for ByHand {
        fn drop(&mut self) {
            blow_up("exit");
        }
    }
    if child::is_child() {
        let _ = caught(|| {
            drop(ByHand {
                _bomb: Bomb("local"),
            });
        });
    }
}

/// A guard written by hand whose destructor panics while another panic unwinds aborts the process.
/// This is what is done better here.
#[test]
fn an_exit_half_that_panics_while_unwinding_does_not_abort_though_it_does_by_hand() {
    if child::is_child() {
        return;
    }
    let by_hand = child::run("aborts_while_unwinding_by_hand");
    assert!(child::aborted(&by_hand), "{by_hand:?}");
    let managed = child::run("does_not_abort_while_unwinding");
    assert!(managed.status.success(), "{managed:?}");
}

#[test]
fn aborts_while_unwinding_by_hand() {
    struct ByHand;
    impl Drop for ByHand {
        fn drop(&mut self) {
            blow_up("exit");
        }
    }
    if child::is_child() {
        let _ = caught(|| {
            let _by_hand = ByHand;
            blow_up("body");
        });
    }
}

#[test]
fn does_not_abort_while_unwinding() {
    if child::is_child() {
        let place = Where {
            enter: false,
            body: true,
            exit: true,
            local: false,
        };
        for form in FORMS {
            let body = |_: &mut D| blow_up("body");
            let ending: Result<(), _> = caught(|| held!(form, panicking(place, d("arg")), body));
            assert_eq!(ending, Err("body".to_owned()));
        }
    }
}

/// A local that cannot be dropped well, in an enter half that fails.
#[test]
fn a_destructor_that_panics_when_the_enter_half_fails_drops_the_others() {
    #[context_manager]
    fn fails_to_enter(arg: D) -> Result<D, String> {
        let _first = d("first");
        let _bomb = Bomb("bomb");
        let _second = d("second");
        let value = d("value");
        if arg.is_made() {
            return Err("full".to_owned());
        }
        yield_point!(value);
        Ok(())
    }

    type Run = fn() -> Result<(), String>;
    let runs: [Run; 5] = [
        || fails_to_enter(d("arg")).with(|_| unreachable!()),
        || fails_to_enter(d("arg")).try_with(|_| unreachable!()),
        || {
            enter!(_ = fails_to_enter(d("arg"))?);
            unreachable!()
        },
        || fails_to_enter(d("arg")).enter().map(|_| unreachable!()),
        || {
            fails_to_enter(d("arg"))
                .enter_local()
                .map(|_| unreachable!())
        },
    ];
    for run in runs {
        let (ending, lost) = losing(|| caught(run));
        assert_eq!(ending, Err("bomb".to_owned()));
        assert_eq!(lost, []);
        assert_eq!(
            events()[4..],
            [
                "make value",
                "touch arg",
                "drop value",
                "drop second",
                "drop bomb",
                "drop first",
                "drop arg",
            ]
            .map(str::to_owned)[1..]
        );
    }
}

/// A payload that can be recognised.
#[derive(Debug, PartialEq, Eq)]
struct Payload(Vec<u8>);

fn payload_of(f: impl FnOnce()) -> Box<dyn Any + Send> {
    catch_unwind(AssertUnwindSafe(f)).expect_err("it panics")
}

#[test]
fn the_payload_of_a_panic_goes_on_unchanged() {
    #[context_manager]
    fn quiet(panics: Option<&'static str>) {
        if panics == Some("enter") {
            panic_any(Payload(vec![1]));
        }
        yield_point!();
        if panics == Some("exit") {
            panic_any(Payload(vec![3]));
        }
    }
    for form in FORMS {
        let payload = payload_of(|| held!(form, quiet(Some("enter")), |_: &mut ()| ()));
        assert_eq!(payload.downcast_ref(), Some(&Payload(vec![1])));
        let body = |_: &mut ()| panic_any(Payload(vec![2]));
        let payload = payload_of(|| held!(form, quiet(None), body));
        assert_eq!(payload.downcast_ref(), Some(&Payload(vec![2])));
        // The exit half's own is the lesser one.
        let (payload, lost) = losing(|| payload_of(|| held!(form, quiet(Some("exit")), body)));
        assert_eq!(payload.downcast_ref(), Some(&Payload(vec![2])));
        assert_eq!(lost[0].loss, "panic \"a payload that is no text\"");
        assert_eq!(lost.len(), 1);
        let payload = payload_of(|| held!(form, quiet(Some("exit")), |_: &mut ()| ()));
        assert_eq!(payload.downcast_ref(), Some(&Payload(vec![3])));
    }
}

/// A payload whose destructor panics with another such payload, some levels deep.
struct Matryoshka(u8);

impl Drop for Matryoshka {
    fn drop(&mut self) {
        note(format!("drop payload {}", self.0));
        if self.0 > 0 {
            resume_unwind(Box::new(Matryoshka(self.0 - 1)));
        }
    }
}

#[test]
fn a_lost_payload_that_panics_when_dropped_does_no_harm() {
    #[context_manager]
    fn bursts() {
        yield_point!();
        if true {
            resume_unwind(Box::new(Matryoshka(3)));
        }
    }
    for form in FORMS {
        let body = |_: &mut ()| blow_up("body");
        let (ending, lost): (Result<(), _>, _) = losing(|| caught(|| held!(form, bursts(), body)));
        assert_eq!(ending, Err("body".to_owned()));
        assert_eq!(lost.len(), 1);
        assert_eq!(
            events(),
            [
                "drop payload 3",
                "drop payload 2",
                "drop payload 1",
                "drop payload 0"
            ]
        );
    }
}

#[context_manager]
fn told(name: &'static str) {
    let exit = yield_point!();
    note(format!("{name} {exit:?}"));
}

#[test]
fn nested_contexts_are_all_told_of_a_panic_from_the_inside_out() {
    for outer in FORMS {
        for inner in FORMS {
            let ending: Result<(), _> = caught(|| {
                held!(outer, told("outer"), |_: &mut ()| {
                    held!(inner, told("inner"), |_: &mut ()| blow_up("body"))
                })
            });
            assert_eq!(ending, Err("body".to_owned()));
            assert_eq!(events(), ["inner Panicked", "outer Panicked"]);
        }
    }
}

/// `thread::panicking` is a flag that says nothing about who panics: a known trap of guards.
#[test]
fn a_context_made_in_a_destructor_reports_its_own_body() {
    for form in FORMS {
        while_unwinding(|| held!(form, told("in a destructor"), |_: &mut ()| ()));
        let exit = if form == Form::EnterMacro {
            "Dropped"
        } else {
            "Completed"
        };
        assert_eq!(events(), [format!("in a destructor {exit}")]);
    }
    while_unwinding(|| {
        drop(told("in a destructor").enter());
        drop(told("in a destructor").enter_local());
    });
    assert_eq!(
        events(),
        ["in a destructor Dropped", "in a destructor Dropped"]
    );
}

/// The forms that call the body know of its panic, whatever else is unwinding.
#[test]
fn a_panic_caught_within_a_destructor_is_told_by_the_forms_that_call_the_body() {
    for form in [Form::With, Form::TryWith] {
        while_unwinding(|| {
            let body = |_: &mut ()| blow_up("inner");
            let ending: Result<(), _> = caught(|| held!(form, told("in a destructor"), body));
            assert_eq!(ending, Err("inner".to_owned()));
        });
        assert_eq!(events(), ["in a destructor Panicked"]);
    }
}

/// A guard made before the panic, in a value that is dropped by it.
#[test]
fn a_guard_in_a_field_is_told_of_the_panic_that_drops_it() {
    struct Holder {
        _before: D,
        _guard: Guard<()>,
        _after: D,
    }
    let ending: Result<(), _> = caught(|| {
        let _holder = Holder {
            _before: d("before"),
            _guard: told("field").enter(),
            _after: d("after"),
        };
        blow_up("body");
    });
    assert_eq!(ending, Err("body".to_owned()));
    assert_eq!(
        events()[2..],
        ["drop before", "field Panicked", "drop after"]
    );
}

#[test]
fn a_mutex_held_across_the_yield_is_poisoned_as_by_a_plain_guard() {
    #[context_manager]
    fn locked<'a>(mutex: &'a Mutex<u32>, exit_panics: bool) -> &'a u32 {
        let mut guard = mutex.lock().expect("not poisoned");
        *guard += 1;
        yield_point!(&0);
        *guard += 1;
        if exit_panics {
            blow_up("exit");
        }
    }

    #[context_manager]
    fn lends_the_lock(mutex: &Mutex<u32>) -> std::sync::MutexGuard<'_, u32> {
        let guard = mutex.lock().expect("not poisoned");
        yield_point!(guard);
        drop(guard);
    }

    macro_rules! body_of_local {
        ($form:expr, $context:expr, $body:expr) => {
            match $form {
                // A lock cannot be sent, and so cannot the guard that holds it.
                Form::Guard => {
                    let mut guard = $context.enter_local();
                    ($body)(&mut *guard);
                    Guard::exit(guard);
                }
                form => body_of_local!(@ form, $context, $body),
            }
        };
        (@ $form:expr, $context:expr, $body:expr) => {
            match $form {
                Form::With => $context.with(|value| ($body)(value)),
                Form::TryWith => $context.try_with(|value| Ok::<_, ()>(($body)(value))).unwrap(),
                Form::EnterMacro => {
                    enter!(value = $context);
                    ($body)(value);
                }
                Form::WithMacro => with!(value = $context => { ($body)(value) }),
                Form::Guard | Form::LocalGuard => drop($context.enter_local()),
            }
        };
    }

    for form in FORMS {
        let mutex = Mutex::new(0);
        body_of_local!(form, locked(&mutex, false), |_: &mut &u32| ());
        assert!(!mutex.is_poisoned(), "{form:?}: the body ended well");
        assert_eq!(*mutex.lock().unwrap(), 2);
        body_of_local!(form, lends_the_lock(&mutex), |_: &mut _| ());
        assert!(!mutex.is_poisoned(), "{form:?}: the body ended well");
    }

    for form in [
        Form::With,
        Form::TryWith,
        Form::EnterMacro,
        Form::WithMacro,
        Form::Guard,
    ] {
        let mutex = Mutex::new(0);
        let ending = caught(|| {
            body_of_local!(form, locked(&mutex, false), |_: &mut &u32| blow_up("body"));
        });
        assert_eq!(ending, Err("body".to_owned()));
        assert!(mutex.is_poisoned(), "{form:?}: the body panicked");
        assert!(
            matches!(mutex.try_lock(), Err(TryLockError::Poisoned(value)) if **value.get_ref() == 2),
            "{form:?}: the exit half has run"
        );

        let mutex = Mutex::new(0);
        let ending = caught(|| {
            body_of_local!(form, lends_the_lock(&mutex), |_: &mut _| blow_up("body"));
        });
        assert_eq!(ending, Err("body".to_owned()));
        assert!(mutex.is_poisoned(), "{form:?}: the body panicked");

        let mutex = Mutex::new(0);
        let ending = caught(|| {
            body_of_local!(form, locked(&mutex, true), |_: &mut &u32| ());
        });
        assert_eq!(ending, Err("exit".to_owned()));
        assert!(mutex.is_poisoned(), "{form:?}: the exit half panicked");

        // A lock taken while another panic unwinds is none of that panic's business.
        let mutex = Mutex::new(0);
        while_unwinding(|| body_of_local!(form, locked(&mutex, false), |_: &mut &u32| ()));
        assert!(!mutex.is_poisoned(), "{form:?}: it was another's panic");
    }
}

/// A panic with a message, the default panic hook, and a thread that ends of it.
#[test]
fn a_thread_that_panics_in_the_body_has_run_the_exit_half() {
    #[context_manager]
    fn logged(log: Log) -> Log {
        let inner = log.clone();
        let exit = yield_point!(inner);
        log.note(format!("{exit:?}"));
    }
    let log = Log::new();
    for form in FORMS {
        let log = log.clone();
        let thread = thread::spawn(move || {
            held!(form, logged(log), |log: &mut Log| {
                log.note("body");
                panic!("no more {}", "paper");
            });
        });
        let payload = thread.join().expect_err("it panicked");
        assert_eq!(support::message(&*payload), "no more paper");
    }
    assert_eq!(log.take(), ["body", "Panicked"].repeat(FORMS.len()));
}

/// The exit half may catch panics of its own.
#[test]
fn an_exit_half_that_catches_its_own_panic_has_not_failed() {
    #[context_manager]
    fn careful() {
        let exit = yield_point!();
        let tried = caught(|| blow_up("flush"));
        note(format!("{exit:?} {tried:?}"));
        assert_eq!(thread::panicking(), matches!(exit, Exit::Panicked));
    }
    for form in FORMS {
        let body = |_: &mut ()| blow_up("body");
        let (ending, lost): (Result<(), _>, _) = losing(|| caught(|| held!(form, careful(), body)));
        assert_eq!((ending, lost), (Err("body".to_owned()), Vec::new()));
        assert_eq!(events(), ["Panicked Err(\"flush\")"]);
    }
}

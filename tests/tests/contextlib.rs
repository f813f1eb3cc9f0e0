//! The tests of `CPython`'s `TestAbstractContextManager` and `ContextManagerTestCase` by their names,
//! with what each comes to in Rust. What Python finds when the generator runs is found here when the
//! function compiles, and stands among the cases of `ui-tests/fail`:
//!
//! | test | case |
//! |---|---|
//! | `test_exit_is_abstract`, `test_contextmanager_trap_no_yield` | `yield-point/none` |
//! | `test_contextmanager_trap_second_yield` | `yield-point/two_in_sequence` |
//! | `test_contextmanager_trap_yield_after_throw` | `yield-point/loop_comes_round` |
//! | `test_param_errors` | `use/wrong_argument` |
//! | `test_contextmanager_doc_attrib`, `test_instance_docstring_given_cm_docstring` | `lints/missing_docs` |
//! | `test_typo_enter`, `test_typo_exit` | `within/not_a_context` |

mod support;

use std::cell::RefCell;
use std::error::Error;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;

use guard_core::{ExitErrors, ExitStack, Verdict, context_manager, yield_point};
use support::errors::Caused;
use support::lost::losing;
use support::{Log, blow_up, caught};

#[context_manager]
fn numbered(state: &RefCell<Vec<u32>>) -> u32 {
    state.borrow_mut().push(1);
    yield_point!(42);
    state.borrow_mut().push(999);
}

/// A guard is the value, where a manager that says nothing else returns itself.
#[test]
fn test_enter() {
    let state = RefCell::default();
    let context = numbered(&state);
    assert_eq!(*state.borrow(), [0; 0], "nothing has run");
    assert_eq!(*context.enter_local(), 42);
}

#[test]
fn test_contextmanager_plain() {
    let state = RefCell::default();
    numbered(&state).with(|x| {
        assert_eq!(*state.borrow(), [1]);
        assert_eq!(*x, 42);
        state.borrow_mut().push(*x);
    });
    assert_eq!(*state.borrow(), [1, 42, 999]);
}

/// An error, a panic and an early exit all run the exit half, and come out as they went in.
#[test]
fn test_contextmanager_finally() {
    let state = RefCell::default();
    let error = Box::new(0_u64);
    let address = &raw const *error;
    let failed = numbered(&state).try_with(|_| Err::<(), _>(error));
    assert_eq!(failed.map_err(|error| &raw const *error), Err(address));

    let payload = catch_unwind(AssertUnwindSafe(|| {
        numbered(&state).with(|_| panic::resume_unwind(Box::new(7_u32)));
    }));
    let payload = payload.expect_err("the panic goes on");
    assert_eq!(payload.downcast_ref::<u32>(), Some(&7));

    let leave_early = || {
        guard_core::enter!(_ = numbered(&state));
        if state.borrow().len() == 5 {
            return "early";
        }
        "late"
    };
    assert_eq!(leave_early(), "early");
    assert_eq!(*state.borrow(), [1, 999, 1, 999, 1, 999]);
}

/// The place of a panic is that in the body.
#[test]
fn test_contextmanager_traceback() {
    let place = Arc::new(Mutex::new(None));
    let before = panic::take_hook();
    let (noted, here) = (Arc::clone(&place), thread::current().id());
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == here {
            *noted.lock().expect("no panic in here") = info.location().map(ToString::to_string);
        } else {
            before(info);
        }
    }));
    let state = RefCell::default();
    let panicked = caught(|| numbered(&state).with(|_| panic!("{}:{}", file!(), line!())));
    drop(panic::take_hook());
    let said = panicked.expect_err("where it is");
    let place = place.lock().expect("no panic in here").take();
    assert!(
        place.is_some_and(|place| place.starts_with(&said)),
        "{said}"
    );
}

/// An exit half that does nothing about an error does not raise it again: it comes out once.
#[test]
fn test_contextmanager_no_reraise() {
    #[context_manager]
    fn fallible() -> Result<(), Caused> {
        let exit = yield_point!();
        assert!(exit.failure().is_some());
        Ok(())
    }
    let fails = || {
        Err(Caused {
            text: "body",
            by: None,
        })
    };
    let (out, lost) = losing(|| fallible().try_with(|()| fails()));
    let out: Result<(), _> = out;
    assert_eq!(out.expect_err("the body's").text, "body");
    assert_eq!(lost, []);
}

/// An exit half may fail with an error of its own, and the body's is not lost for it.
#[test]
fn test_contextmanager_non_normalised() {
    #[context_manager]
    fn replaces() -> Result<(), &'static str> {
        match yield_point!().failure() {
            Some(_) => Err("SyntaxError"),
            None => Ok(()),
        }
    }
    let (out, lost) = losing(|| replaces().try_with(|()| Err::<(), _>("RuntimeError")));
    assert_eq!(out, Err("RuntimeError"));
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].loss, "error \"SyntaxError\"");
    assert_eq!(lost[0].exit, "Failed(\"RuntimeError\")");
}

/// An error that is handled ends there, and what stands behind the scope runs. What has handled it
/// has seen the error itself.
#[test]
fn test_contextmanager_except() {
    let log = Log::new();
    let done = ExitStack::scope(|stack| {
        stack.push(|exit| match exit.failure().and_then(|e| e.downcast_ref()) {
            Some(Caused { text, .. }) => {
                log.note(*text);
                Verdict::Handled
            }
            None => Verdict::Propagate,
        });
        Err(Caused {
            text: "issue29692",
            by: None,
        })
    });
    let () = done.expect("it was handled");
    assert_eq!(log.take(), ["issue29692"]);
}

/// The errors of this crate are errors like any others when a body fails with them.
#[test]
fn test_contextmanager_except_stopiter() {
    let state = RefCell::default();
    let failed = numbered(&state).try_with(|_| Err::<(), _>(ExitErrors::one("mine")));
    assert_eq!(failed.expect_err("untouched").to_string(), "mine");
    assert_eq!(*state.borrow(), [1, 999]);
}

/// The sources of an exit half's error stay what they are.
#[test]
fn test_contextmanager_do_not_unchain_non_stopiteration_exceptions() {
    #[context_manager]
    fn fails() -> Result<(), Caused> {
        yield_point!();
        let by = Some(Box::new(Caused {
            text: "cause",
            by: None,
        }));
        Err(Caused { text: "effect", by })
    }
    let error = fails().with(|()| ()).expect_err("the exit half's");
    let cause = error.source().expect("the cause");
    assert_eq!(
        (error.to_string(), cause.to_string()),
        ("effect".into(), "cause".into())
    );
    assert!(cause.source().is_none());
}

/// Attributes, visibility and generics are those of the function.
#[test]
fn test_contextmanager_attribs() {
    mod inner {
        #[guard_core::context_manager]
        #[cfg(not(any()))]
        #[deprecated = "for the test"]
        pub(super) fn baz<T, const N: usize>(spam: T) -> [T; N]
        where
            T: Clone,
        {
            guard_core::yield_point!(std::array::from_fn(|_| spam.clone()));
        }
        #[guard_core::context_manager]
        #[cfg(any())]
        pub(super) fn baz() {}
    }
    #[expect(deprecated, reason = "the attribute is carried")]
    let context = inner::baz::<_, 3>('x');
    assert_eq!(context.with(|letters| *letters), ['x'; 3]);
}

/// Any name will do for an argument, those that the expansion uses included.
#[test]
fn test_keywords() {
    #[context_manager]
    fn woohoo<'l>(
        guard: &'l str,
        stack: &'l str,
        exit: &'l str,
        value: &'l str,
        r#type: &'l str,
        frame: &'l str,
        __caller: &'l str,
    ) -> [&'l str; 7] {
        yield_point!([guard, stack, exit, value, r#type, frame, __caller]);
    }
    let words = woohoo("a", "b", "c", "d", "e", "f", "g").with(|words| words.concat());
    assert_eq!(words, "abcdefg");
}

/// An argument that the function has let go of is not kept for the body.
#[test]
fn test_nokeepref() {
    #[context_manager]
    fn uses(log: &Log, a: support::Noisy, b: support::Noisy) {
        drop(a);
        let _b = b;
        log.note("yield");
        yield_point!();
    }
    let log = Log::new();
    uses(&log, log.noisy("a"), log.noisy("b")).with(|()| log.note("body"));
    assert_eq!(log.take(), ["drop a", "yield", "body", "drop b"]);
}

/// A context manager that is entered anew in its own body.
#[test]
fn test_recursive() {
    fn recursive(state: &RefCell<Vec<u32>>, n: u32) {
        if n > 0 {
            numbered(state).with(|_| recursive(state, n - 1));
        }
    }
    let state = RefCell::default();
    recursive(&state, 10);
    assert_eq!(state.take(), [[1; 10], [999; 10]].concat());
    let panicked = caught(|| numbered(&state).with(|_| blow_up("in the end")));
    assert_eq!(panicked, Err::<(), _>("in the end".to_owned()));
}

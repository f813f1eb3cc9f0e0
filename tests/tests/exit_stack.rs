//! `ExitStack`: what Python's contextlib asserts of its own, in tests of the same names, and what is
//! asked of this one beyond that.

#![allow(
    clippy::items_after_statements,
    clippy::large_stack_arrays,
    reason = "shapes that users write, whatever their style"
)]

#[path = "support/counting.rs"]
mod counting;
mod support;

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;

use counting::{Counting, counted, peak};
use guard_core::{
    Context, ContextManager, Either, Exit, ExitErrors, ExitStack, Guard, Key, LocalExitStack,
    Verdict, context_manager, yield_point,
};
use support::errors::{Code, chain, code, codes, number};
use support::lost::{Lost, losing, outcome};
use support::{Log, blow_up, caught, d, events, note, turn};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// An exit function that notes what it is told, and does nothing about it.
fn notes(name: &'static str) -> impl FnOnce(Exit<'_>) + Send {
    move |exit| note(format!("{name}: {}", told(exit)))
}

fn told(exit: Exit<'_>) -> String {
    match exit.failure() {
        None => exit.to_string(),
        Some(error) => {
            let code: &Code = error.downcast_ref().expect("an error of a test");
            format!("Failed with {}", code.0)
        }
    }
}

#[context_manager]
fn noted(name: &'static str) -> String {
    note(format!("enter {name}"));
    let value = name.to_owned();
    let told = told(yield_point!(value));
    note(format!("exit {value}: {told}"));
}

/// Fails on the way in, or on the way out, if the number is not zero.
#[context_manager]
fn fallible(enter: u32, exit: u32) -> Result<u32, Code> {
    let _local = d("local");
    if enter > 0 {
        return Err(code(enter));
    }
    yield_point!(exit);
    if exit == 0 { Ok(()) } else { Err(code(exit)) }
}

// ---- as in CPython's TestBaseExitStack ----

#[test]
fn test_no_resources() {
    assert!(ExitStack::new().close().is_ok());
    assert!(ExitStack::local().close().is_ok());
    assert!(ExitStack::new().is_empty());
    drop(ExitStack::new());
    let body = ExitStack::scope(|stack| Ok::<_, Code>(stack.len() + 7));
    assert_eq!(body.unwrap(), 7);
    let exits: [Exit<'_>; 4] = [
        Exit::Completed,
        Exit::Failed(&7),
        Exit::Panicked,
        Exit::Dropped,
    ];
    for exit in exits {
        let after = ExitStack::new().close_with(exit).unwrap();
        assert_eq!(outcome(after), outcome(exit));
    }
    assert_eq!(counted(|| ExitStack::new().close().is_ok()), (true, 0, 0));
}

#[test]
fn test_callback() {
    let stack = ExitStack::new();
    let arguments = ["no", "one", "two", "three"];
    for (number, argument) in arguments.into_iter().enumerate() {
        stack.callback(move || note(format!("{number} {argument}")));
    }
    assert_eq!(stack.len(), 4);
    assert_eq!(events(), [] as [&str; 0]);
    stack.close().unwrap();
    assert_eq!(events(), ["3 three", "2 two", "1 one", "0 no"]);
}

/// What every entry is told, before and after the one that handles the error.
#[test]
fn test_push() {
    let ended = ExitStack::scope(|stack| {
        stack.push(notes("first"));
        stack.enter(noted("second"));
        stack.adopt("third", |name, exit| notes(name)(exit));
        stack.push(|exit| {
            notes("handles")(exit);
            Verdict::Handled
        });
        stack.hold(noted("fifth").enter());
        stack.push(|exit| {
            notes("sixth")(exit);
            Ok::<_, Code>(Verdict::Propagate)
        });
        stack.push(|exit| {
            notes("seventh")(exit);
            Ok::<(), Code>(())
        });
        Err::<(), _>(code(1))
    });
    assert!(ended.is_ok());
    assert_eq!(
        events(),
        [
            "enter second",
            "enter fifth",
            "seventh: Failed with 1",
            "sixth: Failed with 1",
            "exit fifth: Failed with 1",
            "handles: Failed with 1",
            "third: Completed",
            "exit second: Completed",
            "first: Completed",
        ]
    );
}

#[test]
fn test_enter_context() {
    let stack = ExitStack::new();
    stack.callback(|| note("first"));
    let value = stack.enter(noted("entered"));
    value.push_str(" and changed");
    stack.callback(|| note("last"));
    assert_eq!(events(), ["enter entered"]);
    stack.close().unwrap();
    assert_eq!(
        events(),
        ["last", "exit entered and changed: Completed", "first"]
    );
}

/// The enter half fails or panics: nothing is pushed, and the entries of before unwind.
#[test]
fn test_enter_context_errors() {
    let failed = ExitStack::scope(|stack| {
        stack.push(notes("before"));
        assert_eq!(stack.enter(fallible(1, 9)).map_err(|e| e.0), Err(1));
        assert_eq!(stack.len(), 1);
        stack.enter(fallible(2, 9))?;
        unreachable!("it has failed");
        #[allow(unreachable_code, reason = "for the type")]
        Ok::<(), Code>(())
    });
    assert_eq!(codes(&failed.unwrap_err()), [2]);
    let made_and_dropped = ["make local", "drop local"];
    assert_eq!(
        events(),
        [
            &made_and_dropped[..],
            &made_and_dropped,
            &["before: Failed with 2"]
        ]
        .concat()
    );

    #[context_manager]
    fn panics_on_entering() {
        let _local = d("local");
        if true {
            blow_up("enter half");
        }
        yield_point!();
    }
    let panicked = caught(|| {
        ExitStack::scope(|stack| {
            stack.push(notes("before"));
            stack.enter(panics_on_entering());
            Ok::<(), Code>(())
        })
    });
    assert_eq!(panicked.unwrap_err(), "enter half");
    assert_eq!(
        events(),
        [&made_and_dropped[..], &["before: Panicked"]].concat()
    );
    let stack = ExitStack::new();
    assert!(caught(|| stack.enter(panics_on_entering())).is_err());
    assert!(stack.is_empty());
    assert_eq!(events(), made_and_dropped);
}

/// A half that waits, which another macro can hide, is given up where it stands.
#[test]
fn an_enter_half_that_waits_leaves_nothing_behind() {
    macro_rules! wait {
        () => {
            turn().await
        };
    }
    #[context_manager]
    fn waits() {
        let _local = d("local");
        wait!();
        yield_point!();
    }
    let stack = ExitStack::new();
    assert!(caught(|| stack.enter(waits())).is_err());
    assert!(stack.is_empty());
    assert_eq!(events(), ["make local", "drop local"]);
}

/// That it runs nothing again is a matter of types: `close` takes the stack.
#[test]
fn test_close() {
    let stack = ExitStack::new();
    stack.push(notes("entry"));
    stack.close().unwrap();
    assert_eq!(events(), ["entry: Completed"]);
}

#[test]
fn test_pop_all() {
    let mut stack = ExitStack::new();
    stack.callback(|| note("first"));
    let value = stack.enter(noted("value"));
    value.push('!');
    let others = stack.pop_all();
    assert_eq!((stack.len(), others.len()), (0, 2));
    stack.callback(|| note("of the old one"));
    stack.close().unwrap();
    assert_eq!(events(), ["enter value", "of the old one"]);
    others.close().unwrap();
    assert_eq!(events(), ["exit value!: Completed", "first"]);
}

#[test]
fn test_exit_raise() {
    let failed = ExitStack::scope(|stack| {
        stack.push(|_| Verdict::Propagate);
        Err::<(), _>(code(1))
    });
    assert_eq!(codes(&failed.unwrap_err()), [1]);
}

#[test]
fn test_exit_suppress() {
    let handled = ExitStack::scope(|stack| {
        stack.push(|_| Verdict::Handled);
        Err::<Option<u8>, _>(code(1))
    });
    assert_eq!(handled.unwrap(), None);
}

/// Both errors are there, the body's first, and neither has been made a source of the other.
#[test]
fn test_exit_exception_traceback() {
    let failed = ExitStack::scope(|stack| {
        stack.try_callback(|| Err(code(2)));
        Err::<(), _>(code(1))
    });
    let errors = failed.unwrap_err();
    assert_eq!(codes(&errors), [1, 2]);
    assert_eq!(errors.body().map(number), Some(1));
    assert_eq!(chain(&errors), ["2 errors: code 1; code 2"]);
}

/// By hand, as the stack of [`test_exit_exception_chaining`] does it: of the errors the first one is
/// returned and the others are lost.
#[test]
fn test_exit_exception_chaining_reference() {
    let (ended, lost) = losing(|| {
        fallible(0, 5).try_with(|_| {
            fallible(0, 4).try_with(|_| {
                // What is handled here is by hand a `match`.
                let inner =
                    fallible(0, 3).try_with(|_| fallible(0, 2).try_with(|_| Err::<(), _>(code(1))));
                note(format!("handled {:?}", inner.map_err(|error| error.0)));
                Ok::<(), Code>(())
            })
        })
    });
    assert_eq!(ended.unwrap_err().0, 4);
    assert_eq!(
        losses(&lost),
        ["Code(2, None)", "Code(3, None)", "Code(5, None)"]
    );
    assert!(events().contains(&"handled Err(1)".to_owned()));
}

#[test]
fn test_exit_exception_chaining() {
    let (ended, lost) = losing(|| {
        ExitStack::scope(|stack| {
            stack.enter(fallible(0, 5))?;
            stack.enter(fallible(0, 4))?;
            stack.push(|exit| {
                notes("handles")(exit);
                Verdict::Handled
            });
            stack.enter(fallible(0, 3))?;
            stack.enter(fallible(0, 2))?;
            Err::<(), _>(code(1))
        })
    });
    let errors = ended.unwrap_err();
    assert_eq!(codes(&errors), [4, 5]);
    assert!(errors.body().is_none());
    // They came after the error that was handled, and there is nobody left who could have them.
    assert_eq!(losses(&lost), ["Code(2, None)", "Code(3, None)"]);
    assert!(lost.iter().all(|lost| lost.exit == "Failed(Code(1, None))"));
    assert!(events().contains(&"handles: Failed with 1".to_owned()));
}

/// The errors that were lost, without how they came to be.
fn losses(lost: &[Lost]) -> Vec<&str> {
    let errors = lost.iter().map(|lost| lost.loss.strip_prefix("error "));
    errors.map(|loss| loss.expect("an error")).collect()
}

/// An error without a source does not get one.
#[test]
fn test_exit_exception_explicit_none_context() {
    let failed = ExitStack::scope(|stack| {
        stack.try_callback(|| Err(code(3)));
        stack.try_callback(|| Err(code(2)));
        Err::<(), _>(code(1))
    });
    let errors = failed.unwrap_err();
    assert_eq!(errors.len(), 3);
    assert!(errors.source().is_none());
    assert!(errors.iter().all(|error| error.source().is_none()));
}

#[test]
fn test_exit_exception_non_suppressing() {
    let failed = ExitStack::scope(|stack| {
        stack.push(notes("runs after"));
        stack.try_callback(|| Err(code(1)));
        Ok::<(), Code>(())
    });
    assert_eq!(codes(&failed.unwrap_err()), [1]);
    assert_eq!(events(), ["runs after: Failed with 1"]);

    let failed = ExitStack::scope(|stack| {
        stack.try_callback(|| Err(code(2)));
        stack.push(|_| Verdict::Handled);
        stack.try_callback(|| Err(code(1)));
        Ok::<(), Code>(())
    });
    assert_eq!(codes(&failed.unwrap_err()), [2]);
}

/// Errors that know their sources already are left as they are.
#[test]
fn test_exit_exception_with_correct_context() {
    let failed = ExitStack::scope(|stack| {
        let third = || code(3).caused_by(code(2).caused_by(code(1)));
        stack.try_callback(move || Err(code(4).caused_by(third())));
        stack.try_callback(move || Err(third()));
        stack.try_callback(|| Err(code(2).caused_by(code(1))));
        Err::<(), _>(code(1))
    });
    let errors = failed.unwrap_err();
    let chains: Vec<_> = errors.iter().map(|error| chain(error).len()).collect();
    assert_eq!(
        (codes(&errors), chains),
        (vec![1, 2, 3, 4], vec![1, 2, 3, 4])
    );
    assert_eq!(chain(&errors).len(), 1);
}

/// The sources that an error has are kept, in every place of the list.
#[test]
fn test_exit_exception_with_existing_context() {
    let failed = ExitStack::scope(|stack| {
        stack.try_callback(|| Err(code(5).caused_by(code(4))));
        stack.try_callback(|| Err(code(3).caused_by(code(2))));
        Err::<(), _>(code(1).caused_by(code(0)))
    });
    let errors = failed.unwrap_err();
    let chains: Vec<_> = errors.iter().map(|error| chain(error)).collect();
    assert_eq!(
        chains,
        [
            ["code 1", "code 0"],
            ["code 3", "code 2"],
            ["code 5", "code 4"]
        ]
    );
    // The text of the first is in that of the whole, so its source comes next.
    assert_eq!(
        chain(&errors),
        ["3 errors: code 1; code 3; code 5", "code 0"]
    );
}

#[test]
fn test_body_exception_suppress() {
    let handled = ExitStack::scope(|stack| {
        stack.push(notes("before"));
        stack.push(|exit| match exit.failure() {
            Some(error) if error.is::<Code>() => Verdict::Handled,
            _ => Verdict::Propagate,
        });
        Err::<(), _>(code(1))
    });
    assert!(handled.is_ok());
    assert_eq!(events(), ["before: Completed"]);
}

#[test]
fn test_exit_exception_chaining_suppress() {
    let (ended, lost) = losing(|| {
        ExitStack::scope(|stack| {
            stack.push(|exit| {
                notes("handles")(exit);
                Verdict::Handled
            });
            stack.try_callback(|| Err(code(2)));
            stack.try_callback(|| Err(code(1)));
            // The value of a body that went well is not lost with an error of an entry.
            Ok::<_, Code>(7)
        })
    });
    assert_eq!(ended.unwrap(), 7);
    assert_eq!(events(), ["handles: Failed with 1"]);
    assert_eq!(losses(&lost), ["Code(2, None)"]);
}

const MANY: u32 = 1_000_000;

/// Calls `f` on a thread with little stack: what recurses overflows it, and ends the process.
fn on_a_small_stack(f: fn()) {
    on_a_stack_of(128 * 1024, f);
}

fn on_a_stack_of(bytes: usize, f: fn()) {
    let thread = thread::Builder::new().stack_size(bytes);
    thread.spawn(f).expect("a thread").join().expect("it works");
}

/// Callbacks, contexts that have been entered, and the errors of both.
#[test]
fn test_excessive_nesting() {
    on_a_small_stack(|| {
        let called = Arc::new(AtomicUsize::new(0));
        let stack = ExitStack::new();
        for _ in 0..MANY {
            let called = Arc::clone(&called);
            stack.callback(move || {
                called.fetch_add(1, Relaxed);
            });
        }
        assert_eq!(stack.len(), MANY as usize);
        stack.close().unwrap();
        assert_eq!(called.load(Relaxed), MANY as usize);
    });
    on_a_small_stack(|| {
        let stack = ExitStack::new();
        for number in 0..MANY {
            stack.try_callback(move || Err(code(number)));
        }
        let errors = stack.close().unwrap_err();
        assert_eq!(errors.len(), MANY as usize);
        assert!(codes(&errors).into_iter().eq((0..MANY).rev()));
        let text = errors.to_string();
        assert!(text.starts_with("1000000 errors: code 999999; code 999998; "));
        assert!(text.ends_with("; code 1; code 0"));
        assert!(format!("{errors:?}").ends_with("Code(1, None), Code(0, None)]"));
        drop(errors);
    });
    on_a_small_stack(|| {
        let stack = ExitStack::new();
        for number in 0..100_000 {
            stack.enter(counter(number));
        }
        drop(stack);
        assert_eq!(events().len(), 100_000);
    });
}

#[context_manager]
fn counter(number: u32) -> u32 {
    let value = number;
    yield_point!(value);
    note(value.to_string());
}

/// An exit half that returns the error which it was told of, and one that builds upon it.
#[test]
fn test_dont_reraise_runtime_error() {
    fn again(exit: Exit<'_>) -> Code {
        let error: Option<&Code> = exit.failure().and_then(|error| error.downcast_ref());
        code(error.map_or(0, |error| error.0))
    }
    let failed = ExitStack::scope(|stack| {
        stack.push(|exit| Err::<(), _>(code(2).caused_by(again(exit))));
        stack.push(|exit| Err::<(), _>(again(exit)));
        Err::<(), _>(code(1))
    });
    let errors = failed.unwrap_err();
    let chains: Vec<_> = errors.iter().map(|error| chain(error)).collect();
    assert_eq!(
        chains,
        [vec!["code 1"], vec!["code 1"], vec!["code 2", "code 1"]]
    );
    assert_eq!(chain(&errors), ["3 errors: code 1; code 1; code 2"]);
}

// ---- what they do not assert ----

/// Six entries of three kinds: all of them run, and every error is kept, whether one fails or two.
#[test]
fn every_entry_runs_and_every_error_is_kept() {
    for failing in [vec![], vec![2], vec![1, 4], vec![0, 1, 2, 3, 4, 5]] {
        let fails = |number: u32| failing.contains(&number);
        let exit_half = move |fails: bool, number: u32| {
            note(number.to_string());
            if fails { Err(code(number)) } else { Ok(()) }
        };
        let stack = ExitStack::new();
        for number in (0..6).step_by(3) {
            let fail = [fails(number), fails(number + 1), fails(number + 2)];
            stack.try_callback(move || exit_half(fail[0], number));
            stack.push(move |_| exit_half(fail[1], number + 1));
            stack.adopt(number + 2, move |number, _| exit_half(fail[2], number));
        }
        let errors = stack.close().map_err(|errors| codes(&errors));
        assert_eq!(events(), ["5", "4", "3", "2", "1", "0"]);
        let failed: Vec<_> = failing.iter().rev().copied().collect();
        assert_eq!(errors.err().unwrap_or_default(), failed);
    }
}

/// Of the panics the first one comes out, when all have run.
#[test]
fn a_panic_of_an_entry_comes_out_when_all_have_run() {
    let (ended, lost) = losing(|| {
        caught(|| {
            let stack = ExitStack::new();
            stack.push(notes("first"));
            stack.callback(|| blow_up("the second panic"));
            stack.try_callback(|| Err(code(2)));
            stack.push(notes("middle"));
            stack.callback(|| blow_up("the first panic"));
            stack.push(notes("last"));
            stack.try_callback(|| Err(code(1)));
            stack.close()
        })
    });
    assert_eq!(ended.unwrap_err(), "the first panic");
    assert_eq!(
        events(),
        ["last: Failed with 1", "middle: Panicked", "first: Panicked"]
    );
    let lost: Vec<_> = lost
        .into_iter()
        .map(|lost| (lost.loss, lost.exit))
        .collect();
    let lost: Vec<_> = lost.iter().map(|(loss, exit)| (&**loss, &**exit)).collect();
    assert_eq!(
        lost,
        [
            ("body Code(1, None)", "Failed(Code(1, None))"),
            ("error Code(2, None)", "Panicked"),
            ("panic \"the second panic\"", "Panicked"),
        ]
    );
}

/// Whatever is dropped on the way may panic too: an error, or the payload of a panic.
#[test]
fn a_panic_of_what_is_dropped_keeps_no_entry_from_running() {
    #[derive(Debug)]
    struct Touchy;
    impl Drop for Touchy {
        fn drop(&mut self) {
            note("dropped");
            blow_up("a destructor");
        }
    }
    impl fmt::Display for Touchy {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("touchy")
        }
    }
    impl Error for Touchy {}

    fn touchy() -> ExitStack<'static> {
        let stack = ExitStack::new();
        stack.push(notes("first"));
        stack.callback(|| resume_unwind(Box::new(Touchy)));
        stack.try_callback(|| Err(Touchy));
        stack.push(notes("last"));
        stack
    }
    let (ended, lost) = losing(|| caught(|| drop(touchy())));
    assert_eq!(ended, Err("a destructor".to_owned()));
    assert_eq!(
        events(),
        ["last: Dropped", "dropped", "dropped", "first: Panicked"]
    );
    assert_eq!(lost.len(), 2);

    let (ended, lost) = losing(|| {
        caught(|| {
            let _stack = touchy();
            blow_up("body");
        })
    });
    let ended: Result<(), _> = ended;
    assert_eq!(ended, Err("body".to_owned()));
    assert_eq!(
        events(),
        ["last: Panicked", "dropped", "dropped", "first: Panicked"]
    );
    // The error, its destructor, and the panic.
    assert_eq!(lost.len(), 3);
}

#[test]
fn close_with_tells_every_outcome_that_the_caller_names() {
    let error = code(7);
    let outcomes: [(Exit<'_>, _); 4] = [
        (Exit::Completed, "Completed"),
        (Exit::Failed(&error), "Failed with 7"),
        (Exit::Panicked, "Panicked"),
        (Exit::Dropped, "Dropped"),
    ];
    for (exit, expected) in outcomes {
        let stack = ExitStack::new();
        stack.push(notes("entry"));
        stack.push(|_| Err::<(), _>(code(1)));
        let (ended, lost) = losing(|| stack.close_with(exit).map(told).map_err(|e| codes(&e)));
        match exit {
            Exit::Completed => {
                assert_eq!(events(), ["entry: Failed with 1"]);
                assert_eq!((ended, lost), (Err(vec![1]), vec![]));
            }
            Exit::Failed(_) => {
                assert_eq!(events(), [format!("entry: {expected}")]);
                assert_eq!((ended, lost), (Err(vec![1]), vec![]));
            }
            Exit::Panicked | Exit::Dropped => {
                assert_eq!(events(), [format!("entry: {expected}")]);
                assert_eq!(ended, Ok(expected.to_owned()));
                assert_eq!(losses(&lost), ["Code(1, None)"]);
            }
        }
    }
}

/// What Python never does: a stack that is left by `?` runs its entries.
#[test]
fn a_stack_that_is_dropped_unwinds() {
    fn leaves() -> Result<(), Code> {
        let stack = ExitStack::new();
        stack.push(notes("first"));
        stack.try_callback(|| Err(code(2)));
        stack.push(notes("last"));
        Err(code(1))?;
        stack.close().expect("it does not come to this");
        Ok(())
    }
    let (ended, lost) = losing(leaves);
    assert_eq!(ended.unwrap_err().0, 1);
    assert_eq!(events(), ["last: Dropped", "first: Dropped"]);
    assert_eq!(losses(&lost), ["Code(2, None)"]);
    assert_eq!(lost[0].exit, "Dropped");
}

/// For people to read: where the entry was made.
#[test]
fn the_hook_is_told_whose_error_it_is() {
    fn fill(stack: &ExitStack<'_>, exit: fn() -> Result<(), Code>) {
        #[context_manager]
        fn context(exit: fn() -> Result<(), Code>) -> Result<(), Code> {
            yield_point!();
            exit()
        }
        #[context_manager]
        fn plain(exit: fn() -> Result<(), Code>) {
            yield_point!();
            // An error has no way out of this one.
            exit().ok();
        }
        stack.enter(context(exit)).unwrap();
        stack.enter(plain(exit));
        stack.hold(context(exit).enter().unwrap());
        stack.hold(plain(exit).enter());
        stack.hold(move || drop(exit()));
        stack.callback(move || drop(exit()));
        stack.try_callback(exit);
        stack.try_callback(move || {
            note("called");
            exit()
        });
        stack.push(move |_| exit());
        stack.adopt((), move |(), _| exit());
    }
    let ends: [fn() -> Result<(), Code>; 2] = [|| Err(code(1)), || blow_up("panic")];
    let [errors, panics] = ends.map(|end| {
        let ((), lost) = losing(|| {
            let ended: Result<(), _> = caught(|| {
                let stack = ExitStack::new();
                fill(&stack, end);
                blow_up("body");
            });
            assert_eq!(ended, Err("body".to_owned()));
        });
        lost
    });
    let test = "exit_stack::the_hook_is_told_whose_error_it_is::fill";
    let count = |lost: &[Lost], path: &str| {
        let path = format!("{test}{path}");
        lost.iter().filter(|lost| lost.context == path).count()
    };
    assert!(
        errors
            .iter()
            .chain(&panics)
            .all(|lost| lost.line.contains(&lost.context))
    );
    // Entered and held alike. What cannot fail can still panic.
    assert_eq!(
        (count(&errors, "::context"), count(&panics, "::context")),
        (2, 2)
    );
    assert_eq!(
        (count(&errors, "::plain"), count(&panics, "::plain")),
        (0, 2)
    );
    // Exit functions are named by the function that they are written in.
    assert_eq!((count(&errors, ""), count(&panics, "")), (3, 5));
    // A function that is no closure, and is only pointed to, has no name but its type.
    assert_eq!((errors.len(), panics.len()), (2 + 3 + 1, 2 + 2 + 5 + 1));
}

/// The optional resource of JavaScript's `use(null)`, and one of two.
#[test]
fn any_context_manager_can_be_entered() {
    let stack = ExitStack::new();
    assert_eq!(stack.enter(Some(noted("some"))), ["some".to_owned()]);
    assert!(stack.enter(false.then(|| noted("none"))).is_empty());
    let either = |left: bool| {
        if left {
            Either::Left(fallible(0, 0))
        } else {
            Either::Right(number_of("right").fallible())
        }
    };
    assert_eq!(stack.enter(either(true)).map_err(|e| e.0), Ok(&mut 0));
    assert_eq!(stack.enter(either(false)).map_err(|e| e.0), Ok(&mut 5));
    assert_eq!(stack.len(), 4);
    stack.close().unwrap();
    assert_eq!(
        events(),
        [
            "enter some",
            "make local",
            "exit right",
            "drop local",
            "exit some: Completed"
        ]
    );
}

#[context_manager]
fn number_of(text: &'static str) -> u32 {
    yield_point!(u32::try_from(text.len()).expect("a short text"));
    note(format!("exit {text}"));
}

// ---- errors ----

#[test]
fn errors_are_iterated_in_order_from_both_ends_and_by_value() {
    let failed = || {
        let stack = ExitStack::new();
        for number in [3, 2, 1] {
            stack.try_callback(move || Err(code(number)));
        }
        stack.close().unwrap_err()
    };
    let errors = failed();
    assert_eq!(
        errors.iter().rev().map(number).collect::<Vec<_>>(),
        [3, 2, 1]
    );
    assert_eq!((&errors).into_iter().len(), 3);
    assert_eq!(number(errors.first()), 1);
    assert_eq!(errors.to_string(), "3 errors: code 1; code 2; code 3");
    assert_eq!(
        format!("{errors:?}"),
        "[Code(1, None), Code(2, None), Code(3, None)]"
    );
    let owned = errors
        .into_iter()
        .map(|error| error.downcast::<Code>().expect("a code").0);
    assert_eq!(owned.collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(failed().into_iter().rev().len(), 3);
}

/// What is alone prints as itself, with the flags that it is printed with.
#[test]
fn an_error_that_is_alone_prints_as_itself() {
    #[derive(Debug)]
    struct Flags;
    impl fmt::Display for Flags {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.pad(if f.alternate() { "alternate" } else { "plain" })
        }
    }
    impl Error for Flags {}
    let stack = ExitStack::new();
    stack.try_callback(|| Err(Flags));
    let errors = stack.close().unwrap_err();
    assert_eq!(
        format!("{errors}|{errors:>6}|{errors:#}"),
        "plain| plain|alternate"
    );
}

fn all_fail() -> Result<(), ExitErrors> {
    ExitStack::scope(|stack| {
        stack.try_callback(|| Err(code(2)));
        Err(code(1).caused_by(code(0)))
    })
}

#[test]
fn errors_of_a_stack_convert_into_those_of_anyhow() {
    fn fails() -> anyhow::Result<()> {
        all_fail()?;
        Ok(())
    }
    let error = fails().unwrap_err();
    assert_eq!(codes(error.downcast_ref().expect("the errors")), [1, 2]);
    assert_eq!(format!("{error:#}"), "2 errors: code 1; code 2: code 0");

    // And the other way round: entries see it as it is, and in the list it has its sources.
    let failed = ExitStack::scope(|stack| {
        stack.push(|exit| {
            let error: Option<&anyhow::Error> = exit.failure().and_then(|e| e.downcast_ref());
            assert!(error.is_some_and(|error| error.downcast_ref::<Code>().is_some()));
        });
        stack.try_callback(|| Err(anyhow::anyhow!("second")));
        Err::<(), _>(anyhow::Error::new(code(1)).context("reading"))
    });
    let errors = failed.unwrap_err();
    assert_eq!(errors.to_string(), "2 errors: reading; second");
    assert_eq!(chain(errors.first()), ["reading", "code 1"]);
}

#[test]
fn errors_of_a_stack_convert_into_those_of_eyre() {
    fn fails() -> eyre::Result<()> {
        all_fail()?;
        Ok(())
    }
    let error = fails().unwrap_err();
    assert_eq!(codes(error.downcast_ref().expect("the errors")), [1, 2]);
    assert_eq!(format!("{error:#}"), "2 errors: code 1; code 2: code 0");

    let failed = ExitStack::scope(|stack| {
        stack.push(|exit| {
            let error: Option<&eyre::Report> = exit.failure().and_then(|e| e.downcast_ref());
            assert!(error.is_some_and(|error| error.downcast_ref::<Code>().is_some()));
        });
        stack.try_callback(|| Err(eyre::eyre!("second")));
        Err::<(), _>(eyre::Report::new(code(1)).wrap_err("reading"))
    });
    let errors = failed.unwrap_err();
    assert_eq!(errors.to_string(), "2 errors: reading; second");
    assert_eq!(chain(errors.first()), ["reading", "code 1"]);
}

/// A stack within another: entries of the outer one are told the errors of the inner one as they
/// are, and in the end they are errors like any others.
#[test]
fn errors_of_a_stack_are_errors_of_another() {
    let failed = ExitStack::scope(|outer| {
        outer.push(|exit| {
            let errors: Option<&ExitErrors> = exit.failure().and_then(|e| e.downcast_ref());
            assert_eq!(errors.map(codes), Some(vec![1, 2]));
        });
        outer.try_callback(|| Err(code(3)));
        all_fail()
    });
    assert_eq!(codes(&failed.unwrap_err()), [1, 2, 3]);
}

/// A stack in a stack makes one list of errors, not a tree.
#[test]
fn the_errors_of_an_inner_stack_are_among_those_of_the_outer_one() {
    let outer = ExitStack::scope(|outer| {
        outer.try_callback(|| Err("outer exit"));
        outer.try_callback(|| ExitErrors::of([Err("first step"), Ok(()), Err("second step")]));
        ExitStack::scope(|inner| {
            inner.try_callback(|| Err("inner exit"));
            Err::<(), _>("body")
        })
    });
    let errors = outer.expect_err("all of them fail");
    assert_eq!(
        errors.to_string(),
        "5 errors: body; inner exit; first step; second step; outer exit"
    );
    assert_eq!(
        errors.body().map(ToString::to_string).as_deref(),
        Some("body")
    );
    assert!(ExitErrors::of([Ok::<_, &str>(()), Ok(())]).is_ok());
}

// ---- where a stack can be ----

struct Pool {
    stack: ExitStack<'static>,
    files: Vec<Key<Guard<String>>>,
}

/// Acquires all of them, or none that stays.
fn pool(names: &[&'static str], last: u32) -> Result<Pool, ExitErrors> {
    let pool = ExitStack::scope(|stack| {
        let files = names.iter().map(|name| stack.hold(noted(name).enter()));
        let files = files.collect();
        stack.enter(fallible(last, 0))?;
        let stack = stack.pop_all();
        Ok::<_, Code>(Some(Pool { stack, files }))
    })?;
    Ok(pool.expect("nobody has handled an error"))
}

#[test]
fn a_stack_is_a_field_and_comes_from_a_function() {
    let mut pool = pool(&["a", "b", "c"], 0).unwrap();
    assert_eq!(events(), ["enter a", "enter b", "enter c", "make local"]);
    pool.stack[&pool.files[0]].push('!');
    assert_eq!(*pool.stack[&pool.files[0]], "a!");
    // Early release, of one that others lie upon.
    let key = pool.files.remove(1);
    Guard::exit(pool.stack.take(key));
    assert_eq!(events(), ["exit b: Completed"]);
    drop(pool);
    assert_eq!(
        events(),
        ["drop local", "exit c: Dropped", "exit a!: Dropped"]
    );
}

#[test]
fn a_stack_that_is_not_filled_takes_back_what_it_has() {
    let failed = pool(&["a", "b"], 1).map(|_| ());
    assert_eq!(codes(&failed.unwrap_err()), [1]);
    assert_eq!(
        events(),
        [
            "enter a",
            "enter b",
            "make local",
            "drop local",
            "exit b: Failed with 1",
            "exit a: Failed with 1"
        ]
    );
}

#[test]
fn a_stack_is_sent_to_a_thread_with_its_keys() {
    let mut stack = ExitStack::new();
    let log = Log::new();
    let noisy = log.noisy("captured");
    stack.callback(move || drop(noisy));
    *stack.enter(number_of("here")) += 1;
    let key = stack.hold(noted("held").enter());
    stack[&key].push_str(" and sent");
    let thread = thread::spawn(move || {
        stack.push(notes("of the thread"));
        assert_eq!(*stack[&key], "held and sent");
        assert_eq!(losing(|| drop(stack)).1, []);
        events()
    });
    assert_eq!(
        thread.join().unwrap(),
        [
            "of the thread: Dropped",
            "exit held and sent: Dropped",
            "exit here"
        ]
    );
    assert_eq!(log.take(), ["drop captured"]);
    assert_eq!(events(), ["enter held"]);
}

#[test]
fn a_local_stack_holds_the_guards_of_locks() {
    #[context_manager]
    fn locked(mutex: &Mutex<u32>) -> u32 {
        let mut guard = mutex.lock().unwrap();
        let value = *guard;
        yield_point!(value);
        *guard = value;
    }
    let locks = [Mutex::new(0), Mutex::new(0), Mutex::new(0)];
    let [adopted, entered, held] = &locks;
    let is_locked = || [adopted, entered, held].map(|mutex| mutex.try_lock().is_err());
    let ended = ExitStack::local_scope(|stack: &mut LocalExitStack<'_>| {
        **stack.adopt(adopted.lock().unwrap(), |guard, _| drop(guard)) += 1;
        *stack.enter(locked(entered)) += 2;
        let key = stack.hold(locked(held).enter_local());
        *stack[&key] += 3;
        assert_eq!(is_locked(), [true; 3]);
        Ok::<(), Code>(())
    });
    assert!(ended.is_ok());
    assert_eq!(is_locked(), [false; 3]);
    assert_eq!(locks.map(|mutex| mutex.into_inner().unwrap()), [1, 2, 3]);
}

// ---- values of all sizes ----

#[repr(align(64))]
struct Line([u8; 64]);

#[repr(align(4096))]
struct Page([u8; 4096]);

/// Lends a value, and wants it back in the place where the frame has its own address written down.
#[context_manager]
fn lends<T: Send>(value: T, is_intact: fn(&T) -> bool) -> T {
    // A reference into the frame, which is wrong once the frame has been moved.
    let local = Box::new(17);
    let numbers = [1_u64, 2, 3];
    let (boxed, inside) = (&*local, &numbers[1]);
    yield_point!(value);
    assert_eq!((*boxed, *inside), (17, 2));
    assert!(is_intact(&value));
    note("intact");
}

fn is_aligned<T>(value: &T) -> bool {
    std::ptr::from_ref(value).is_aligned()
}

/// Values of all kinds among each other, which have to stay where they are.
#[test]
fn values_stay_where_they_are_whatever_their_size_and_alignment() {
    // Without optimisation there are many copies of a value on its way.
    on_a_stack_of(32 * 1024 * 1024, values_of_all_sizes);
}

fn values_of_all_sizes() {
    let mut stack = ExitStack::new();
    let mut keys = Vec::new();
    for round in 0..50_u8 {
        keys.push(stack.hold(lends(Page([round; 4096]), is_aligned).enter()));
    }
    let mut places = Vec::new();
    let mut lines = Vec::new();
    for round in 0..50_u8 {
        stack.callback(move || assert!(round < 50));
        let line = stack.enter(lends(Line([round; 64]), |line| line.0[63] >= 100));
        assert!(is_aligned(line));
        let page = stack.enter(lends(Page([round; 4096]), |page| page.0[4095] >= 100));
        assert!(is_aligned(page));
        let adopted = stack.adopt(Page([round; 4096]), |page, _| {
            assert!(is_aligned(&page) && page.0[4095] >= 100);
            note("intact");
        });
        assert!(is_aligned(adopted));
        let large = stack.enter(lends([round; 100 * 1024], |large| large[102_399] >= 100));
        let one = stack.enter(lends(round, |one| *one >= 100));
        let unit = stack.enter(lends((), |()| true));
        assert!(is_aligned(unit));
        places.push((round, std::ptr::from_ref(line).addr()));
        lines.push((line, page, adopted, large, one));
    }
    for _ in 0..5000 {
        stack.callback(|| ());
        stack.enter(lends((), |()| true));
    }
    for ((line, page, adopted, large, one), (round, place)) in lines.into_iter().zip(places) {
        assert_eq!(std::ptr::from_ref(line).addr(), place);
        assert!(
            line.0
                .iter()
                .chain(&page.0)
                .chain(&adopted.0)
                .all(|byte| *byte == round)
        );
        assert!(large.iter().all(|byte| *byte == round) && *one == round);
        line.0.fill(round + 100);
        page.0.fill(round + 100);
        adopted.0.fill(round + 100);
        large.fill(round + 100);
        *one += 100;
    }
    for (round, key) in (0..50_u8).zip(&keys) {
        assert!(stack[key].0.iter().all(|byte| *byte == round));
        stack[key].0[0] = 0;
    }
    stack.close().unwrap();
    assert_eq!(events(), vec!["intact"; 50 * 6 + 5000 + 50]);
}

/// The first chunk of a stack has to be fit for what comes first, wherever the chunk is.
#[test]
fn the_first_entry_is_aligned() {
    let mut others = Vec::new();
    for length in 1..100 {
        let stack = ExitStack::new();
        let lines: [Line; 16] = std::array::from_fn(|_| Line([2; 64]));
        assert!(is_aligned(stack.adopt(lines, |_, _| ())));
        assert!(is_aligned(stack.adopt(Page([1; 4096]), |_, _| ())));
        others.push((stack, vec![0_u8; 16 * length]));
    }
}

/// What takes no room has its destructor run all the same, once each.
#[test]
fn entries_of_size_zero_are_entries() {
    struct Nothing;
    impl Drop for Nothing {
        fn drop(&mut self) {
            note("drop");
        }
    }
    let mut stack = ExitStack::new();
    stack.adopt(Nothing, |nothing, _| drop(nothing));
    let nothing = Nothing;
    stack.callback(move || drop(nothing));
    let nothing = Nothing;
    let key = stack.hold(move || drop(nothing));
    let other = stack.hold(|| note("called"));
    assert_eq!(stack.len(), 4);
    drop(stack.take(key));
    assert_eq!(events(), ["drop"]);
    assert_eq!(size_of_val(stack.get(&other).unwrap()), 0);
    stack.close().unwrap();
    assert_eq!(events(), ["called", "drop", "drop"]);
}

/// Enter halves that push to the stack which they are being entered on.
#[test]
fn a_context_manager_may_push_to_the_very_stack() {
    /// Pushes before the enter half of the context runs, but after room for it was made.
    struct Via<'s, C>(&'s ExitStack<'static>, u32, C);

    impl<C: ContextManager> ContextManager for Via<'_, C> {
        type Value = C::Value;
        type Returns = C::Returns;
        type Body = C::Body;

        fn into_context(self) -> Context<C::Returns, C::Body> {
            for number in 0..self.1 {
                self.0.callback(move || note(format!("callback {number}")));
            }
            self.2.into_context()
        }
    }
    let stack = ExitStack::new();
    let value = stack.enter(Via(&stack, 2, noted("outer")));
    value.push('!');
    assert!(stack.enter(Via(&stack, 1, fallible(1, 0))).is_err());
    let nested = Via(&stack, 1, Via(&stack, 1, noted("inner")));
    stack.enter(nested).push('?');
    assert_eq!(stack.len(), 2 + 1 + 1 + 2 + 1);
    events();
    stack.close().unwrap();
    assert_eq!(
        events(),
        [
            "exit inner?: Completed",
            "callback 0",
            "callback 0",
            "callback 0",
            "exit outer!: Completed",
            "callback 1",
            "callback 0",
        ]
    );

    // Not in the order of the stack: larger than a chunk each.
    let stack = ExitStack::new();
    for round in 0..20_u8 {
        let large = stack.enter(Via(&stack, 300, lends([round; 3000], |_| true)));
        assert!(stack.enter(Via(&stack, 300, fallible(1, 0))).is_err());
        assert!(large.iter().all(|byte| *byte == round));
    }
    assert_eq!(stack.len(), 20 * 601);
    events();
    drop(stack);
    assert_eq!(events().len(), 20 * 601);
}

// ---- keys ----

#[test]
fn a_key_is_of_no_use_to_another_stack() {
    let one = ExitStack::new();
    let mut other = ExitStack::new();
    let key = one.hold(noted("one").enter());
    // A stack without a key, one that has keys of its own, one that is closed.
    assert!(other.get(&key).is_none() && other.get_mut(&key).is_none());
    let own = other.hold(noted("other").enter());
    assert!(other.get(&key).is_none() && other.get_mut(&key).is_none());
    assert!(other.get(&own).is_some());
    let words = Err("the key is that of another `ExitStack`".to_owned());
    assert_eq!(caught(|| other[&key].len()), words);
    assert_eq!(
        caught(|| other[&key].push('!')),
        words.clone().map(|_: usize| ())
    );
    one.close().unwrap();
    assert!(other.get(&key).is_none());
    assert_eq!(caught(|| other.take(key).len()), words);
    // A new stack in the place of the closed one.
    let stale = {
        let stack = ExitStack::new();
        let key = stack.hold(noted("stale").enter());
        drop(stack);
        key
    };
    let mut new = ExitStack::new();
    let fresh = new.hold(noted("fresh").enter());
    assert!(new.get(&stale).is_none());
    assert_eq!(*new[&fresh], "fresh");
    assert_eq!(caught(|| new.take(stale).len()), words);
    assert_eq!((new.len(), other.len()), (1, 1));
}

/// The panic is said to be where the key is used.
#[test]
#[should_panic(expected = "the key is that of another `ExitStack`")]
fn a_key_of_another_stack_panics_with_our_words() {
    let key = ExitStack::new().hold(|| ());
    ExitStack::new().take(key)();
}

#[test]
fn keys_stay_valid_when_all_entries_go_to_a_new_stack() {
    let mut old = ExitStack::new();
    let (first, second) = (
        old.hold(noted("first").enter()),
        old.hold(noted("second").enter()),
    );
    old.hold(|| note("third"));
    let mut new = old.pop_all();
    assert!(old.get(&first).is_none());
    assert_eq!(*new[&first], "first");
    let later = old.hold(noted("later").enter());
    assert!(new.get(&later).is_none() && old.get(&later).is_some());
    new[&second].push('!');
    Guard::exit(new.take(first));
    // All that is left of both on one, by way of a third.
    let mut last = new.pop_all();
    assert_eq!(*last[&second], "second!");
    events();
    drop(last.take(second));
    drop((old, last));
    assert_eq!(
        events(),
        ["exit second!: Dropped", "exit later: Dropped", "third"]
    );
}

/// Disarmed, released early, or left to the stack: each runs at most once.
#[test]
fn entries_are_taken_in_any_order() {
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]];
    for order in orders {
        for count in 0..=4 {
            let mut stack = ExitStack::new();
            let mut keys: Vec<_> = (0..4)
                .map(|number| {
                    stack.callback(move || note(format!("callback {number}")));
                    Some(stack.hold(move || note(format!("held {number}"))))
                })
                .collect();
            for &number in &order[..count] {
                let function = stack.take(keys[number].take().expect("taken once"));
                if number % 2 == 0 {
                    function();
                    assert_eq!(events(), [format!("held {number}")]);
                }
            }
            assert_eq!(stack.len(), 8 - count);
            assert!(keys.iter().flatten().all(|key| stack.get(key).is_some()));
            stack.close().unwrap();
            let expected: Vec<_> = (0..4)
                .rev()
                .flat_map(|number| {
                    let held = (!order[..count].contains(&number)).then_some("held");
                    let both = held.into_iter().chain(["callback"]);
                    both.map(move |what| format!("{what} {number}"))
                })
                .collect();
            assert_eq!(events(), expected, "{order:?} {count}");
        }
    }
}

// ---- memory ----

#[test]
fn a_million_callbacks_allocate_a_few_times() {
    thread_local! {
        static SUM: RefCell<u64> = const { RefCell::new(0) };
    }
    let (stack, allocated, _) = counted(|| {
        let stack = ExitStack::new();
        for number in 0..u64::from(MANY) {
            stack.callback(move || SUM.with_borrow_mut(|sum| *sum += number));
        }
        stack
    });
    assert!((1..64).contains(&allocated), "{allocated}");
    let (ended, allocated, freed) = counted(|| stack.close());
    ended.unwrap();
    assert_eq!(allocated, 0);
    assert!(freed < 64);
    assert_eq!(SUM.take(), u64::from(MANY) * u64::from(MANY - 1) / 2);
}

/// Everything that was allocated is freed, however the stack ends.
#[test]
fn a_stack_leaves_no_memory_behind() {
    fn fill() -> LocalExitStack<'static> {
        let mut stack = ExitStack::local();
        let mut keys = Vec::new();
        for number in 0..100_u8 {
            stack.callback(move || assert!(number < 100));
            keys.push(stack.hold(Box::new(move || assert!(number < 100)) as Box<dyn FnOnce()>));
            stack.adopt(Box::new(number), |boxed, _| assert!(*boxed < 100));
            stack.enter(silent(Box::new(number), 0)).expect("entered");
            stack
                .enter(silent(Box::new(number), 1))
                .expect_err("refused");
            keys.extend((number % 3 == 0).then(|| stack.hold(Box::new(|| ()) as Box<_>)));
        }
        for key in keys.into_iter().step_by(3) {
            drop(stack.take(key));
        }
        stack
    }
    #[context_manager]
    fn silent(number: Box<u8>, refused: u32) -> Result<[Box<u8>; 3], Code> {
        let value = [number.clone(), number.clone(), number];
        if refused > 0 {
            return Err(code(refused));
        }
        yield_point!(value);
        drop(value);
        Ok(())
    }
    let ends: [fn(LocalExitStack<'_>); 4] = [
        |stack| drop(stack),
        |stack| stack.close().unwrap(),
        |mut stack| drop((stack.pop_all(), stack)),
        |stack| {
            let ended: Result<(), _> = caught(|| {
                stack.callback(|| blow_up("entry"));
                stack.close().unwrap();
            });
            assert!(ended.is_err());
        },
    ];
    for end in ends {
        let ((), allocated, freed) = counted(|| end(fill()));
        assert!(allocated > 100);
        assert_eq!(allocated, freed);
    }
}

/// Rounds of holding and taking with entries that stay, in all orders: the stack does not grow.
#[test]
fn a_stack_that_is_held_to_and_taken_from_does_not_grow() {
    const ROUNDS: usize = 1_000_000;
    /// How many are held at a time.
    const HELD: usize = 8;
    /// Enough for these, their keys and the first chunk, and far less than a byte a round.
    const FEW_BYTES: usize = 8 * 1024;

    // As a stack, as a queue, and from the middle.
    let orders: [fn(usize) -> usize; 3] = [|len| len - 1, |_| 0, |len| len / 2];
    for order in orders {
        let ((), peak) = peak(|| {
            let mut stack = ExitStack::new();
            stack.callback(|| note("below"));
            let mut keys: Vec<Key<_>> = Vec::with_capacity(HELD);
            let entry = |number: usize| move || assert_eq!(number, 0);
            keys.extend((0..HELD - 1).map(|_| stack.hold(entry(0))));
            stack.callback(|| note("above"));
            for number in 1..=ROUNDS {
                keys.push(stack.hold(entry(number)));
                let _disarmed = stack.take(keys.remove(order(keys.len())));
            }
            assert_eq!(stack.len(), HELD + 1);
            for key in keys {
                let _disarmed = stack.take(key);
            }
            stack.close().unwrap();
        });
        assert_eq!(events(), ["above", "below"]);
        assert!(peak < FEW_BYTES, "{peak}");
    }
}

/// Enter halves that fail leave no hole.
#[test]
fn a_stack_that_fails_to_enter_does_not_grow() {
    #[context_manager]
    fn refused(number: u32) -> Result<u32, Code> {
        if number > 0 {
            return Err(code(number));
        }
        yield_point!(number);
        Ok(())
    }
    let (stack, allocated, _) = counted(|| {
        let stack = ExitStack::new();
        stack.callback(|| ());
        for number in 1..100_000 {
            assert!(stack.enter(refused(number)).is_err());
        }
        stack
    });
    assert_eq!((stack.len(), allocated), (1, 1));
}

/// Those that lie below others are freed once they are more than the others.
#[test]
fn what_was_taken_is_freed_when_it_is_the_most() {
    let mut stack = ExitStack::new();
    let keys: Vec<_> = (0..100_u64)
        .map(|number| stack.hold(move || assert!(number < 100)))
        .collect();
    let mut keys = keys.into_iter();
    let (disarmed, _, freed) =
        counted(|| keys.by_ref().take(50).map(|key| stack.take(key)).count());
    assert_eq!((disarmed, freed), (50, 0));
    let (_disarmed, _, freed) = counted(|| keys.next().map(|key| stack.take(key)));
    assert_eq!(freed, 51);
    stack.close().unwrap();
}

/// The errors of a body that was itself a scope are all errors of the body.
#[test]
fn a_body_may_fail_with_several_errors() {
    let errors = ExitStack::scope(|outer| {
        outer.try_callback(|| Err("outer exit"));
        ExitStack::scope(|inner| {
            inner.try_callback(|| Err("inner exit"));
            Err::<(), _>("body")
        })
    });
    let is_body = |error: &(dyn Error + Send + Sync + 'static)| error.to_string() == "body";
    let left = errors.unwrap_err().suppress(is_body).unwrap_err();
    let body = left.body().map(ToString::to_string);
    assert_eq!(body.as_deref(), Some("inner exit"));
    assert_eq!(left.to_string(), "2 errors: inner exit; outer exit");
}

/// A default may do anything, and is made only where it is returned.
#[test]
fn a_scope_makes_no_default_unless_an_error_was_handled() {
    #[derive(Debug)]
    struct Never;
    impl Default for Never {
        fn default() -> Self {
            blow_up("made")
        }
    }
    let failed = caught(|| {
        ExitStack::scope(|stack| {
            stack.try_callback(|| Err("exit"));
            Err::<Never, _>("body")
        })
    });
    let errors = failed.expect("no panic").expect_err("both");
    assert_eq!(errors.to_string(), "2 errors: body; exit");
    let handled = caught(|| {
        ExitStack::scope(|stack| {
            stack.push(|_| Verdict::Handled);
            Err::<Never, _>("body")
        })
    });
    assert_eq!(handled.map(|_| ()), Err("made".to_owned()));
}

/// As `Drop` of a struct that closes its stack to see to the errors itself.
#[test]
fn a_stack_that_is_closed_while_a_panic_unwinds_does_not_abort() {
    struct Closes(ExitStack<'static>);
    impl Drop for Closes {
        fn drop(&mut self) {
            assert!(self.0.pop_all().close().is_ok());
        }
    }
    let (out, lost) = losing(|| {
        caught(|| {
            let closes = Closes(ExitStack::new());
            closes.0.callback(|| blow_up("in an entry"));
            blow_up("the body")
        })
    });
    assert_eq!(out, Err::<(), _>("the body".to_owned()));
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].loss, "panic \"in an entry\"");
}

/// Whatever the destructor of an error does, the panic of an entry is the one that goes on.
#[test]
fn a_panic_outlasts_that_of_an_error_it_displaces() {
    #[derive(Debug)]
    struct Evil;
    impl Drop for Evil {
        fn drop(&mut self) {
            blow_up("evil drop")
        }
    }
    impl fmt::Display for Evil {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("evil")
        }
    }
    impl Error for Evil {}
    let (out, lost) = losing(|| {
        caught(|| {
            let stack = ExitStack::new();
            stack.callback(|| note("runs"));
            stack.callback(|| blow_up("the real panic"));
            stack.try_callback(|| Err(Evil));
            stack.close().is_ok()
        })
    });
    assert_eq!(out, Err("the real panic".to_owned()));
    assert_eq!(events(), ["runs"]);
    let losses: Vec<_> = lost.iter().map(|lost| &*lost.loss).collect();
    assert_eq!(losses, ["body Evil", "panic \"evil drop\""]);
}

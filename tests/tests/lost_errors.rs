//! Guards the way of an error that nobody is left to return to: the hook is called once for each, on
//! the thread that lost it, with the function's path, and nothing that a hook does can do harm.

mod support;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use guard_core::{
    ContextManager, Exit, Guard, Loss, context_manager, enter, on_lost_error, with, yield_point,
};
use support::lost::{Lost, hooked, losing};
use support::{blow_up, caught, child, while_unwinding};

/// An error of a type that the hook can ask for.
#[derive(Debug, PartialEq, Eq)]
struct Code(u32);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}", self.0)
    }
}

impl Error for Code {}

#[context_manager]
fn fails_to_exit(code: u32) -> Result<(), Code> {
    yield_point!();
    if code == 0 { Ok(()) } else { Err(Code(code)) }
}

#[context_manager]
fn panics_on_exit(message: &'static str) {
    yield_point!();
    if !message.is_empty() {
        blow_up(message);
    }
}

fn contexts(lost: &[Lost]) -> Vec<&str> {
    lost.iter().map(|lost| &*lost.context).collect()
}

fn lines(lost: &[Lost]) -> Vec<&str> {
    lost.iter().map(|lost| &*lost.line).collect()
}

// ---- what is printed ----

/// Neither what a context was made of others with, nor type arguments, are part of its name.
#[test]
fn a_name_is_the_path_of_the_function_alone() {
    #[context_manager]
    fn generic<T, const N: usize>(values: [Option<T>; N]) -> Result<usize, Code> {
        yield_point!(values.len());
        Err(Code(1))
    }
    let ((), lost) = losing(|| {
        drop(generic([Some((1, "a")), None]).enter());
        Some(generic([Some(2_u8)]))
            .try_with(|_| Err::<(), _>(Code(2)))
            .unwrap_err();
        let boom = panics_on_exit("boom").fallible::<Code>();
        caught(|| boom.try_with(|()| Err::<(), _>(Code(3)))).unwrap_err();
    });
    let path = "lost_errors::a_name_is_the_path_of_the_function_alone::generic";
    assert_eq!(contexts(&lost), [path, path, "lost_errors::panics_on_exit"]);
}

/// The panic goes on in its place.
#[test]
fn the_error_of_a_body_is_lost_to_a_panic_of_the_exit_half() {
    let (out, lost) =
        losing(|| caught(|| panics_on_exit("boom").try_with(|()| Err::<(), _>(Code(1)))));
    assert_eq!(out, Err("boom".to_owned()));
    assert_eq!(
        lines(&lost),
        [
            "context manager `lost_errors::panics_on_exit` after its body failed with Code(1): \
          the exit half panicked, so that this error is lost"
        ]
    );
    assert_eq!(lost[0].loss, "body Code(1)");
}

#[test]
fn a_lost_error_prints_as_one_line_that_says_what_was_lost_and_how() {
    let ((), lost) = losing(|| {
        drop(fails_to_exit(1).enter());
        let _ = caught(|| {
            enter!(_ = fails_to_exit(2)?);
            blow_up("body");
            #[allow(unreachable_code)]
            Ok::<(), Code>(())
        });
        let _ = fails_to_exit(3).try_with(|()| Err::<(), _>(Code(30)));
        let _: Result<(), _> = caught(|| panics_on_exit("boom").with(|()| blow_up("body")));
    });
    let name = "context manager `lost_errors::fails_to_exit`";
    assert_eq!(
        lines(&lost),
        [
            format!("{name} when it was dropped: the exit half returned Code(1), which is lost"),
            format!(
                "{name} after its body panicked: the exit half returned Code(2), which is lost"
            ),
            format!(
                "{name} after its body failed with Code(30): \
                 the exit half returned Code(3), which is lost"
            ),
            "context manager `lost_errors::panics_on_exit` after its body panicked: \
             the exit half panicked with \"boom\", which is lost"
                .to_owned(),
        ]
    );
}

/// Whatever a user's `Debug` writes, a log keeps one entry on one line.
#[test]
fn it_is_one_line_whatever_the_error_is() {
    #[context_manager]
    fn fails_with(text: &'static str) -> Result<(), String> {
        yield_point!();
        if text.is_empty() {
            Ok(())
        } else {
            Err(text.to_owned())
        }
    }
    /// Renders as `anyhow::Error` does.
    struct Chain;
    impl fmt::Debug for Chain {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("cannot close\n\nCaused by:\n    disk full")
        }
    }
    impl From<String> for Chain {
        fn from(_: String) -> Self {
            Chain
        }
    }
    #[context_manager]
    fn fails_with_a_chain(fails: bool) -> Result<(), Chain> {
        yield_point!();
        if fails { Err(Chain) } else { Ok(()) }
    }
    let ((), lost) = losing(|| {
        drop(fails_with_a_chain(true).enter());
        let _ = fails_with("x").try_with(|()| Err::<(), _>(Chain));
        drop(fails_with("two\nlines").enter());
        let _ = fails_with("x").try_with(|()| Err::<(), _>("two\nlines".to_owned()));
        let _: Result<(), _> = caught(|| panics_on_exit("two\nlines").with(|()| blow_up("body")));
    });
    assert_eq!(lost.len(), 5);
    for line in lines(&lost) {
        assert_eq!(line.lines().count(), 1, "{line:?}");
    }
}

/// Run in processes of their own, whose hook is that of the beginning.
#[test]
fn the_first_hook_prints_each_loss_on_a_line_of_standard_error() {
    if child::is_child() {
        return;
    }
    let output = child::run("prints");
    assert!(output.status.success(), "{output:?}");
    let stderr = child::stderr(&output);
    let name = "context manager `lost_errors::fails_to_exit`";
    assert_eq!(
        stderr.lines().collect::<Vec<_>>(),
        [
            &*format!("{name} when it was dropped: the exit half returned Code(1), which is lost"),
            &*format!(
                "{name} after its body panicked: the exit half returned Code(2), which is lost"
            ),
            "context manager `lost_errors::panics_on_exit` after its body panicked: \
             the exit half panicked with \"boom\", which is lost",
        ]
    );
}

#[test]
fn prints() {
    if child::is_child() {
        drop(fails_to_exit(1).enter());
        let _: Result<(), _> = caught(|| {
            let _guard = fails_to_exit(2).enter();
            blow_up("body");
        });
        let _: Result<(), _> = caught(|| panics_on_exit("boom").with(|()| blow_up("body")));
        // These are returned, and print nothing.
        assert_eq!(fails_to_exit(3).with(|()| ()), Err(Code(3)));
        assert_eq!(Guard::exit(fails_to_exit(4).enter().unwrap()), Err(Code(4)));
    }
}

#[test]
fn a_hook_that_panics_does_no_harm_and_the_line_is_printed() {
    if child::is_child() {
        return;
    }
    let output = child::run("prints_what_its_hook_panics_at");
    assert!(output.status.success(), "{output:?}");
    let stderr = child::stderr(&output);
    let printed: Vec<_> = stderr
        .lines()
        .filter(|line| line.starts_with("context manager"))
        .collect();
    let name = "context manager `lost_errors::fails_to_exit`";
    assert_eq!(
        printed,
        [
            format!("{name} when it was dropped: the exit half returned Code(1), which is lost"),
            format!(
                "{name} after its body panicked: the exit half returned Code(2), which is lost"
            ),
        ]
    );
}

#[test]
fn prints_what_its_hook_panics_at() {
    if child::is_child() {
        on_lost_error(|lost| panic!("at {}", lost.context()));
        drop(fails_to_exit(1).enter());
        let ending: Result<(), _> = caught(|| {
            let _guard = fails_to_exit(2).enter();
            blow_up("body");
        });
        assert_eq!(ending, Err("body".to_owned()));
    }
}

#[test]
fn a_hook_is_replaced_by_the_next_one() {
    if child::is_child() {
        return;
    }
    let output = child::run("replaces_its_hook");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(child::stderr(&output), "");
}

#[test]
fn replaces_its_hook() {
    static CALLS: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
    /// The old hook is dropped when the new one is there, and may use contexts itself.
    struct Captured;
    impl Drop for Captured {
        fn drop(&mut self) {
            drop(fails_to_exit(2).enter());
        }
    }
    if child::is_child() {
        let captured = Captured;
        on_lost_error(move |_| {
            let _whole = &captured;
            CALLS[0].fetch_add(1, Ordering::Relaxed);
        });
        drop(fails_to_exit(1).enter());
        on_lost_error(|lost| {
            // Replaced from within itself, by what is the same again.
            if CALLS[1].fetch_add(1, Ordering::Relaxed) == 0 {
                on_lost_error(|_| {
                    CALLS[1].fetch_add(1, Ordering::Relaxed);
                });
            }
            assert!(lost.to_string().contains("Code(2)"));
        });
        drop(fails_to_exit(3).enter());
        assert_eq!(CALLS[0].load(Ordering::Relaxed), 1);
        assert_eq!(CALLS[1].load(Ordering::Relaxed), 2);
    }
}

// ---- what a hook may do ----

#[test]
fn a_hook_can_ask_what_the_error_is() {
    thread_local! {
        static FOUND: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }
    #[context_manager]
    fn fails_in_another_way() -> io::Result<()> {
        yield_point!();
        if true {
            Err(io::ErrorKind::NotFound.into())
        } else {
            Ok(())
        }
    }
    let ask = || {
        drop(fails_to_exit(7).enter());
        drop(fails_in_another_way().enter());
        let _ = fails_to_exit(8).try_with(|()| Err::<(), _>(Code(80)));
        let _: Result<(), _> = caught(|| panics_on_exit("boom").with(|()| blow_up("body")));
    };
    losing(|| {
        hooked(
            |lost| {
                let body = lost.exit().failure().and_then(|error| error.downcast_ref());
                let found = match lost.loss() {
                    Loss::Error(error) if error.is::<Code>() => {
                        let code: &Code = error.downcast_ref().unwrap();
                        format!("{} {:?} {body:?}", code.0, lost.exit())
                    }
                    Loss::Error(error) => {
                        format!("{:?}", error.downcast_ref().map(io::Error::kind))
                    }
                    Loss::Panic(payload) => format!("{:?}", payload.downcast_ref::<&str>()),
                    _ => "new".to_owned(),
                };
                FOUND.with_borrow_mut(|list| list.push(found));
                let body: Option<&Code> = body;
                assert_eq!(body.is_some(), matches!(lost.exit(), Exit::Failed(_)));
            },
            ask,
        );
    });
    assert_eq!(
        FOUND.take(),
        [
            "7 Dropped None",
            "Some(NotFound)",
            "8 Failed(Code(80)) Some(Code(80))",
            "Some(\"boom\")"
        ]
    );
}

/// Also the panic of a hook has nowhere to go.
#[test]
fn a_panic_of_the_hook_never_comes_out() {
    fn panics_too(_: &guard_core::LostError<'_>) {
        blow_up("the hook");
    }
    let (ending, lost) = losing(|| {
        hooked(panics_too, || {
            drop(fails_to_exit(1).enter());
            {
                enter!(_ = fails_to_exit(2)?);
            }
            with!(_ = fails_to_exit(0)? => { assert_eq!(1, 1) });
            let result = fails_to_exit(3).try_with(|()| Err::<(), _>(Code(30)));
            assert_eq!(result, Err(Code(30)));
            let ending: Result<(), _> = caught(|| {
                let _outer = fails_to_exit(4).enter();
                enter!(_ = panics_on_exit("exit"));
                blow_up("body");
            });
            assert_eq!(ending, Err("body".to_owned()));
            Ok::<_, Code>(())
        })
    });
    assert_eq!(ending, Ok(()));
    assert_eq!(lost.len(), 5);
}

/// An error that cannot even be shown.
#[test]
fn an_error_whose_debug_panics_does_no_harm() {
    struct Unspeakable;
    impl fmt::Debug for Unspeakable {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            blow_up("debug")
        }
    }
    #[context_manager]
    fn fails(really: bool) -> Result<(), Unspeakable> {
        yield_point!();
        if really { Err(Unspeakable) } else { Ok(()) }
    }
    support::lost::record();
    drop(fails(true).enter());
    let ending: Result<(), _> = caught(|| {
        let _guard = fails(true).enter();
        blow_up("body");
    });
    assert_eq!(ending, Err("body".to_owned()));
    let error = fails(true).try_with(|()| Err::<(), _>(Unspeakable));
    assert!(error.is_err());
    assert_eq!(support::lost::take(), []);
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// A hook that writes its log through a context manager, which fails in its turn.
fn loses_more(_: &guard_core::LostError<'_>) {
    let depth = DEPTH.get();
    if depth < 3 {
        DEPTH.set(depth + 1);
        drop(fails_to_exit(100 + depth).enter());
        let works = fails_to_exit(0).with(|()| depth);
        assert_eq!(works, Ok(depth));
    }
}

#[test]
fn a_hook_may_lose_errors_of_its_own() {
    let ((), lost) = losing(|| hooked(loses_more, || drop(fails_to_exit(1).enter())));
    let codes: Vec<_> = lost.iter().map(|lost| &*lost.loss).collect();
    assert_eq!(
        codes,
        [
            "error Code(1)",
            "error Code(100)",
            "error Code(101)",
            "error Code(102)"
        ]
    );
    DEPTH.set(0);
    let (ending, lost) = losing(|| {
        hooked(loses_more, || {
            caught(|| {
                let _guard = fails_to_exit(1).enter();
                blow_up("body");
            })
        })
    });
    let ending: Result<(), _> = ending;
    assert_eq!(ending, Err("body".to_owned()));
    let exits: Vec<_> = lost.iter().map(|lost| &*lost.exit).collect();
    assert_eq!(exits, ["Panicked", "Dropped", "Dropped", "Dropped"]);
}

#[test]
fn the_hook_is_called_while_unwinding_and_in_destructors() {
    thread_local! {
        static PANICKING: RefCell<Vec<bool>> = const { RefCell::new(Vec::new()) };
    }
    let ((), lost) = losing(|| {
        hooked(
            |_| PANICKING.with_borrow_mut(|list| list.push(thread::panicking())),
            || {
                drop(fails_to_exit(1).enter());
                while_unwinding(|| drop(fails_to_exit(2).enter()));
                let _: Result<(), _> = caught(|| {
                    let _guards = (fails_to_exit(3).enter(), fails_to_exit(4).enter_local());
                    blow_up("body");
                });
            },
        );
    });
    assert_eq!(PANICKING.take(), [false, true, true, true]);
    let exits: Vec<_> = lost.iter().map(|lost| &*lost.exit).collect();
    assert_eq!(exits, ["Dropped", "Dropped", "Panicked", "Panicked"]);
}

/// In the opposite order of entering, each once.
#[test]
fn every_one_of_several_errors_is_lost() {
    let ((), lost) = losing(|| {
        enter!(_ = panics_on_exit(""));
        let _all: Vec<_> = (1..=5).map(|code| fails_to_exit(code).enter()).collect();
        let _six = fails_to_exit(6).enter();
    });
    let losses: Vec<_> = lost.iter().map(|lost| lost.loss.clone()).collect();
    let expected = [6, 1, 2, 3, 4, 5].map(|code| format!("error Code({code})"));
    assert_eq!(losses, expected);
}

// ---- where it was lost ----

mod place {
    use super::*;

    pub(super) struct Database;

    pub(super) struct Pool<T>(pub(super) T);

    pub(super) trait Resource {
        #[context_manager]
        fn opened(&self) -> Result<(), Code> {
            yield_point!();
            refuse()
        }
    }

    impl Resource for Database {}

    impl Database {
        #[context_manager]
        pub(super) fn transaction(&mut self) -> Result<&mut Self, Code> {
            yield_point!(self);
            refuse()
        }

        #[context_manager]
        pub(super) fn generic<T>(self, _value: T) -> Result<(), Code> {
            yield_point!();
            refuse()
        }
    }

    impl<T> Pool<T> {
        #[context_manager]
        pub(super) fn item(&self) -> Result<&T, Code> {
            yield_point!(&self.0);
            refuse()
        }
    }

    pub(super) mod inner {
        use super::*;

        #[context_manager]
        pub(in super::super) fn generic<T: Default, const N: usize>() -> Result<T, Code> {
            yield_point!(T::default());
            refuse()
        }
    }

    fn refuse() -> Result<(), Code> {
        Err(Code(1))
    }
}

#[test]
fn the_context_is_named_by_the_path_of_its_function() {
    use place::{Database, Pool, Resource, inner};
    #[context_manager]
    fn local() -> Result<(), Code> {
        yield_point!();
        if true { Err(Code(1)) } else { Ok(()) }
    }
    let ((), lost) = losing(|| {
        drop(fails_to_exit(1).enter());
        drop(Database.transaction().enter());
        drop(Database.generic(String::new()).enter_local());
        drop(Pool(Some(1)).item().enter());
        drop(inner::generic::<u8, 3>().enter());
        drop(local().enter());
        drop(Database.opened().enter());
        let closure = || drop(local().enter());
        closure();
    });
    let test = "lost_errors::the_context_is_named_by_the_path_of_its_function";
    let local = format!("{test}::local");
    // To be read by people: the rest of the form is the compiler's.
    let expected: [&[&str]; 8] = [
        &["lost_errors::fails_to_exit"],
        &["lost_errors::place::Database", "transaction"],
        &["lost_errors::place::Database", "generic"],
        &["lost_errors::place::Pool", "item"],
        &["lost_errors::place::inner::generic"],
        &[&local],
        &["lost_errors::place::Resource", "opened"],
        &[&local],
    ];
    assert_eq!(lost.len(), expected.len());
    for (name, parts) in contexts(&lost).into_iter().zip(expected) {
        assert!(parts.iter().all(|part| name.contains(part)), "{name}");
    }
    assert_eq!(contexts(&lost)[0], "lost_errors::fails_to_exit");
    for name in contexts(&lost) {
        assert!(!name.contains("closure"), "{name}");
    }
}

/// However it was lost, it says the same name.
#[test]
fn every_form_names_the_same_context() {
    let ((), lost) = losing(|| {
        drop(fails_to_exit(1).enter());
        drop(fails_to_exit(1).enter_local());
        let _ = fails_to_exit(1).try_with(|()| Err::<(), _>(Code(2)));
        let _: Result<Result<(), Code>, _> = caught(|| fails_to_exit(1).with(|()| blow_up("body")));
        let _: Result<Result<(), Code>, _> =
            caught(|| fails_to_exit(1).try_with(|()| blow_up("body")));
        let entered = || {
            enter!(_ = fails_to_exit(1)?);
            Ok::<_, Code>(())
        };
        assert_eq!(entered(), Ok(()));
        let left = || {
            with!(_ = fails_to_exit(1)? => {
                if DEPTH.get() == 0 {
                    return Ok::<_, Code>(7);
                }
            });
            Ok(8)
        };
        assert_eq!(left(), Ok(7));
    });
    assert_eq!(contexts(&lost), ["lost_errors::fails_to_exit"; 7]);
}

// ---- threads ----

#[test]
fn errors_lost_on_several_threads_at_once_all_arrive_on_their_own() {
    const THREADS: u32 = 8;
    const EACH: u32 = 200;
    let start = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        for thread in 1..=THREADS {
            let start = &start;
            scope.spawn(move || {
                let ((), lost) = losing(|| {
                    start.wait();
                    for n in 0..EACH {
                        let code = thread * 10_000 + n;
                        if n % 2 == 0 {
                            drop(fails_to_exit(code).enter());
                        } else {
                            let ending: Result<(), _> = caught(|| {
                                let _guard = fails_to_exit(code).enter();
                                blow_up("body");
                            });
                            assert_eq!(ending, Err("body".to_owned()));
                        }
                    }
                });
                let codes: Vec<_> = lost.into_iter().map(|lost| lost.loss).collect();
                let expected: Vec<_> = (0..EACH)
                    .map(|n| format!("error Code({})", thread * 10_000 + n))
                    .collect();
                assert_eq!(codes, expected);
            });
        }
    });
}

/// A thread that ends, with its thread-local values being dropped, can lose errors as well.
#[test]
fn an_error_lost_while_a_thread_ends_does_not_abort() {
    thread_local! {
        static LATE: RefCell<Option<Guard<(), Result<(), Code>>>> = const { RefCell::new(None) };
    }
    static HOOKED: AtomicUsize = AtomicUsize::new(0);
    fn told(lost: &guard_core::LostError<'_>) {
        assert!(lost.to_string().contains("Code(9)"));
        HOOKED.fetch_add(1, Ordering::Relaxed);
    }
    support::lost::record();
    let thread = thread::spawn(|| {
        // Of the two thread-local values the one that is used first is dropped last, or first.
        LATE.set(Some(fails_to_exit(9).enter().unwrap()));
        hooked(told, || drop(fails_to_exit(9).enter()));
        support::lost::take();
    });
    thread.join().expect("the thread ended well");
    assert_eq!(HOOKED.load(Ordering::Relaxed), 1);
}

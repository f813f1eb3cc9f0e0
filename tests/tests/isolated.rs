//! `isolated`: which process calls what, and what is known of it afterwards. And `serial`.

mod support;

use std::cell::Cell;
use std::env;
use std::fs;
use std::io::{self, Read};
use std::panic::panic_any;
use std::process::{self, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use guard_core::testing::{isolated, no_leaks, serial};
use guard_core::within;
use rstest::rstest;
use support::caught;

/// The number of the process that a call is in, told by a panic.
fn elsewhere() -> u32 {
    let told = caught(|| isolated(|| panic!("{}", process::id())));
    match told {
        Err(text) => text.parse().expect("a number"),
        // In the process of another call.
        Ok(()) => 0,
    }
}

#[test]
fn it_is_another_process() {
    let before = Cell::new(0);
    isolated(|| before.set(1));
    let other = elsewhere();
    // In the processes of the calls, it is their own.
    if before.get() == 0 && other != process::id() {
        assert_ne!(other, 0);
    }
    assert_ne!(process::id(), 0);
}

#[test]
fn each_call_has_its_own_and_no_other_closure_is_called_in_it() {
    let called = Cell::new(0);
    for number in 0..4 {
        isolated(|| {
            assert_eq!(called.replace(number + 1), 0, "another closure was called");
        });
    }
    let told: Vec<String> = (0..3)
        .map(|number| caught(|| isolated(|| panic!("number {number}"))).err())
        .map(Option::unwrap_or_default)
        .collect();
    let here = told.iter().all(|text| !text.is_empty());
    if here {
        assert_eq!(told, ["number 0", "number 1", "number 2"]);
    }
    // In the processes of the calls one of them was called, or none yet.
    assert!(told.iter().filter(|text| !text.is_empty()).count() <= 1 || here);
}

#[test]
fn calls_within_a_call_are_made_in_place() {
    isolated(|| {
        let own = process::id();
        let called = AtomicUsize::new(0);
        let call = || {
            isolated(|| {
                assert_eq!(process::id(), own);
                called.fetch_add(1, Ordering::Relaxed);
            });
        };
        call();
        thread::scope(|scope| drop(scope.spawn(call)));
        no_leaks(|| {
            called.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(called.into_inner(), 3);
    });
}

#[test]
#[should_panic(expected = "as\nit should \\n be")]
fn the_message_of_a_panic_is_handed_on() {
    isolated(|| panic!("as\nit should \\n be"));
}

#[test]
#[should_panic(expected = "a payload that is no text")]
fn a_payload_without_a_message() {
    isolated(|| panic_any(3));
}

/// What is said of a process in which `f` is called.
fn said(f: impl FnOnce()) -> String {
    caught(|| isolated(f)).err().unwrap_or_default()
}

#[test]
#[cfg(unix)]
fn a_process_that_aborts() {
    let message = said(|| {
        eprintln!("goodbye");
        process::abort();
    });
    assert!(
        message.contains("before the closure returned: signal: 6 (SIGABRT)"),
        "{message}"
    );
    assert!(message.contains("its last words:\n"), "{message}");
    assert!(message.contains("\n    goodbye"), "{message}");
}

#[test]
fn a_process_that_exits() {
    let message = said(|| process::exit(0));
    assert!(
        message.contains("before the closure returned: exit status: 0"),
        "{message}"
    );
}

#[test]
fn a_process_that_exits_with_the_status_of_a_failed_test() {
    let message = said(|| process::exit(101));
    assert!(
        message.contains("before the closure returned: exit status: 101"),
        "{message}"
    );
}

/// Exits in the process of the call, where it was set.
struct Exits<'a>(&'a Cell<bool>);

impl Drop for Exits<'_> {
    fn drop(&mut self) {
        if self.0.get() {
            process::exit(7);
        }
    }
}

#[test]
#[should_panic(expected = "after the closure had returned: exit status: 7")]
fn a_process_that_exits_afterwards() {
    let called = Cell::new(false);
    let _exits = Exits(&called);
    isolated(|| called.set(true));
}

#[test]
#[should_panic(expected = "without coming to call number 1 of `isolated`")]
fn a_process_that_never_comes_to_the_call() {
    if env::var_os("GUARD_TESTING_ISOLATED").is_some() {
        return;
    }
    isolated(|| ());
}

#[test]
fn threads_that_are_no_tests() {
    let call = || caught(|| isolated(|| ()));
    let unnamed = thread::spawn(call).join().expect("caught").unwrap_err();
    assert!(
        unnamed
            .starts_with("a process of its own was asked for on a thread without a name\nhelp: ")
    );
    let builder = thread::Builder::new().name("worker".to_owned());
    let named = builder.spawn(call).expect("a thread");
    let named = named.join().expect("caught").unwrap_err();
    let start = "a process of its own was asked for on the thread `worker`, and there is no test of that name";
    assert!(named.starts_with(start), "{named}");
}

#[tokio::test]
async fn in_a_test_of_tokio() {
    isolated(|| ());
    let message = said(|| panic!("as it should"));
    assert!(matches!(&*message, "" | "as it should"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_test_of_tokio_with_threads() {
    isolated(|| ());
    let spawned = tokio::spawn(async { said(|| ()) }).await.expect("caught");
    assert!(
        spawned.contains("help: ask for it on the test's own thread"),
        "{spawned}"
    );
}

#[rstest]
#[case(1)]
#[case(2)]
#[should_panic(expected = "case")]
fn in_cases(#[case] case: u32) {
    isolated(|| panic!("case {case}"));
}

#[test]
fn the_surroundings_are_as_here_and_nothing_is_to_be_read() {
    let here = env::current_dir().expect("a directory");
    isolated(|| {
        assert_eq!(env::current_dir().expect("a directory"), here);
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).expect("nothing");
        assert_eq!(text, "");
    });
}

#[test]
fn processes_that_the_closure_starts_are_on_their_own() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("called");
    isolated(|| {
        let status = Command::new(env::current_exe().expect("the tests"))
            .args(["the_message_of_a_panic_is_handed_on", "--exact"])
            .stdout(process::Stdio::null())
            .status();
        assert!(status.expect("the tests").success());
        fs::write(&file, "").expect("a file");
    });
}

#[test]
#[cfg(unix)]
fn output_is_shown_when_it_fails_alone() {
    if support::child::is_child() {
        isolated(|| println!("kept"));
        isolated(|| {
            println!("shown");
            panic!("as it should");
        });
        return;
    }
    let name = "output_is_shown_when_it_fails_alone";
    let output = support::child::run(name);
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert!(stdout.contains("shown"), "{stdout}");
    assert!(!stdout.contains("kept"), "{stdout}");
}

#[test]
fn one_at_a_time() {
    let inside = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    serial().with(|()| {
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                    });
                }
            });
        }
    });
}

#[test]
fn a_panic_in_it_is_no_hindrance() {
    let panicked = caught(|| serial().with(|()| support::blow_up("as it should")));
    assert!(panicked.is_err());
    serial().with(|()| ());
}

#[test]
fn entering_it_twice_does_not_wait() {
    let twice = caught(|| serial().with(|()| serial().with(|()| ())));
    let message = "`serial` is held by this thread already, and would wait for itself";
    assert_eq!(twice, Err(message.to_owned()));
    serial().with(|()| ());
}

#[test]
#[within(serial())]
fn as_a_fixture() {
    let guard = thread::spawn(|| serial().enter());
    assert!(!guard.is_finished());
}

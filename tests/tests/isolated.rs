//! `isolated`: code that has a process to itself.

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process, thread};

use guard_core::testing::isolated;
use rstest::rstest;
use support::caught;

/// Whether this process is one that was started for an `isolated`.
fn elsewhere() -> bool {
    env::var_os("GUARD_TESTING_ISOLATED").is_some()
}

/// Whether tests run beside this one, and therefore elsewhere.
fn beside_others() -> bool {
    thread::current().name() != Some("main") && !elsewhere()
}

#[test]
fn it_runs_elsewhere_once() {
    let ran = AtomicUsize::new(0);
    isolated(|| {
        ran.fetch_add(1, Ordering::SeqCst);
        assert!(elsewhere() || !beside_others());
    });
    let expected = usize::from(!beside_others());
    assert_eq!(ran.load(Ordering::SeqCst), expected);
}

#[test]
#[should_panic(expected = "what it has said\nin two lines \\ with a backslash")]
fn a_panic_comes_back_with_its_message() {
    isolated(|| panic!("what it has said\nin two lines \\ with a backslash"));
}

#[test]
fn an_abort_does_not_end_the_test_binary() {
    if !beside_others() && !elsewhere() {
        return;
    }
    let message = caught(|| isolated(|| process::abort()));
    let message = message.expect_err("it has died");
    assert!(
        message.starts_with("the process of its own has died ("),
        "{message}"
    );
}

#[test]
fn an_early_exit_is_no_success() {
    if !beside_others() && !elsewhere() {
        return;
    }
    let message = caught(|| isolated(|| process::exit(0)));
    let message = message.expect_err("it has died");
    assert!(
        message.starts_with("the process of its own has died (exit status: 0)"),
        "{message}"
    );
}

/// What a process prints last is in the message, with a bar before each line.
#[test]
fn the_last_words_are_told() {
    if !beside_others() && !elsewhere() {
        return;
    }
    let message = caught(|| {
        isolated(|| {
            eprintln!("last words");
            process::exit(3)
        });
    });
    let message = message.expect_err("it has died");
    assert!(message.contains("\n  | last words"), "{message}");
    assert!(message.contains("exit status: 3"), "{message}");
}

/// Each call has its own process, in which the others are passed over.
#[test]
fn several_calls_run_one_by_one() {
    let mut seen = [0; 3];
    for n in 0..3 {
        let message = caught(|| {
            isolated(|| {
                if elsewhere() {
                    assert_eq!(seen, [0; 3], "nothing else runs here");
                }
                panic!("the call {n}")
            });
        });
        if beside_others() {
            assert_eq!(message, Err(format!("the call {n}")));
        }
        seen[n] += usize::from(message.is_err());
    }
}

#[test]
#[should_panic(expected = "the inner one")]
fn within_another_it_simply_runs() {
    isolated(|| isolated(|| panic!("the inner one")));
}

#[test]
#[should_panic(expected = "on another thread")]
fn within_another_it_simply_runs_on_any_thread() {
    isolated(|| {
        let inner = thread::spawn(|| isolated(|| panic!("on another thread")));
        std::panic::resume_unwind(inner.join().expect_err("it has panicked"));
    });
}

#[test]
fn a_thread_without_a_name_is_told_what_to_do() {
    if elsewhere() {
        return;
    }
    let message = thread::spawn(|| caught(|| isolated(|| ())))
        .join()
        .expect("it is caught");
    let message = message.expect_err("no test has its name");
    assert!(
        message.contains("help: call it on the thread of the test itself"),
        "{message}"
    );
}

#[test]
fn a_thread_with_a_name_that_is_no_test_is_told_so() {
    if elsewhere() {
        return;
    }
    let named = thread::Builder::new().name("no_such_test".to_owned());
    let message = named
        .spawn(|| caught(|| isolated(|| ())))
        .expect("a thread")
        .join()
        .expect("it is caught");
    let message = message.expect_err("no test has its name");
    assert!(
        message.contains("was started as the test `no_such_test`"),
        "{message}"
    );
}

#[rstest]
#[case("a", true)]
#[should_panic(expected = "the case b")]
#[case("b", false)]
fn a_case_of_rstest_is_found(#[case] name: &str, #[case] good: bool) {
    isolated(|| assert!(good, "the case {name}"));
}

#[tokio::test]
#[should_panic(expected = "within tokio")]
async fn it_can_be_called_on_the_thread_of_a_runtime() {
    tokio::task::yield_now().await;
    isolated(|| panic!("within tokio"));
}

#[test]
fn the_temporary_directory_is_its_own_and_goes() {
    let marker = |dir: &Path| dir.join("marker");
    isolated(|| {
        if elsewhere() {
            let dir = env::temp_dir();
            assert!(fs::read_dir(&dir).expect("it is there").next().is_none());
            fs::write(marker(&dir), "").expect("it can be written to");
        }
    });
    assert!(elsewhere() || !marker(&env::temp_dir()).exists());
}

/// Tests beside each other that change what belongs to the process.
#[rstest]
fn the_current_directory_is_its_own(#[values(0, 1, 2, 3, 4, 5, 6, 7)] n: usize) {
    isolated(|| {
        let dir = env::temp_dir().join(format!("of-{n}"));
        fs::create_dir(&dir).expect("a directory");
        let before = env::current_dir().expect("a directory");
        env::set_current_dir(&dir).expect("it can be entered");
        assert_eq!(
            fs::canonicalize(".").unwrap(),
            fs::canonicalize(&dir).unwrap()
        );
        env::set_current_dir(before).expect("it can be left");
        fs::remove_dir(dir).expect("it is empty");
    });
}

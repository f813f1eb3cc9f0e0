//! What `Exhaust` finds wrong, and how its report reads at 80 columns.

mod support;

use std::cell::Cell;
use std::process::Output;

use guard_core::testing::{Exhaust, Faults, Injected, LeakCheck, Outcome, Report, exhaust};
use insta::assert_snapshot;
use support::child;
use support::driven::turns;
use support::{blow_up, caught};

/// The report of a scenario, no line of which is too long that has a space to be broken at.
fn report(exhaust: Exhaust<'_>, scenario: impl FnMut(&Faults) -> Result<(), Injected>) -> Report {
    let report = exhaust.check(scenario).expect_err("something is wrong");
    for line in report.to_string().lines() {
        let fits = line.chars().count() <= 80 || line.contains("GUARD_EXHAUST=");
        assert!(fits, "{line}");
    }
    report
}

#[expect(clippy::unnecessary_wraps, reason = "a scenario may fail")]
fn swallows(faults: &Faults) -> Result<(), Injected> {
    let _ = faults.point("read");
    Ok(())
}

#[test]
fn a_fault_that_is_swallowed() {
    let caught = |faults: &Faults| caught(|| swallows(faults)).unwrap_or(Ok(()));
    assert_snapshot!(report(Exhaust::new(), caught));
    assert!(Exhaust::new().may_recover().check(caught).is_ok());
}

#[test]
fn an_error_that_is_lost() {
    let scenario = |faults: &Faults| {
        let closed = faults.error_point("the descriptor of the configuration file is closed");
        faults.error_point("the connection to the database is given back")?;
        closed
    };
    assert_snapshot!(report(Exhaust::new(), scenario));
    assert!(Exhaust::new().may_recover().check(scenario).is_ok());
    assert!(Exhaust::new().singly().check(scenario).is_ok());
}

/// The name of one site is the end of that of the other.
#[test]
fn an_error_with_the_name_of_another_in_it() {
    let scenario = |faults: &Faults| {
        let closed = faults.error_point("read");
        faults.error_point("socket.read")?;
        closed
    };
    let report = report(Exhaust::new(), scenario);
    let plans: Vec<_> = report.plans().map(ToString::to_string).collect();
    assert_eq!(plans, ["read#1=error,socket.read#1=error"]);
}

#[test]
fn a_scenario_that_fails_or_panics_of_its_own() {
    let fails = |faults: &Faults| {
        swallows(faults)?;
        Faults::planned("its own#1=error".parse().unwrap()).point("its own")
    };
    assert_snapshot!(report(Exhaust::new(), fails));
    let panics = |faults: &Faults| match faults.error_point("read") {
        Ok(()) => Ok(()),
        Err(_) => blow_up("a panic with a message\n  of two lines"),
    };
    assert_snapshot!(report(Exhaust::new(), panics));
}

#[test]
fn a_scenario_without_a_site() {
    assert_snapshot!(report(Exhaust::new(), |_| Ok(())));
    assert!(Exhaust::new().check_async(async |_| turns(1).await).is_ok());
}

#[test]
fn many_runs_that_go_wrong() {
    let scenario = |faults: &Faults| {
        for _ in 0..30 {
            let _ = faults.error_point("read");
        }
        Ok(())
    };
    let report = report(Exhaust::new(), scenario);
    assert_eq!(report.plans().count(), 20);
    assert_snapshot!(report);
}

#[test]
fn a_check_of_the_users_own() {
    let exhaust = Exhaust::new().after_each(|ran| {
        let completed = *ran.outcome() == Outcome::Completed;
        assert_eq!(completed, ran.number() == 1, "told by\n  the check");
        assert_eq!(ran.number(), 1);
    });
    assert_snapshot!(report(exhaust, |faults| faults.error_point("read")));
}

#[test]
fn what_leaks_each_time() {
    let directory = tempfile::tempdir().unwrap();
    let number = Cell::new(0);
    let writes = |faults: &Faults| {
        faults.error_point("read")?;
        number.set(number.get() + 1);
        std::fs::write(directory.path().join(number.get().to_string()), "").unwrap();
        Ok(())
    };
    let leaks = || Exhaust::new().leaks(LeakCheck::new().files_in(directory.path()));
    let found = report(leaks(), writes);
    assert_eq!(found.plans().count(), 1);
    assert_eq!(number.get(), 2, "it is repeated");
    let once = |faults: &Faults| {
        std::fs::write(directory.path().join("cache"), "").unwrap();
        faults.error_point("read")
    };
    assert!(leaks().check(once).is_ok());
}

#[test]
fn a_scenario_that_goes_another_way() {
    let number = Cell::new(0);
    let first_only = |faults: &Faults| {
        number.set(number.get() + 1);
        if number.get() == 1 {
            faults.error_point("a")
        } else {
            faults.error_point("b")
        }
    };
    let summary = Exhaust::new().check(first_only).unwrap();
    assert_eq!((summary.runs(), summary.missed()), (2, 1));
    assert_eq!(
        summary.to_string(),
        "2 runs, 2 sites, 0 awaits; in 1 run a fault was not come to"
    );
}

#[test]
fn what_is_left_out_is_said() {
    let summary = Exhaust::new()
        .at_most(2)
        .check(|faults| faults.point("a"))
        .unwrap();
    assert_eq!((summary.runs(), summary.left_out()), (2, 1));
    assert_eq!(
        summary.to_string(),
        "2 runs, 1 site, 0 awaits; 1 run or more left out"
    );
    assert!(
        Exhaust::new()
            .without_panics()
            .check(|faults| faults.point("a"))
            .unwrap()
            .runs()
            == 2
    );
}

#[test]
fn order_is_asked_for() {
    let scenario = |faults: &Faults| {
        let a = faults.tracker().open("a");
        let b = faults.tracker().open("b");
        a.close();
        b.close();
        faults.error_point("read")
    };
    assert!(Exhaust::new().check(scenario).is_ok());
    assert!(Exhaust::new().lifo().check(scenario).is_err());
}

/// Runs a test of this file in a process of its own, with a plan to replay.
fn replayed(test: &str, plan: &str) -> Output {
    child::run_with(test, &[("GUARD_EXHAUST", plan)])
}

#[test]
fn replays() {
    if !child::is_child() {
        return;
    }
    let exhaust = Exhaust::new().after_each(|ran| println!("ran [{}]", ran.plan()));
    let checked = exhaust.check(|faults| {
        for _ in 0..3 {
            faults.point("read")?;
        }
        Ok::<_, Injected>(())
    });
    println!("{}", checked.expect("it is well"));
}

#[test]
fn a_replay_is_of_one_run() {
    let output = replayed("replays", "read#2=error");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let ran: Vec<_> = stdout
        .lines()
        .filter(|line| line.contains("ran ["))
        .collect();
    assert_eq!(ran.len(), 1, "{stdout}");
    assert!(ran[0].ends_with("ran [read#2=error]"), "{stdout}");
    assert!(stdout.contains("1 run, 1 site, 0 awaits\n"), "{stdout}");
}

#[test]
fn a_replay_that_is_no_plan() {
    let output = replayed("replays", "read#2=oops");
    let stderr = child::stderr(&output);
    assert!(
        stderr.contains("in `GUARD_EXHAUST`: `read#2=oops` is none of "),
        "{stderr}"
    );
}

#[test]
#[cfg(unix)]
fn a_process_that_dies_in_mid_run() {
    struct PanicsAgain<'f>(&'f Faults);
    impl Drop for PanicsAgain<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() && self.0.error_point("closes").is_err() {
                std::process::abort();
            }
        }
    }
    let message = caught(|| {
        exhaust(|faults| {
            let _panics = PanicsAgain(faults);
            faults.point("read")
        });
    });
    // In the process that dies, it has died.
    let message = message.unwrap_err();
    assert!(message.contains("signal: 6 (SIGABRT)"), "{message}");
    let run = "\nin progress: run 4: `read#1` panics, and `closes#1` returns an error";
    assert!(message.contains(run), "{message}");
}

/// A panic in a destructor that another panic runs aborts, unless it is in an exit half of ours.
#[test]
fn panics_while_unwinding_are_asked_for() {
    let scenario = |faults: &Faults| {
        faults.resource("a").with(|_| ())?;
        faults.resource("b").try_with(|_| faults.point("body"))
    };
    let runs = |exhaust: Exhaust<'_>| exhaust.check(scenario).unwrap().runs();
    assert_eq!(
        runs(Exhaust::new().panics_while_unwinding()),
        runs(Exhaust::new()) + 1
    );
}

//! What `Exhaust` finds wrong, and how its report reads at 80 columns.

mod support;

use std::cell::Cell;
use std::fs::File;
use std::process::Output;
use std::sync::Once;
use std::time::Duration;

use guard_core::testing::{
    Exhaust, Faults, Injected, LeakCheck, Outcome, Report, exhaust, isolated,
};
use guard_core::{context_manager, yield_point};
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

/// A descriptor, which no other test opens in this process.
#[test]
fn what_leaks_each_time() {
    isolated(|| {
        let open = || std::mem::forget(File::open("Cargo.toml").unwrap());
        let leaks =
            || Exhaust::new().leaks(LeakCheck::new().descriptors().patience(Duration::ZERO));
        let number = Cell::new(0);
        let found = report(leaks(), |faults| {
            faults.error_point("read")?;
            number.set(number.get() + 1);
            open();
            Ok(())
        });
        assert_eq!(found.plans().count(), 1);
        assert_eq!(number.get(), 2, "it is repeated");
        let once = Once::new();
        let leaks_once = |faults: &Faults| {
            once.call_once(open);
            faults.error_point("read")
        };
        assert!(leaks().check(leaks_once).is_ok());
    });
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
    child::run_with(("GUARD_EXHAUST", plan), test)
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

/// The pair of the last two places is beyond the runs that there are unless more are asked for.
#[test]
fn runs_that_were_not_enough_are_no_success() {
    let many = |faults: &Faults| {
        let errors = (0..150).filter_map(|_| faults.error_point("read").err());
        let mut errors: Vec<_> = errors.collect();
        errors.pop().map_or(Ok(()), Err)
    };
    let exhaust = || Exhaust::new().may_recover();
    let report = exhaust().check(many).expect_err("there are 11,326");
    let text = report.to_string();
    assert!(
        text.starts_with("there is more to try than 10000 runs"),
        "{text}"
    );
    assert!(exhaust().at_most(10_000).check(many).is_ok());
}

/// The first run opens what is kept, and does something wrong besides.
#[test]
fn a_run_that_leaks_once_is_judged_all_the_same() {
    isolated(|| {
        let (once, first) = (Once::new(), Cell::new(true));
        let scenario = |faults: &Faults| {
            let read = faults.error_point("read");
            if read.is_err() && first.replace(false) {
                once.call_once(|| std::mem::forget(File::open("Cargo.toml").unwrap()));
                return Ok(());
            }
            read
        };
        let leaks = LeakCheck::new().descriptors().patience(Duration::ZERO);
        let found = report(Exhaust::new().leaks(leaks), scenario);
        assert_eq!(found.plans().next().unwrap().to_string(), "read#1=error");
    });
}

#[test]
fn a_check_is_called_each_time_that_the_scenario_is() {
    isolated(|| {
        let (once, calls) = (Once::new(), Cell::new(0));
        let leaks = LeakCheck::new().descriptors().patience(Duration::ZERO);
        let exhaust = Exhaust::new()
            .leaks(leaks)
            .after_each(|_| assert_eq!(calls.replace(0), 1));
        let scenario = |faults: &Faults| {
            calls.set(calls.get() + 1);
            once.call_once(|| std::mem::forget(File::open("Cargo.toml").unwrap()));
            faults.error_point("read")
        };
        assert!(exhaust.check(scenario).is_ok());
    });
}

#[context_manager]
fn always_fails() -> Result<(), String> {
    yield_point!();
    Err("as ever".to_owned())
}

/// What the hook is told in each run is no excuse.
#[test]
fn a_loss_of_another_error_excuses_nothing() {
    let scenario = |faults: &Faults| {
        drop(always_fails().enter());
        let _ = faults.error_point("write");
        Ok(())
    };
    let found = report(Exhaust::new(), scenario);
    assert!(
        found.to_string().contains("`write#1` was swallowed"),
        "{found}"
    );
}

/// The first error becomes one that does not name its site, and nothing is lost.
#[test]
fn an_error_that_is_returned_under_another_name_is_not_lost() {
    let scenario = |faults: &Faults| {
        let parsed = faults
            .error_point("parse")
            .map_err(|_| "no number".to_owned());
        let closed = faults
            .error_point("close")
            .map_err(|error| error.to_string());
        match (parsed, closed) {
            (Err(parsed), Err(closed)) => Err(format!("{parsed}, and {closed}")),
            (parsed, closed) => parsed.and(closed),
        }
    };
    assert!(Exhaust::new().check(scenario).is_ok());
}

/// As that of state that a run has left for the next.
#[test]
fn an_error_without_a_fault_is_its_own() {
    let number = Cell::new(0);
    let scenario = |faults: &Faults| {
        number.set(number.get() + 1);
        if number.get() > 1 {
            return Err("already there".to_owned());
        }
        faults
            .error_point("read")
            .map_err(|error| error.to_string())
    };
    let report = Exhaust::new().check(scenario).expect_err("it fails");
    let text = report.to_string();
    assert!(
        text.contains("it failed, although nothing was injected"),
        "{text}"
    );
}

#[test]
fn replays_here() {
    if !child::is_child() {
        return;
    }
    exhaust(|faults| {
        println!("seen in {}", std::process::id());
        faults.error_point("read")
    });
    println!("by {}", std::process::id());
}

#[test]
fn a_replay_is_in_this_process() {
    let output = replayed("replays_here", "read#1=error");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let id = |before: &str| {
        let (_, after) = stdout.split_once(before).expect(before);
        after.lines().next().unwrap().to_owned()
    };
    assert_eq!(id("seen in "), id("by "));
}

#[test]
fn a_replay_that_does_not_come_to_its_fault_fails() {
    for plan in ["raed#1=error", "read#2=error", "cancel=1"] {
        let output = replayed("replays_here", plan);
        assert!(!output.status.success(), "{plan}");
        let stderr = child::stderr(&output);
        let says = "it has not come to what is to go wrong; its sites are `read`";
        assert!(stderr.contains(says), "{stderr}");
    }
}

/// A thread is waited for that nobody has told to stop.
#[test]
fn a_run_that_hangs() {
    let message = caught(|| {
        let exhaust = Exhaust::new().hangs_after(Duration::from_secs(3));
        exhaust.run(|faults| {
            let (stop, stopped) = std::sync::mpsc::channel::<()>();
            let stop = std::mem::ManuallyDrop::new(stop);
            std::thread::scope(|scope| {
                scope.spawn(move || stopped.recv());
                faults.error_point("work")?;
                stop.send(()).ok();
                Ok::<_, Injected>(())
            })
        });
    });
    let message = message.unwrap_err();
    let says = "the process of `isolated` hung, and was killed\nin progress: run 2: `work#1` returns an error";
    assert!(message.starts_with(says), "{message}");
}

#[tokio::test]
async fn in_a_runtime_there_is_no_other() {
    let checked = caught(|| {
        Exhaust::new()
            .tokio()
            .check_async(async |faults| faults.point("read"))
    });
    let message = checked.map(drop).expect_err("it cannot");
    assert!(message.contains("help: make it a `#[test]`"), "{message}");
}

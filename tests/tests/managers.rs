//! `ContextManager`: what takes any context manager, and those that are made of others.

mod support;

use std::io;

use guard_core::{
    ContextManager, Either, Exit, FailsInto, Plain, Returns, context_manager, enter, with, within,
    yield_point,
};
use support::lost::outcome;
use support::{Log, blow_up, caught, poll_once, turn};

#[context_manager]
fn plain(log: &Log, name: &'static str) -> String {
    let _local = log.noisy(&format!("local of {name}"));
    let value = name.to_owned();
    log.note(format!("enter {name}"));
    let told = outcome(yield_point!(value.clone()));
    log.note(format!("exit {name} as {told}"));
}

#[context_manager]
fn fallible(
    log: &Log,
    enter: Result<(), &'static str>,
    exit: Result<(), &'static str>,
) -> Result<String, &'static str> {
    enter?;
    let value = "value".to_owned();
    let told = outcome(yield_point!(value));
    log.note(format!("exit as {told}"));
    log.note(value);
    exit
}

fn twice<C>(manager: C) -> <C::Returns as Returns>::Wrapped<usize>
where
    C: ContextManager<Value = String>,
{
    manager.with(|value| {
        value.push_str(&value.clone());
        value.len()
    })
}

#[test]
fn any_context_manager_is_an_argument() {
    let log = Log::new();
    assert_eq!(twice(plain(&log, "ab")), 4);
    assert_eq!(twice(fallible(&log, Ok(()), Ok(()))), Ok(10));
    assert_eq!(twice(fallible(&log, Err("full"), Ok(()))), Err("full"));
    assert_eq!(
        log.take(),
        [
            "enter ab",
            "exit ab as Completed",
            "drop local of ab",
            "exit as Completed",
            "valuevalue"
        ]
    );
}

fn try_twice<C>(manager: C) -> io::Result<usize>
where
    C: ContextManager<Value = String>,
    C::Returns: FailsInto<io::Error>,
{
    manager.try_with(|value| Ok(value.len()))
}

#[test]
fn failures_convert_whatever_the_manager() {
    #[context_manager]
    fn refused() -> Result<String, io::ErrorKind> {
        if true {
            return Err(io::ErrorKind::NotFound);
        }
        yield_point!(String::new());
        Ok(())
    }
    let log = Log::new();
    assert_eq!(try_twice(plain(&log, "a")).ok(), Some(1));
    let refused = try_twice(refused()).map_err(|error| error.kind());
    assert_eq!(refused, Err(io::ErrorKind::NotFound));
}

#[test]
fn an_option_is_entered_if_it_is_some() {
    let log = Log::new();
    for enabled in [true, false] {
        let lent = enabled
            .then(|| plain(&log, "a"))
            .with(|lent| lent.first().cloned());
        assert_eq!(lent.is_some(), enabled);
    }
    assert_eq!(
        log.take(),
        ["enter a", "exit a as Completed", "drop local of a"]
    );
}

#[test]
fn an_option_hands_back_the_value() {
    let log = Log::new();
    let done = Some(fallible(&log, Ok(()), Ok(()))).with(|lent| {
        if let [value] = lent {
            value.push('!');
        }
    });
    assert_eq!(done, Ok(()));
    assert_eq!(log.take(), ["exit as Completed", "value!"]);
}

#[test]
fn an_option_fails_as_its_context_does() {
    let log = Log::new();
    let enter = Some(fallible(&log, Err("full"), Ok(())));
    assert_eq!(
        enter.with(|_| unreachable!("not entered")),
        Err::<(), _>("full")
    );
    assert_eq!(log.take(), [""; 0]);
    let exit = Some(fallible(&log, Ok(()), Err("stuck")));
    assert_eq!(exit.with(|_| 1), Err("stuck"));
    assert_eq!(log.take(), ["exit as Completed", "value"]);
}

#[test]
fn the_context_in_an_option_is_told_how_the_body_ended() {
    let log = Log::new();
    let failed = Some(plain(&log, "a")).try_with(|_| Err::<(), _>("no"));
    assert_eq!(failed, Err("no"));
    let panicked = caught(|| Some(plain(&log, "b")).with(|_| blow_up("boom")));
    assert_eq!(panicked.err().as_deref(), Some("boom"));
    assert_eq!(
        log.take(),
        [
            "enter a",
            "exit a as Failed(\"no\")",
            "drop local of a",
            "enter b",
            "exit b as Panicked",
            "drop local of b"
        ]
    );
}

#[test]
fn an_option_of_no_context_is_none_in_all_ways() {
    let none = || None::<guard_core::Context<Plain<u8>, guard_core::Unnamed>>;
    assert_eq!(none().with(|lent| lent.len()), 0);
    assert_eq!(none().try_with(|lent| Err::<(), _>(lent.len())), Err(0));
}

#[test]
fn either_is_the_one_that_was_chosen() {
    fn chosen(
        log: &Log,
        left: bool,
    ) -> impl ContextManager<Value = String, Returns = Plain<String>> {
        #[context_manager]
        fn other(log: &Log) -> String {
            let exit = yield_point!("other".to_owned());
            log.note(format!("exit other as {}", outcome(exit)));
        }
        if left {
            Either::Left(plain(log, "this"))
        } else {
            Either::Right(other(log))
        }
    }
    let log = Log::new();
    assert_eq!(chosen(&log, true).with(|value| value.clone()), "this");
    let failed = chosen(&log, false).try_with(|value| Err::<(), _>(value.clone()));
    assert_eq!(failed, Err("other".to_owned()));
    assert_eq!(
        log.take(),
        [
            "enter this",
            "exit this as Completed",
            "drop local of this",
            "exit other as Failed(\"other\")"
        ]
    );
}

#[test]
fn what_cannot_fail_serves_where_failures_are_asked_for() {
    let log = Log::new();
    let both = [true, false].map(|sure| {
        let manager = if sure {
            Either::Left(plain(&log, "a").fallible::<&'static str>())
        } else {
            Either::Right(fallible(&log, Ok(()), Err("stuck")))
        };
        twice(manager)
    });
    assert_eq!(both, [Ok(2), Err("stuck")]);
}

#[test]
fn made_of_others_they_are_send_when_those_are() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let log = Log::new();
    let mut future = Box::pin(is_send(async {
        let contexts = (
            Some(plain(&log, "a")),
            Either::<_, guard_core::Context<Plain<String>, guard_core::Unnamed>>::Left(plain(
                &log, "b",
            )),
        );
        turn().await;
        is_send(contexts.0.into_context().with(|lent| lent.len()))
            + twice(contexts.1.into_context())
    }));
    assert!(poll_once(&mut future).is_pending());
    assert_eq!(poll_once(&mut future), std::task::Poll::Ready(3));
}

#[test]
fn a_guard_of_an_either_and_of_a_fallible_one() -> Result<(), &'static str> {
    let log = Log::new();
    let guard = plain(&log, "a").fallible::<&str>().enter()?;
    assert_eq!(*guard, "a");
    guard_core::Guard::exit(guard)?;
    let either = Either::<_, guard_core::Context<Plain<String>, guard_core::Unnamed>>::Left(plain(
        &log, "b",
    ));
    let guard = either.into_context().enter();
    assert_eq!(*guard, "b");
    guard_core::Guard::exit_with(guard, Exit::Failed(&"no"));
    let told = log.take();
    assert_eq!(told[1], "exit a as Completed");
    assert_eq!(told[4], "exit b as Failed(\"no\")");
    Ok(())
}

/// What is told to an optional context held by a macro, and by which way it was left.
#[test]
fn optional_contexts_are_held_for_the_scope_and_for_a_block() {
    let log = Log::new();
    for enabled in [true, false] {
        enter!(lent = enabled.then(|| plain(&log, "scope")));
        with!(_ = enabled.then(|| plain(&log, "block")) => log.note("body"));
        assert_eq!(lent.len(), usize::from(enabled));
    }
    assert_eq!(
        log.take(),
        [
            "enter scope",
            "enter block",
            "body",
            "exit block as Completed",
            "drop local of block",
            "exit scope as Dropped",
            "drop local of scope",
            "body",
        ]
    );
}

#[test]
fn optional_contexts_that_can_fail_are_held_with_a_question_mark() {
    fn both(log: &Log, enter: Option<Result<(), &'static str>>) -> Result<usize, &'static str> {
        enter!(first = enter.map(|enter| fallible(log, enter, Ok(())))?);
        let second =
            with!(lent = enter.map(|enter| fallible(log, enter, Err("stuck")))? => lent.len());
        Ok(first.len() + second)
    }
    let log = Log::new();
    assert_eq!(both(&log, None), Ok(0));
    assert_eq!(both(&log, Some(Err("full"))), Err("full"));
    assert_eq!(both(&log, Some(Ok(()))), Err("stuck"));
}

#[test]
fn functions_run_within_optional_contexts() {
    #[within(lent = enabled.then(|| plain(log, "call")))]
    fn counted(log: &Log, enabled: bool) -> usize {
        lent.len()
    }
    #[within(_ = enter.map(|enter| fallible(log, enter, Ok(())))?)]
    fn tried(log: &Log, enter: Option<Result<(), &'static str>>) -> Result<u8, &'static str> {
        log.note("body");
        Err("no")
    }
    let log = Log::new();
    assert_eq!((counted(&log, true), counted(&log, false)), (1, 0));
    log.take();
    assert_eq!(tried(&log, Some(Err("full"))), Err("full"));
    assert_eq!(tried(&log, None), Err("no"));
    assert_eq!(tried(&log, Some(Ok(()))), Err("no"));
    assert_eq!(
        log.take(),
        ["body", "body", "exit as Failed(\"no\")", "value"]
    );
}

/// Of either half, and with the outcome told as it is.
#[test]
fn the_error_of_a_context_is_converted() {
    let log = Log::new();
    let run = |enter, exit, body: Result<u8, String>| {
        let converted = fallible(&log, enter, exit).map_err(str::to_uppercase);
        converted.try_with(|_| body)
    };
    assert_eq!(run(Err("full"), Ok(()), Ok(1)), Err("FULL".to_owned()));
    assert_eq!(run(Ok(()), Err("stuck"), Ok(1)), Err("STUCK".to_owned()));
    assert_eq!(run(Ok(()), Ok(()), Ok(1)), Ok(1));
    log.take();
    assert_eq!(run(Ok(()), Ok(()), Err("no".into())), Err("no".to_owned()));
    assert_eq!(log.take(), ["exit as Failed(\"no\")", "value"]);

    let guard = fallible(&log, Ok(()), Err("stuck"))
        .map_err(io::Error::other)
        .enter();
    let left = guard_core::Guard::exit(guard.expect("entered"));
    assert_eq!(
        left.map_err(|error| error.to_string()),
        Err("stuck".to_owned())
    );
}

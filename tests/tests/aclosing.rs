//! `aclosing`, and `nullcontext` in async code: whatever the body does the value is closed, once,
//! and who cannot wait for that is told. Tests named `test_..` are those of `CPython`'s
//! `AclosingTestCase` and `TestAsyncNullcontext`.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::task::Poll;

use futures::{FutureExt, StreamExt, stream};
use guard_core::{
    AsyncContextManager, AsyncGuard, Exit, ExitHalf, Guard, LocalAsyncGuard, Plain, aclosing,
    context_manager, nullcontext, yield_point,
};
use support::driven::{cancelled, driven, everywhere, send, turns};
use support::lost::losing;
use support::{Log, Noisy, blow_up, caught, message};

const BODY_TURNS: usize = 3;
const CLOSE_TURNS: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Well,
    Fails,
    Panics,
}

const ENDS: [Ends; 3] = [Ends::Well, Ends::Fails, Ends::Panics];

impl Ends {
    fn now(self, who: &'static str) -> Result<(), &'static str> {
        match self {
            Ends::Well => Ok(()),
            Ends::Fails => Err(who),
            Ends::Panics => blow_up(who),
        }
    }
}

/// Something to close, which takes a while and notes it.
struct Line {
    log: Log,
    ends: Ends,
    _noisy: Noisy,
}

impl Line {
    fn new(log: &Log, ends: Ends) -> Self {
        Line {
            log: log.clone(),
            ends,
            _noisy: log.noisy("line"),
        }
    }

    async fn hang_up(self) {
        self.log.note("hanging up");
        turns(CLOSE_TURNS).await;
        self.log.note("hung up");
    }

    async fn close(mut self) -> Result<(), &'static str> {
        self.close_in_place().await
    }

    async fn close_in_place(&mut self) -> Result<(), &'static str> {
        self.log.note("closing");
        turns(CLOSE_TURNS).await;
        self.log.note("closed");
        self.ends.now("close")
    }

    async fn talk(&self, ends: Ends) -> Result<u8, &'static str> {
        self.log.note("body");
        turns(BODY_TURNS).await;
        ends.now("body").map(|()| 7)
    }
}

/// Parity 111.
#[test]
fn test_aclosing() {
    everywhere(async || {
        let log = Log::new();
        let entered = aclosing(Line::new(&log, Ends::Well), Line::hang_up);
        let entered = entered.with(async |line| line.talk(Ends::Well).await);
        assert!(log.take().is_empty(), "nothing has run");
        assert_eq!(entered.await, Ok(7));
        assert_eq!(log.take(), ["body", "hanging up", "hung up", "drop line"]);
    });
}

/// Parity 112.
#[test]
fn test_aclosing_error() {
    everywhere(async || {
        let log = Log::new();
        let failed = aclosing(Line::new(&log, Ends::Well), Line::hang_up)
            .try_with(async |line| line.talk(Ends::Fails).await);
        assert_eq!(failed.await, Err("body"));
        assert_eq!(log.take(), ["body", "hanging up", "hung up", "drop line"]);

        let panicked = aclosing(Line::new(&log, Ends::Well), Line::hang_up)
            .with(async |line| line.talk(Ends::Panics).await);
        let payload = AssertUnwindSafe(panicked).catch_unwind().await;
        assert_eq!(
            payload.map_err(|payload| message(&*payload)),
            Err("body".to_owned())
        );
        assert_eq!(log.take(), ["body", "hanging up", "hung up", "drop line"]);
    });
}

/// What the caller gets, and what the hook does, from the tables of the design alone.
type Expected = (
    Result<Result<u8, &'static str>, String>,
    &'static [(&'static str, &'static str)],
);

fn expected(body: Ends, close: Ends) -> Expected {
    match (body, close) {
        (Ends::Well, Ends::Well) => (Ok(Ok(7)), &[]),
        (Ends::Well, Ends::Fails) => (Ok(Err("close")), &[]),
        (Ends::Well, Ends::Panics) => (Err("close".to_owned()), &[]),
        (Ends::Fails, Ends::Well) => (Ok(Err("body")), &[]),
        (Ends::Fails, Ends::Fails) => (Ok(Err("body")), &[("error \"close\"", "Failed(\"body\")")]),
        (Ends::Fails, Ends::Panics) => (
            Err("close".to_owned()),
            &[("body \"body\"", "Failed(\"body\")")],
        ),
        (Ends::Panics, Ends::Well) => (Err("body".to_owned()), &[]),
        (Ends::Panics, Ends::Fails) => (Err("body".to_owned()), &[("error \"close\"", "Panicked")]),
        (Ends::Panics, Ends::Panics) => {
            (Err("body".to_owned()), &[("panic \"close\"", "Panicked")])
        }
    }
}

/// Every way in which a body and its closing can end.
#[test]
fn outcomes() {
    for body in ENDS {
        for close in ENDS {
            let log = Log::new();
            let run = aclosing(Line::new(&log, close), Line::close)
                .try_with(async |line| line.talk(body).await);
            let (ended, lost) = losing(|| caught(|| driven(run)));
            let losses: Vec<_> = lost.iter().map(|lost| (&*lost.loss, &*lost.exit)).collect();
            let (result, expected_losses) = expected(body, close);
            let case = format!("{body:?}, {close:?}");
            assert_eq!(ended.clone().map(|(result, _)| result), result, "{case}");
            assert_eq!(losses, expected_losses, "{case}");
            assert!(lost.iter().all(|lost| lost.context.ends_with("aclosing")));
            assert_eq!(log.take(), ["body", "closing", "closed", "drop line"]);
            if let Ok((_, polls)) = ended {
                assert_eq!(polls, 1 + BODY_TURNS + CLOSE_TURNS, "{case}");
            }
        }
    }
}

/// Dropped after any number of polls the value is dropped once, and the hook is told what did not
/// happen to it.
#[test]
fn cancelled_at_every_poll() {
    let all = 1 + BODY_TURNS + CLOSE_TURNS;
    for body in [Ends::Well, Ends::Fails] {
        for polls in 0..=all {
            let log = Log::new();
            let run = aclosing(Line::new(&log, Ends::Well), Line::close)
                .try_with(async |line| line.talk(body).await);
            let (ended, lost) = losing(|| cancelled(run, polls));
            let losses: Vec<_> = lost.iter().map(|lost| (&*lost.loss, &*lost.exit)).collect();
            let failed = body == Ends::Fails;
            let told = if failed {
                "Failed(\"body\")"
            } else {
                "Completed"
            };
            match polls {
                0 => {
                    assert_eq!(log.take(), ["drop line"]);
                    assert_eq!(losses, []);
                }
                1..=BODY_TURNS => {
                    assert_eq!(log.take(), ["body", "drop line"]);
                    assert_eq!(losses, [("unfinished", "Dropped")]);
                }
                _ if polls < all => {
                    assert_eq!(log.take(), ["body", "closing", "drop line"]);
                    assert_eq!(losses, [("unfinished", told)]);
                }
                _ => {
                    assert_eq!(ended, Some(if failed { Err("body") } else { Ok(7) }));
                    assert_eq!(log.take(), ["body", "closing", "closed", "drop line"]);
                    assert_eq!(losses, []);
                }
            }
        }
    }
}

/// With an executor the value is closed in any case, unless it was never lent.
#[test]
fn finished_at_every_poll() {
    let all = 1 + BODY_TURNS + CLOSE_TURNS;
    for close in ENDS {
        for polls in 0..=all {
            let log = Log::new();
            let (sender, halves) = mpsc::channel::<ExitHalf>();
            let run = aclosing(Line::new(&log, close), Line::close)
                .finish_on(move |half| sender.send(half).expect("a receiver"))
                .try_with(async |line| line.talk(Ends::Well).await);
            let (halves, lost) = losing(|| {
                let _ = caught(|| cancelled(run, polls));
                let halves: Vec<_> = halves.try_iter().map(driven).collect();
                halves.len()
            });
            let losses: Vec<_> = lost.iter().map(|lost| (&*lost.loss, &*lost.exit)).collect();
            let in_body = 0 < polls && polls <= BODY_TURNS;
            assert_eq!(halves, usize::from(0 < polls && polls < all), "{polls}");
            let mut expected = vec![];
            if BODY_TURNS < polls && polls < all {
                expected.push(("result", "Completed"));
            }
            let told = if in_body { "Dropped" } else { "Completed" };
            match close {
                _ if halves == 0 => {}
                Ends::Well => {}
                Ends::Fails => expected.push(("error \"close\"", told)),
                Ends::Panics => expected.push(("panic \"close\"", told)),
            }
            assert_eq!(losses, expected, "{close:?} after {polls}");
            let ran: &[&str] = match polls {
                0 => &["drop line"],
                _ => &["body", "closing", "closed", "drop line"],
            };
            assert_eq!(log.take(), ran, "{close:?} after {polls}");
        }
    }
}

/// The future and the guard can be sent when the value and what closes it can, in every form.
#[test]
fn in_every_form() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime");
    let log = Log::new();
    let line = || Line::new(&log, Ends::Well);
    let kept = log.clone();
    let closing = async move |line: Line| {
        kept.note("by a closure");
        line.close().await
    };
    let with =
        send(aclosing(line(), closing.clone()).with(async |line| line.talk(Ends::Well).await));
    let ended = runtime.block_on(runtime.spawn(with));
    assert_eq!(ended.expect("no panic"), Ok(Ok(7)));
    assert_eq!(
        log.take(),
        ["body", "by a closure", "closing", "closed", "drop line"]
    );

    let enter = send(aclosing(line(), closing.clone()).enter());
    let entered: AsyncGuard<Line, Result<(), &'static str>> = runtime
        .block_on(runtime.spawn(enter))
        .expect("no panic")
        .expect("it enters");
    let exited = runtime.block_on(runtime.spawn(AsyncGuard::exit(entered)));
    assert_eq!(exited.expect("no panic"), Ok(()));
    assert_eq!(
        log.take(),
        ["by a closure", "closing", "closed", "drop line"]
    );

    let finished = aclosing(line(), closing)
        .finish_on(runtime.handle().clone())
        .with(async |line| line.talk(Ends::Well).await);
    assert_eq!(
        runtime.block_on(runtime.spawn(finished)).expect("no panic"),
        Ok(Ok(7))
    );
}

/// What is borrowed, boxed, or cannot leave its thread is closed too.
#[test]
fn of_every_kind() {
    everywhere(async || {
        let log = Log::new();
        let mut line = Line::new(&log, Ends::Well);
        let seven = send(
            aclosing(&mut line, Line::close_in_place)
                .try_with(async |line| line.talk(Ends::Well).await),
        );
        assert_eq!(seven.await, Ok(7));
        aclosing(&mut line, async |line| {
            line.close_in_place().await.ok();
        })
        .with(async |line| line.log.note("body"))
        .await;
        line.log.note("still there");
        assert_eq!(
            log.take(),
            [
                "body",
                "closing",
                "closed",
                "body",
                "closing",
                "closed",
                "still there"
            ]
        );

        let local = std::rc::Rc::new(line);
        let guard: LocalAsyncGuard<'_, _> =
            aclosing(local, async |line| drop(line)).enter_local().await;
        guard.log.note("entered");
        AsyncGuard::exit(guard).await;
        assert_eq!(log.take(), ["entered", "drop line"]);

        let perhaps = Some(aclosing(Line::new(&log, Ends::Well), Line::hang_up));
        perhaps.with(async |lines| assert_eq!(lines.len(), 1)).await;
        assert_eq!(log.take(), ["hanging up", "hung up", "drop line"]);
    });
}

#[context_manager]
fn resource(log: Log) {
    log.note("acquired");
    yield_point!();
    log.note("released");
}

/// Parity 113: what a half-read stream holds is released before the block returns.
#[test]
fn test_aclosing_bpo41229() {
    everywhere(async || {
        let log = Log::new();
        let held: Option<Guard<()>> = None;
        let numbers = stream::unfold((0, held), async |(n, held)| {
            let held = held.unwrap_or_else(|| resource(log.clone()).enter());
            turns(2).await;
            Some((n, (n + 1, Some(held))))
        });
        let read = aclosing(Box::pin(numbers), async |numbers| {
            log.note("closing");
            turns(1).await;
            drop(numbers);
        });
        let first = read.with(async |numbers| {
            let first = numbers.next().await;
            // The second is on its way when the body ends.
            assert!(futures::poll!(numbers.next()).is_pending());
            log.note("body");
            first
        });
        assert_eq!(first.await, Some(0));
        log.note("behind");
        assert_eq!(
            log.take(),
            ["acquired", "body", "closing", "released", "behind"]
        );
    });
}

/// A closing may read a stream to its end, so that what is async inside of it is awaited.
#[test]
fn a_stream_that_is_drained() {
    #[context_manager]
    async fn session(log: &Log) {
        turns(1).await;
        log.note("open");
        let exit = yield_point!();
        turns(1).await;
        log.note(format!("{exit}"));
    }
    everywhere(async || {
        let log = Log::new();
        let answers = stream::once(session(&log).with(async |()| turns(3).await));
        let read = aclosing(Box::pin(answers), async |answers| {
            answers.for_each(async |()| log.note("answer")).await;
        });
        read.with(async |answers| {
            for _ in 0..3 {
                assert_eq!(futures::poll!(answers.next()), Poll::Pending);
            }
        })
        .await;
        assert_eq!(log.take(), ["open", "Completed", "answer"]);
    });
}

/// Parity 121.
#[test]
fn test_async_nullcontext() {
    everywhere(async || {
        let log = Log::new();
        let lent = nullcontext(log.noisy("value"))
            .into_async()
            .with(async |value| {
                turns(2).await;
                log.note("body");
                value.name.clone()
            });
        assert_eq!(lent.await, "value");
        assert_eq!(log.take(), ["body", "drop value"]);

        let failed = nullcontext(()).into_async().try_with(async |()| {
            turns(1).await;
            Err::<(), _>("body")
        });
        assert_eq!(failed.await, Err("body"));
        let guard: AsyncGuard<u8> = nullcontext(3).into_async().enter().await;
        assert_eq!(*guard, 3);
        AsyncGuard::exit(guard).await;
    });
}

/// A function that asks for an async context takes `nullcontext`, which has nothing to await: not
/// even a cancelled body makes the hook say otherwise.
#[test]
fn nullcontext_where_an_async_context_is_asked_for() {
    async fn sum<C>(numbers: C) -> u8
    where
        C: AsyncContextManager<Value = Vec<u8>, Returns = Plain<Vec<u8>>>,
    {
        numbers
            .with(async |numbers| {
                turns(2).await;
                numbers.iter().sum()
            })
            .await
    }
    let log = Log::new();
    assert_eq!(driven(sum(nullcontext(vec![1, 2]))), (3, 3));
    let closed = aclosing(vec![3, 4], async |_| log.note("closed"));
    assert_eq!(driven(sum(closed)), (7, 3));
    assert_eq!(log.take(), ["closed"]);

    let (ended, lost) = losing(|| cancelled(sum(nullcontext(vec![1])), 2));
    assert_eq!(ended, None);
    assert_eq!(lost, []);
}

/// A context that is not async has its exit half run whatever becomes of the async body.
#[test]
fn into_async_at_every_poll() {
    #[context_manager]
    fn told(log: &Log) -> Result<Noisy, &'static str> {
        let value = log.noisy("value");
        let exit = yield_point!(value);
        log.note(exit.to_string());
        drop(value);
        match exit {
            Exit::Completed => Ok(()),
            _ => Err("exit"),
        }
    }
    for (polls, exit) in [
        (0, None),
        (1, Some("Dropped")),
        (2, Some("Dropped")),
        (3, Some("Completed")),
    ] {
        let log = Log::new();
        let run = told(&log).into_async().try_with(async |_| {
            turns(2).await;
            Ok::<_, &str>(7)
        });
        let (ended, lost) = losing(|| cancelled(run, polls));
        assert_eq!(ended, (polls == 3).then_some(Ok(7)));
        let mut events = Vec::from_iter(exit);
        events.extend(exit.map(|_| "drop value"));
        assert_eq!(log.take(), events);
        let losses: Vec<_> = lost.iter().map(|lost| &*lost.loss).collect();
        let dropped = exit == Some("Dropped");
        assert_eq!(losses, Vec::from_iter(dropped.then_some("error \"exit\"")));
    }
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let log = Log::new();
        driven(told(&log).into_async().with(async |_| {
            turns(1).await;
            blow_up("body")
        }))
    }));
    assert_eq!(
        panicked.map(drop).map_err(|payload| message(&*payload)),
        Err("body".to_owned())
    );
    assert_eq!(support::lost::take().len(), 1);
}

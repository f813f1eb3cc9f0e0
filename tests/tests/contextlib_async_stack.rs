//! `AsyncExitStack`: what Python's contextlib asserts of its own, in tests of the same names, and
//! the holes that its tests leave. Those named `test_async_..` and `test_enter_async_..` are of
//! `TestAsyncExitStack`, the others of `TestBaseExitStack`, which it inherits. Every entry suspends.

mod support;

use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, mpsc};

use futures::FutureExt;
use guard_core::{
    AsyncExit, AsyncExitStack, Exit, ExitHalf, Verdict, aclosing, closing, context_manager,
    nullcontext, yield_point,
};
use support::driven::{cancelled, driven, everywhere, send, turns};
use support::errors::{Code, chain, code, codes};
use support::lost::{self, Lost, losing};
use support::{blow_up, events, message, note};

/// The losses, without how they came to be.
fn losses(lost: &[Lost]) -> Vec<&str> {
    lost.iter().map(|lost| &*lost.loss).collect()
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

/// Pushes what notes what it is told, and does nothing about it.
fn notes(stack: &AsyncExitStack, name: &'static str) {
    stack.push_async(async move |exit: AsyncExit<'_>| {
        turns(2).await;
        note(format!("{name}: {}", told(exit.into())));
    });
}

fn fails(stack: &AsyncExitStack, error: Code) {
    stack.try_async_callback(async move || {
        turns(2).await;
        Err(error)
    });
}

/// Pushes what notes what it is told, and says that it has handled it.
fn handles(stack: &AsyncExitStack) {
    stack.push_async(async |exit: AsyncExit<'_>| {
        turns(2).await;
        note(format!("handles: {}", told(exit.into())));
        Verdict::Handled
    });
}

#[context_manager]
async fn noted(name: &'static str) -> String {
    turns(2).await;
    note(format!("enter {name}"));
    let value = name.to_owned();
    let exit = yield_point!(value);
    turns(3).await;
    note(format!("exit {value}: {}", told(exit.into())));
}

#[context_manager]
fn noted_at_once(name: &'static str) -> String {
    note(format!("enter {name}"));
    let value = name.to_owned();
    let exit = yield_point!(value);
    note(format!("exit {value}: {}", told(exit)));
}

/// Fails on the way in, or on the way out, if the number is not zero.
#[context_manager]
async fn fallible(enter: u32, exit: u32) -> Result<u32, Code> {
    let _local = support::d("local");
    turns(1).await;
    if enter > 0 {
        return Err(code(enter));
    }
    yield_point!(exit);
    turns(1).await;
    if exit == 0 { Ok(()) } else { Err(code(exit)) }
}

/// Awaits `future`, and gives the message of its panic.
async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let caught = AssertUnwindSafe(future).catch_unwind().await;
    caught.map_err(|payload| message(&*payload))
}

// ---- TestAsyncExitStack ----

/// Parity 114.
#[test]
fn test_async_callback() {
    everywhere(async || {
        let stack = AsyncExitStack::new();
        let arguments = ["no", "one", "two", "three"];
        for (number, argument) in arguments.into_iter().enumerate() {
            stack.async_callback(async move || {
                turns(number).await;
                note(format!("{number} {argument}"));
            });
        }
        stack.callback(|| note("a plain one"));
        assert_eq!(stack.len(), 5);
        assert_eq!(events(), [] as [&str; 0]);
        send(stack.close()).await.unwrap();
        assert_eq!(
            events(),
            ["a plain one", "3 three", "2 two", "1 one", "0 no"]
        );
    });
}

/// Parity 115. What every entry is told, async or not, before and after the one that handles the
/// error.
#[test]
fn test_async_push() {
    everywhere(async || {
        let ended = AsyncExitStack::scope(async |stack| {
            notes(stack, "first");
            stack.enter(noted("second")).await;
            stack.adopt_async("third", async |name, exit: AsyncExit<'_>| {
                turns(1).await;
                note(format!("{name}: {}", told(exit.into())));
            });
            handles(stack);
            stack.enter(noted_at_once("fifth")).await;
            stack.push(|exit| {
                note(format!("sixth: {}", told(exit)));
                Ok::<_, Code>(Verdict::Propagate)
            });
            stack.push_async(async |exit: AsyncExit<'_>| {
                turns(1).await;
                note(format!("seventh: {}", told(exit.into())));
                Ok::<(), Code>(())
            });
            turns(2).await;
            Err::<(), _>(code(1))
        });
        assert!(ended.await.is_ok());
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
    });
}

/// Parity 116.
#[test]
fn test_enter_async_context() {
    everywhere(async || {
        let stack = AsyncExitStack::new();
        stack.async_callback(async || {
            turns(1).await;
            note("first");
        });
        let value = send(stack.enter(noted("entered"))).await;
        value.push_str(" and changed");
        stack.callback(|| note("last"));
        assert_eq!(events(), ["enter entered"]);
        stack.close().await.unwrap();
        assert_eq!(
            events(),
            ["last", "exit entered and changed: Completed", "first"]
        );
    });
}

/// Parity 117, and A11, hole 2: the enter half fails, panics or is cancelled, so nothing is pushed,
/// and the entries of before unwind.
#[test]
fn test_enter_async_context_errors() {
    #[context_manager]
    async fn panics_on_entering() {
        let _local = support::d("local");
        turns(1).await;
        if true {
            blow_up("enter half");
        }
        yield_point!();
    }
    let made_and_dropped = ["make local", "drop local"];
    everywhere(async || {
        let failed = AsyncExitStack::scope(async |stack| {
            notes(stack, "before");
            let entered = stack.enter(fallible(1, 9)).await;
            assert_eq!(entered.map_err(|error| error.0), Err(1));
            assert_eq!(stack.len(), 1);
            stack.enter(fallible(2, 9)).await?;
            Ok::<(), Code>(())
        });
        assert_eq!(codes(&failed.await.unwrap_err()), [2]);
        let twice = [&made_and_dropped[..], &made_and_dropped].concat();
        assert_eq!(events(), [&twice[..], &["before: Failed with 2"]].concat());

        let panicked = AsyncExitStack::scope(async |stack| {
            notes(stack, "before");
            stack.enter(panics_on_entering()).await;
            Ok::<(), Code>(())
        });
        let panicked = caught(panicked).await;
        assert_eq!(panicked.unwrap_err(), "enter half");
        assert_eq!(
            events(),
            [&made_and_dropped[..], &["before: Panicked"]].concat()
        );

        let stack = AsyncExitStack::new();
        let mut entering = Box::pin(stack.enter(fallible(0, 9)));
        assert!(futures::poll!(entering.as_mut()).is_pending());
        drop(entering);
        assert!(stack.is_empty());
        assert_eq!(events(), made_and_dropped);
    });
}

/// Parity 118. Of the errors, those from before the one that was handled are lost, and the others
/// are there in order: as of contexts nested by hand, but that those are returned one at a time.
#[test]
fn test_async_exit_exception_chaining() {
    let by_hand = async || {
        let outermost = fallible(0, 5).try_with(async |_| {
            let outer = fallible(0, 4).try_with(async |_| {
                // What is handled here is by hand a `match`.
                let inner = fallible(0, 3).try_with(async |_| {
                    let innermost = fallible(0, 2).try_with(async |_| {
                        turns(1).await;
                        Err::<(), _>(code(1))
                    });
                    innermost.await
                });
                note(format!("handles: {}", inner.await.unwrap_err()));
                Ok::<(), Code>(())
            });
            outer.await
        });
        outermost.await
    };
    let on_a_stack = async || {
        let unwound = AsyncExitStack::scope(async |stack| {
            stack.enter(fallible(0, 5)).await?;
            stack.enter(fallible(0, 4)).await?;
            handles(stack);
            stack.enter(fallible(0, 3)).await?;
            stack.enter(fallible(0, 2)).await?;
            turns(1).await;
            Err::<(), _>(code(1))
        });
        unwound.await
    };
    let ((ended, _), lost) = losing(|| driven(by_hand()));
    assert_eq!(ended.unwrap_err().0, 4);
    assert_eq!(
        losses(&lost),
        [
            "error Code(2, None)",
            "error Code(3, None)",
            "error Code(5, None)"
        ]
    );
    assert!(events().contains(&"handles: code 1".to_owned()));

    lost::record();
    everywhere(async || {
        let errors = on_a_stack().await.unwrap_err();
        assert_eq!(codes(&errors), [4, 5]);
        assert!(errors.body().is_none());
        let lost = lost::take();
        assert_eq!(
            losses(&lost),
            ["error Code(2, None)", "error Code(3, None)"]
        );
        assert!(lost.iter().all(|lost| lost.exit == "Failed(Code(1, None))"));
        assert!(events().contains(&"handles: Failed with 1".to_owned()));
    });
}

/// Parity 119. An error without a source does not get one.
#[test]
fn test_async_exit_exception_explicit_none_context() {
    everywhere(async || {
        let failed = AsyncExitStack::scope(async |stack| {
            fails(stack, code(3));
            fails(stack, code(2));
            turns(1).await;
            Err::<(), _>(code(1))
        });
        let errors = failed.await.unwrap_err();
        assert_eq!(codes(&errors), [1, 2, 3]);
        assert!(errors.source().is_none());
        assert!(errors.iter().all(|error| error.source().is_none()));
    });
}

/// Parity 99, of `@asynccontextmanager`. An error that is handled ends there, and what stands behind
/// the scope runs. What has handled it has seen the error itself.
#[test]
fn test_contextmanager_except() {
    everywhere(async || {
        let done = AsyncExitStack::scope(async |stack| {
            stack.push_async(async |exit: AsyncExit<'_>| {
                turns(2).await;
                match exit.failure().and_then(|error| error.downcast_ref()) {
                    Some(Code(number, _)) => {
                        note(format!("handled {number}"));
                        Verdict::Handled
                    }
                    None => Verdict::Propagate,
                }
            });
            turns(1).await;
            Err::<(), _>(code(29692))
        });
        assert!(done.await.is_ok());
        assert_eq!(events(), ["handled 29692"]);
    });
}

// ---- TestBaseExitStack ----

#[test]
fn test_no_resources() {
    assert!(driven(AsyncExitStack::new().close()).0.is_ok());
    assert!(driven(AsyncExitStack::local().close()).0.is_ok());
    let ((), lost) = losing(|| drop(AsyncExitStack::new()));
    assert_eq!(lost, []);
    let body = AsyncExitStack::scope(async |stack| {
        turns(1).await;
        Ok::<_, Code>(stack.len() + 7)
    });
    let (body, polls) = driven(body);
    assert_eq!((body.unwrap(), polls), (7, 2));
}

/// That it runs nothing again is a matter of types: `close` takes the stack.
#[test]
fn test_close() {
    everywhere(async || {
        let stack = AsyncExitStack::new();
        notes(&stack, "entry");
        stack.close().await.unwrap();
        assert_eq!(events(), ["entry: Completed"]);
    });
}

#[test]
fn test_pop_all() {
    everywhere(async || {
        let mut stack = AsyncExitStack::new();
        notes(&stack, "first");
        let value = stack.enter(noted("value")).await;
        value.push('!');
        let others = stack.pop_all();
        assert_eq!((stack.len(), others.len()), (0, 2));
        notes(&stack, "of the old one");
        stack.close().await.unwrap();
        assert_eq!(events(), ["enter value", "of the old one: Completed"]);
        others.close().await.unwrap();
        assert_eq!(events(), ["exit value!: Completed", "first: Completed"]);
    });
}

#[test]
fn test_exit_raise_and_suppress() {
    everywhere(async || {
        let failed = AsyncExitStack::scope(async |stack| {
            stack.push_async(async |_: AsyncExit<'_>| {
                turns(1).await;
                Verdict::Propagate
            });
            Err::<(), _>(code(1))
        });
        assert_eq!(codes(&failed.await.unwrap_err()), [1]);

        let handled = AsyncExitStack::scope(async |stack| {
            handles(stack);
            Err::<Option<u8>, _>(code(1))
        });
        assert_eq!(handled.await.unwrap(), None);
        assert_eq!(events(), ["handles: Failed with 1"]);
    });
}

/// Both errors are there, the body's first, and neither has been made a source of the other.
#[test]
fn test_exit_exception_traceback() {
    everywhere(async || {
        let failed = AsyncExitStack::scope(async |stack| {
            fails(stack, code(2));
            Err::<(), _>(code(1))
        });
        let errors = failed.await.unwrap_err();
        assert_eq!(codes(&errors), [1, 2]);
        let body = errors.body().and_then(|body| body.downcast_ref());
        assert!(matches!(body, Some(Code(1, None))));
        assert_eq!(chain(&errors), ["2 errors: code 1; code 2"]);
    });
}

#[test]
fn test_exit_exception_non_suppressing() {
    everywhere(async || {
        let failed = AsyncExitStack::scope(async |stack| {
            notes(stack, "runs after");
            fails(stack, code(1));
            Ok::<(), Code>(())
        });
        assert_eq!(codes(&failed.await.unwrap_err()), [1]);
        assert_eq!(events(), ["runs after: Failed with 1"]);
    });
    let ((failed, _), lost) = losing(|| {
        driven(AsyncExitStack::scope(async |stack| {
            fails(stack, code(2));
            handles(stack);
            fails(stack, code(1));
            Ok::<(), Code>(())
        }))
    });
    assert_eq!(codes(&failed.unwrap_err()), [2]);
    assert_eq!(lost, []);
}

/// The sources that an error has are kept, in every place of the list.
#[test]
fn test_exit_exception_with_existing_context() {
    everywhere(async || {
        let failed = AsyncExitStack::scope(async |stack| {
            fails(stack, code(5).caused_by(code(4)));
            fails(stack, code(3).caused_by(code(2)));
            Err::<(), _>(code(1).caused_by(code(0)))
        });
        let errors = failed.await.unwrap_err();
        let chains: Vec<_> = errors.iter().map(|error| chain(error)).collect();
        assert_eq!(
            chains,
            [
                ["code 1", "code 0"],
                ["code 3", "code 2"],
                ["code 5", "code 4"]
            ]
        );
    });
}

#[test]
fn test_exit_exception_chaining_suppress() {
    let ((ended, _), lost) = losing(|| {
        driven(AsyncExitStack::scope(async |stack| {
            handles(stack);
            fails(stack, code(2));
            fails(stack, code(1));
            // The value of a body that went well is not lost with an error of an entry.
            Ok::<_, Code>(7)
        }))
    });
    assert_eq!(ended.unwrap(), 7);
    assert_eq!(events(), ["handles: Failed with 1"]);
    assert_eq!(losses(&lost), ["error Code(2, None)"]);
}

/// Ten thousand of each kind on a small stack: what recurses overflows it, and ends the process.
#[test]
fn test_excessive_nesting() {
    const MANY: u32 = 10_000;
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    let unwinds = || {
        let stack = AsyncExitStack::new();
        let all = async {
            for number in 0..MANY {
                stack.async_callback(async || turns(1).await);
                stack.enter(nullcontext(number)).await;
                fails(&stack, code(number));
            }
        };
        driven(all);
        let mut closing = Box::pin(stack.close());
        let mut poller = std::task::Context::from_waker(std::task::Waker::noop());
        loop {
            if let std::task::Poll::Ready(closed) = closing.as_mut().poll(&mut poller) {
                let errors = closed.unwrap_err();
                assert_eq!(errors.len(), MANY as usize);
                assert!(errors.to_string().starts_with("10000 errors"));
                break;
            }
        }
    };
    thread
        .spawn(unwinds)
        .expect("a thread")
        .join()
        .expect("it works");
}

// ---- A11: what CPython does not test ----

/// Hole 3: a stack that is unwinding cannot be reached any more. One that an entry of before closes
/// can, and what is registered there by then does run.
#[test]
fn registered_while_unwinding() {
    type Shared = Arc<Mutex<Option<AsyncExitStack>>>;
    everywhere(async || {
        let later: Shared = Arc::new(Mutex::new(Some(AsyncExitStack::new())));
        let stack = AsyncExitStack::new();
        let closes = Arc::clone(&later);
        stack.try_async_callback(async move || {
            let later = closes.lock().unwrap().take().expect("closed once");
            turns(1).await;
            later.close().await
        });
        stack.async_callback(async move || {
            turns(1).await;
            let later = later.lock().unwrap();
            notes(later.as_ref().expect("not closed"), "registered late");
        });
        stack.close().await.unwrap();
        assert_eq!(events(), ["registered late: Completed"]);
    });
}

/// Hole 5: dropped without `close`, what does not wait runs, and of the rest the hook is told; all of
/// it runs when there is an executor.
#[test]
fn dropped_without_close() {
    let fill = |stack: &AsyncExitStack| {
        notes(stack, "async");
        stack.push(|exit| note(format!("plain: {}", told(exit))));
        driven(stack.enter(noted("entered")));
        driven(stack.enter(noted_at_once("entered at once")));
        events();
    };
    let ((), lost) = losing(|| {
        let stack = AsyncExitStack::new();
        fill(&stack);
        drop(stack);
    });
    assert_eq!(
        events(),
        ["exit entered at once: Dropped", "plain: Dropped"]
    );
    assert_eq!(losses(&lost), ["unfinished", "unfinished"]);
    assert!(lost[0].context.ends_with("noted"), "{lost:?}");
    assert!(lost.iter().all(|lost| lost.exit == "Dropped"));

    let (sender, halves) = mpsc::channel::<ExitHalf>();
    let ((), lost) = losing(|| {
        let mut stack = AsyncExitStack::new();
        stack.finish_on({
            let sender = Mutex::new(sender);
            move |half| sender.lock().unwrap().send(half).expect("a receiver")
        });
        fill(&stack);
        drop(stack);
        driven(halves.recv().expect("the rest"));
    });
    assert_eq!(
        events(),
        [
            "exit entered at once: Dropped",
            "exit entered: Dropped",
            "plain: Dropped",
            "async: Dropped"
        ]
    );
    assert_eq!(lost, []);
}

/// Holes 7 and 9: whether entries fail or panic, all run, and nothing of it is lost.
#[test]
fn all_entries_fail() {
    everywhere(async || {
        let stack = AsyncExitStack::new();
        for number in 1..=5 {
            notes(&stack, "between");
            fails(&stack, code(number));
        }
        let errors = stack.close().await.unwrap_err();
        assert_eq!(codes(&errors), [5, 4, 3, 2, 1]);
        assert_eq!(events(), ["between: Failed with 5"; 5]);
    });

    let (panicked, lost) = losing(|| {
        let stack = AsyncExitStack::new();
        notes(&stack, "first");
        for text in ["second", "third"] {
            notes(&stack, "between");
            stack.async_callback(async move || {
                turns(2).await;
                blow_up(text)
            });
        }
        fails(&stack, code(1));
        driven(caught(stack.close())).0
    });
    assert_eq!(panicked.map(drop), Err("third".to_owned()));
    assert_eq!(
        events(),
        ["between: Panicked", "between: Panicked", "first: Panicked"]
    );
    let mut losses = losses(&lost);
    losses.sort_unstable();
    assert_eq!(losses, ["body Code(1, None)", "panic \"second\""]);
}

/// Hole 8: the small tools on a stack, those for async code and the others.
#[test]
fn tools_on_a_stack() {
    everywhere(async || {
        let failed = AsyncExitStack::scope(async |stack| {
            let number = stack.enter(nullcontext(3)).await;
            let closed = stack.enter(aclosing("aclosing", async |name| {
                turns(2).await;
                note(format!("{name}: closed"));
                Err(code(1))
            }));
            let closed = closed.await?;
            let also = stack.enter(closing("closing", |name| {
                note(format!("{name}: closed"));
                Err(code(2))
            }));
            let also = also.await?;
            let none = stack.enter(None::<guard_core::Context<_, _>>.or(Some(nullcontext(4))));
            let none = none.await;
            note(format!("{number} {closed} {also} {none:?}"));
            Ok::<(), Code>(())
        });
        assert_eq!(codes(&failed.await.unwrap_err()), [2, 1]);
        assert_eq!(
            events(),
            [
                "3 aclosing closing [4]",
                "closing: closed",
                "aclosing: closed"
            ]
        );
    });
}

/// Hole 10: what each entry is told where one fails with another error than the body, and behind one
/// that has handled it.
#[test]
fn told_of_replacements() {
    everywhere(async || {
        let failed = AsyncExitStack::scope(async |stack| {
            notes(stack, "f");
            fails(stack, code(3));
            notes(stack, "e");
            handles(stack);
            notes(stack, "d");
            fails(stack, code(2));
            notes(stack, "c");
            turns(1).await;
            Err::<(), _>(code(1))
        });
        lost::record();
        assert_eq!(codes(&failed.await.unwrap_err()), [3]);
        assert_eq!(
            events(),
            [
                "c: Failed with 1",
                "d: Failed with 1",
                "handles: Failed with 1",
                "e: Completed",
                "f: Failed with 3",
            ]
        );
        assert_eq!(losses(&lost::take()), ["error Code(2, None)"]);
    });
}

/// Hole 1: cancelled at every poll of the entering, the body and the unwinding, each entry has either
/// run or been told of, once.
#[test]
fn cancelled_at_every_poll() {
    let run = || {
        AsyncExitStack::scope(async |stack| {
            stack.enter(noted("first")).await;
            stack.push(|exit| note(format!("plain: {}", told(exit))));
            stack.enter(noted("second")).await;
            turns(2).await;
            Ok::<_, Code>(7)
        })
    };
    let (_, all) = driven(run());
    assert_eq!(all, 1 + 2 + 2 + 2 + 3 + 3);
    events();
    for polls in 0..=all {
        let (ended, lost) = losing(|| cancelled(run(), polls));
        assert_eq!(ended.map(Result::unwrap), (polls == all).then_some(7));
        let events = events();
        let has = |event: &str| events.iter().any(|noted| noted.starts_with(event));
        let unfinished = |at: &str| {
            let of = |lost: &&Lost| lost.loss == "unfinished" && lost.exit == at;
            lost.iter().filter(of).count()
        };
        let entered = usize::from(has("enter first")) + usize::from(has("enter second"));
        let exited = usize::from(has("exit first")) + usize::from(has("exit second"));
        let missing = unfinished("Dropped") + unfinished("Completed");
        assert_eq!(
            entered,
            exited + missing,
            "after {polls}: {events:?} {lost:?}"
        );
        assert_eq!(has("plain"), has("enter first"), "after {polls}");
        let in_hand = (7..all).contains(&polls);
        let body_lost = losses(&lost).contains(&"result");
        assert_eq!(body_lost, in_hand, "after {polls}: {lost:?}");
    }
}

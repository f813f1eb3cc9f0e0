//! The tests of `CPython`'s `TestAbstractAsyncContextManager`, `AsyncContextManagerTestCase` and
//! `TestAsyncExitStack` by their names, with what each comes to in Rust. Those of `CPython` never
//! suspend; here bodies and halves all do. `test_aclosing..` and `test_async_nullcontext` are in
//! `aclosing.rs`. What Python finds when the generator runs is found here when the function
//! compiles, `async` or not, and stands among the cases of `ui-tests/fail`:
//!
//! | test | case |
//! |---|---|
//! | `test_exit_is_abstract`, `test_contextmanager_trap_no_yield` | `yield-point/none` |
//! | `test_contextmanager_trap_second_yield` | `yield-point/two_in_sequence` |
//! | `test_contextmanager_trap_yield_after_throw` | `yield-point/loop_comes_round` |
//! | `test_contextmanager_doc_attrib`, `test_instance_docstring_given_cm_docstring` | `lints/missing_docs` |

mod support;

use std::error::Error;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;

use futures::channel::mpsc;
use futures::future::join_all;
use futures::{FutureExt, SinkExt, Stream, StreamExt, stream};
use guard_core::{
    AsyncGuard, ExitErrors, ExitHalf, ScopedAsyncGuard, context_manager, within, yield_point,
};
use support::driven::{cancelled, driven, everywhere, send, turns};
use support::errors::Caused;
use support::lost::losing;
use support::{Log, Noisy, blow_up, message};

/// A list of numbers that can be shared and sent.
#[derive(Debug, Default)]
struct State(Mutex<Vec<u32>>);

impl State {
    fn push(&self, n: u32) {
        self.0.lock().expect("no panic in here").push(n);
    }

    fn take(&self) -> Vec<u32> {
        std::mem::take(&mut self.0.lock().expect("no panic in here"))
    }
}

#[context_manager]
async fn numbered(state: &State) -> u32 {
    turns(2).await;
    state.push(1);
    yield_point!(42);
    turns(3).await;
    state.push(999);
}

/// Awaits `future`, and gives the message of its panic.
async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let caught = AssertUnwindSafe(future).catch_unwind().await;
    caught.map_err(|payload| message(&*payload))
}

/// Parity 86. A guard is the value, where a manager that says nothing else returns itself.
#[test]
fn test_enter() {
    everywhere(async || {
        let state = State::default();
        let context = numbered(&state);
        let entering = context.enter();
        assert_eq!(state.take(), [0; 0], "nothing has run");
        let entered = entering.await;
        assert_eq!((*entered, state.take()), (42, vec![1]));
        AsyncGuard::exit(entered).await;
        assert_eq!(state.take(), [999]);
    });
}

/// A stream of what a body sends out of a context, which is suspended in there between items.
fn sent_from_within(log: Log) -> Pin<Box<dyn Stream<Item = u32> + Send>> {
    #[context_manager]
    async fn inner(log: Log) -> Noisy {
        turns(1).await;
        let value = log.noisy("inner");
        let exit = yield_point!(value);
        turns(1).await;
        log.note(format!("inner {exit}"));
        drop(value);
    }
    let (mut sender, mut receiver) = mpsc::channel(0);
    let mut body = Box::pin(inner(log).with(async move |_| {
        for n in [11, 12] {
            turns(1).await;
            sender.send(n).await.expect("it is read");
        }
    }));
    let mut ended = false;
    Box::pin(stream::poll_fn(move |poller| {
        ended = ended || body.as_mut().poll(poller).is_ready();
        match receiver.poll_next_unpin(poller) {
            Poll::Ready(None) if !ended => Poll::Pending,
            item => item,
        }
    }))
}

/// Parity 88. A stream that stands within a context is abandoned where a body fails: what the
/// context holds is dropped, and its exit half, which cannot be awaited, is told of. The outer
/// context has its exit half awaited, and the error comes out.
#[test]
fn test_async_gen_propagates_generator_exit() {
    #[context_manager]
    async fn outer(log: &Log) {
        let exit = yield_point!();
        turns(1).await;
        log.note(format!("outer {exit}"));
    }
    everywhere(async || {
        let log = Log::new();
        let mut read = Vec::new();
        let failed = outer(&log).try_with(async |()| {
            let mut numbers = sent_from_within(log.clone());
            read.extend(numbers.next().await);
            Err::<(), _>("22")
        });
        support::lost::record();
        assert_eq!(failed.await, Err("22"));
        assert_eq!(read, [11]);
        assert_eq!(log.take(), ["drop inner", "outer Failed"]);
        let lost = support::lost::take();
        assert_eq!(lost.len(), 1);
        assert_eq!((&*lost[0].loss, &*lost[0].exit), ("unfinished", "Dropped"));
        assert!(lost[0].context.ends_with("inner"), "{lost:?}");

        // Read to its end, the same stream leaves the context as it should be.
        let all: Vec<_> = sent_from_within(log.clone()).collect().await;
        assert_eq!(all, [11, 12]);
        assert_eq!(log.take(), ["inner Completed", "drop inner"]);
        assert_eq!(support::lost::take(), []);
    });
}

/// Parity 91.
#[test]
fn test_contextmanager_plain() {
    everywhere(async || {
        let state = State::default();
        let run = numbered(&state).with(async |x| {
            turns(2).await;
            assert_eq!(*x, 42);
            state.push(*x);
        });
        run.await;
        assert_eq!(state.take(), [1, 42, 999]);
    });
    let state = State::default();
    let ((), polls) = driven(numbered(&state).with(async |_| turns(2).await));
    assert_eq!(
        polls,
        1 + 2 + 2 + 3,
        "every turn was waited for, and no other"
    );
}

/// Parity 92. An error and a panic run the exit half, and come out as they went in. A body that is
/// cancelled runs it when there is an executor.
#[test]
fn test_contextmanager_finally() {
    #[context_manager]
    async fn told(log: Log) {
        turns(1).await;
        let exit = yield_point!();
        turns(1).await;
        log.note(exit.to_string());
    }

    everywhere(async || {
        let state = State::default();
        let error = Box::new(0_u64);
        let address = &raw const *error as usize;
        let failed = numbered(&state).try_with(async |_| {
            turns(1).await;
            Err::<(), _>(error)
        });
        let failed = failed.await.map_err(|error| &raw const *error as usize);
        assert_eq!(failed, Err(address));
        assert_eq!(state.take(), [1, 999]);

        let panicked = numbered(&state).with(async |_| {
            turns(1).await;
            panic::resume_unwind(Box::new(7_u32));
        });
        let payload = AssertUnwindSafe(panicked).catch_unwind().await;
        let payload = payload.expect_err("the panic goes on");
        assert_eq!(payload.downcast_ref::<u32>(), Some(&7));
        assert_eq!(state.take(), [1, 999]);
    });

    let log = Log::new();
    let (sender, halves) = std::sync::mpsc::channel::<ExitHalf>();
    let hung = told(log.clone())
        .finish_on(move |half| sender.send(half).expect("a receiver"))
        .with(async |()| turns(5).await);
    assert_eq!(cancelled(hung, 4), None);
    assert!(log.take().is_empty());
    driven(halves.recv().expect("it was handed over"));
    assert_eq!(log.take(), ["Dropped"]);
}

/// Parity 93. The place of a panic is that in the body, and an error of any kind is the body's own.
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
    let state = State::default();
    let (panicked, _) = driven(caught(numbered(&state).with(async |_| {
        turns(1).await;
        panic!("{}:{}", file!(), line!())
    })));
    drop(panic::take_hook());
    let said = panicked.expect_err("where it is");
    let place = place.lock().expect("no panic in here").take();
    assert!(
        place.is_some_and(|place| place.starts_with(&said)),
        "{said}"
    );

    macro_rules! comes_out {
        ($($error:expr),* $(,)?) => {$({
            let failed = numbered(&state).try_with(async |_| {
                turns(1).await;
                Err::<(), _>($error)
            });
            let (failed, _) = driven(failed);
            assert_eq!(format!("{:?}", failed), format!("{:?}", Err::<(), _>($error)));
        })*};
    }
    comes_out!(
        "text",
        String::from("text"),
        io::Error::from(io::ErrorKind::TimedOut),
        Caused {
            text: "effect",
            by: None
        },
        Box::<dyn Error + Send + Sync>::from("boxed"),
    );
}

/// Parity 94. An exit half that does nothing about an error does not raise it again: it comes out
/// once.
#[test]
fn test_contextmanager_no_reraise() {
    #[context_manager]
    async fn fallible() -> Result<(), Caused> {
        let exit = yield_point!();
        turns(2).await;
        assert!(exit.failure().is_some());
        Ok(())
    }
    let fails = fallible().try_with(async |()| {
        turns(1).await;
        Err::<(), _>(Caused {
            text: "body",
            by: None,
        })
    });
    let ((out, _), lost) = losing(|| driven(fails));
    assert_eq!(out.expect_err("the body's").text, "body");
    assert_eq!(lost, []);
}

/// Parity 98. An exit half may fail with an error of its own, and the body's is not lost for it.
#[test]
fn test_contextmanager_non_normalised() {
    #[context_manager]
    async fn replaces() -> Result<(), &'static str> {
        let exit = yield_point!();
        turns(2).await;
        match exit.failure() {
            Some(_) => Err("SyntaxError"),
            None => Ok(()),
        }
    }
    let fails = replaces().try_with(async |()| {
        turns(1).await;
        Err::<(), _>("RuntimeError")
    });
    let ((out, _), lost) = losing(|| driven(fails));
    assert_eq!(out, Err("RuntimeError"));
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].loss, "error \"SyntaxError\"");
    assert_eq!(lost[0].exit, "Failed(\"RuntimeError\")");
}

/// Parity 100. What this crate itself uses is nothing special when a body fails with it: its errors,
/// also inside of another, and an exit half that the body ends with.
#[test]
fn test_contextmanager_except_stopiter() {
    everywhere(async || {
        let state = State::default();
        let failed = numbered(&state).try_with(async |_| {
            turns(1).await;
            Err::<(), _>(ExitErrors::one("mine"))
        });
        assert_eq!(failed.await.expect_err("untouched").to_string(), "mine");

        let boxed = numbered(&state).try_with(async |_| {
            turns(1).await;
            Err::<(), _>(Box::<dyn Error + Send + Sync>::from(ExitErrors::one(
                "mine",
            )))
        });
        let boxed = boxed.await.expect_err("untouched");
        assert!(boxed.downcast::<ExitErrors>().is_ok());

        let panicked = numbered(&state).with(async |_| {
            turns(1).await;
            panic::resume_unwind(Box::new(ExitErrors::one("thrown")))
        });
        let payload = AssertUnwindSafe(panicked).catch_unwind().await.map(drop);
        assert!(payload.is_err_and(|payload| payload.is::<ExitErrors>()));

        let nested = numbered(&state).try_with(async |_| {
            let inner = numbered(&state)
                .try_with(async |_| Err::<(), _>("inner"))
                .await;
            turns(1).await;
            inner
        });
        assert_eq!(nested.await, Err("inner"));
        assert_eq!(state.take(), [1, 999, 1, 999, 1, 999, 1, 1, 999, 999]);
    });
}

/// Parity 101. The sources of an exit half's error stay what they are.
#[test]
fn test_contextmanager_wrap_runtimeerror() {
    #[context_manager]
    async fn fails() -> Result<(), Caused> {
        yield_point!();
        turns(2).await;
        let by = Some(Box::new(Caused {
            text: "cause",
            by: None,
        }));
        Err(Caused { text: "effect", by })
    }
    let (error, _) = driven(fails().with(async |()| turns(1).await));
    let error = error.expect_err("the exit half's");
    let cause = error.source().expect("the cause");
    assert_eq!(
        (error.to_string(), cause.to_string()),
        ("effect".into(), "cause".into())
    );
    assert!(cause.source().is_none());
}

/// Parity 102. Attributes, visibility and generics are those of the function.
#[test]
fn test_contextmanager_attribs() {
    mod inner {
        #[guard_core::context_manager]
        #[cfg(not(any()))]
        #[deprecated = "for the test"]
        pub(super) async fn baz<T, const N: usize>(spam: T) -> [T; N]
        where
            T: Clone,
        {
            super::turns(1).await;
            guard_core::yield_point!(std::array::from_fn(|_| spam.clone()));
            super::turns(1).await;
        }
        #[guard_core::context_manager]
        #[cfg(any())]
        pub(super) async fn baz() {}
    }
    #[expect(deprecated, reason = "the attribute is carried")]
    let context = inner::baz::<_, 3>('x');
    let letters = send(context.with(async |letters| {
        turns(1).await;
        *letters
    }));
    assert_eq!(driven(letters), (['x'; 3], 4));
}

/// Parity 105. Any name will do for an argument, those that the expansion uses included.
#[test]
fn test_keywords() {
    #[context_manager]
    async fn woohoo<'l>(
        guard: &'l str,
        stack: &'l str,
        exit: &'l str,
        value: &'l str,
        r#type: &'l str,
        __caller: &'l str,
        __frame: &'l str,
    ) -> [&'l str; 7] {
        turns(1).await;
        yield_point!([guard, stack, exit, value, r#type, __caller, __frame]);
        turns(1).await;
        assert_eq!((exit, __frame), ("c", "g"));
    }
    let words = woohoo("a", "b", "c", "d", "e", "f", "g");
    let (words, _) = driven(words.with(async |words| words.concat()));
    assert_eq!(words, "abcdefg");
}

/// Parity 106. A context manager that is entered anew in its own body, and one that enters itself in
/// its enter half.
#[test]
fn test_recursive() {
    fn recursive(state: &State, n: u32) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async move {
            if n > 0 {
                let run = numbered(state).with(async |_| recursive(state, n - 1).await);
                run.await;
            }
        })
    }

    type Entering<'s> = Pin<Box<dyn Future<Output = ScopedAsyncGuard<'s, u32>> + Send + 's>>;
    fn entered(state: &State, depth: u32) -> Entering<'_> {
        Box::pin(nested(state, depth).enter())
    }
    #[context_manager]
    async fn nested(state: &State, depth: u32) -> u32 {
        let mut inner = None;
        if depth > 0 {
            inner = Some(entered(state, depth - 1).await);
        }
        turns(1).await;
        state.push(depth);
        let sum = inner.as_deref().map_or(0, |sum| *sum) + depth;
        yield_point!(sum);
        state.push(100 + depth);
        turns(1).await;
        if let Some(inner) = inner {
            AsyncGuard::exit(inner).await;
        }
    }

    everywhere(async || {
        let state = State::default();
        recursive(&state, 10).await;
        assert_eq!(state.take(), [[1; 10], [999; 10]].concat());
        let sum = nested(&state, 3).with(async |sum| {
            turns(1).await;
            *sum
        });
        assert_eq!(sum.await, 6);
        assert_eq!(state.take(), [0, 1, 2, 3, 103, 102, 101, 100]);
    });
}

#[context_manager]
async fn depth(log: &Log) {
    turns(2).await;
    log.note("enter");
    let exit = yield_point!();
    turns(2).await;
    log.note(exit.to_string());
}

/// Parity 107. A call enters nothing; the first poll does, and the end of the body exits.
#[test]
fn test_decorator() {
    #[within(depth(log))]
    async fn decorated(log: &Log) -> u8 {
        log.note("body");
        turns(2).await;
        log.note("behind");
        7
    }
    everywhere(async || {
        let log = Log::new();
        let called = decorated(&log);
        let again = decorated(&log);
        assert!(log.take().is_empty(), "it was only called");
        assert_eq!(called.await, 7);
        assert_eq!(log.take(), ["enter", "body", "behind", "Completed"]);
        assert_eq!(again.await, 7);
        assert_eq!(log.take(), ["enter", "body", "behind", "Completed"]);
    });
    let log = Log::new();
    let (ended, lost) = losing(|| cancelled(decorated(&log), 4));
    assert_eq!(ended, None);
    assert_eq!(log.take(), ["enter", "body"]);
    assert_eq!((&*lost[0].loss, &*lost[0].exit), ("unfinished", "Dropped"));
}

/// Parity 108.
#[test]
fn test_decorator_with_exception() {
    #[within(depth(log))]
    async fn fails(log: &Log) -> Result<u8, String> {
        turns(2).await;
        log.note("body");
        Err("NameError".to_owned())
    }
    #[within(depth(log))]
    async fn panics(log: &Log) -> u8 {
        turns(2).await;
        log.note("body");
        blow_up("NameError")
    }
    everywhere(async || {
        let log = Log::new();
        assert_eq!(fails(&log).await, Err("NameError".to_owned()));
        assert_eq!(log.take(), ["enter", "body", "Failed"]);
        assert_eq!(caught(panics(&log)).await, Err("NameError".to_owned()));
        assert_eq!(log.take(), ["enter", "body", "Panicked"]);
    });
}

/// Parity 109.
#[test]
fn test_decorating_method() {
    struct Test(Log, u32);
    impl Test {
        #[within(depth(&self.0))]
        async fn method(&mut self, (a, b): (u32, u32), mut c: Vec<u32>) -> Vec<u32> {
            turns(1).await;
            self.1 += 1;
            c.extend([a, b, self.1]);
            c
        }

        #[within(depth(&log))]
        async fn by_value<T: Clone>(self, log: Log, value: &T) -> [T; 2] {
            turns(1).await;
            log.note(self.1.to_string());
            [value.clone(), value.clone()]
        }
    }
    everywhere(async || {
        let log = Log::new();
        let mut test = Test(log.clone(), 0);
        assert_eq!(test.method((1, 2), vec![0]).await, [0, 1, 2, 1]);
        assert_eq!(test.method((3, 4), vec![]).await, [3, 4, 2]);
        assert_eq!(test.by_value(log.clone(), &'x').await, ['x', 'x']);
        let twice = ["enter", "Completed", "enter", "Completed"];
        assert_eq!(
            log.take(),
            [&twice[..], &["enter", "2", "Completed"]].concat()
        );
    });
}

/// A11, hole 1: cancelled at each poll of the enter half, the body and the exit half, resumed at
/// each of the others, and run along with others of its kind.
#[test]
fn suspended_anywhere() {
    #[context_manager]
    async fn noted(log: &Log) -> Noisy {
        let _outer = log.noisy("outer");
        turns(2).await;
        let value = log.noisy("value");
        let exit = yield_point!(value);
        log.note(exit.to_string());
        turns(2).await;
        log.note("exited");
    }
    let run = |log: Log| async move {
        noted(&log)
            .with(async |value| {
                turns(2).await;
                value.name.len()
            })
            .await
    };
    for polls in 0..=7 {
        let log = Log::new();
        let (ended, lost) = losing(|| cancelled(run(log.clone()), polls));
        assert_eq!(ended, (polls == 7).then_some(5));
        let (events, told_at): (&[_], _) = match polls {
            0 => (&[], None),
            1 | 2 => (&["drop outer"], None),
            3 | 4 => (&["drop value", "drop outer"], Some("Dropped")),
            5 | 6 => (
                &["Completed", "drop value", "drop outer"],
                Some("Completed"),
            ),
            _ => (&["Completed", "exited", "drop value", "drop outer"], None),
        };
        assert_eq!(log.take(), events, "after {polls} polls");
        let told: Vec<_> = lost.iter().map(|lost| (&*lost.loss, &*lost.exit)).collect();
        assert_eq!(
            told,
            Vec::from_iter(told_at.map(|exit| ("unfinished", exit)))
        );
    }

    everywhere(async || {
        let logs: Vec<_> = (0..20).map(|_| Log::new()).collect();
        let ran = join_all(logs.iter().map(|log| run(log.clone()))).await;
        assert_eq!(ran, [5; 20]);
        for log in logs {
            assert_eq!(
                log.take(),
                ["Completed", "exited", "drop value", "drop outer"]
            );
        }
    });
}

/// A11, hole 6: a closing that fails is in `aclosing.rs`; here an exit half does behind each ending
/// of its body, having suspended on the way.
#[test]
fn an_exit_half_that_fails_late() {
    #[context_manager]
    async fn fails(log: &Log) -> Result<(), &'static str> {
        let exit = yield_point!();
        turns(3).await;
        log.note(exit.to_string());
        Err("exit")
    }
    let log = Log::new();
    let (ended, lost) = losing(|| driven(fails(&log).with(async |()| turns(1).await)).0);
    assert_eq!((ended, lost), (Err("exit"), vec![]));

    let (ended, lost) = losing(|| {
        let panicked = fails(&log).with(async |()| {
            turns(1).await;
            blow_up("body")
        });
        driven(caught(panicked)).0.map(drop)
    });
    assert_eq!(ended, Err("body".to_owned()));
    assert_eq!(lost.len(), 1);
    assert_eq!(
        (&*lost[0].loss, &*lost[0].exit),
        ("error \"exit\"", "Panicked")
    );
    assert_eq!(log.take(), ["Completed", "Panicked"]);
}

/// As Python's locks are none the worse for it: a panic of the body is caught while the exit half is
/// awaited, so it does not poison what the function has locked, as it does what the body has.
#[test]
fn a_lock_held_over_a_panic_of_the_body() {
    #[context_manager]
    #[expect(clippy::await_holding_lock, reason = "of nobody else")]
    async fn locked(lock: &Mutex<u32>) -> u32 {
        let mut held = lock.lock().expect("no panic so far");
        let mut value = *held;
        yield_point!(value);
        turns(1).await;
        *held = value;
    }
    let (of_function, of_body) = (Mutex::new(0), Mutex::new(0));
    let panicked = locked(&of_function).with(async |value| {
        *value += 1;
        let _held = of_body.lock();
        turns(1).await;
        blow_up("body")
    });
    let (panicked, _) = driven(caught(panicked));
    assert_eq!(panicked, Err::<(), _>("body".to_owned()));
    assert_eq!(of_function.into_inner().expect("not poisoned"), 1);
    assert!(of_body.is_poisoned());
}

//! What is told of async contexts.

mod support;

use std::future::{pending, poll_fn};
use std::panic::UnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use guard_core::{
    AsyncContextManager as _, AsyncExitStack, AsyncGuard, ExitHalf, aclosing, context_manager,
    on_lost_error, within, yield_point,
};
use pollster::block_on;
use tracing::{info, info_span};

use support::{told, told_of_panic};

/// Pends once.
async fn pends() {
    let mut polled = false;
    poll_fn(|poller| {
        if polled {
            return Poll::Ready(());
        }
        polled = true;
        poller.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[context_manager(fields(name))]
async fn session(name: &'static str) -> Result<u32, String> {
    pends().await;
    info!("{name} enters");
    yield_point!(1);
    pends().await;
    info!("{name} exits");
    if name == "rude" {
        return Err("no goodbye".to_owned());
    }
    Ok(())
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn halves_are_in_the_span_and_the_body_is_beside_it() {
    let lines = told(|| {
        let body = async |_: &mut u32| {
            info!("works");
            pends().await;
            info!("works on");
        };
        block_on(session("Ann").with(body)).unwrap();
    });
    let expected = [
        "session: Ann enters",
        "session: entered",
        ": works",
        ": works on",
        "session: Ann exits",
        "session: exited outcome=Completed",
        "session closed name=Ann outcome=Completed",
    ];
    assert_eq!(lines, expected);
}

/// A span that stayed entered while its half waits would have in it what others do meanwhile.
#[test]
fn a_half_that_waits_is_not_in_its_span() {
    let lines = told(|| {
        let mut waits = pin!(session("Ann").with(async |_| ()));
        assert!(poll(waits.as_mut()).is_pending());
        info!("meanwhile");
        assert!(poll(waits.as_mut()).is_pending());
        info!("meanwhile");
        assert!(poll(waits.as_mut()).is_ready());
    });
    let meanwhile = lines.iter().filter(|line| *line == ": meanwhile");
    assert_eq!(meanwhile.count(), 2, "{lines:?}");
}

#[test]
fn the_outcome_is_that_which_the_exit_half_is_told() {
    let failed = told(|| {
        let body = async |_: &mut u32| Err::<(), _>("no".to_owned());
        block_on(session("Ann").try_with(body)).expect_err("an error");
    });
    assert_eq!(
        failed.last().unwrap(),
        "session closed name=Ann outcome=Failed"
    );
    let panicked = told_of_panic(|| {
        let body = async |_: &mut u32| panic!("in the body");
        let _: Result<(), String> = block_on(session("Ann").with(body));
    });
    assert_eq!(
        panicked.last().unwrap(),
        "session closed name=Ann outcome=Panicked"
    );
    let exited = told(|| {
        block_on(async { AsyncGuard::exit(session("Ann").enter().await.unwrap()).await }).unwrap();
    });
    assert_eq!(
        exited.last().unwrap(),
        "session closed name=Ann outcome=Completed"
    );
}

#[test]
fn errors_of_the_exit_half_are_told() {
    let lines = told(|| {
        block_on(session("rude").with(async |_| ())).expect_err("an error");
    });
    assert!(
        lines.contains(&"session: exited outcome=Completed error=\"no goodbye\"".to_owned()),
        "{lines:?}"
    );
}

/// The hook is one for the process.
static HOOK: Mutex<()> = Mutex::new(());

#[test]
fn a_context_that_is_given_up_says_where() {
    let _locked = HOOK.lock();
    on_lost_error(|_| {});
    let given_up_after = |polls: usize| {
        let lines = told(|| {
            let mut waits = pin!(session("Ann").with(async |_| pends().await));
            for _ in 0..polls {
                assert!(poll(waits.as_mut()).is_pending());
            }
        });
        lines
            .into_iter()
            .filter(|line| line.contains("dropped in"))
            .collect::<Vec<_>>()
    };
    assert!(given_up_after(0).is_empty());
    assert_eq!(given_up_after(1), ["session: dropped in its enter half"]);
    assert_eq!(given_up_after(2), ["session: dropped in its body"]);
    assert_eq!(
        given_up_after(3),
        ["session: dropped in its exit half outcome=Completed"]
    );
}

#[test]
fn a_loss_is_told_in_the_span_of_who_gives_up() {
    let _locked = HOOK.lock();
    on_lost_error(|_| {});
    let lines = told(|| {
        let mut waits = Box::pin(session("Ann").with(async |_| pending::<()>().await));
        for _ in 0..2 {
            assert!(poll(waits.as_mut()).is_pending());
        }
        info_span!("timeout").in_scope(|| drop(waits));
    });
    let loss = "timeout: the exit half was not awaited to its end \
                context=async_contexts::session outcome=Dropped";
    assert!(lines.contains(&loss.to_owned()), "{lines:?}");
}

#[test]
fn what_is_finished_elsewhere_stays_in_its_span() {
    static HALF: Mutex<Option<ExitHalf>> = Mutex::new(None);
    let lines = told(|| {
        let context = session("Ann").finish_on(|half| *HALF.lock().unwrap() = Some(half));
        let mut waits = Box::pin(context.with(async |_| pending::<()>().await));
        for _ in 0..2 {
            assert!(poll(waits.as_mut()).is_pending());
        }
        drop(waits);
        info!("elsewhere");
        block_on(HALF.lock().unwrap().take().expect("an exit half"));
    });
    let expected = [
        "session: Ann enters",
        "session: entered",
        ": elsewhere",
        "session: Ann exits",
        "session: exited outcome=Dropped",
        "session closed name=Ann outcome=Dropped",
    ];
    assert_eq!(lines, expected);
}

/// Whose slot has little in common with that of a context which lends nothing.
#[repr(align(64))]
struct Large([u8; 4096]);

#[context_manager]
async fn large() -> Large {
    yield_point!(Large([1; 4096]));
    pends().await;
    pends().await;
}

/// While it waits it is polled with the slot of the one that waits for it, which is a smaller one.
#[context_manager]
async fn waits_for_a_large_one() {
    large().with(async |bytes| bytes.0[0] = 2).await;
    yield_point!();
    large().with(async |bytes| bytes.0[0] = 2).await;
}

#[test]
fn halves_that_wait_for_other_contexts_take_no_slot_for_their_own() {
    let lines = told(|| block_on(waits_for_a_large_one().with(async |()| ())));
    let one = [
        "waits_for_a_large_one > large: entered",
        "waits_for_a_large_one > large: exited outcome=Completed",
        "waits_for_a_large_one > large closed outcome=Completed",
    ];
    assert_eq!(lines[..3], one);
    assert_eq!(lines[3], "waits_for_a_large_one: entered");
    assert_eq!(lines[4..7], one);
}

#[within(_ = session("Ann")?)]
async fn fails_inside() -> Result<(), String> {
    pends().await;
    Err("no".to_owned())
}

#[context_manager]
fn plain() {
    yield_point!();
}

#[test]
fn all_forms_tell_the_same() {
    let last = |form: fn()| told(form).pop().expect("a line");
    assert_eq!(
        last(|| block_on(fails_inside()).expect_err("an error").clear()),
        "session closed name=Ann outcome=Failed"
    );
    assert_eq!(
        last(|| {
            let scope = AsyncExitStack::scope(async |stack| {
                stack.enter(session("Ann")).await?;
                Ok::<_, String>(())
            });
            block_on(scope).unwrap();
        }),
        "session closed name=Ann outcome=Completed"
    );
    assert_eq!(
        last(|| {
            block_on(Some(session("Ann")).with(async |_| ())).unwrap();
        }),
        "session closed name=Ann outcome=Completed"
    );
    assert_eq!(
        last(|| block_on(plain().into_async().with(async |()| pends().await))),
        "plain closed outcome=Completed"
    );
    assert_eq!(
        last(|| block_on(aclosing(vec![1], async |ones| drop(ones)).with(async |_| ()))),
        "aclosing closed outcome=Completed"
    );
}

/// In a span as well.
#[test]
fn what_is_given_up_is_dropped_in_the_span() {
    struct Told;
    impl Drop for Told {
        fn drop(&mut self) {
            info!("dropped");
        }
    }
    #[context_manager]
    async fn holds() {
        let _told = Told;
        pends().await;
        yield_point!();
    }
    let lines = told(|| {
        let mut waits = Box::pin(holds().with(async |()| ()));
        assert!(poll(waits.as_mut()).is_pending());
        drop(waits);
    });
    let expected = [
        "holds: dropped in its enter half",
        "holds: dropped",
        "holds closed",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn futures_and_frames_are_still_what_they_were() {
    fn sends(_: impl Send) {}
    fn unwinds<B: guard_core::Body<guard_core::Plain<()>, Frame: UnwindSafe>>(
        _: guard_core::Context<guard_core::Plain<()>, B>,
    ) {
    }
    unwinds(plain());
    sends(session("Ann").with(async |_| ()));
    sends(session("Ann").enter());
    sends(plain().enter());
}

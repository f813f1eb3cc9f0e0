//! Guards how async contexts are polled and woken: as the same futures written by hand, whatever is
//! awaited in them, and without a wait being taken for a yield or one yield for another. To be run
//! under a sanitizer as well.

#![forbid(unsafe_code)]
#![allow(
    clippy::many_single_char_names,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::cell::Cell;
use std::future::{pending, poll_fn, ready};
use std::num::NonZeroUsize;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context as Poller, Poll, Wake, Waker};
use std::thread;

use futures::channel::{mpsc, oneshot};
use futures::stream::{FuturesUnordered, StreamExt};
use guard_core::{AsyncContextManager, AsyncGuard, context_manager, enter, with, yield_point};
use support::driven::{Driven, Later, Wakes, run};
use support::lost::losing;
use support::{D, caught, d, events, note, turn};

/// An `.await` that the attribute cannot see.
macro_rules! wait {
    ($future:expr) => {
        $future.await
    };
}

/// Everything that was made has been dropped, once.
fn assert_balanced(events: &[String]) {
    let count = |event: &str| events.iter().filter(|other| *other == event).count();
    let made = events
        .iter()
        .filter_map(|event| event.strip_prefix("make "));
    for name in made {
        let (made, dropped) = (format!("make {name}"), format!("drop {name}"));
        assert_eq!(count(&dropped), count(&made), "{name} in {events:#?}");
    }
}

async fn turns(count: usize) {
    for _ in 0..count {
        turn().await;
    }
}

// ---- as often as by hand ----

/// How often each part waits.
type Turns = (usize, usize, usize);

#[context_manager]
async fn waits(turns_of: Turns) -> u32 {
    turns(turns_of.0).await;
    let n = 1;
    yield_point!(n);
    turns(turns_of.2).await;
    assert_eq!(n, 2);
}

async fn waits_by_hand(turns_of: Turns, body: impl AsyncFnOnce(&mut u32)) {
    turns(turns_of.0).await;
    let mut n = 1;
    body(&mut n).await;
    turns(turns_of.2).await;
    assert_eq!(n, 2);
}

#[derive(Clone, Copy, Debug)]
enum Form {
    ByHand,
    With,
    TryWith,
    Fails,
    Guard,
    Finished,
    Optional,
    Nested,
}

const FORMS: [Form; 8] = [
    Form::ByHand,
    Form::With,
    Form::TryWith,
    Form::Fails,
    Form::Guard,
    Form::Finished,
    Form::Optional,
    Form::Nested,
];

async fn in_form(form: Form, turns_of: Turns) {
    let body = async |n: &mut u32| {
        turns(turns_of.1).await;
        *n += 1;
    };
    match form {
        Form::ByHand => waits_by_hand(turns_of, body).await,
        Form::With => waits(turns_of).with(body).await,
        Form::TryWith => {
            let result = waits(turns_of)
                .try_with(async |n| {
                    body(n).await;
                    Ok::<_, u8>(())
                })
                .await;
            assert_eq!(result, Ok(()));
        }
        Form::Fails => {
            let result = waits(turns_of)
                .try_with(async |n| {
                    body(n).await;
                    Err::<(), _>(3)
                })
                .await;
            assert_eq!(result, Err(3));
        }
        Form::Guard => {
            let mut guard = waits(turns_of).enter().await;
            body(&mut guard).await;
            AsyncGuard::exit(guard).await;
        }
        Form::Finished => waits(turns_of).finish_on(Later::default()).with(body).await,
        Form::Optional => {
            Some(waits(turns_of))
                .with(async |n| body(&mut n[0]).await)
                .await;
        }
        Form::Nested => {
            #[context_manager]
            async fn nested(turns_of: Turns) -> u32 {
                let mut inner = waits(turns_of).enter().await;
                yield_point!(*inner);
                *inner += 1;
                AsyncGuard::exit(inner).await;
            }
            nested(turns_of).with(body).await;
        }
    }
}

#[test]
fn a_context_is_polled_and_woken_as_often_as_the_same_future_by_hand() {
    for (enter, body, exit) in (0..64).map(|n| (n % 4, n / 4 % 4, n / 16)) {
        let waits = enter + body + exit;
        for form in FORMS {
            let mut driven = Driven::new(in_form(form, (enter, body, exit)));
            driven.run();
            let counts = (driven.polls(), driven.wakes());
            assert_eq!(counts, (waits + 1, waits), "{form:?} {enter} {body} {exit}");
        }
    }
}

/// So is what goes on elsewhere.
#[test]
fn an_exit_half_on_an_executor_is_polled_and_woken_as_often_as_by_hand() {
    #[context_manager]
    async fn waits_later(enter: usize, exit: usize) {
        turns(enter).await;
        yield_point!();
        turns(exit).await;
    }
    for (enter, body, exit) in (0..64).map(|n| (n % 4, n / 4 % 4, n / 16)) {
        let later = Later::default();
        let context = waits_later(enter, exit).finish_on(later.clone());
        let mut driven = Driven::new(context.with(async |()| {
            turns(body).await;
            pending::<()>().await;
        }));
        for _ in 0..=enter + body {
            assert!(driven.poll().is_pending());
        }
        assert_eq!(driven.wakes(), enter + body);
        drop(driven);
        let [half] = <[_; 1]>::try_from(later.take()).expect("one half");
        let mut half = Driven::new(half);
        half.run();
        assert_eq!((half.polls(), half.wakes()), (exit + 1, exit));
        assert!(half.poll().is_ready(), "it stays at its end");
    }
}

/// One that is polled without having been woken waits on.
#[test]
fn a_frame_that_waits_is_not_a_frame_that_has_yielded() {
    #[context_manager]
    async fn pauses(arg: D) -> D {
        let v = d("v");
        pending_for(1).await;
        pending_for(3).await;
        yield_point!(v);
        note("exit");
        pending_for(1).await;
        pending_for(3).await;
        drop(arg);
        note("exited");
    }
    async fn pending_for(mut polls: u32) {
        poll_fn(|_| match polls {
            0 => Poll::Ready(()),
            _ => {
                polls -= 1;
                Poll::Pending
            }
        })
        .await;
    }
    let entered = Cell::new(false);
    let mut driven = Driven::new(pauses(d("arg")).with(async |v| {
        entered.set(true);
        v.touch();
        pending_for(1).await;
    }));
    for poll in 1..=9 {
        assert_eq!(driven.poll(), Poll::Pending);
        assert_eq!(entered.get(), poll > 4);
        let seen = events();
        assert_eq!(
            seen.contains(&"exit".to_owned()),
            poll == 6,
            "{poll} {seen:?}"
        );
    }
    assert_eq!(driven.poll(), Poll::Ready(()));
    assert_eq!(driven.wakes(), 0);
    assert_eq!(events(), ["drop arg", "exited", "drop v"]);
}

// ---- wakers ----

/// A future that is ready when it is told, and keeps the waker that it was polled with last.
#[derive(Clone, Default)]
struct Signal(Arc<Mutex<(bool, Option<Waker>)>>);

impl Signal {
    fn is_set(&self) -> bool {
        self.0.lock().unwrap().0
    }

    /// Says that it is ready, and gives whoever is to be told.
    fn set(&self) -> Waker {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        state.1.take().expect("it was polled")
    }

    async fn wait(&self) {
        poll_fn(|poller| {
            let mut state = self.0.lock().unwrap();
            if state.0 {
                return Poll::Ready(());
            }
            // As those do that keep a waker for long.
            match &mut state.1 {
                Some(waker) => waker.clone_from(poller.waker()),
                none => *none = Some(poller.waker().clone()),
            }
            Poll::Pending
        })
        .await;
    }
}

#[context_manager]
async fn signalled(signals: [Signal; 3]) -> Signal {
    let [first, second, third] = signals;
    first.wait().await;
    yield_point!(second);
    third.wait().await;
}

fn waker() -> (Arc<Wakes>, Waker) {
    let wakes = Arc::new(Wakes::default());
    (wakes.clone(), Waker::from(wakes))
}

/// Of the wakers that a future was polled with, what it awaits knows the last.
#[test]
fn what_is_awaited_wakes_whoever_has_polled_last_from_any_thread() {
    let all: [Signal; 3] = Default::default();
    let mut future = Box::pin(signalled(all.clone()).with(async |signal| signal.wait().await));
    for signal in &all {
        let (first_wakes, first) = waker();
        let (last_wakes, last) = waker();
        for waker in [&first, &first, &last] {
            let polled = future.as_mut().poll(&mut Poller::from_waker(waker));
            assert!(polled.is_pending() && !signal.is_set());
        }
        assert_eq!(Arc::strong_count(&first_wakes), 2, "the waker was let go");
        let waker = signal.set();
        assert_eq!(Arc::strong_count(&last_wakes), 3);
        assert!(waker.will_wake(&last));

        // All that can be done with a waker, and its clones, here and elsewhere.
        let clone = waker.clone();
        drop(clone.clone());
        assert_eq!(last_wakes.count(), 0, "to drop it is not to wake it");
        clone.wake_by_ref();
        clone.wake();
        assert_eq!(last_wakes.count(), 2);
        thread::spawn(move || {
            waker.wake_by_ref();
            let clone = waker.clone();
            clone.wake();
            waker.wake();
        })
        .join()
        .unwrap();
        assert_eq!((first_wakes.count(), last_wakes.count()), (0, 5));
        assert_eq!(Arc::strong_count(&last_wakes), 2);
    }
    let (wakes, last) = waker();
    let polled = future.as_mut().poll(&mut Poller::from_waker(&last));
    assert!(polled.is_ready());
    drop((future, last));
    assert_eq!((wakes.count(), Arc::strong_count(&wakes)), (0, 1));
}

/// A waker that is kept outlives the frame, and all that is done with it reaches the real one.
#[test]
fn a_waker_outlives_the_frame_that_it_was_cloned_in() {
    type Kept = Arc<Mutex<Vec<Waker>>>;
    #[context_manager]
    async fn keeps(kept: Kept) {
        keep(&kept).await;
        yield_point!();
        keep(&kept).await;
    }
    async fn keep(kept: &Kept) {
        poll_fn(|poller| {
            let mut kept = kept.lock().unwrap();
            kept.push(poller.waker().clone());
            let mut another = Waker::noop().clone();
            another.clone_from(poller.waker());
            kept.push(another);
            poller.waker().wake_by_ref();
            Poll::Ready(())
        })
        .await;
    }
    let kept = Kept::default();
    let mut driven = Driven::new(keeps(kept.clone()).with(async |()| keep(&kept).await));
    assert!(driven.poll().is_ready());
    assert_eq!(driven.wakes(), 3);
    let wakers = std::mem::take(&mut *kept.lock().unwrap());
    assert_eq!(wakers.len(), 6);
    let other = wakers.clone();
    thread::spawn(move || other.into_iter().for_each(Waker::wake))
        .join()
        .unwrap();
    wakers.iter().for_each(Waker::wake_by_ref);
    assert_eq!(driven.wakes(), 3 + 12);
    let count = driven.into_wakes();
    assert_eq!(Arc::strong_count(&count), 1 + wakers.len());
    drop(wakers);
    assert_eq!(Arc::strong_count(&count), 1);
}

/// A future that was first polled in the enter half goes on in the exit half.
#[test]
fn a_future_may_be_polled_in_both_halves() {
    #[context_manager]
    async fn polls(signal: Signal) {
        let mut future = pin!(async {
            let _inner = d("inner");
            turn().await;
            signal.wait().await;
            note("done");
        });
        let first = poll_fn(|poller| Poll::Ready(future.as_mut().poll(poller))).await;
        assert!(first.is_pending());
        yield_point!();
        future.await;
    }
    let signal = Signal::default();
    let mut driven = Driven::new(polls(signal.clone()).with(async |()| turn().await));
    assert!(driven.poll().is_pending());
    assert!(driven.poll().is_pending());
    assert_eq!(driven.wakes(), 2);
    signal.set().wake();
    assert_eq!(driven.wakes(), 3);
    assert!(driven.poll().is_ready());
    assert_eq!(events(), ["make inner", "done", "drop inner"]);
}

// ---- what is lent and what is awaited ----

#[test]
fn a_value_that_is_a_future_may_be_lent_and_awaited() {
    type Boxed = Pin<Box<dyn Future<Output = u32> + Send>>;
    #[context_manager]
    async fn boxed(start: usize) -> Boxed {
        turns(start).await;
        let future: Boxed = Box::pin(async {
            turns(3).await;
            5
        });
        yield_point!(future);
        turns(2).await;
        assert_eq!(future.await, 6);
    }
    #[context_manager]
    async fn is_ready() -> std::future::Ready<u32> {
        let future = ready(3);
        yield_point!(future);
    }
    #[context_manager]
    async fn received() -> oneshot::Receiver<u32> {
        let (sender, receiver) = oneshot::channel();
        yield_point!({
            turn().await;
            sender.send(7).unwrap();
            receiver
        });
    }
    #[context_manager]
    async fn of_any_type<F: Future + Unpin>(future: F) -> F {
        turn().await;
        yield_point!(future);
        turn().await;
        note("exit");
    }
    let result = run(boxed(3).with(async |future| {
        let result = future.as_mut().await;
        *future = Box::pin(async {
            turn().await;
            6
        });
        result
    }));
    assert_eq!(result, 5);
    // Not awaited in the body, but in the exit half.
    run(boxed(0).with(async |future| {
        let other: Boxed = Box::pin(async { 6 });
        drop(std::mem::replace(future, other));
    }));
    assert_eq!(run(is_ready().with(async |future| future.await)), 3);
    assert_eq!(run(received().with(async |future| future.await)), Ok(7));
    // What is lent is a context that has begun.
    let inner = Box::pin(waits((2, 2, 2)).with(async |n| {
        turn().await;
        *n += 1;
        *n
    }));
    assert_eq!(run(of_any_type(inner).with(async |future| future.await)), 2);
    assert_eq!(events(), ["exit"]);
    // A guard's future is polled by its own half too.
    let mut guard = run(boxed(1).enter());
    assert_eq!(run(guard.as_mut()), 5);
    *guard = Box::pin(ready(6));
    run(AsyncGuard::exit(guard));
}

#[test]
fn futures_may_be_joined_and_selected_and_collected_in_both_halves() {
    async fn after(count: usize, value: u32) -> u32 {
        turns(count).await;
        value
    }
    async fn all(base: u32) -> u32 {
        let (a, b) = futures::join!(after(3, base), after(1, base + 1));
        let c = tokio::join!(after(2, base + 2), after(0, 0)).0;
        let mut slow = pin!(futures::FutureExt::fuse(after(5, 100)));
        let mut quick = pin!(futures::FutureExt::fuse(after(1, base + 3)));
        let d = futures::select! { value = slow => value, value = quick => value };
        let e = tokio::select! { value = pending::<u32>() => value, value = after(2, 4) => value };
        let mut several: FuturesUnordered<_> = (0..5).map(|n| after(n, 1)).collect();
        let mut f = 0;
        while let Some(one) = several.next().await {
            f += one;
        }
        a + b + c + d + e + f
    }
    #[context_manager]
    async fn gathers(arg: D) -> u32 {
        let sum = all(10).await;
        let (sender, mut receiver) = mpsc::channel(0);
        let (mut other, mut this) = (sender.clone(), sender);
        let send = async {
            futures::SinkExt::send(&mut this, 1).await.unwrap();
            futures::SinkExt::send(&mut other, 2).await.unwrap();
        };
        let receive = async { receiver.next().await.unwrap() + receiver.next().await.unwrap() };
        let ((), both) = futures::join!(send, receive);
        let lent = sum + both;
        yield_point!(lent);
        let sum = all(20).await;
        note(format!("{} {sum}", lent + both));
        arg.touch();
    }
    let expected = 10 + 11 + 12 + 13 + 4 + 5 + 3;
    let lent = run(gathers(d("arg")).with(async |n| futures::join!(all(0), async { *n }).1));
    assert_eq!(lent, expected);
    let mut guard = run(gathers(d("arg")).finish_on(Later::default()).enter());
    *guard += 1;
    run(AsyncGuard::exit(guard));
    let events = events();
    assert_balanced(&events);
    assert!(events.contains(&format!(
        "{} {}",
        expected + 1 + 3,
        20 + 21 + 22 + 23 + 4 + 5
    )));
}

#[context_manager]
async fn number(waits: usize) -> NonZeroUsize {
    turns(waits).await;
    let n = NonZeroUsize::MIN;
    yield_point!(n);
    turns(waits).await;
    assert_eq!(n.get(), 2);
}

#[context_manager]
async fn boxed_number(waits: usize) -> Box<u64> {
    let mut held = number(waits).enter().await;
    let v = Box::new(7_u64);
    let inner = number(waits)
        .with(async |m| {
            turns(waits).await;
            *m = m.saturating_add(1);
            m.get()
        })
        .await;
    yield_point!(v);
    *held = held.saturating_add(1);
    turns(waits).await;
    AsyncGuard::exit(held).await;
    number(waits).with(async |m| *m = m.saturating_add(1)).await;
    assert_eq!((*v, inner), (8, 2));
}

/// async-stream #106: what is yielded in one must not come out of another that is polled within it.
#[test]
fn contexts_of_other_types_within_each_other_do_not_mix_their_values() {
    #[context_manager]
    fn plain_text() -> String {
        let text = "x".to_owned();
        yield_point!(text);
        assert_eq!(text, "xy");
    }
    #[context_manager]
    async fn both(waits: usize) -> (String, NonZeroUsize) {
        let mut guard = boxed_number(waits).enter().await;
        let mut n = number(waits).enter().await;
        **guard += 1;
        enter!(text = plain_text());
        text.push('y');
        let lent = ("x".to_owned(), *n);
        yield_point!(lent);
        *n = n.saturating_add(lent.0.len());
        AsyncGuard::exit(n).await;
        with!(text = plain_text() => {
            turns(waits).await;
            text.push('y');
        });
        AsyncGuard::exit(guard).await;
    }
    for waits in 0..3 {
        run(both(waits).with(async |lent| {
            turns(waits).await;
            lent.1 = NonZeroUsize::MAX;
        }));
        // One after the other at the same addresses.
        run(async {
            number(waits).with(async |n| *n = n.saturating_add(1)).await;
            boxed_number(waits).with(async |v| **v += 1).await;
        });
    }
}

/// By one task, in turns, also within the halves of another.
#[test]
fn contexts_may_be_joined_with_others() {
    async fn one(waits: usize) -> usize {
        number(waits)
            .with(async |n| {
                turns(waits).await;
                *n = n.saturating_add(1);
            })
            .await;
        boxed_number(waits)
            .with(async |v| {
                turns(waits).await;
                **v += 1;
            })
            .await;
        waits
    }
    #[context_manager]
    async fn joins() -> Vec<usize> {
        let pair = futures::join!(one(3), one(1));
        let many: FuturesUnordered<_> = (0..5).map(one).collect();
        let mut lent: Vec<usize> = many.collect().await;
        lent.extend([pair.0, pair.1]);
        yield_point!(lent);
        let again: FuturesUnordered<_> = (0..5).map(one).collect();
        let again: Vec<usize> = again.collect().await;
        lent.extend(again);
        lent.sort_unstable();
        note(format!("{lent:?}"));
    }
    run(async {
        futures::join!(one(0), one(2), joins().with(async |_| one(1).await), one(3));
    });
    assert_eq!(events(), ["[0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4]"]);
    // Entered at once, and exited at once.
    let (a, b) = run(async { futures::join!(number(2).enter(), boxed_number(1).enter()) });
    let (mut a, mut b) = (a, b);
    *a = a.saturating_add(1);
    **b += 1;
    run(async { futures::join!(AsyncGuard::exit(b), AsyncGuard::exit(a)) });
}

/// The half that comes first drops the other, in whichever half of its own that is.
#[test]
fn a_context_may_be_left_by_a_select_in_the_half_of_another() {
    #[context_manager]
    async fn inner() -> D {
        turn().await;
        let v = d("v");
        yield_point!(v);
        turn().await;
        note("inner exit");
    }
    #[context_manager]
    async fn outer(later: Later) -> usize {
        let mut winners = 0;
        for waits in 0..6 {
            tokio::select! {
                biased;
                () = turns(waits) => {}
                () = inner().finish_on(later.clone()).with(async |_| turns(2).await) => {
                    winners += 1;
                }
            }
        }
        yield_point!(winners);
        assert!(later.run() > 0);
    }
    let later = Later::default();
    let (winners, lost) = losing(|| run(outer(later).with(async |winners| *winners)));
    let events = events();
    assert_balanced(&events);
    let count = |name: &str| events.iter().filter(|event| *event == name).count();
    assert_eq!(count("make v"), count("inner exit"));
    assert!(
        winners > 0 && winners < count("make v"),
        "{winners} {events:?}"
    );
    assert_eq!(lost, []);
}

#[test]
fn a_context_may_be_entered_again_from_all_of_its_parts() {
    #[context_manager]
    async fn again(depth: u32) -> String {
        turn().await;
        if depth > 0 {
            let mut guard = within(depth - 1).await;
            guard.push('e');
            Box::pin(AsyncGuard::exit(guard)).await;
        }
        let text = depth.to_string();
        yield_point!(text);
        turn().await;
        note(text);
        if depth > 0 {
            within_body(depth - 1).await;
        }
    }
    type Within<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
    fn within(depth: u32) -> Within<'static, guard_core::LocalAsyncGuard<'static, String>> {
        Box::pin(again(depth).enter_local())
    }
    fn within_body(depth: u32) -> Within<'static, ()> {
        Box::pin(again(depth).with(async |text| {
            turn().await;
            text.push('x');
        }))
    }
    run(again(1).with(async |text| {
        again(0).with(async |inner| inner.push_str(text)).await;
    }));
    assert_eq!(events(), ["0e", "01", "1", "0x"]);
    run(again(3).with(async |_| ()));
    assert_eq!(events().len(), 15);
}

// ---- hidden by other macros ----

#[test]
fn a_hidden_await_is_as_good_as_one_that_is_seen() {
    #[context_manager]
    async fn waits_hidden(arg: D) -> D {
        let a = wait!(async {
            turn().await;
            d("a")
        });
        let v = wait!(async { a.make("v") });
        wait!(turns(3));
        let completed = yield_point!(v).is_completed();
        let b = wait!(async {
            turns(3).await;
            d("b")
        });
        note(completed.to_string());
        b.touch();
        arg.touch();
    }
    run(waits_hidden(d("arg")).with(async |v| v.touch()));
    let events = events();
    assert_balanced(&events);
    assert!(events.contains(&"true".to_owned()) && events.contains(&"touch arg".to_owned()));
}

/// In a context that is not async: its poller, which an async one within it replaces, comes back.
#[test]
fn an_async_context_may_hide_in_one_that_is_not() {
    #[context_manager]
    fn plain(arg: D) -> D {
        wait!(number(0).with(async |n| *n = n.saturating_add(1)));
        let v = arg.make("v");
        yield_point!(v);
        wait!(boxed_number(0).with(async |v| **v += 1));
        note("exit");
    }
    #[context_manager]
    fn waits_for_ever() -> u8 {
        wait!(number(1).with(async |n| *n = n.saturating_add(1)));
        yield_point!(1);
    }
    plain(d("arg")).with(|v| v.touch());
    let seen = events();
    assert_balanced(&seen);
    assert!(seen.contains(&"exit".to_owned()));
    let told = caught(|| waits_for_ever().with(|_| ())).unwrap_err();
    assert!(
        told.contains("waits for a future that is not ready"),
        "{told}"
    );
}

/// A future in the frame can put another poller in the place of the one that the frame is polled
/// with, in safe code. The yield point must not take it for its own: it waits to be polled again,
/// for which nobody is woken.
#[test]
fn a_poller_that_was_put_in_the_place_of_ours_is_not_taken_for_it() {
    struct Small([u64; 1]);
    impl Wake for Small {
        fn wake(self: Arc<Self>) {
            assert_eq!(self.0, [7]);
        }
    }
    async fn replace(waker: &'static Waker) {
        poll_fn(|poller| {
            *poller = Poller::from_waker(waker);
            Poll::Ready(())
        })
        .await;
    }
    #[context_manager]
    async fn replaced(waker: &'static Waker, arg: D) -> [u64; 64] {
        wait!(replace(waker));
        let lent = [0x41; 64];
        yield_point!(lent);
        wait!(replace(waker));
        note(format!("exit {:x}", lent.iter().sum::<u64>()));
        turn().await;
        arg.touch();
    }
    let small = Waker::from(Arc::new(Small([7])));
    let small: &'static Waker = Box::leak(Box::new(small));
    for waker in [Waker::noop(), small] {
        // It hangs, and is given up.
        let mut driven = Driven::new(replaced(waker, d("arg")).with(async |_| note("body")));
        assert!(driven.poll().is_pending());
        assert_eq!(driven.wakes(), 0);
        let ((), lost) = losing(|| drop(driven));
        assert_eq!(lost, [], "it was not entered");
        assert_eq!(events(), ["make arg", "drop arg"]);

        // It is polled again all the same.
        let mut driven = Driven::new(replaced(waker, d("arg")).with(async |lent| {
            note("body");
            lent[0] = 0x42;
        }));
        assert!(driven.poll().is_pending());
        assert!(driven.poll().is_pending());
        assert_eq!(events(), ["make arg", "body", "exit 1041"]);
        assert!(driven.poll().is_ready());
        assert_eq!(events(), ["touch arg", "drop arg"]);
        assert_eq!(driven.wakes(), 0, "the wait was told to wake another");
    }
}

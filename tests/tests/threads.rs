//! Guards what may be sent to other threads and shared with them, and that it works when it is.

#![allow(
    clippy::needless_borrow,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::cell::Cell;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::{Context as Poller, Poll, Waker};
use std::thread;

use guard_core::{Exit, Guard, LocalGuard, ScopedGuard, context_manager, enter, with, yield_point};
use support::{Log, blow_up, caught, turn};

/// A question to the compiler that has an answer either way: the inherent constant is there only
/// if the bound holds, and hides that of the trait.
macro_rules! holds {
    ($type:ty: $($bound:tt)+) => {{
        struct Ask<T: ?Sized>(PhantomData<T>);
        #[allow(dead_code)]
        trait Otherwise {
            const ANSWER: bool = false;
        }
        impl<T: ?Sized> Otherwise for Ask<T> {}
        #[allow(dead_code)]
        impl<T: ?Sized + $($bound)+> Ask<T> {
            const ANSWER: bool = true;
        }
        <Ask<$type>>::ANSWER
    }};
}

const fn is_send<T: Send + ?Sized>(_: &T) {}
const fn is_sync<T: Sync + ?Sized>(_: &T) {}

/// As `holds!`, for a value whose type has no name.
struct Probe<T>(PhantomData<T>);

fn probe<T>(_: &T) -> Probe<T> {
    Probe(PhantomData)
}

trait NotSend {
    fn can_be_sent(&self) -> bool {
        false
    }
}

impl<T> NotSend for &Probe<T> {}

impl<T: Send> Probe<T> {
    #[allow(clippy::unused_self)]
    fn can_be_sent(&self) -> bool {
        true
    }
}

#[context_manager]
fn counted(log: Log, name: &'static str) -> u32 {
    let count = 0;
    log.note(format!("{name} entered"));
    let exit = yield_point!(count);
    log.note(format!("{name} {exit:?} {count}"));
}

#[context_manager]
fn shares(value: Rc<u32>) -> u32 {
    let lent = *value;
    yield_point!(lent);
    drop(value);
}

#[context_manager]
fn holds_an_rc() -> u32 {
    let rc = Rc::new(1);
    yield_point!(0);
    drop(rc);
}

#[context_manager]
fn holds_an_rc_for_a_while() -> u32 {
    let n = *Rc::new(1);
    yield_point!(n);
    drop(Rc::new(2));
}

#[context_manager]
fn lends_a_cell() -> Cell<u32> {
    yield_point!(Cell::new(1));
}

#[context_manager]
fn lends_an_rc() -> Rc<u32> {
    yield_point!(Rc::new(1));
}

#[context_manager]
fn locks(mutex: &Mutex<u32>) -> u32 {
    let guard = mutex.lock().unwrap();
    yield_point!(0);
    drop(guard);
}

#[test]
fn guards_are_sent_and_shared_when_their_contents_can_be() {
    // A guard is `Send` by its type, which says so, if its value is as well.
    assert!(holds!(Guard<u32>: Send));
    assert!(holds!(Guard<u32, Result<(), String>>: Send));
    assert!(holds!(ScopedGuard<'static, &'static str>: Send));
    assert!(!holds!(Guard<Rc<u32>>: Send));
    assert!(holds!(Guard<Cell<u32>>: Send));
    // What the exit half returns has not been made yet.
    assert!(holds!(Guard<u32, Result<(), Rc<u32>>>: Send));
    assert!(!holds!(LocalGuard<'static, u32>: Send));
    // Through a shared guard one comes to the value alone.
    assert!(holds!(Guard<u32>: Sync));
    assert!(holds!(LocalGuard<'static, u32>: Sync));
    assert!(!holds!(Guard<Cell<u32>>: Sync));
    assert!(!holds!(Guard<Rc<u32>>: Sync));
    assert!(!holds!(LocalGuard<'static, Cell<u32>>: Sync));
    // A guard can be moved: what is pinned is in its box.
    assert!(
        holds!(Guard<std::marker::PhantomPinned>: Unpin)
            || !holds!(std::marker::PhantomPinned: Unpin)
    );
    assert!(holds!(Guard<u32>: Unpin));
    assert!(holds!(LocalGuard<'static, u32>: Unpin));
}

#[test]
fn contexts_are_sent_when_their_arguments_can_be() {
    let log = Log::new();
    let context = counted(log.clone(), "c");
    is_send(&context);
    assert!((&probe(&context)).can_be_sent());
    thread::spawn(move || context.with(|count| *count += 1))
        .join()
        .unwrap();
    assert_eq!(log.take(), ["c entered", "c Completed 1"]);

    // Entered elsewhere, what it holds across the yield never comes here.
    let context = holds_an_rc();
    is_send(&context);
    assert_eq!(
        thread::spawn(move || context.with(|n| *n)).join().unwrap(),
        0
    );

    let context = shares(Rc::new(1));
    assert!(!(&probe(&context)).can_be_sent());
    assert_eq!(context.with(|n| *n), 1);
    is_send(&holds_an_rc_for_a_while().enter());
    is_send(&lends_a_cell().enter());
    is_sync(&counted(Log::new(), "g").enter());
}

#[test]
fn a_guard_is_entered_in_one_thread_and_left_in_another() {
    let log = Log::new();
    let (exits, drops) = (
        counted(log.clone(), "exit").enter(),
        counted(log.clone(), "drop").enter(),
    );
    assert_eq!(log.take(), ["exit entered", "drop entered"]);
    let mut exits = thread::spawn(move || {
        let mut exits = exits;
        *exits += 1;
        exits
    })
    .join()
    .unwrap();
    *exits += 1;
    thread::spawn(move || Guard::exit(exits)).join().unwrap();
    assert_eq!(log.take(), ["exit Completed 2"]);
    thread::spawn(move || drop(drops)).join().unwrap();
    assert_eq!(log.take(), ["drop Dropped 0"]);
}

/// The flag that tells of a panic is one of the thread that drops the guard.
#[test]
fn a_guard_that_was_sent_is_told_of_the_panic_of_the_thread_that_drops_it() {
    let log = Log::new();
    let mut guard = counted(log.clone(), "sent").enter();
    let thread = thread::spawn(move || {
        *guard += 1;
        blow_up("there");
        #[allow(unreachable_code)]
        drop(guard);
    });
    assert!(thread.join().is_err());
    assert_eq!(log.take(), ["sent entered", "sent Panicked 1"]);

    // And the other way round: it comes back to a thread that is well.
    let (send, receive) = mpsc::channel();
    let inner = log.clone();
    let thread = thread::spawn(move || {
        send.send(counted(inner, "back").enter()).unwrap();
        blow_up("there");
    });
    assert!(thread.join().is_err());
    drop(receive.recv().unwrap());
    assert_eq!(log.take(), ["back entered", "back Dropped 0"]);
}

#[test]
fn a_shared_guard_is_read_by_many_threads() {
    #[context_manager]
    fn total() -> AtomicUsize {
        let total = AtomicUsize::new(0);
        yield_point!(total);
        assert_eq!(total.into_inner(), 800);
    }
    let guard = total().enter();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    guard.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    Guard::exit(guard);

    let local = lends_a_local().enter_local();
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(*local, 5));
    });
    drop(local);
}

#[context_manager]
fn lends_a_local() -> u32 {
    let rc = Rc::new(5);
    let n = *rc;
    yield_point!(n);
    drop(rc);
}

#[test]
fn a_guard_that_borrows_goes_to_scoped_threads() {
    #[context_manager]
    fn adds(total: &AtomicI64) -> i64 {
        let add = 0;
        yield_point!(add);
        total.fetch_add(add, Ordering::Relaxed);
    }
    let total = AtomicI64::new(0);
    let guards: Vec<ScopedGuard<'_, i64>> = (0..8).map(|_| adds(&total).enter()).collect();
    thread::scope(|scope| {
        for (n, mut guard) in guards.into_iter().enumerate() {
            scope.spawn(move || {
                *guard += i64::try_from(n).unwrap();
                if n % 2 == 0 {
                    Guard::exit(guard);
                }
            });
        }
    });
    assert_eq!(total.into_inner(), (0..8).sum());
}

// ---- futures ----

/// Runs a future, each poll on a thread of its own.
fn run_on_many_threads<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> (T, usize) {
    let mut future: Pin<Box<dyn Future<Output = T> + Send>> = Box::pin(future);
    for polls in 1.. {
        let poll = thread::spawn(move || {
            let polled = future.as_mut().poll(&mut Poller::from_waker(Waker::noop()));
            (polled, future)
        });
        let polled;
        (polled, future) = poll.join().expect("it does not panic");
        if let Poll::Ready(result) = polled {
            return (result, polls);
        }
    }
    unreachable!()
}

#[test]
fn a_context_held_across_await_keeps_the_future_send() {
    async fn entered(log: Log) -> u32 {
        enter!(a = counted(log.clone(), "a"));
        *a += 1;
        turn().await;
        enter!(_ = counted(log, "b"));
        turn().await;
        *a += 1;
        *a
    }
    async fn blocks(log: Log) -> u32 {
        with!(a = counted(log.clone(), "a"), b = counted(log, "b") => {
            turn().await;
            *a += 1;
            turn().await;
            *b += *a + 1;
            *b
        })
    }
    async fn guarded(log: Log) -> u32 {
        let mut a = counted(log, "a").enter();
        turn().await;
        *a += 2;
        turn().await;
        let result = *a;
        Guard::exit(a);
        result
    }
    let log = Log::new();
    assert_eq!(run_on_many_threads(entered(log.clone())), (2, 3));
    assert_eq!(
        log.take(),
        ["a entered", "b entered", "b Dropped 0", "a Dropped 2"]
    );
    assert_eq!(run_on_many_threads(blocks(log.clone())), (2, 3));
    assert_eq!(
        log.take(),
        ["a entered", "b entered", "b Completed 2", "a Completed 1"]
    );
    assert_eq!(run_on_many_threads(guarded(log.clone())), (2, 3));
    assert_eq!(log.take(), ["a entered", "a Completed 2"]);

    // Cancelled on another thread than the one that entered.
    let mut future = Box::pin(entered(log.clone()));
    let future = thread::spawn(move || {
        let polled = future.as_mut().poll(&mut Poller::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        future
    });
    drop(future.join().unwrap());
    assert_eq!(log.take(), ["a entered", "a Dropped 1"]);
}

#[test]
fn a_future_that_holds_what_cannot_be_sent_is_not_send() {
    // Functions of their own: what an `async` block holds is not known where it is written.
    async fn entered() {
        enter!(_ = holds_an_rc());
        turn().await;
    }
    async fn block() {
        with!(_ = holds_an_rc() => { turn().await });
    }
    async fn lent() {
        enter!(_ = lends_an_rc());
        turn().await;
    }
    async fn locked(mutex: &Mutex<u32>) {
        enter!(_ = locks(mutex));
        turn().await;
    }
    async fn before() -> u32 {
        let n = holds_an_rc().with(|n| *n);
        turn().await;
        n
    }
    async fn only_before_the_yield() {
        enter!(_ = holds_an_rc_for_a_while());
        turn().await;
    }
    let mutex = Mutex::new(0);
    assert!(!(&probe(&entered())).can_be_sent());
    assert!(!(&probe(&block())).can_be_sent());
    assert!(!(&probe(&lent())).can_be_sent());
    assert!(!(&probe(&locked(&mutex))).can_be_sent());
    assert!((&probe(&before())).can_be_sent());
    assert!((&probe(&only_before_the_yield())).can_be_sent());
}

// ---- stress ----

#[test]
fn many_threads_keep_their_books_balanced() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 500;

    #[derive(Default)]
    struct Books {
        open: AtomicI64,
        entered: AtomicUsize,
        exits: [AtomicUsize; 4],
    }

    #[context_manager]
    fn opened(books: Arc<Books>, fails: bool) -> Result<Box<usize>, String> {
        books.open.fetch_add(1, Ordering::Relaxed);
        let lent = Box::new(books.entered.fetch_add(1, Ordering::Relaxed));
        let number = *lent;
        let exit = yield_point!(lent);
        assert_eq!(*lent, number + 1);
        books.open.fetch_sub(1, Ordering::Relaxed);
        let index = match exit {
            Exit::Completed => 0,
            Exit::Failed(_) => 1,
            Exit::Panicked => 2,
            Exit::Dropped => 3,
        };
        books.exits[index].fetch_add(1, Ordering::Relaxed);
        if fails {
            Err(number.to_string())
        } else {
            Ok(())
        }
    }

    let books = Arc::new(Books::default());
    let start = Barrier::new(THREADS);
    let (send, receive) = mpsc::channel::<Guard<Box<usize>, Result<(), String>>>();
    let receive = Mutex::new(receive);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (books, start, send, receive) = (&books, &start, send.clone(), &receive);
            scope.spawn(move || {
                let context = |fails| opened(books.clone(), fails);
                start.wait();
                for round in 0..ROUNDS {
                    match (round + thread) % 6 {
                        0 => context(false).with(|n| **n += 1).unwrap(),
                        1 => {
                            let failed = context(true).with(|n| **n += 1);
                            assert!(failed.is_err());
                        }
                        2 => {
                            let failed = context(false).try_with(|n| {
                                **n += 1;
                                Err::<(), _>(String::new())
                            });
                            assert_eq!(failed, Err(String::new()));
                        }
                        3 => {
                            let panicked = caught(|| {
                                let mut guard = context(false).enter().unwrap();
                                **guard += 1;
                                blow_up("body");
                            });
                            assert_eq!(panicked, Err::<(), _>("body".to_owned()));
                        }
                        4 => {
                            // For whichever thread takes it.
                            let mut guard = context(false).enter().unwrap();
                            **guard += 1;
                            send.send(guard).unwrap();
                        }
                        _ => {
                            let taken = receive.lock().unwrap().try_recv();
                            drop(taken);
                        }
                    }
                }
            });
        }
    });
    drop(send);
    let left: Vec<_> = receive.into_inner().unwrap().iter().collect();
    drop(left);
    let exits = books
        .exits
        .each_ref()
        .map(|count| count.load(Ordering::Relaxed));
    assert_eq!(books.open.load(Ordering::Relaxed), 0);
    assert_eq!(
        exits.iter().sum::<usize>(),
        books.entered.load(Ordering::Relaxed)
    );
    let each = |kind: usize| {
        (0..THREADS)
            .flat_map(|thread| (0..ROUNDS).map(move |round| (round + thread) % 6))
            .filter(|other| *other == kind)
            .count()
    };
    assert_eq!(exits, [each(0) + each(1), each(2), each(3), each(4)]);
}

//! Guards the books of many contexts at once, of which some are aborted anywhere: what was entered
//! was left or reported, once, and all that was held was dropped.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use guard_core::{AsyncExit, AsyncGuard, Exit, Loss, context_manager, on_lost_error, yield_point};
use tokio::sync::mpsc;
use tokio::task::yield_now;

const CONTEXTS: usize = 10_000;

#[derive(Default)]
struct Books {
    opened: AtomicUsize,
    closed: AtomicUsize,
    /// Exit halves that have begun, and those that were told of an early end.
    exits: AtomicUsize,
    dropped: AtomicUsize,
    /// Locals that live.
    held: AtomicUsize,
}

static UNFINISHED: AtomicUsize = AtomicUsize::new(0);
static RESULTS: AtomicUsize = AtomicUsize::new(0);
static OTHERS: AtomicUsize = AtomicUsize::new(0);

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::SeqCst);
}

struct Held(Arc<Books>);

impl Held {
    fn new(books: &Arc<Books>) -> Self {
        count(&books.held);
        Held(books.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.held.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn yields(times: usize) {
    for _ in 0..times {
        yield_now().await;
    }
}

/// `_open` is dropped last, by which the test knows that there is nothing left to wait for.
#[context_manager]
async fn resource(books: Arc<Books>, plan: Plan, _open: mpsc::Sender<()>) -> Held {
    let _first = Held::new(&books);
    yields(plan.enter).await;
    let _second = Held::new(&books);
    let lent = Held::new(&books);
    count(&books.opened);
    let exit: AsyncExit<'_> = yield_point!(lent);
    count(&books.exits);
    if matches!(exit, Exit::Dropped) {
        count(&books.dropped);
    }
    yields(plan.exit).await;
    assert!(Arc::ptr_eq(&lent.0, &books));
    if let Some(error) = exit.failure() {
        assert!(error.is::<String>());
    }
    count(&books.closed);
}

#[derive(Clone, Copy)]
struct Plan {
    enter: usize,
    body: usize,
    exit: usize,
    form: usize,
    finishes: bool,
    /// After how many turns of whoever has spawned it.
    aborted_after: Option<usize>,
}

/// Numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit).expect("it is small")
    }

    fn plan(&mut self) -> Plan {
        Plan {
            enter: self.below(6),
            body: self.below(6),
            exit: self.below(6),
            form: self.below(3),
            finishes: self.below(2) == 0,
            aborted_after: (self.below(4) > 0).then(|| self.below(8)),
        }
    }
}

/// Runs a context as planned.
macro_rules! run {
    ($context:expr, $plan:ident) => {
        match $plan.form {
            0 => {
                let result = $context.with(async |_| {
                    yields($plan.body).await;
                    1_u8
                });
                assert_eq!(result.await, 1);
            }
            1 => {
                let result = $context.try_with(async |_| {
                    yields($plan.body).await;
                    Err::<(), _>("body".to_owned())
                });
                assert_eq!(result.await, Err("body".to_owned()));
            }
            _ => {
                let guard = $context.enter().await;
                yields($plan.body).await;
                AsyncGuard::exit(guard).await;
            }
        }
    };
}

async fn runs(books: Arc<Books>, plan: Plan, open: mpsc::Sender<()>) {
    let context = resource(books, plan, open);
    if plan.finishes {
        run!(context.finish_on(tokio::runtime::Handle::current()), plan);
    } else {
        run!(context, plan);
    }
}

#[test]
fn the_books_of_many_contexts_are_balanced_in_the_end() {
    on_lost_error(|lost| {
        count(match lost.loss() {
            _ if !lost.context().ends_with("::resource") => &OTHERS,
            Loss::Unfinished => &UNFINISHED,
            Loss::BodyResult => &RESULTS,
            _ => &OTHERS,
        });
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime");
    // Of those that are not finished, and of those that are.
    let books = [Arc::new(Books::default()), Arc::default()];
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (cancelled, completed) = runtime.block_on(async {
        let (open, mut all_gone) = mpsc::channel(1);
        let tasks: Vec<_> = (0..CONTEXTS)
            .map(|_| {
                let plan = numbers.plan();
                let task = tokio::spawn(runs(
                    books[usize::from(plan.finishes)].clone(),
                    plan,
                    open.clone(),
                ));
                tokio::spawn(async move {
                    if let Some(turns) = plan.aborted_after {
                        yields(turns).await;
                        task.abort();
                    }
                    task.await
                })
            })
            .collect();
        drop(open);
        let mut ends = [0, 0];
        for task in tasks {
            match task.await.expect("it is not aborted itself") {
                Ok(()) => ends[1] += 1,
                Err(error) => {
                    assert!(error.is_cancelled(), "{error}");
                    ends[0] += 1;
                }
            }
        }
        assert_eq!(all_gone.recv().await, None);
        (ends[0], ends[1])
    });
    drop(runtime);

    let (unfinished, results) = (get(&UNFINISHED), get(&RESULTS));
    let [plain, finished] = &books;
    assert_eq!(get(&plain.opened), get(&plain.closed) + unfinished);
    assert_eq!(get(&finished.opened), get(&finished.closed));
    assert_eq!(get(&finished.opened), get(&finished.exits));
    assert_eq!(
        [get(&plain.held), get(&finished.held), get(&OTHERS)],
        [0; 3]
    );
    assert_eq!(cancelled + completed, CONTEXTS);
    assert!(get(&plain.closed) + get(&finished.closed) >= completed);
    assert_eq!(get(&plain.dropped), 0);

    // Each end was seen.
    let dropped = get(&finished.dropped);
    for count in [cancelled, completed, unfinished, dropped, results] {
        assert!(
            count > 0,
            "{cancelled} {completed} {unfinished} {dropped} {results}"
        );
    }
    let begun = get(&plain.exits) - get(&plain.closed);
    assert!(
        0 < begun && begun < unfinished,
        "in the exit half, and in the body"
    );
    let opened = get(&plain.opened) + get(&finished.opened);
    assert!(opened < CONTEXTS, "some were cancelled in the enter half");
}

fn get(counter: &AtomicUsize) -> usize {
    counter.load(Ordering::SeqCst)
}

//! Stacks of entries: pushed one after the other, then closed.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use guard_core::{LocalExitStack, context_manager, yield_point};

use super::{Comparison, Measured, Size, World, measured};
use crate::row::{Bar, Known, Limit};

type Boxes<'w> = Vec<Box<dyn FnOnce() + 'w>>;

/// What entries that capture nothing work on.
static CALLED: AtomicU64 = AtomicU64::new(0);

#[inline]
fn call() {
    CALLED.store(CALLED.load(Relaxed) + 1, Relaxed);
}

/// What is captured beside the world, of 64 bytes together.
type Ballast = [u64; 7];

#[inline]
fn go(world: &World, ballast: &Ballast) {
    world.go(world.inside.get() + ballast[6]);
}

fn nothing<const N: usize>(_: &World) {
    let stack = LocalExitStack::local();
    for _ in 0..N {
        stack.callback(call);
    }
    let _ = black_box(stack).close();
}

fn nothing_boxed<const N: usize>(_: &World) {
    let mut boxes = Boxes::new();
    for _ in 0..N {
        boxes.push(Box::new(call));
    }
    close(black_box(boxes));
}

fn word<const N: usize>(world: &World) {
    let stack = LocalExitStack::local();
    for _ in 0..N {
        world.come();
        stack.callback(|| world.go(world.inside.get()));
    }
    let _ = black_box(stack).close();
}

fn word_boxed<const N: usize>(world: &World) {
    let mut boxes = Boxes::new();
    for _ in 0..N {
        world.come();
        boxes.push(Box::new(|| world.go(world.inside.get())));
    }
    close(black_box(boxes));
}

fn line<const N: usize>(world: &World) {
    let stack = LocalExitStack::local();
    for _ in 0..N {
        world.come();
        let ballast: Ballast = black_box([0; 7]);
        stack.callback(move || go(world, &ballast));
    }
    let _ = black_box(stack).close();
}

fn line_boxed<const N: usize>(world: &World) {
    let mut boxes = Boxes::new();
    for _ in 0..N {
        world.come();
        let ballast: Ballast = black_box([0; 7]);
        boxes.push(Box::new(move || go(world, &ballast)));
    }
    close(black_box(boxes));
}

#[context_manager]
fn context(world: &World) -> u64 {
    let number = world.come();
    yield_point!(number);
    world.go(number);
}

fn entered<const N: usize>(world: &World) {
    let stack = LocalExitStack::local();
    for _ in 0..N {
        black_box(stack.enter(context(world)));
    }
    let _ = black_box(stack).close();
}

fn entered_boxed<const N: usize>(world: &World) {
    let mut boxes = Boxes::new();
    for _ in 0..N {
        let number = black_box(world.come());
        boxes.push(Box::new(move || world.go(number)));
    }
    close(black_box(boxes));
}

fn close(mut boxes: Boxes<'_>) {
    while let Some(call) = boxes.pop() {
        call();
    }
}

fn nested<const N: usize>(world: &World) {
    nest(world, N);
}

#[inline(never)]
fn nest(world: &World, depth: usize) {
    if depth > 0 {
        let _guard = scopeguard::guard(world.come(), |number| world.go(number));
        nest(world, black_box(depth - 1));
    }
}

const BAR: Option<Bar> = Some(Bar::of(Limit::Below(0.5)));
/// A box of nothing allocates nothing: against it a stack has nothing to save.
const NOTHING: Option<Bar> = Some(Bar::of(Limit::Below(0.5)).missed_by(Known::Beyond(34.0)));
const BOXES: &str = "Vec of boxed closures";

fn compare(
    what: &'static str,
    ours: Measured,
    against: &'static str,
    theirs: Measured,
    times: u64,
    bar: Option<Bar>,
) -> Comparison {
    Comparison {
        section: "ExitStack, an entry",
        what,
        against,
        ours,
        theirs,
        times,
        bar,
        allocations: allocations(times),
    }
}

/// A chunk for some ten entries, and twice as large a one whenever that is full.
fn allocations(entries: u64) -> u64 {
    1 + u64::from(
        (entries / 10)
            .checked_ilog2()
            .map_or(0, |doubled| doubled + 1),
    )
}

/// One kind of entry, one time to a million times. For a single one nothing is asked.
macro_rules! counts {
    ($name:literal, $ours:ident, $against:expr, $theirs:ident, $bar:expr) => {
        vec![
            compare(
                concat!($name, ", 1"),
                measured!($ours::<1>),
                $against,
                measured!($theirs::<1>),
                1,
                None,
            ),
            compare(
                concat!($name, ", 10"),
                measured!($ours::<10>),
                $against,
                measured!($theirs::<10>),
                10,
                $bar,
            ),
            compare(
                concat!($name, ", 1,000"),
                measured!($ours::<1_000>),
                $against,
                measured!($theirs::<1_000>),
                1_000,
                $bar,
            ),
            compare(
                concat!($name, ", 1,000,000"),
                measured!($ours::<1_000_000>),
                $against,
                measured!($theirs::<1_000_000>),
                1_000_000,
                $bar,
            ),
        ]
    };
}

pub(super) fn comparisons() -> Vec<Comparison> {
    [
        counts!("captures nothing", nothing, BOXES, nothing_boxed, NOTHING),
        counts!("captures 8 bytes", word, BOXES, word_boxed, BAR),
        counts!("captures 64 bytes", line, BOXES, line_boxed, BAR),
        counts!("entered context", entered, BOXES, entered_boxed, BAR),
        nested_guards(),
    ]
    .concat()
}

/// More of them do not fit into the machine's stack.
fn nested_guards() -> Vec<Comparison> {
    let ten = (measured!(entered::<10>), measured!(nested::<10>));
    let thousand = (measured!(entered::<1_000>), measured!(nested::<1_000>));
    let against = "nested scopeguards";
    vec![
        compare("entered context, 10", ten.0, against, ten.1, 10, None),
        compare(
            "entered context, 1,000",
            thousand.0,
            against,
            thousand.1,
            1_000,
            None,
        ),
    ]
}

pub(super) fn sizes() -> Vec<Size> {
    vec![Size {
        what: "ExitStack",
        ours: size_of::<LocalExitStack<'_>>(),
        against: BOXES,
        theirs: size_of::<Boxes<'_>>(),
    }]
}

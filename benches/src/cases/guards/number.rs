use guard_core::{Body, Context, LocalGuard, Returns};

use super::super::Size;
use super::forms;

const KNOWN: Known = Known {
    with: 7.0,
    with_macro: 14.0,
    enter_macro: 20.0,
    guard: 33.0,
};

forms!('w, u64, "a number", KNOWN);

#[inline]
fn acquire(world: &World) -> u64 {
    world.come()
}

#[inline]
fn release(world: &World, number: &mut u64) {
    world.go(*number);
}

fn frame<S: Returns, B: Body<S>>(_: &Context<S, B>) -> usize {
    size_of::<B::Frame>()
}

pub(super) fn sizes() -> [Size; 3] {
    let world = World::default();
    let context = context(&world);
    let hand = size_of::<ByHand<'_>>();
    [
        Size {
            what: "context",
            ours: size_of_val(&context),
            against: "its argument",
            theirs: size_of::<&World>(),
        },
        Size {
            what: "frame and value",
            ours: frame(&context) + size_of::<u64>(),
            against: "Drop by hand",
            theirs: hand,
        },
        Size {
            what: "Guard",
            ours: size_of::<LocalGuard<'_, u64>>(),
            against: "boxed closure in scopeguard",
            theirs: size_of::<ScopeGuard<u64, Box<dyn FnOnce(u64)>>>(),
        },
    ]
}

use guard_core::{context_manager, yield_point};

use super::super::world::{World, body};
use super::super::{Comparison, measured};
use super::compare;

#[context_manager]
fn context(world: &World) -> u64 {
    let number = world.come();
    yield_point!(number);
    world.go(number);
}

struct ByHand<'w> {
    world: &'w World,
    number: u64,
}

impl Drop for ByHand<'_> {
    #[inline]
    fn drop(&mut self) {
        self.world.go(self.number);
    }
}

#[inline]
fn by_hand(world: &World) -> ByHand<'_> {
    ByHand {
        world,
        number: world.come(),
    }
}

fn with(world: &World) {
    context(world).with(|_| context(world).with(|_| context(world).with(body)));
}

fn with_macro(world: &World) {
    guard_core::with!(_ = context(world), _ = context(world), number = context(world) => {
        body(number);
    });
}

fn enter_macro(world: &World) {
    guard_core::enter!(
        _ = context(world),
        _ = context(world),
        number = context(world)
    );
    body(number);
}

fn hand(world: &World) {
    let _first = by_hand(world);
    let _second = by_hand(world);
    let mut third = by_hand(world);
    body(&mut third.number);
}

fn scope_guards(world: &World) {
    let _first = scopeguard::guard(world.come(), |number| world.go(number));
    let _second = scopeguard::guard(world.come(), |number| world.go(number));
    let mut third = scopeguard::guard(world.come(), |number| world.go(number));
    body(&mut *third);
}

pub(super) fn comparisons() -> Vec<Comparison> {
    const DROP: &str = "Drop by hand";
    let (hand, scope_guards) = (measured!(hand), measured!(scope_guards));
    let enter = measured!(enter_macro);
    vec![
        compare("three deep, with", measured!(with), DROP, hand, 19.0),
        compare("three deep, with!", measured!(with_macro), DROP, hand, 40.0),
        compare("three deep, enter!", enter, DROP, hand, 55.0),
        compare(
            "three deep, enter!",
            enter,
            "scopeguard",
            scope_guards,
            55.0,
        ),
    ]
}

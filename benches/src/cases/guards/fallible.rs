use guard_core::{context_manager, yield_point};

use super::super::world::{Refused, World, body, failing};
use super::super::{Comparison, measured};
use super::compare;

#[context_manager]
fn context(world: &World) -> Result<u64, Refused> {
    let number = acquire(world)?;
    yield_point!(number);
    release(world, number)
}

#[inline]
fn acquire(world: &World) -> Result<u64, Refused> {
    match world.come() {
        u64::MAX => Err(Refused),
        number => Ok(number),
    }
}

#[inline]
fn release(world: &World, number: u64) -> Result<(), Refused> {
    world.go(number);
    match world.inside.get() {
        u64::MAX => Err(Refused),
        _ => Ok(()),
    }
}

/// Its error cannot be returned, and is written where ours tells the hook.
struct ByHand<'w> {
    world: &'w World,
    number: u64,
}

impl Drop for ByHand<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Err(refused) = release(self.world, self.number) {
            lost(&refused);
        }
    }
}

#[cold]
fn lost(refused: &Refused) {
    eprintln!("lost: {refused:?}");
}

fn by_hand(world: &World) -> Result<ByHand<'_>, Refused> {
    let number = acquire(world)?;
    Ok(ByHand { world, number })
}

fn with(world: &World) {
    let _: Result<(), Refused> = context(world).with(body);
}

fn try_with(world: &World) {
    let _: Result<(), Refused> = context(world).try_with(failing);
}

fn with_macro(world: &World) {
    let _ = with_block(world);
}

#[inline]
fn with_block(world: &World) -> Result<(), Refused> {
    guard_core::with!(number = context(world)? => { body(number) });
    Ok(())
}

fn enter_macro(world: &World) {
    let _ = entered(world);
}

#[inline]
fn entered(world: &World) -> Result<(), Refused> {
    guard_core::enter!(number = context(world)?);
    body(number);
    Ok(())
}

fn hand(world: &World) {
    if let Ok(mut by_hand) = by_hand(world) {
        body(&mut by_hand.number);
    }
}

fn hand_failing(world: &World) {
    if let Ok(mut by_hand) = by_hand(world) {
        let _: Result<(), Refused> = failing(&mut by_hand.number);
    }
}

pub(super) fn comparisons() -> Vec<Comparison> {
    const DROP: &str = "Drop by hand";
    let hand = measured!(hand);
    vec![
        compare("fallible, with", measured!(with), DROP, hand, 4.0),
        compare(
            "fallible, try_with",
            measured!(try_with),
            DROP,
            measured!(hand_failing),
            8.0,
        ),
        compare("fallible, with!", measured!(with_macro), DROP, hand, 11.0),
        compare("fallible, enter!", measured!(enter_macro), DROP, hand, 25.0),
    ]
}

use std::sync::{MutexGuard, PoisonError};

use super::forms;

const KNOWN: Known = Known {
    with: 8.0,
    with_macro: 15.0,
    enter_macro: 20.0,
    guard: 40.0,
};

forms!('w, MutexGuard<'w, u64>, "a lock", KNOWN);

#[inline]
fn acquire(world: &World) -> MutexGuard<'_, u64> {
    world.lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// It is unlocked where it is dropped, right after this.
#[inline]
fn release(_: &World, lock: &mut MutexGuard<'_, u64>) {
    **lock += 1;
}

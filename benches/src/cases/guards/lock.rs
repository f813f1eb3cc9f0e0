use std::sync::{MutexGuard, PoisonError};

use super::{KNOWN, forms};

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

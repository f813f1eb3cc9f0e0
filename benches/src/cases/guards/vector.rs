use super::{KNOWN, forms};

forms!('w, Vec<u64>, "a Vec", KNOWN);

#[inline]
fn acquire(world: &World) -> Vec<u64> {
    world.pool.take()
}

#[inline]
fn release(world: &World, vector: &mut Vec<u64>) {
    world.pool.set(std::mem::take(vector));
}

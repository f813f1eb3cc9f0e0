use super::forms;

const KNOWN: Known = Known {
    with: 7.0,
    with_macro: 12.0,
    enter_macro: 28.0,
    guard: 49.0,
};

forms!('w, Vec<u64>, "a Vec", KNOWN);

#[inline]
fn acquire(world: &World) -> Vec<u64> {
    world.pool.take()
}

#[inline]
fn release(world: &World, vector: &mut Vec<u64>) {
    world.pool.set(std::mem::take(vector));
}

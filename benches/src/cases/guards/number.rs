use super::forms;

forms!('w, u64, "a number");

#[inline]
fn acquire(world: &World) -> u64 {
    world.come()
}

#[inline]
fn release(world: &World, number: &mut u64) {
    world.go(*number);
}

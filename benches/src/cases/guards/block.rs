use super::forms;

forms!('w, [u64; 128], "1 KiB");

#[inline]
fn acquire(world: &World) -> [u64; 128] {
    [world.come(); 128]
}

#[inline]
fn release(world: &World, block: &mut [u64; 128]) {
    world.go(block[127]);
}

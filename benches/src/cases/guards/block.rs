use super::forms;

/// On its way through the frame it is written once more than by hand; by `enter!`, three times.
const KIBIBYTE: Known = Known {
    with: 80.0,
    with_macro: 85.0,
    enter_macro: 220.0,
    guard: 260.0,
};

forms!('w, [u64; 128], "1 KiB", KIBIBYTE);

#[inline]
fn acquire(world: &World) -> [u64; 128] {
    [world.come(); 128]
}

#[inline]
fn release(world: &World, block: &mut [u64; 128]) {
    world.go(block[127]);
}

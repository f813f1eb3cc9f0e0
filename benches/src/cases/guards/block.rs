use super::forms;

/// On its way through the frame it is written once more than by hand; by `enter!`, three times; in a
/// guard, as often as the compiler sees fit.
const KIBIBYTE: Known = Known {
    with: 72.0,
    with_macro: 77.0,
    enter_macro: 213.0,
    guard: 452.0,
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

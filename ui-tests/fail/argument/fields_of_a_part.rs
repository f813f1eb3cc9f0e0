//! `fields` of a part of an argument.

use guard_core::{context_manager, yield_point};

#[context_manager(fields(width = width))]
fn picture((width, height): (usize, usize)) -> Vec<u8> {
    yield_point!(vec![0; width * height]);
}

fn main() {
    picture((2, 3)).with(|pixels| assert_eq!(pixels.len(), 6));
}

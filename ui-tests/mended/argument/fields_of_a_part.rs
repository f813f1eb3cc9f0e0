#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager(fields(width = size.0))]
fn picture(size: (usize, usize)) -> Vec<u8> {
    let (width, height) = size;
    yield_point!(vec![0; width * height]);
}

fn main() {
    picture((2, 3)).with(|pixels| assert_eq!(pixels.len(), 6));
}

#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

trait Load {
    fn load(&self);
}

impl Load for u8 {
    #[within(logged("a"))]
    fn load(&self) {}
}

fn main() {
    7.load();
}

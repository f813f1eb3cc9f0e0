//! On a struct.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(logged("a"))]
struct Loader;

impl Loader {
    fn load(&self) {}
}

fn main() {
    Loader.load();
}

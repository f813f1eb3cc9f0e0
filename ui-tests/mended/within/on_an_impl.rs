#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

struct Loader;

impl Loader {
    #[within(logged("a"))]
    fn load(&self) {}
}

fn main() {
    Loader.load();
}

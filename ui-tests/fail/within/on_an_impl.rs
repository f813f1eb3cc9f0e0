//! On an `impl`.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

struct Loader;

#[within(logged("a"))]
impl Loader {
    fn load(&self) {}
}

fn main() {
    Loader.load();
}

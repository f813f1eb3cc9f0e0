//! An `impl` block that is marked, and not the method in it.

use guard_core::{context_manager, yield_point};

struct Connection;

#[context_manager]
impl Connection {
    fn open(&self) -> u32 {
        yield_point!(1);
    }
}

fn main() {}

#![deny(warnings)]

use guard_core::{context_manager, yield_point};

struct Connection;

impl Connection {
    #[context_manager]
    fn open(&self) -> u32 {
        yield_point!(1);
    }
}

fn main() {}

#![deny(warnings)]

use guard_core::{context_manager, yield_point};

trait Pool {
    #[context_manager]
    fn connection(&self) -> String {
        yield_point!(String::new());
    }
}

fn main() {}

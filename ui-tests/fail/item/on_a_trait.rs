//! A trait that is marked, and not the method in it.

use guard_core::{context_manager, yield_point};

#[context_manager]
trait Pool {
    fn name(&self) -> String;

    fn connection(&self) -> String {
        yield_point!(self.name());
    }
}

fn main() {}

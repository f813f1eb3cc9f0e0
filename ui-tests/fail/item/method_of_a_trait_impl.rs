//! A method that a trait declares with another type.

use guard_core::{context_manager, yield_point};

trait Pool {
    fn connection(&self) -> String;
}

struct Database {
    name: String,
}

impl Pool for Database {
    #[context_manager]
    fn connection(&self) -> String {
        yield_point!(self.name.clone());
    }
}

fn main() {}

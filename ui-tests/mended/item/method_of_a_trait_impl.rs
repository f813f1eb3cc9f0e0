#![deny(warnings)]

use guard_core::{ScopedGuard, context_manager, yield_point};

trait Pool {
    fn connection(&self) -> ScopedGuard<'_, String>;
}

struct Database {
    name: String,
}

impl Database {
    #[context_manager]
    fn opened(&self) -> String {
        yield_point!(self.name.clone());
    }
}

impl Pool for Database {
    fn connection(&self) -> ScopedGuard<'_, String> {
        self.opened().enter()
    }
}

fn main() {}

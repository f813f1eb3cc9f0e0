//! `finish_on` on a method that borrows.

use guard_core::{ExitHalf, context_manager, yield_point};

fn later(_: ExitHalf) {}

struct Pool {
    limit: u32,
}

impl Pool {
    #[context_manager(finish_on = later)]
    async fn held(&self) -> u32 {
        yield_point!(self.limit);
        println!("{}", self.limit);
    }
}

fn main() {
    drop(Pool { limit: 1 }.held());
}

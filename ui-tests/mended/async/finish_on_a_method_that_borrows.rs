#![deny(warnings)]

use guard_core::{ExitHalf, context_manager, yield_point};
use std::sync::Arc;

fn later(_: ExitHalf) {}

struct Pool {
    limit: u32,
}

impl Pool {
    #[context_manager(finish_on = later)]
    async fn held(self: Arc<Self>) -> u32 {
        yield_point!(self.limit);
        println!("{}", self.limit);
    }
}

fn main() {
    drop(Arc::new(Pool { limit: 1 }).held());
}

//! A trait method without a body.

use guard_core::context_manager;

trait Pool {
    #[context_manager]
    fn connection(&self) -> String;
}

fn main() {}

#![deny(warnings)]

use guard_core::{context_manager, yield_point};

trait Pool {
    fn name(&self) -> String;

    #[context_manager]
    fn connection(&self) -> String {
        yield_point!(self.name());
    }
}

struct Only;

impl Pool for Only {
    fn name(&self) -> String {
        "only".to_owned()
    }
}

fn main() {
    assert_eq!(Only.connection().with(|name| name.len()), 4);
}

#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
async fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

#[within(v = temporary("a"))]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(v, "A");
}

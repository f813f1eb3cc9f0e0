//! An async context below the attribute that starts the runtime.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
async fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

#[tokio::main(flavor = "current_thread")]
#[within(v = temporary("a"))]
async fn main() {
    assert_eq!(v, "A");
}

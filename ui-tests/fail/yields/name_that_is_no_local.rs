use guard_core::{context_manager, yield_point};

static greeting: &str = "hello";

#[context_manager]
fn greets() -> &'static str {
    yield_point!(greeting);
}

fn main() {}

//! A body whose error has no `Debug`.

use guard_core::{context_manager, yield_point};

struct Broken;

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let _ = number().try_with(|_| Err::<(), _>(Broken));
}

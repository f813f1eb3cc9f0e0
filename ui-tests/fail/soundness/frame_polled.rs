use guard_core::{context_manager, yield_point, __private::infallible};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

async fn polls() {
    infallible(number()).await;
}

fn main() {
    let _ = polls();
}

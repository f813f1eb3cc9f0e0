use guard_core::{EnteredWithoutQuestionMark, context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

async fn polls() {
    number().into_frame().await;
}

fn main() {
    let _ = polls();
}

use guard_core::{EnteredWithoutQuestionMark, context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let _future = number().into_frame().future;
}

use guard_core::{Exit, context_manager, yield_point};

#[context_manager]
fn number<'a>(out: &mut Option<Exit<'a>>) -> u32 {
    *out = Some(yield_point!(1));
}

fn main() {}

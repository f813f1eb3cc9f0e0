use guard_core::{context_manager, yield_point};

macro_rules! later {
    () => {
        async { yield_point!(1) }
    };
}

#[context_manager]
fn number() -> u32 {
    let _never = later!();
    yield_point!(1);
}

fn main() {}

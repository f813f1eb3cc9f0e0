use guard_core::{context_manager, yield_point};

macro_rules! steal {
    () => {
        let stolen = __caller;
    };
}

#[context_manager]
fn number() -> u32 {
    steal!();
    yield_point!(1);
}

fn main() {}

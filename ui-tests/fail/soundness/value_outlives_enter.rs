use guard_core::{context_manager, enter, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn kept() -> &'static mut u32 {
    enter!(n = number());
    n
}

fn main() {
    kept();
}

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    #[cfg(feature = "numbers")]
    yield_point!(1);
}

fn main() {
    number().with(|number| println!("{number}"));
}

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let mut kept = None;
    let _ = number().try_with(|n| Ok::<_, String>(kept = Some(n)));
    println!("{kept:?}");
}

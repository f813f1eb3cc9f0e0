use guard_core::{context_manager, yield_point};

#[context_manager]
fn counted(count: &mut u32) -> u32 {
    yield_point!(*count);
    *count += 1;
}

fn main() {
    let mut count = 0;
    counted(&mut count).with(|_| count += 1);
}

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    let exit = yield_point!(1);
    std::thread::spawn(move || println!("{exit:?}"));
}

fn main() {}

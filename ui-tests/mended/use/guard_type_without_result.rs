#![deny(warnings)]

use guard_core::{Guard, context_manager, yield_point};

#[context_manager]
fn number() -> Result<u32, String> {
    yield_point!(1);
    Ok(())
}

struct Holder {
    number: Guard<u32, Result<(), String>>,
}

fn main() -> Result<(), String> {
    let holder = Holder {
        number: number().enter()?,
    };
    drop(holder.number);
    Ok(())
}

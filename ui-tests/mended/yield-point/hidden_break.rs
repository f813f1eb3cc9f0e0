#![deny(warnings)]

use guard_core::{context_manager, yield_point};

macro_rules! give_up {
    () => {
        return Err("not wanted".to_owned())
    };
}

#[context_manager]
fn number(wanted: bool) -> Result<u32, String> {
    loop {
        if !wanted {
            give_up!();
        }
        yield_point!(1);
        break;
    }
    Ok(())
}

fn main() {}

#![deny(warnings)]

use guard_core::{context_manager, yield_point};

macro_rules! give_up_unless {
    ($wanted:expr) => {
        if !$wanted {
            return Err("not wanted".to_owned());
        }
    };
}

#[context_manager]
fn lock(wanted: bool) -> Result<u32, String> {
    give_up_unless!(wanted);
    yield_point!(1);
    Ok(())
}

fn main() {}

#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(wanted: bool) -> u32 {
    loop {
        yield_point!(1);
        if !wanted {
            println!("not wanted");
        }
        break;
    }
}

fn main() {}

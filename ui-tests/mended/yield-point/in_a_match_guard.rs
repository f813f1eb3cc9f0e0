#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(wanted: Option<u32>) -> u32 {
    match wanted {
        Some(n) => {
            yield_point!(n);
        }
        _ => {
            yield_point!(0);
        }
    }
}

fn main() {}

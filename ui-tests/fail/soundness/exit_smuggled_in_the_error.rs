use guard_core::{Failure, context_manager, yield_point};

#[context_manager]
fn number<'a>() -> Result<u32, &'a dyn Failure> {
    match yield_point!(1).failure() {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

fn main() {}

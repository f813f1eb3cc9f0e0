//! What the compiler advises where a context borrows too much.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn greeting(name: &str) -> String + use<> {
    yield_point!(format!("hello, {name}"));
}

fn main() {
    let guard = greeting("world").enter();
    std::thread::spawn(move || println!("{}", *guard)).join().unwrap();
}

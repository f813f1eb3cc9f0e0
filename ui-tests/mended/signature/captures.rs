#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn greeting(name: String) -> String {
    yield_point!(format!("hello, {name}"));
}

fn main() {
    let guard = greeting("world".to_owned()).enter();
    std::thread::spawn(move || println!("{}", *guard))
        .join()
        .unwrap();
}

#![deny(warnings)]

use guard_core::ExitStack;

fn main() {
    let stack = ExitStack::new();
    stack.callback(|| println!("last"));
    let thread = std::thread::spawn(move || stack.close());
    thread.join().unwrap().unwrap();
}

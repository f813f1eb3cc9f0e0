//! A local stack that is sent to a thread.

use guard_core::ExitStack;

fn main() {
    let stack = ExitStack::local();
    stack.callback(|| println!("last"));
    let thread = std::thread::spawn(move || stack.close());
    thread.join().unwrap().unwrap();
}

//! An entry that is not `Send`.

use guard_core::{AsyncExitStack, ExitErrors};
use std::rc::Rc;

async fn said(name: Rc<str>) {
    println!("{name}");
}

async fn load(name: Rc<str>) -> Result<(), ExitErrors> {
    let stack = AsyncExitStack::new();
    stack.async_callback(move || said(name));
    stack.close().await
}

fn main() {
    drop(load("a".into()));
}

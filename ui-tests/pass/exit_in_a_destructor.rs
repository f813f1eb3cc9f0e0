// What the exit half is told lives as long as every local of the frame.

use guard_core::{Exit, context_manager, yield_point};
use std::cell::RefCell;

struct Writes<'e, 'l>(Exit<'e>, &'l RefCell<String>);

impl Drop for Writes<'_, '_> {
    fn drop(&mut self) {
        *self.1.borrow_mut() = format!("{:?}", self.0);
    }
}

#[context_manager]
fn number(log: &RefCell<String>) -> u32 {
    let mut writes = Writes(Exit::Dropped, log);
    writes.0 = yield_point!(1);
}

fn main() {
    let log = RefCell::default();
    let _ = number(&log).try_with(|_| Err::<(), _>(vec![1]));
    assert_eq!(*log.borrow(), "Failed([1])");
}

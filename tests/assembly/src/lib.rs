//! The simplest context manager in each form, and the guard that does the same by hand. What they
//! compile to is compared by `tests/tests/assembly.rs`.

use std::cell::Cell;

use guard_core::{context_manager, enter, with, yield_point};

unsafe extern "C-unwind" {
    /// A body of which nothing is known.
    safe fn body(number: &mut u64);
}

#[context_manager]
fn counted(inside: &Cell<u64>) -> u64 {
    inside.set(inside.get() + 1);
    let number = inside.get();
    yield_point!(number);
    inside.set(number - 1);
}

struct Counted<'c> {
    inside: &'c Cell<u64>,
    number: u64,
}

impl<'c> Counted<'c> {
    fn new(inside: &'c Cell<u64>) -> Self {
        inside.set(inside.get() + 1);
        let number = inside.get();
        Counted { inside, number }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.inside.set(self.number - 1);
    }
}

#[unsafe(no_mangle)]
pub fn by_hand(inside: &Cell<u64>) {
    body(&mut Counted::new(inside).number);
}

#[unsafe(no_mangle)]
pub fn by_with(inside: &Cell<u64>) {
    counted(inside).with(|number| body(number));
}

#[unsafe(no_mangle)]
pub fn by_with_macro(inside: &Cell<u64>) {
    with!(number = counted(inside) => { body(number) });
}

#[unsafe(no_mangle)]
pub fn by_enter_macro(inside: &Cell<u64>) {
    enter!(number = counted(inside));
    body(number);
}

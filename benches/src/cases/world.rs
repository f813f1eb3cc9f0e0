use std::cell::Cell;
use std::hint::black_box;
use std::ptr;
use std::sync::Mutex;

/// What the measured functions work on.
#[derive(Default)]
pub struct World {
    pub(super) inside: Cell<u64>,
    /// Where the context of a `Vec` takes it from, and puts it back.
    pub(super) pool: Cell<Vec<u64>>,
    pub(super) lock: Mutex<u64>,
}

impl World {
    pub(super) fn come(&self) -> u64 {
        self.inside.set(self.inside.get() + 1);
        self.inside.get()
    }

    pub(super) fn go(&self, number: u64) {
        self.inside.set(number - 1);
    }
}

/// Why something could not be opened or closed.
#[derive(Debug)]
pub(super) struct Refused;

/// What a body does: a call of which the compiler knows nothing, but that it may panic.
#[inline(never)]
pub(super) fn body<T>(value: &mut T) {
    assert!(
        !black_box(ptr::from_mut(value)).is_null(),
        "there is no such body"
    );
}

/// A body that may fail, as far as the compiler knows.
///
/// # Errors
///
/// It never fails.
#[inline(never)]
pub(super) fn failing<T>(value: &mut T) -> Result<(), Refused> {
    if black_box(ptr::from_mut(value)).is_null() {
        return Err(Refused);
    }
    assert!(
        !black_box(ptr::from_mut(value)).is_null(),
        "there is no such body"
    );
    Ok(())
}

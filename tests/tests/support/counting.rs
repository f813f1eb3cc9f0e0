//! A global allocator that counts, for each thread, what is allocated and freed.

#![allow(dead_code, reason = "no test file uses all of it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Install it with `#[global_allocator]`.
pub(crate) struct Counting;

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
    static FREED: Cell<usize> = const { Cell::new(0) };
    /// How many bytes more this thread has allocated than freed, and the most that there were.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(counter: &'static std::thread::LocalKey<Cell<usize>>) {
    // A thread that is ending counts no more.
    let _ = counter.try_with(|count| count.set(count.get() + 1));
}

fn count_bytes(more: usize, less: usize) {
    let _ = HELD.try_with(|held| {
        held.set(held.get() + more.cast_signed() - less.cast_signed());
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(&ALLOCATED);
        count_bytes(layout.size(), 0);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(&ALLOCATED);
        count_bytes(layout.size(), 0);
        // SAFETY: likewise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(&ALLOCATED);
        count(&FREED);
        count_bytes(size, layout.size());
        // SAFETY: likewise.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(&FREED);
        count_bytes(0, layout.size());
        // SAFETY: likewise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How many times `f` allocates and frees on this thread.
pub(crate) fn counted<Q>(f: impl FnOnce() -> Q) -> (Q, usize, usize) {
    let (allocated, freed) = (ALLOCATED.get(), FREED.get());
    let result = f();
    (result, ALLOCATED.get() - allocated, FREED.get() - freed)
}

/// How many bytes `f` holds on this thread at its most, beyond those of before.
pub(crate) fn peak<Q>(f: impl FnOnce() -> Q) -> (Q, usize) {
    let before = HELD.get();
    PEAK.set(before);
    let result = f();
    let peak = PEAK.get() - before;
    (result, peak.try_into().expect("the peak is no less"))
}

/// How many times this thread has allocated so far.
pub(crate) fn allocated() -> usize {
    ALLOCATED.get()
}

use core::alloc::{GlobalAlloc, Layout};
use std::alloc::System;

use crate::testing::ledger;

/// A global allocator that leaves the work to another, and keeps the books that
/// [`LeakCheck::allocations`](crate::testing::LeakCheck::allocations) reads.
///
/// The books are each thread's own. While a check is on, the blocks that its thread makes are
/// listed; otherwise nothing is.
///
/// # Examples
///
/// ```
/// use guard_core::testing::{CountingAllocator, LeakCheck};
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator = CountingAllocator::new();
///
/// # fn main() {
/// let watch = LeakCheck::new().allocations().start();
/// std::mem::forget(Box::new([0_u8; 24]));
/// assert!(watch.finish().to_string().contains("1 block of 24 bytes"));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CountingAllocator<A = System>(A);

impl CountingAllocator {
    /// Counts what the system's allocator does.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::CountingAllocator;
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: CountingAllocator = CountingAllocator::new();
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        CountingAllocator(System)
    }
}

impl<A> CountingAllocator<A> {
    /// Counts what `allocator` does.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::CountingAllocator;
    /// use std::alloc::System;
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: CountingAllocator<System> = CountingAllocator::with(System);
    /// ```
    #[must_use]
    pub const fn with(allocator: A) -> Self {
        CountingAllocator(allocator)
    }
}

fn allocated(block: *mut u8, size: usize) {
    if !block.is_null() {
        ledger::allocated(block.addr(), size);
    }
}

// SAFETY: everything is left to the inner allocator. The ledger never unwinds, and what it
// allocates in its turn it does not enter.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        let block = unsafe { self.0.alloc(layout) };
        allocated(block, layout.size());
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: likewise.
        let block = unsafe { self.0.alloc_zeroed(layout) };
        allocated(block, layout.size());
        block
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: likewise.
        let block = unsafe { self.0.realloc(old, layout, size) };
        if !block.is_null() {
            ledger::moved((old.addr(), layout.size()), (block.addr(), size));
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        ledger::freed(block.addr());
        // SAFETY: likewise.
        unsafe { self.0.dealloc(block, layout) }
    }
}

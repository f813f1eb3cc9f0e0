//! The books of [`CountingAllocator`](super::CountingAllocator), one for each thread.
//!
//! They are kept from within the allocator. So nothing here has a destructor, which a thread would
//! have to be told of by allocating, and what the list of blocks allocates for itself is not
//! entered.

use core::any::Any;
use core::cell::{Cell, RefCell};
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::BTreeMap;
use std::string::String;
use std::thread_local;
use std::vec::Vec;

/// A block that was allocated while a watch was on: its size, and how many came before it.
type Block = (usize, u64);

struct Ledger {
    /// How many calls of [`uncounted`] are under way.
    uncounted: Cell<usize>,
    /// How many watches are on.
    watches: Cell<usize>,
    entered: Cell<u64>,
    alive: ManuallyDrop<RefCell<BTreeMap<usize, Block>>>,
}

thread_local! {
    static LEDGER: Ledger = const {
        Ledger {
            uncounted: Cell::new(0),
            watches: Cell::new(0),
            entered: Cell::new(0),
            alive: ManuallyDrop::new(RefCell::new(BTreeMap::new())),
        }
    };
}

/// Whether a block was ever entered. By the time that anybody asks, the runtime has allocated.
static INSTALLED: AtomicBool = AtomicBool::new(false);

pub(super) fn is_installed() -> bool {
    INSTALLED.load(Ordering::Relaxed)
}

/// A block of `size` bytes is there.
pub(crate) fn allocated(block: usize, size: usize) {
    if !is_installed() {
        INSTALLED.store(true, Ordering::Relaxed);
    }
    // A thread that is ending counts no more.
    let _ = LEDGER.try_with(|ledger| ledger.enter(block, size));
}

/// A block is no more.
pub(crate) fn freed(block: usize) {
    let _ = LEDGER.try_with(|ledger| ledger.cross_out(block));
}

/// A block is another now. One of before is not made anew by becoming smaller.
pub(crate) fn moved(from: (usize, usize), to: (usize, usize)) {
    let _ = LEDGER.try_with(|ledger| {
        if ledger.cross_out(from.0) || to.1 > from.1 {
            ledger.enter(to.0, to.1);
        }
    });
}

impl Ledger {
    fn enter(&self, block: usize, size: usize) {
        if self.watches.get() == 0 || self.uncounted.get() > 0 {
            return;
        }
        // Taken only while the list itself allocates.
        if let Ok(mut alive) = self.alive.try_borrow_mut() {
            let number = self.entered.get();
            self.entered.set(number + 1);
            alive.insert(block, (size, number));
        }
    }

    /// Whether it was listed. What is counted when it is made is no longer so when it is freed,
    /// wherever that is.
    fn cross_out(&self, block: usize) -> bool {
        let alive = self.alive.try_borrow_mut();
        alive.is_ok_and(|mut alive| alive.remove(&block).is_some())
    }
}

/// Calls `f`, in which allocations are not counted: they are the kit's own.
///
/// What is allocated in it has to be freed in such a call too.
pub(crate) fn uncounted<T>(f: impl FnOnce() -> T) -> T {
    struct Counts;
    impl Drop for Counts {
        fn drop(&mut self) {
            LEDGER.with(|ledger| ledger.uncounted.set(ledger.uncounted.get() - 1));
        }
    }
    LEDGER.with(|ledger| ledger.uncounted.set(ledger.uncounted.get() + 1));
    let _counts = Counts;
    f()
}

/// What was made in [`uncounted`], and is dropped there.
#[derive(Debug)]
pub(super) struct Uncounted<T>(Option<T>);

impl<T> Uncounted<T> {
    pub(super) fn make(make: impl FnOnce() -> T) -> Self {
        Uncounted(Some(uncounted(make)))
    }

    pub(super) fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<T> Drop for Uncounted<T> {
    fn drop(&mut self) {
        uncounted(|| drop(self.0.take()));
    }
}

/// Leaves the memory of a panic's payload out, which whoever goes on with the panic still needs.
pub(super) fn disregard(payload: &(dyn Any + Send)) {
    disregard_block(core::ptr::from_ref(payload).addr());
    if let Some(text) = payload.downcast_ref::<String>() {
        disregard_block(text.as_ptr().addr());
    }
}

fn disregard_block(block: usize) {
    LEDGER.with(|ledger| ledger.cross_out(block));
}

/// A point in the books, from which on the blocks are listed until it is dropped, on the same thread.
#[derive(Debug)]
pub(super) struct Mark {
    entered: u64,
    of_this_thread: PhantomData<*const ()>,
}

impl Mark {
    pub(super) fn here() -> Self {
        LEDGER.with(|ledger| {
            ledger.watches.set(ledger.watches.get() + 1);
            Mark {
                entered: ledger.entered.get(),
                of_this_thread: PhantomData,
            }
        })
    }

    /// The sizes of the blocks that were made since and are alive.
    pub(super) fn alive(&self) -> Vec<usize> {
        LEDGER.with(|ledger| {
            let alive = ledger.alive.borrow();
            let since = alive.values().filter(|(_, number)| *number >= self.entered);
            since.map(|(size, _)| *size).collect()
        })
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        LEDGER.with(|ledger| {
            ledger.watches.set(ledger.watches.get() - 1);
            if ledger.watches.get() == 0 {
                ledger.alive.borrow_mut().clear();
            }
        });
    }
}

use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::{self, NonNull};

/// Memory for entries that stay where they are, in chunks that double: a million entries cost some
/// twenty allocations.
pub(super) struct Arena {
    last: Cell<Option<NonNull<Chunk>>>,
    /// What is free of the last chunk, up to its end. Where there is no chunk, both are null.
    free: Cell<*mut u8>,
    end: Cell<*mut u8>,
}

/// The beginning of a chunk; its blocks follow.
struct Chunk {
    before: Option<NonNull<Chunk>>,
    layout: Layout,
}

/// How large the first chunk is, unless its first block needs more: ten entries of a cache line each.
const FIRST: usize = 1024;

impl Arena {
    pub(super) const fn new() -> Self {
        Arena {
            last: Cell::new(None),
            free: Cell::new(ptr::null_mut()),
            end: Cell::new(ptr::null_mut()),
        }
    }

    /// A block for `layout`, whose size is not zero.
    #[inline]
    pub(super) fn take(&self, layout: Layout) -> NonNull<u8> {
        match self.take_from_last(layout) {
            Some(block) => block,
            None => self.take_from_another(layout),
        }
    }

    #[inline]
    fn take_from_last(&self, layout: Layout) -> Option<NonNull<u8>> {
        let free = self.free.get();
        let room = self.end.get().addr() - free.addr();
        let padding = free.addr().wrapping_neg() & (layout.align() - 1);
        if room < padding + layout.size() {
            return None;
        }
        let block = free.wrapping_add(padding);
        self.free.set(block.wrapping_add(layout.size()));
        NonNull::new(block)
    }

    #[cold]
    #[inline(never)]
    fn take_from_another(&self, layout: Layout) -> NonNull<u8> {
        let chunk = Chunk::allocate(self.last.get(), layout);
        let start = chunk.as_ptr().cast::<u8>();
        // SAFETY: the chunk was just made.
        let size = unsafe { chunk.as_ref() }.layout.size();
        self.last.set(Some(chunk));
        self.free.set(start.wrapping_add(size_of::<Chunk>()));
        self.end.set(start.wrapping_add(size));
        let block = self.take_from_last(layout);
        block.expect("a chunk that was made for it")
    }

    /// Gives a block back of which nothing has come. It is used again if it was the last to be
    /// taken, as it mostly was; if not, its memory waits for the end of the arena.
    ///
    /// # Safety
    ///
    /// It was taken from here with this layout, and is not used any more.
    pub(super) unsafe fn give_back(&self, block: NonNull<u8>, layout: Layout) {
        if block.as_ptr().wrapping_add(layout.size()) == self.free.get() {
            self.free.set(block.as_ptr());
        }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        let mut next = self.last.get();
        while let Some(chunk) = next {
            // SAFETY: the chunks of the list are valid.
            next = unsafe { chunk.as_ref() }.before;
            Chunk::free(chunk);
        }
    }
}

impl Chunk {
    /// A chunk twice as large as that `before` it, and large enough for a block like `first`.
    fn allocate(before: Option<NonNull<Self>>, first: Layout) -> NonNull<Self> {
        // SAFETY: the chunks of the list are valid.
        let twice = before.map_or(FIRST, |last| 2 * unsafe { last.as_ref() }.layout.size());
        let header = Layout::new::<Self>();
        let (least, _) = header.extend(first).expect("a block fits into memory");
        let size = twice.max(least.size());
        let layout = Layout::from_size_align(size, least.align()).expect("a chunk fits too");
        // SAFETY: its size is not zero.
        let start = unsafe { alloc(layout) };
        let Some(start) = NonNull::new(start) else {
            handle_alloc_error(layout)
        };
        let start = start.cast::<Self>();
        // SAFETY: the memory is there, and begins with the header.
        unsafe { start.write(Chunk { before, layout }) };
        start
    }

    /// Frees a chunk which is in no list any more.
    fn free(chunk: NonNull<Self>) {
        // SAFETY: it is valid.
        let layout = unsafe { chunk.as_ref() }.layout;
        // SAFETY: it was allocated with this layout, and nothing in it is used any more.
        unsafe { dealloc(chunk.as_ptr().cast(), layout) };
    }
}

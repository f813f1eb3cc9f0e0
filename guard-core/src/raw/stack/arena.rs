use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::NonNull;

/// Memory for entries that stay where they are, in chunks that double: a million entries cost some
/// twenty allocations.
pub(super) struct Arena {
    last: Cell<Option<NonNull<Chunk>>>,
}

/// The beginning of a chunk; its blocks follow.
struct Chunk {
    before: Option<NonNull<Chunk>>,
    layout: Layout,
    /// Where the free part begins.
    used: usize,
}

/// How large the first chunk is, unless its first block needs more.
const FIRST: usize = 512;

impl Arena {
    pub(super) const fn new() -> Self {
        Arena {
            last: Cell::new(None),
        }
    }

    /// A block for `layout`.
    #[inline]
    pub(super) fn take(&self, layout: Layout) -> NonNull<u8> {
        let last = self.last.get();
        match last.and_then(|last| Chunk::take(last, layout)) {
            Some(block) => block,
            None => self.take_from_another(layout),
        }
    }

    #[cold]
    #[inline(never)]
    fn take_from_another(&self, layout: Layout) -> NonNull<u8> {
        let chunk = Chunk::allocate(self.last.get(), layout);
        self.last.set(Some(chunk));
        Chunk::take(chunk, layout).expect("a chunk that was made for it")
    }

    /// Gives a block back of which nothing has come. It is used again if it was the last to be
    /// taken, as it mostly was; if not, its memory waits for the end of the arena.
    ///
    /// # Safety
    ///
    /// It was taken from here with this layout, and is not used any more.
    pub(super) unsafe fn give_back(&self, block: NonNull<u8>, layout: Layout) {
        if let Some(mut last) = self.last.get() {
            // SAFETY: the chunks of the list are valid, and each is looked at by nobody else.
            unsafe { last.as_mut() }.give_back(block, layout);
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
        let chunk = Chunk {
            before,
            layout,
            used: header.size(),
        };
        // SAFETY: the memory is there, and begins with the header.
        unsafe { start.write(chunk) };
        start
    }

    /// Frees a chunk which is in no list any more.
    fn free(chunk: NonNull<Self>) {
        // SAFETY: it is valid.
        let layout = unsafe { chunk.as_ref() }.layout;
        // SAFETY: it was allocated with this layout, and nothing in it is used any more.
        unsafe { dealloc(chunk.as_ptr().cast(), layout) };
    }

    #[inline]
    fn take(mut chunk: NonNull<Self>, layout: Layout) -> Option<NonNull<u8>> {
        let start = chunk.addr().get();
        // SAFETY: the chunks of the list are valid, and each is looked at by nobody else.
        let this = unsafe { chunk.as_mut() };
        let mask = layout.align() - 1;
        let offset = ((start + this.used + mask) & !mask) - start;
        if offset > this.layout.size() || layout.size() > this.layout.size() - offset {
            return None;
        }
        this.used = offset + layout.size();
        // SAFETY: it is inside of the chunk, as was just seen.
        Some(unsafe { chunk.cast::<u8>().add(offset) })
    }

    fn give_back(&mut self, block: NonNull<u8>, layout: Layout) {
        let start = (&raw const *self).addr();
        let offset = block.addr().get().wrapping_sub(start);
        if offset.wrapping_add(layout.size()) == self.used {
            self.used = offset;
        }
    }
}

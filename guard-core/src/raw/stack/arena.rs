use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use alloc::vec::Vec;
use core::alloc::Layout;
use core::ptr::NonNull;

/// Memory for entries that stay where they are, in chunks that double: a million entries cost some
/// twenty allocations.
///
/// Blocks are mostly freed in the reverse of the order in which they were taken, and then used
/// again; where they are not, a chunk is given back when nothing in it is in use.
pub(super) struct Arena {
    chunks: Vec<Chunk>,
}

struct Chunk {
    start: NonNull<u8>,
    layout: Layout,
    used: usize,
    /// How many blocks are in use.
    blocks: usize,
}

/// The least that a first chunk holds.
const FIRST: usize = 512;

/// The least alignment of a chunk, so that most blocks need no padding.
const ALIGN: usize = 16;

impl Arena {
    pub(super) const fn new() -> Self {
        Arena { chunks: Vec::new() }
    }

    /// A block for `layout`, which is not of size zero.
    #[inline]
    pub(super) fn take(&mut self, layout: Layout) -> NonNull<u8> {
        if let Some(block) = self.chunks.last_mut().and_then(|last| last.take(layout)) {
            return block;
        }
        self.take_from_another(layout)
    }

    #[cold]
    #[inline(never)]
    fn take_from_another(&mut self, layout: Layout) -> NonNull<u8> {
        let twice = self.chunks.last().map_or(FIRST, |last| {
            last.layout
                .size()
                .saturating_mul(2)
                .min(isize::MAX as usize / 2)
        });
        self.chunks.reserve(1);
        let mut chunk = Chunk::new(layout, twice);
        let block = chunk.take(layout).expect("a chunk that was made for it");
        self.chunks.push(chunk);
        block
    }

    /// Gives a block back.
    ///
    /// # Safety
    ///
    /// It was taken from here with this layout, and is not used any more.
    #[inline]
    pub(super) unsafe fn give_back(&mut self, block: NonNull<u8>, layout: Layout) {
        let last = self.chunks.len() - 1;
        let found = self.chunks.iter().rposition(|chunk| chunk.holds(block));
        let index = found.expect("a chunk that the block was taken from");
        let chunk = &mut self.chunks[index];
        chunk.give_back(block, layout);
        if chunk.blocks == 0 && index != last {
            self.chunks.remove(index);
        }
    }
}

impl Chunk {
    fn new(first: Layout, size: usize) -> Self {
        let size = size.max(first.size());
        let layout = Layout::from_size_align(size, first.align().max(ALIGN));
        let layout = layout.expect("a block is no larger than memory");
        // SAFETY: the layout is not of size zero, as blocks are not.
        let start = unsafe { alloc(layout) };
        let Some(start) = NonNull::new(start) else {
            handle_alloc_error(layout)
        };
        Chunk {
            start,
            layout,
            used: 0,
            blocks: 0,
        }
    }

    #[inline]
    fn take(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let free = self.start.addr().get() + self.used;
        let offset = free.checked_next_multiple_of(layout.align())? - self.start.addr().get();
        let end = offset.checked_add(layout.size())?;
        if end > self.layout.size() {
            return None;
        }
        self.used = end;
        self.blocks += 1;
        // SAFETY: it is inside of the chunk, as was just seen.
        Some(unsafe { self.start.add(offset) })
    }

    #[inline]
    fn holds(&self, block: NonNull<u8>) -> bool {
        let start = self.start.addr().get();
        (start..start + self.layout.size()).contains(&block.addr().get())
    }

    #[inline]
    fn give_back(&mut self, block: NonNull<u8>, layout: Layout) {
        let offset = block.addr().get() - self.start.addr().get();
        self.blocks -= 1;
        if self.blocks == 0 {
            self.used = 0;
        } else if offset + layout.size() == self.used {
            self.used = offset;
        }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout, and nothing in it is used any more.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}

use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::NonNull;

/// Memory for entries that stay where they are, in chunks that double: a million entries cost some
/// twenty allocations.
///
/// Blocks are mostly given back in the reverse of the order in which they were taken, and then used
/// again; where they are not, a chunk is freed when nothing in it is in use.
pub(super) struct Arena {
    last: Cell<Option<NonNull<Chunk>>>,
}

/// The beginning of a chunk; its blocks follow.
struct Chunk {
    before: Option<NonNull<Chunk>>,
    layout: Layout,
    /// Where the free part begins.
    used: usize,
    /// How many blocks are in use.
    blocks: usize,
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

    /// Gives a block back.
    ///
    /// # Safety
    ///
    /// It was taken from here with this layout, and is not used any more.
    pub(super) unsafe fn give_back(&self, block: NonNull<u8>, layout: Layout) {
        let mut after = None;
        let mut next = self.last.get();
        while let Some(mut chunk) = next {
            // SAFETY: the chunks of the list are valid, and each is looked at by nobody else.
            let this = unsafe { chunk.as_mut() };
            if let Some(offset) = this.offset_of(block) {
                this.give_back(offset, layout);
                if this.blocks == 0 {
                    Self::free_unless_last(after, chunk);
                }
                return;
            }
            after = Some(chunk);
            next = this.before;
        }
    }

    /// The last chunk stays, for the next block.
    fn free_unless_last(after: Option<NonNull<Chunk>>, chunk: NonNull<Chunk>) {
        let Some(mut after) = after else { return };
        // SAFETY: the chunks of the list are valid, and each is looked at by nobody else.
        let before = unsafe { chunk.as_ref() }.before;
        // SAFETY: likewise.
        unsafe { after.as_mut() }.before = before;
        Chunk::free(chunk);
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
            blocks: 0,
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
        this.blocks += 1;
        // SAFETY: it is inside of the chunk, as was just seen.
        Some(unsafe { chunk.cast::<u8>().add(offset) })
    }

    /// Where in this chunk a block is, if it is in this one.
    fn offset_of(&self, block: NonNull<u8>) -> Option<usize> {
        let start = (&raw const *self).addr();
        let offset = block.addr().get().wrapping_sub(start);
        (offset < self.layout.size()).then_some(offset)
    }

    fn give_back(&mut self, offset: usize, layout: Layout) {
        self.blocks -= 1;
        if self.blocks == 0 {
            self.used = size_of::<Self>();
        } else if offset + layout.size() == self.used {
            self.used = offset;
        }
    }
}

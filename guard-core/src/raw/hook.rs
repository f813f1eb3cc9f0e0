use core::mem;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use crate::lost::LostError;

type Hook = fn(&LostError<'_>);

/// A hook, in the one form that needs neither an allocator nor a lock.
pub(crate) struct HookCell(AtomicPtr<()>);

impl HookCell {
    pub(crate) const fn new() -> Self {
        HookCell(AtomicPtr::new(ptr::null_mut()))
    }

    pub(crate) fn set(&self, hook: Hook) {
        self.0.store(hook as *mut (), Ordering::Release);
    }

    pub(crate) fn get(&self) -> Option<Hook> {
        let hook = self.0.load(Ordering::Acquire);
        // SAFETY: what is not null was stored by `set`, which takes nothing but a `Hook`.
        (!hook.is_null()).then(|| unsafe { mem::transmute::<*mut (), Hook>(hook) })
    }
}

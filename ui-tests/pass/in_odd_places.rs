// Attributes on a context manager, and context managers in places other than a module.
#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[inline]
#[context_manager]
#[doc(hidden)]
#[cfg(not(any()))]
#[allow(non_snake_case)]
pub(crate) fn Attributed(#[allow(unused)] unused: u32, #[cfg(any())] absent: u32) -> u32 {
    #![allow(unused_variables)]
    let unused_too = 1;
    yield_point!(2);
}

#[cfg_attr(not(any()), context_manager)]
fn conditional() -> u32 {
    yield_point!(3);
}

#[guard_core::context_manager]
fn by_path() -> u32 {
    guard_core::yield_point!(3);
}

trait Pool {
    fn size(&self) -> u32;
}

impl Pool for u32 {
    fn size(&self) -> u32 {
        #[context_manager]
        fn local(size: u32) -> u32 {
            yield_point!(size);
        }
        local(*self).with(|size| *size)
    }
}

const _: () = {
    #[context_manager]
    fn _in_a_const() {
        yield_point!()
    }
};

#[context_manager]
fn nested_item() -> u32 {
    #[context_manager]
    fn inner() -> u32 {
        yield_point!(1);
    }
    let lent = inner().with(|n| *n);
    yield_point!(lent);
}

#[context_manager]
unsafe fn trusting(at: *const u32) -> u32 {
    // SAFETY: the caller's word.
    let lent = unsafe { *at };
    yield_point!(lent);
}

fn main() {
    Attributed(1).with(|n| assert_eq!(*n, 2));
    conditional().with(|n| assert_eq!(*n, 3));
    by_path().with(|n| assert_eq!(*n, 3));
    assert_eq!(5.size(), 5);
    nested_item().with(|n| assert_eq!(*n, 1));
    // SAFETY: it points to a local.
    unsafe { trusting(&raw const *&4) }.with(|n| assert_eq!(*n, 4));
}

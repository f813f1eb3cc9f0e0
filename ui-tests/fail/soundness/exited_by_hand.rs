use guard_core::{__private::VisibleReturn, Plain};
use std::marker::PhantomData;

fn main() {
    let _exited: VisibleReturn<Plain<u32>> = VisibleReturn(PhantomData);
}

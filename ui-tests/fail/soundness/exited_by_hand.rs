use guard_core::{__private::Exited, Plain};
use std::marker::PhantomData;

fn main() {
    let _exited: Exited<Plain<u32>> = Exited(PhantomData);
}

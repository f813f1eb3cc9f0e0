use guard_core::{Context, Plain};
use std::marker::PhantomData;

fn main() {
    let _context: Context<Plain<u32>, ()> = Context {
        body: (),
        returns: PhantomData,
    };
}

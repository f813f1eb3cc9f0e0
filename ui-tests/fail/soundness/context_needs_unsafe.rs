use guard_core::__private::{Ended, Point, context};
use guard_core::{Context, Plain};

async fn body(_point: Point<Plain<u32>, u32>) -> Ended<Plain<u32>> {
    loop {}
}

fn main() {
    let _context: Context<Plain<u32>, _> = context(body);
}

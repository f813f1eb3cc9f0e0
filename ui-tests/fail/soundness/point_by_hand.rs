use guard_core::{__private::Point, Plain};
use std::marker::PhantomData;

fn main() {
    let _point: Point<Plain<u32>, u32> = Point(PhantomData, PhantomData);
    let _point: Point<Plain<u32>, u32> = Point::new();
}

use guard_core::__private::{Point, framed};
use guard_core::Plain;
use std::future::pending;
use std::marker::PhantomData;

fn main() {
    let _frame = framed(PhantomData::<Point<Plain<u8>, u8>>, (), pending::<()>());
}

#![no_implicit_prelude]

include!("../../tests/worlds/shapes.rs");

fn main() {
    check();
}

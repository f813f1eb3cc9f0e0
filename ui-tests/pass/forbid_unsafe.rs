#![forbid(unsafe_code)]

include!("../../tests/worlds/shapes.rs");

fn main() {
    check();
}

// What the expansion needs it does not look for in the caller's scope.

mod core {}
mod std {}
mod alloc {}
mod guard_core {}

include!("../../tests/worlds/shapes.rs");

fn main() {
    check();
}

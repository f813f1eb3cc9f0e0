//! The shapes work here too.

#[test]
fn every_shape_works() {
    guard_world_pedantic::check();
}

use guard_core::{Exit, Suspended};
use std::pin::Pin;

struct Mine;

impl Suspended<u32, ()> for Mine {
    fn exit(self: Pin<Box<Self>>, _: u32, _: Exit<'_>) {}
    fn exit_on_drop(self: Pin<Box<Self>>, _: u32) {}
}

fn main() {}

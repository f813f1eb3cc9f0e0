use guard_core::yield_point;

fn connection(name: String) {
    yield_point!(name);
}

fn main() {}

use guard_core::LocalGuard;

fn shorter<'a, 'b: 'a>(guard: LocalGuard<'b, &'b str>) -> LocalGuard<'a, &'a str> {
    guard
}

fn main() {}

use guard_core::{Guard, context_manager, yield_point};

struct Pool;

impl Pool {
    #[context_manager]
    fn connection<'a>(&'a self, name: &'a str) -> &'a str {
        let name = name.trim();
    }
}

fn main() {
    let guard = Pool.connection("a").enter();
    println!("{}", guard.len());
    Guard::exit(guard);
}

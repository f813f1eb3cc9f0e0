use guard_core::with;

fn main() {
    with!(name = String::from("a") => { println!("{name}") });
}

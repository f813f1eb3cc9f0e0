use guard_core::{context_manager, yield_point};

#[context_manager]
fn list<'a>(list: &mut Vec<&'a str>) -> Vec<&'a str> {
    let lent = std::mem::take(list);
    yield_point!(lent);
    *list = lent;
}

fn main() {
    let mut outer = Vec::new();
    list(&mut outer).with(|list| list.push(&String::from("dies")));
    println!("{outer:?}");
}

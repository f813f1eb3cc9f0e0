use guard_core::{context_manager, enter, with, yield_point};

#[context_manager]
fn number(text: &str) -> Result<usize, String> {
    let number = text.len();
}

fn main() -> Result<(), String> {
    number("a").with(|n| println!("{n}"))?;
    number("b").try_with(|n| Ok::<_, String>(*n))?;
    let guard = number("c").enter()?;
    enter!(d = number("d")?);
    with!(e = number("e")? => { println!("{}", *guard + *d + *e) });
    Ok(())
}

use guard_core::{AsyncGuard, context_manager, within, yield_point};

#[context_manager(finish_on = |half| drop(half))]
async fn number(text: &'static str) -> Result<usize, String> {
    let number = text.len();
}

#[within(n = number("a")?)]
async fn inside() -> Result<usize, String> {
    Ok(*n)
}

async fn callers() -> Result<(), String> {
    number("b").with(async |n| println!("{n}")).await?;
    number("c").try_with(async |n| Ok::<_, String>(*n)).await?;
    let guard = number("d").enter().await?;
    AsyncGuard::exit(guard).await?;
    let finished = number("e").finish_on(|half| drop(half));
    finished.with(async |n| *n + 1).await?;
    inside().await?;
    Ok(())
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(callers());
}

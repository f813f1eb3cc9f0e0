// A context and a guard go where what they hold may go.

use guard_core::{Guard, LocalGuard, ScopedGuard, context_manager, yield_point};

fn sends<T: Send>(value: T) -> T {
    value
}

struct Pool(String);

impl Pool {
    #[context_manager]
    fn name<'a>(&'a mut self, suffix: &str) -> Result<&'a mut String, String> {
        self.0.push_str(suffix);
        let name = &mut self.0;
        yield_point!(name);
        name.clear();
        Ok(())
    }
}

#[context_manager]
fn owned<T: Send>(value: T) -> T {
    yield_point!(value);
}

struct Stored<'a> {
    guard: Guard<u32>,
    scoped: ScopedGuard<'a, &'a mut String, Result<(), String>>,
    local: LocalGuard<'static, std::rc::Rc<u32>>,
}

#[context_manager]
fn local() -> std::rc::Rc<u32> {
    yield_point!(std::rc::Rc::new(1));
}

async fn held_across_an_await(pool: &mut Pool) -> usize {
    guard_core::enter!(number = owned(1));
    std::future::ready(()).await;
    let guard = pool.name("b").enter().unwrap();
    std::future::ready(()).await;
    guard.len() + *number as usize
}

fn main() {
    let mut pool = Pool(String::new());
    drop(sends(held_across_an_await(&mut pool)));
    drop(sends(sends(pool.name("a")).enter().unwrap()));
    std::thread::spawn(|| owned(1).with(|n| *n += 1))
        .join()
        .unwrap();
    let guard = owned(2).enter();
    std::thread::spawn(move || Guard::exit(guard))
        .join()
        .unwrap();
    let stored = Stored {
        guard: owned(3).enter(),
        scoped: pool.name("c").enter().unwrap(),
        local: local().enter_local(),
    };
    assert_eq!(
        *stored.guard as usize + stored.scoped.len() + **stored.local as usize,
        5
    );
}

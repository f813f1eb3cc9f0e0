use guard_core::*;
use std::cell::{Cell, RefCell};
#[context_manager]
fn counter(c: &Cell<u64>, step: u64) -> u64 {
    c.set(c.get() + step);
    let v = c.get();
    yield_point!(v);
    c.set(c.get() - v);
}
#[context_manager]
fn log<'a>(
    l: &'a RefCell<Vec<String>>,
    fail_in: bool,
    fail_out: bool,
) -> Result<&'a RefCell<Vec<String>>, String> {
    if fail_in {
        return Err("in".into());
    }
    let exit = yield_point!(l);
    l.borrow_mut().push(format!("{exit:?}"));
    if fail_out { Err("out".into()) } else { Ok(()) }
}
#[test]
fn t() {
    let c = Cell::new(0);
    assert_eq!(
        counter(&c, 3).with(|v| {
            *v += 0;
            c.get()
        }),
        3
    );
    assert_eq!(c.get(), 0);
    {
        enter!(v = counter(&c, 4));
        *v = 1;
        assert_eq!(c.get(), 4);
    }
    assert_eq!(c.get(), 3);
    let l = RefCell::new(vec![]);
    let r: Result<(), String> = log(&l, false, false).try_with(|_| Err("body".into()));
    assert_eq!(r, Err("body".to_string()));
    fn q(l: &RefCell<Vec<String>>) -> Result<u8, String> {
        let n = with!(a = log(l, false, false)?, _ = log(a, false, true)? => { a.borrow().len() });
        Ok(n as u8)
    }
    assert_eq!(q(&l), Err("out".into()));
    let g = log(&l, false, false).enter_local().unwrap();
    Guard::exit(g).unwrap();
    assert_eq!(
        *l.borrow(),
        ["Failed(\"body\")", "Completed", "Dropped", "Completed"]
    );
}

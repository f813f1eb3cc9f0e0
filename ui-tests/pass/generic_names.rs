// Type parameters, lifetimes and constants with the names that libraries like to use.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn names<'e, 'p, 'r, S: Copy, B, F: FnOnce(S) -> B, Fut, T, R, E, Q, const N: usize>(
    lent: [&'e S; N],
    _rest: (&'p Fut, &'r T, R, E, Q),
    then: F,
    out: &mut Option<B>,
) -> &'e S {
    yield_point!(lent[0]);
    *out = Some(then(*lent[N - 1]));
}

#[context_manager]
fn raw_identifiers<'r#mod>(r#type: &'r#mod str, r#match: u32) -> (&'r#mod str, u32) {
    let r#fn = (r#type, r#match);
    yield_point!(r#fn);
}

struct Borrowed<'a, T: ?Sized>(&'a T);

impl<'a, T: ?Sized + AsRef<[u8]>> Borrowed<'a, T> {
    #[context_manager]
    fn bytes<'b, U>(&'b self, _other: &U) -> (&'a [u8], &'b Self)
    where
        U: ?Sized,
    {
        yield_point!((self.0.as_ref(), self));
    }

    #[context_manager]
    fn boxed(self: Box<Self>) -> &'a T {
        yield_point!(self.0);
    }

    #[context_manager]
    fn counted(self: &std::rc::Rc<Self>) -> usize {
        yield_point!(std::rc::Rc::strong_count(self));
    }

    #[context_manager]
    fn pinned(self: std::pin::Pin<&mut Self>) -> &'a T {
        yield_point!(self.0);
    }
}

fn main() {
    let mut out = None;
    let (left, right) = (1, 2);
    names([&left, &right], (&(), &(), (), (), ()), |n| n + 1, &mut out).with(|_| ());
    assert_eq!(out, Some(3));
    raw_identifiers("a", 1).with(|pair| assert_eq!(*pair, ("a", 1)));
    let text = Borrowed("abc");
    assert_eq!(text.bytes(&()).with(|(bytes, _)| bytes.len()), 3);
    assert_eq!(Box::new(Borrowed("abc")).boxed().with(|text| *text), "abc");
    assert_eq!(std::rc::Rc::new(Borrowed("abc")).counted().with(|n| *n), 1);
    assert_eq!(
        Box::pin(Borrowed("abc"))
            .as_mut()
            .pinned()
            .with(|text| *text),
        "abc"
    );
}

//! Guards which functions can be context managers: every kind of `self`, of argument, of generics
//! and of place, whatever their names are and whichever macro wrote them.

#![allow(
    clippy::items_after_statements,
    clippy::many_single_char_names,
    clippy::module_inception,
    clippy::non_minimal_cfg,
    clippy::ptr_arg,
    clippy::too_many_arguments,
    clippy::unnecessary_literal_unwrap,
    clippy::wrong_self_convention,
    reason = "shapes that users write, whatever their style"
)]

mod support;

use std::cell::{Cell, RefCell};
use std::fmt::{Debug, Display};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use guard_core::{Context, Exit, Guard, Plain, context_manager, enter, with, yield_point};
use support::{D, d, events, note};

// ---- `self` ----

#[derive(Debug, Default)]
struct Counter {
    count: u32,
    name: String,
}

impl Counter {
    #[context_manager]
    fn by_reference(&self, add: u32) -> u32 {
        let sum = self.count + add;
        yield_point!(sum);
        note(format!("{} {sum}", self.count));
    }

    #[context_manager]
    fn by_mutable_reference(&mut self) -> u32 {
        self.count += 1;
        let count = self.count;
        yield_point!(count);
        self.count = count;
    }

    #[context_manager]
    fn lends_itself(&mut self) -> &mut Self {
        self.count += 1;
        yield_point!(self);
    }

    #[context_manager]
    fn lends_a_field(&mut self, text: &str) -> Result<&mut String, String> {
        if text.is_empty() {
            return Err("empty".to_owned());
        }
        self.count += 1;
        let name = &mut self.name;
        name.push_str(text);
        yield_point!(name);
        name.push('!');
        Ok(())
    }

    #[context_manager]
    fn by_value(self) -> String {
        let name = self.name;
        yield_point!(name);
        note(format!("{name} {}", self.count));
    }

    #[context_manager]
    fn by_mutable_value(mut self) -> u32 {
        self.count += 1;
        yield_point!(self.count);
        self.count += 1;
        note(self.count.to_string());
    }

    #[context_manager]
    fn boxed(mut self: Box<Self>) -> u32 {
        self.count += 1;
        let count = self.count;
        yield_point!(count);
        note(format!("{count} {}", self.count));
    }

    #[context_manager]
    fn shared(self: Rc<Self>) -> Rc<Self> {
        let other = self.clone();
        yield_point!(other);
        note(format!("{}", Rc::strong_count(&self)));
    }

    #[context_manager]
    fn by_reference_to_shared(self: &Arc<Self>) -> Arc<Self> {
        let other = self.clone();
        yield_point!(other);
        drop(other);
        note(format!("{}", Arc::strong_count(self)));
    }

    #[context_manager]
    fn pinned(mut self: Pin<&mut Self>) -> u32 {
        self.count += 1;
        let count = self.as_ref().count;
        yield_point!(count);
        self.count = count;
    }

    #[context_manager]
    fn in_a_future(self: Pin<&mut Self>) -> Pin<&mut Self> {
        yield_point!(self);
    }

    #[context_manager]
    fn without_self(count: u32) -> Self {
        let name = String::new();
        let counter = Self { count, name };
        yield_point!(counter);
        note(format!("{counter:?}"));
    }
}

#[test]
fn a_method_takes_self_in_any_form() {
    let mut counter = Counter {
        count: 1,
        name: "n".to_owned(),
    };
    counter.by_reference(4).with(|sum| *sum += 10);
    assert_eq!(events(), ["1 15"]);
    counter.by_mutable_reference().with(|count| *count += 10);
    assert_eq!(counter.count, 12);
    counter.lends_itself().with(|me| me.count += 10);
    assert_eq!(counter.count, 23);
    assert_eq!(counter.lends_a_field("").with(|_| ()), Err("empty".into()));
    {
        let mut name = counter.lends_a_field("a").enter().unwrap();
        name.push('b');
        assert_eq!(Guard::exit(name), Ok(()));
    }
    assert_eq!(counter.name, "nab!");
    assert_eq!(counter.count, 24);
    Pin::new(&mut counter).pinned().with(|count| *count += 10);
    assert_eq!(counter.count, 35);
    Pin::new(&mut counter)
        .in_a_future()
        .with(|me| me.count = 36);
    counter.by_value().with(|name| name.push('?'));
    assert_eq!(events(), ["nab!? 36"]);
    Counter::default()
        .by_mutable_value()
        .with(|count| *count = 7);
    assert_eq!(events(), ["2"]);
    Box::new(Counter::default())
        .boxed()
        .with(|count| *count = 7);
    assert_eq!(events(), ["7 1"]);
    let shared = Rc::new(Counter::default());
    shared
        .clone()
        .shared()
        .with(|other| assert!(Rc::ptr_eq(&shared, other)));
    assert_eq!(events(), ["3"]);
    let shared = Arc::new(Counter::default());
    shared
        .by_reference_to_shared()
        .with(|other| assert!(Arc::ptr_eq(&shared, other)));
    assert_eq!(events(), ["1"]);
    Counter::without_self(3).with(|counter| counter.count += 1);
    assert_eq!(events(), ["Counter { count: 4, name: \"\" }"]);
}

// ---- lifetimes ----

mod lifetimes {
    use super::*;

    #[context_manager]
    pub(super) fn elided(text: &str) -> &str {
        let trimmed = text.trim();
        yield_point!(trimmed);
        note(trimmed);
    }

    #[context_manager]
    pub(super) fn elided_and_fallible(list: &mut Vec<u32>) -> Result<&mut u32, String> {
        let last = list.last_mut().ok_or("empty")?;
        yield_point!(last);
        if *last == 0 {
            Err("zero".to_owned())
        } else {
            Ok(())
        }
    }

    #[context_manager]
    pub(super) fn in_a_path(cell: &RefCell<u32>) -> std::cell::RefMut<'_, u32> {
        let guard = cell.borrow_mut();
        yield_point!(guard);
        drop(guard);
        *cell.borrow_mut() += 1;
    }

    #[context_manager]
    pub(super) fn written<'a, 'b: 'a>(first: &'a str, second: &'b str, other: &str) -> &'a str {
        let longer = if first.len() > second.len() {
            first
        } else {
            second
        };
        yield_point!(longer);
        note(format!("{longer} {other}"));
    }

    #[context_manager]
    pub(super) fn of_a_type<'a, T>(list: &'a [T]) -> std::slice::Iter<'a, T>
    where
        T: Debug,
    {
        let iter = list.iter();
        yield_point!(iter);
        note(format!("{iter:?}"));
    }

    #[context_manager]
    pub(super) fn of_several(texts: (&str, &[&str]), _more: &mut &str) -> usize {
        let total = texts.0.len() + texts.1.iter().map(|text| text.len()).sum::<usize>();
        yield_point!(total);
        note(format!("{total} {}", texts.0));
    }

    #[context_manager]
    pub(super) fn of_every_lifetime(
        function: for<'x> fn(&'x str) -> &'x str,
    ) -> for<'x> fn(&'x str) -> &'x str {
        yield_point!(function);
        note(function(" f "));
    }

    #[context_manager]
    pub(super) fn of_static(text: &'static str) -> &'static str {
        yield_point!(text);
    }

    pub(super) struct Parser<'i> {
        pub(super) input: &'i str,
    }

    impl<'i> Parser<'i> {
        /// The lifetime is that of the input, not of the borrow of `self`.
        #[context_manager]
        pub(super) fn word(&mut self) -> Result<&'i str, String> {
            let input = self.input;
            let (word, rest) = input.split_once(' ').ok_or("no word")?;
            self.input = rest;
            if yield_point!(word).is_completed() {
                return Ok(());
            }
            self.input = input;
            Ok(())
        }

        #[context_manager]
        pub(super) fn whole(&self) -> &Self {
            yield_point!(self);
            note(self.input);
        }
    }
}

#[test]
fn lifetimes_are_elided_and_written_as_in_any_function() {
    use lifetimes::{
        Parser, elided, elided_and_fallible, in_a_path, of_a_type, of_every_lifetime, of_several,
        of_static, written,
    };
    let text = " t ".to_owned();
    // What is lent outlives the context: it is the caller's.
    let trimmed = elided(&text).with(|trimmed| *trimmed);
    assert_eq!((trimmed, &events()[..]), ("t", &["t".to_owned()][..]));

    let mut list = vec![1, 2];
    assert_eq!(
        elided_and_fallible(&mut list).with(|last| **last += 1),
        Ok(())
    );
    let zero = elided_and_fallible(&mut list).with(|last| **last = 0);
    assert_eq!(zero, Err("zero".to_owned()));
    assert_eq!(list, [1, 0]);

    let cell = RefCell::new(1);
    in_a_path(&cell).with(|value| **value += 1);
    assert_eq!(cell, RefCell::new(3));

    written("a", "bc", "o").with(|longer| assert_eq!(*longer, "bc"));
    assert_eq!(events(), ["bc o"]);
    let first = of_a_type(&[1, 2, 3]).with(|iter| iter.next().copied());
    assert_eq!(first, Some(1));
    assert_eq!(events(), ["Iter([2, 3])"]);
    of_several(("a", &["b", "c"]), &mut "x").with(|total| *total += 1);
    assert_eq!(events(), ["4 a"]);
    of_every_lifetime(str::trim).with(|function| assert_eq!(function(&text), "t"));
    assert_eq!(events(), ["f"]);
    let forever: &'static str = of_static("s").with(|text| *text);
    assert_eq!(forever, "s");

    let mut parser = Parser { input: "a b c" };
    let word = parser.word().with(|word| *word);
    let failed = parser.word().try_with(|_| Err::<(), _>("no".to_owned()));
    assert_eq!(
        (word, parser.input, failed),
        (Ok("a"), "b c", Err("no".into()))
    );
    parser.whole().with(|whole| assert_eq!(whole.input, "b c"));
    assert_eq!(events(), ["b c"]);
}

// ---- generics and arguments ----

mod generics {
    use super::*;

    #[context_manager]
    pub(super) fn of_a_type<T: Debug + Clone>(value: T) -> T {
        let copy = value.clone();
        yield_point!(copy);
        note(format!("{value:?} {copy:?}"));
    }

    #[context_manager]
    pub(super) fn of_a_const<const N: usize, T>(list: [T; N]) -> [T; N]
    where
        [T; N]: Debug,
    {
        yield_point!(list);
        note(format!("{N} {list:?}"));
    }

    #[context_manager]
    pub(super) fn with_a_where_clause<K, V>(pairs: Vec<(K, V)>) -> Result<(K, V), String>
    where
        K: Ord + 'static,
        V: Display + 'static,
    {
        let least = pairs.into_iter().min_by(|a, b| a.0.cmp(&b.0));
        let pair = least.ok_or_else(|| "empty".to_owned())?;
        yield_point!(pair);
        note(pair.1.to_string());
        Ok(())
    }

    #[context_manager]
    pub(super) fn impl_trait(
        to_number: impl Fn(&str) -> u32,
        items: impl IntoIterator<Item = impl Into<u64>>,
    ) -> u64 {
        let sum = items.into_iter().map(Into::into).sum::<u64>();
        let sum = sum + u64::from(to_number("abc"));
        yield_point!(sum);
        note(format!("{sum} {}", to_number("x")));
    }

    #[context_manager]
    pub(super) fn dynamic(value: &dyn Display, log: &mut dyn FnMut(String)) -> String {
        let text = value.to_string();
        log(format!("enter {text}"));
        yield_point!(text);
        log(format!("exit {text}"));
    }

    #[context_manager]
    pub(super) fn boxed_dynamic(start: u32) -> Box<dyn FnMut(u32) -> u32> {
        let mut sum = start;
        let total = Rc::new(Cell::new(0));
        let seen = total.clone();
        let add: Box<dyn FnMut(u32) -> u32> = Box::new(move |n| {
            sum += n;
            seen.set(sum);
            sum
        });
        yield_point!(add);
        drop(add);
        note(format!("{} {}", total.get(), Rc::strong_count(&total)));
    }

    #[context_manager]
    pub(super) fn unsized_closure(action: Box<dyn FnOnce(Exit<'_>) + '_>) {
        action(yield_point!());
    }

    pub(super) struct Pool<T> {
        pub(super) items: RefCell<Vec<T>>,
    }

    impl<T: Default> Pool<T> {
        #[context_manager]
        pub(super) fn item(&self) -> T {
            let item = self.items.borrow_mut().pop().unwrap_or_default();
            yield_point!(item);
            self.items.borrow_mut().push(item);
        }

        #[context_manager]
        pub(super) fn converted<U: From<T> + Debug>(&self) -> U {
            let item = U::from(self.items.borrow_mut().pop().unwrap_or_default());
            yield_point!(item);
            note(format!("{item:?}"));
        }
    }
}

#[test]
fn generics_and_trait_objects_work_as_in_any_function() {
    use generics::{
        Pool, boxed_dynamic, dynamic, impl_trait, of_a_const, of_a_type, unsized_closure,
        with_a_where_clause,
    };
    of_a_type::<String>("a".to_owned()).with(|text| text.push('b'));
    of_a_type(3_u8).with(|n| *n += 1);
    assert_eq!(events(), ["\"a\" \"ab\"", "3 4"]);
    of_a_const([1, 2, 3]).with(|list| list.reverse());
    of_a_const::<0, String>([]).with(|_| ());
    assert_eq!(events(), ["3 [3, 2, 1]", "0 []"]);
    let least = with_a_where_clause(vec![(2, 'b'), (1, 'a')]).with(|pair| pair.0);
    assert_eq!(least, Ok(1));
    assert!(with_a_where_clause::<u8, u8>(vec![]).with(|_| ()).is_err());
    assert_eq!(events(), ["a"]);
    impl_trait(|text| u32::try_from(text.len()).unwrap(), [1_u32, 2]).with(|sum| *sum += 10);
    assert_eq!(events(), ["16 1"]);
    let mut log = Vec::new();
    dynamic(&5, &mut |event| log.push(event)).with(|text| text.push('!'));
    assert_eq!(log, ["enter 5", "exit 5!"]);
    let sum = boxed_dynamic(1).with(|add| add(2) + add(3));
    assert_eq!(sum, 3 + 6);
    assert_eq!(events(), ["6 1"]);
    let mut told = String::new();
    unsized_closure(Box::new(|exit| told = format!("{exit:?}"))).with(|()| ());
    assert_eq!(told, "Completed");
    let pool = Pool {
        items: RefCell::new(vec![7_u32]),
    };
    pool.item().with(|seven| {
        pool.item().with(|zero| *zero += *seven);
        *seven += 1;
    });
    assert_eq!(pool.items.take(), [7, 8]);
    pool.converted::<u64>().with(|n| *n += 1);
    assert_eq!(events(), ["1"]);
}

#[test]
fn arguments_may_be_patterns_and_mutable_and_configured() {
    struct Point {
        x: i32,
        y: i32,
    }
    #[context_manager]
    fn patterns(
        mut a: i32,
        (b, mut c): (i32, i32),
        Point { x, y: vertical }: Point,
        [first, .., last]: [i32; 4],
        &d: &i32,
        _: i32,
        ref e: i32,
        whole @ (_, f): (i32, i32),
    ) -> i32 {
        a += 1;
        c += 1;
        let sum = a + b + c + x + vertical + first + last + d + *e + whole.0 + f;
        yield_point!(sum);
        a += sum;
        note(format!("{a} {c}"));
    }
    #[context_manager]
    #[rustfmt::skip]
    fn configured(
        #[cfg(any())] never: Missing,
        #[cfg(all())] always: u32,
        _unused: u32,
        #[cfg(not(any()))] (left, _): (u32, u32),
    ) -> u32 {
        yield_point!(always);
        note(format!("{always} {left}"));
    }
    patterns(
        1,
        (2, 3),
        Point { x: 4, y: 5 },
        [6, 0, 0, 7],
        &8,
        0,
        9,
        (10, 11),
    )
    .with(|sum| {
        assert_eq!(*sum, (1..=11).sum::<i32>() + 2);
    });
    assert_eq!(events(), ["70 4"]);
    configured(1, 2, (3, 4)).with(|n| *n += 1);
    assert_eq!(events(), ["2 3"]);
}

// ---- qualifiers, attributes, visibility ----

mod inner {
    use super::*;

    /// Documented.
    #[context_manager]
    #[inline]
    pub(in crate::inner) fn restricted() -> u8 {
        yield_point!(1);
    }

    #[deprecated(note = "for the test")]
    #[must_use = "hold on to it"]
    #[context_manager]
    #[allow(clippy::double_must_use)]
    pub(crate) fn attributed(_n: u8) -> u8 {
        let v = restricted().with(|v| *v);
        yield_point!(v);
    }

    #[context_manager]
    #[deny(deprecated)]
    #[expect(deprecated, reason = "attributes below reach the body")]
    pub(crate) fn expects() -> u8 {
        let v = attributed(1).with(|v| *v);
        yield_point!(v);
    }
}

#[test]
fn attributes_and_visibility_stay() {
    assert_eq!(inner::expects().with(|v| *v), 1);
}

/// # Safety
///
/// `pointer` has to be good for reads until the context is left.
#[context_manager]
unsafe fn reads(pointer: *const u32) -> u32 {
    // SAFETY: the caller says so.
    let before = unsafe { pointer.read() };
    yield_point!(before);
    // SAFETY: likewise.
    note(format!("{before} {}", unsafe { pointer.read() }));
}

#[test]
fn an_unsafe_function_stays_unsafe_to_call() {
    let value = Cell::new(5);
    // SAFETY: `value` lives.
    let context = unsafe { reads(value.as_ptr()) };
    context.with(|before| {
        value.set(6);
        *before += 10;
    });
    assert_eq!(events(), ["15 6"]);
    // It would not be a pointer to a safe function, whatever it returns.
    fn is_unsafe<A, R>(_: unsafe fn(A) -> R) {}
    is_unsafe(reads);
}

#[test]
fn a_context_has_a_type_that_can_be_bounded_but_for_its_body() {
    fn lends<T, B>(_: &Context<Plain<T>, B>) -> &'static str {
        std::any::type_name::<T>()
    }
    let context = Counter::without_self(1);
    assert!(lends(&context).ends_with("Counter"));
    drop(context);
    assert_eq!(events(), [""; 0]);
}

// ---- places ----

#[test]
fn functions_within_functions_may_be_context_managers() {
    #[context_manager]
    fn outer(n: u32) -> u32 {
        #[context_manager]
        fn inner(n: u32) -> u32 {
            let v = n * 2;
            yield_point!(v);
            note(format!("inner {v}"));
        }
        enter!(v = inner(n));
        let v = *v + 1;
        yield_point!(v);
        note(format!("outer {v}"));
    }
    outer(2).with(|v| *v += 10);
    assert_eq!(events(), ["outer 15", "inner 4"]);
    let closure = || {
        #[context_manager]
        fn in_a_closure() -> u32 {
            yield_point!(9);
        }
        in_a_closure().with(|v| *v)
    };
    assert_eq!(closure(), 9);
}

/// A method of a trait, with a body and overridden: what it returns is an `impl Trait` in a trait.
#[test]
fn methods_of_traits_may_be_context_managers() {
    trait Resource {
        fn name(&self) -> &str;

        #[context_manager]
        fn opened(&self) -> String {
            let name = self.name().to_owned();
            yield_point!(name);
            note(format!("closed {name}"));
        }
    }
    struct Plain;
    struct Special(u8);
    impl Resource for Plain {
        fn name(&self) -> &'static str {
            "plain"
        }
    }
    impl Resource for Special {
        fn name(&self) -> &'static str {
            "special"
        }

        #[context_manager]
        #[allow(refining_impl_trait)]
        fn opened(&self) -> String {
            let name = format!("{} {}", self.name(), self.0);
            yield_point!(name);
            note(format!("closed specially {name}"));
        }
    }
    fn open(resource: &impl Resource) -> usize {
        resource.opened().with(|name| name.len())
    }
    fn hold(resource: &impl Resource) -> usize {
        enter!(name = resource.opened());
        name.len()
    }
    assert_eq!((open(&Plain), hold(&Special(3))), (5, 9));
    assert_eq!(events(), ["closed plain", "closed specially special 3"]);
}

/// The expansion names everything by paths that no user can shadow.
#[allow(dead_code, non_snake_case, reason = "they are here to be in the way")]
mod core {
    use guard_core::{context_manager, enter, with, yield_point};

    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod alloc {}
    struct Option;
    struct Result;
    struct Some;
    struct Ok;
    struct Err;
    struct Box;
    struct Context;
    struct Exit;
    struct Pin;
    trait Future {}
    trait FnOnce {}
    trait Returns {}
    trait Body {}
    trait Drop {}
    fn drop() {}
    fn finish() {}
    fn context() {}

    #[context_manager]
    pub(super) fn inside(n: u8) -> u8 {
        yield_point!(n);
    }

    #[context_manager]
    fn gives(n: u8) -> u8 {
        yield_point!(n + 1);
    }

    pub(super) fn use_them() -> u8 {
        enter!(a = inside(1));
        enter!(_ = gives(1));
        let c = with!(b = gives(2) => { *b });
        *a + c + inside(3).with(|v| *v)
    }
}

#[test]
fn names_of_the_users_module_are_not_in_the_way() {
    assert_eq!(core::use_them(), 7);
}

#[test]
fn names_of_the_users_variables_are_not_in_the_way() {
    #[context_manager]
    #[expect(clippy::too_many_arguments, reason = "so many names")]
    fn names(
        __caller: u32,
        __exited: u32,
        __value: u32,
        __lent: u32,
        __output: u32,
        self_: u32,
        value: u32,
        guard: u32,
        exit: u32,
        __arg0: u32,
        (__arg10, __arg11): (u32, u32),
    ) -> u32 {
        let (__held, __frame, __result) = (100, 200, 300);
        let v = __caller
            + __exited
            + __value
            + __lent
            + __output
            + self_
            + value
            + guard
            + exit
            + __arg0
            + __arg10
            + __arg11
            + __held
            + __frame
            + __result;
        let __lent = yield_point!(v);
        assert!(!matches!(__lent, Exit::Panicked));
        note(format!("{v} {__caller} {__exited} {__value} {__output}"));
    }
    let (__held, __frame, __value, __result) = (1, 2, 3, 4);
    names(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (11, 12)).with(|v| {
        assert_eq!(*v, 600 + 78);
        *v = __held + __frame + __value + __result;
    });
    assert_eq!(events(), ["10 1 2 3 5"]);

    let sum = with!(v = names(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, (0, 0)) => {
        *v + __held + __frame + __value + __result
    });
    assert_eq!(sum, 601 + 10);
    enter!(__held = names(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, (0, 0)));
    enter!(__frame = names(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, (0, 0)));
    assert_eq!((*__held, *__frame, __value, __result), (602, 603, 3, 4));
}

// ---- macros ----

macro_rules! whole_function {
    ($name:ident) => {
        #[context_manager]
        fn $name(n: u32) -> u32 {
            let doubled = n * 2;
            let exit = yield_point!(doubled);
            note(format!("{exit:?} {doubled}"));
        }
    };
}

macro_rules! by_fragments {
    (
        $(#[$meta:meta])* $vis:vis fn $name:ident<$($lifetime:lifetime),*>(
            $($arg:ident: $ty:ty),*
        ) -> $returns:ty $body:block
    ) => {
        $(#[$meta])*
        #[context_manager]
        $vis fn $name<$($lifetime),*>($($arg: $ty),*) -> $returns $body
    };
}

macro_rules! method {
    ($type:ty, $name:ident, $field:ident) => {
        impl $type {
            #[context_manager]
            fn $name(&mut self, by: u32) -> u32 {
                self.$field += by;
                let value = self.$field;
                yield_point!(value);
                self.$field = value;
            }
        }
    };
}

whole_function!(from_a_macro);
by_fragments! {
    /// Documented.
    #[inline]
    pub(crate) fn from_fragments<'a>(a: &'a str, fails: bool) -> Result<&'a str, String> {
        let trimmed = a.trim();
        yield_point!(trimmed);
        if fails {
            return Err("asked to".to_owned());
        }
        Ok(())
    }
}
method!(Counter, from_a_macro, count);
#[test]
fn macros_may_write_context_managers() {
    from_a_macro(2).with(|v| *v += 1);
    assert_eq!(events(), ["Completed 5"]);
    assert_eq!(from_fragments(" a ", false).with(|text| *text), Ok("a"));
    assert_eq!(
        from_fragments(" a ", true).with(|text| *text),
        Err("asked to".into())
    );
    let mut counter = Counter::default();
    counter.from_a_macro(3).with(|value| *value += 4);
    assert_eq!(counter.count, 7);
}

/// rust-lang/rust#67062: the compiler forgets that `$e` was one expression when it comes back from
/// a macro like ours.
mod fragments_that_are_expressions {
    use super::*;

    macro_rules! twice {
        ($name:ident, $e:expr) => {
            #[context_manager]
            fn $name() -> u32 {
                let v = $e * 2;
                yield_point!(v);
            }
        };
    }
    macro_rules! twice_in_the_yield {
        ($name:ident, $e:expr) => {
            #[context_manager]
            fn $name() -> u32 {
                yield_point!($e * 2);
            }
        };
    }
    macro_rules! twice_in_the_exit_half {
        ($name:ident, $e:expr) => {
            #[context_manager]
            fn $name() -> u32 {
                yield_point!(0);
                note(if $e == 3 { "three" } else { "something else" });
            }
        };
    }
    macro_rules! calls {
        ($name:ident, $closure:expr) => {
            #[context_manager]
            fn $name() -> u32 {
                let v = $closure(3);
                yield_point!(v);
            }
        };
    }
    macro_rules! in_a_block {
        ($e:expr) => {
            with!(v = taken($e * 2) => { *v + $e * 2 })
        };
    }
    macro_rules! entered {
        ($e:expr) => {{
            enter!(v = taken($e * 2));
            *v
        }};
    }

    #[context_manager]
    fn taken(n: u32) -> u32 {
        yield_point!(n);
    }
    twice!(in_let, 1 + 2);
    twice_in_the_yield!(in_the_yield, 1 + 2);
    twice_in_the_exit_half!(in_the_exit_half, 1 | 2);
    calls!(in_a_call, |n: u32| n + 1);

    #[test]
    fn they_stay_one_expression_in_a_context_manager() {
        assert_eq!(in_let().with(|v| *v), 6);
        assert_eq!(in_the_yield().with(|v| *v), 6);
        in_the_exit_half().with(|_| ());
        assert_eq!(events(), ["three"]);
        assert_eq!(in_a_call().with(|v| *v), 4);
    }

    #[test]
    fn they_stay_one_expression_in_enter_and_with() {
        assert_eq!(in_a_block!(1 + 2), 12);
        assert_eq!(entered!(1 + 2), 6);
    }
}

/// A name that comes as `$e:expr` is a name: it is lent and handed back.
#[test]
fn a_name_that_a_macro_was_given_as_an_expression_is_handed_back() {
    macro_rules! lends {
        ($name:ident, $arg:ident, $e:expr) => {
            #[context_manager]
            fn $name($arg: D) -> D {
                let _other = d("other");
                yield_point!($e);
                note("exit half");
            }
        };
    }
    lends!(lent, v, v);
    lent(d("v")).with(|_| ());
    assert_eq!(
        events(),
        ["make v", "make other", "exit half", "drop other", "drop v"]
    );
}

// ---- lines ----

#[test]
fn lines_are_those_of_the_user() {
    #[context_manager]
    fn lines() -> u32 {
        let here = line!();
        yield_point!(here);
        note(format!("{}", line!() - here));
        note(format!("{}", Location::caller().line() - here));
    }
    let defined = line!() - 6;
    lines().with(|line| assert_eq!(*line, defined + 1));
    assert_eq!(events(), ["2", "3"]);
}

#[test]
fn panics_of_both_halves_are_located_in_the_users_code() {
    thread_local! {
        static LOCATION: RefCell<Vec<(String, u32)>> = const { RefCell::new(Vec::new()) };
    }
    #[context_manager]
    fn panics(at: u32) -> Result<Option<u32>, String> {
        let none: Option<u32> = None;
        if at == 1 {
            none.expect("before");
        }
        let lent = none;
        yield_point!(lent);
        if at == 2 {
            lent.expect("after");
        }
        Ok(())
    }
    let defined = line!() - 12;
    let old = std::panic::take_hook();
    let this_thread = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == this_thread {
            let location = info.location().expect("there is one");
            LOCATION.with_borrow_mut(|list| {
                list.push((location.file().to_owned(), location.line()));
            });
        } else {
            old(info);
        }
    }));
    let results = [
        support::caught(|| panics(1).with(|_| ())),
        support::caught(|| panics(2).with(|_| ())),
    ];
    drop(std::panic::take_hook());
    assert_eq!(results, [Err("before".to_owned()), Err("after".to_owned())]);
    let expected = [defined + 3, defined + 8].map(|line| (file!().to_owned(), line));
    assert_eq!(LOCATION.take(), expected);
}

/// `#[track_caller]` is no mistake, but both halves run later than the call.
#[test]
fn track_caller_is_allowed() {
    #[context_manager]
    #[track_caller]
    fn tracked() -> u32 {
        let line = Location::caller().line();
        yield_point!(line);
    }
    let defined = line!() - 4;
    assert_eq!(tracked().with(|line| *line), defined + 1);
}

/// A crate that forbids unsafe code can use everything: the expansion's `unsafe` is not its own.
#[forbid(unsafe_code)]
mod forbids_unsafe {
    use super::*;

    #[context_manager]
    pub(super) fn safe(n: u32) -> Result<u32, String> {
        yield_point!(n);
        Ok(())
    }

    pub(super) fn uses() -> Result<u32, String> {
        enter!(a = safe(1)?);
        let b = with!(b = safe(2)? => { *b });
        Ok(*a + b + safe(3).with(|c| *c)? + *safe(4).enter()?)
    }
}

#[test]
fn unsafe_code_may_be_forbidden() {
    assert_eq!(forbids_unsafe::uses(), Ok(10));
}

#[test]
fn of_two_arguments_of_one_name_the_one_that_is_there_is_lent() {
    #[context_manager]
    fn lent(#[cfg(any())] n: u8, #[cfg(all())] n: u16) -> u16 {
        yield_point!(n);
    }
    assert_eq!(lent(300).with(|n| *n), 300);
}

#[test]
fn lints_of_an_argument_are_those_of_its_local() {
    #[deny(unused_variables)]
    #[context_manager]
    fn one_unused(#[expect(unused_variables)] unused: u8) {
        yield_point!();
    }
    one_unused(1).with(|()| ());
}

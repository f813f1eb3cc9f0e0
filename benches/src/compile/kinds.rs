//! The generated sources: the same context managers, written in different ways.
//!
//! There are four shapes of functions, and of each the same number: one that cannot fail and borrows
//! its argument; one that can fail, by `?` before the body and by an error behind it; a generic one that
//! asks how the body has ended; and a method that does both. To each belongs one caller, which uses it
//! once, so that every kind has two functions where ours has two. A number in each keeps the compiler
//! from making one function of many.
//!
//! - **By hand** there is a struct, its `Drop`, a function that makes it, one that completes it where the
//!   way the body ends matters, and the caller. It is what people write: an error in `drop` is
//!   discarded, and nothing tells a panic from other ways out.
//! - **Ours** is the function with its attribute, and the caller, by `with` and `try_with` or by
//!   `enter!`, or by one and the other in turn. It does more than what is written by hand: it knows
//!   panics and hands on errors.
//! - **`tracing::instrument`** and **`async_trait`** stand on one function each that acquires, does what
//!   the caller's body does, and releases. There is no guard, so that they do less; what is compared is
//!   an attribute on every function.

/// How the functions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    ByHand,
    With,
    Enter,
    /// `with` and `enter!` in turn.
    Both,
    Tracing,
    AsyncTrait,
}

/// As many as there are in each file of `sources/`.
const SHAPES: usize = 4;

const PRELUDE: &str = include_str!("sources/prelude.rs");
const READY: &str = include_str!("sources/ready.rs");
const BY_HAND: &str = include_str!("sources/by_hand.rs");
const OURS: &str = include_str!("sources/ours.rs");
const WITH: &str = include_str!("sources/with.rs");
const ENTER: &str = include_str!("sources/enter.rs");
const TRACING: &str = include_str!("sources/tracing.rs");
const ASYNC_TRAIT: &str = include_str!("sources/async_trait.rs");

impl Kind {
    pub(super) const ALL: [Kind; 6] = [
        Kind::ByHand,
        Kind::With,
        Kind::Tracing,
        Kind::Enter,
        Kind::AsyncTrait,
        Kind::Both,
    ];

    pub(super) const OURS: [Kind; 3] = [Kind::With, Kind::Enter, Kind::Both];

    /// As the table names it.
    #[must_use]
    pub(super) fn title(self) -> &'static str {
        match self {
            Kind::ByHand => "by hand",
            Kind::With => "`with`",
            Kind::Enter => "`enter!`",
            Kind::Both => "`with` and `enter!`",
            Kind::Tracing => "tracing::instrument",
            Kind::AsyncTrait => "async_trait",
        }
    }

    /// The beginning of the name of its crates.
    #[must_use]
    pub(super) fn stem(self) -> &'static str {
        match self {
            Kind::ByHand => "by_hand",
            Kind::With => "with",
            Kind::Enter => "enter",
            Kind::Both => "both",
            Kind::Tracing => "tracing",
            Kind::AsyncTrait => "async_trait",
        }
    }

    /// What its crates depend on.
    #[must_use]
    pub(super) fn dependency(self) -> Option<&'static str> {
        match self {
            Kind::ByHand => None,
            Kind::With | Kind::Enter | Kind::Both => Some("guard-core"),
            Kind::Tracing => Some("tracing"),
            Kind::AsyncTrait => Some("async-trait"),
        }
    }

    /// The library with `count` functions and their callers.
    #[must_use]
    pub(super) fn source(self, count: usize) -> String {
        let functions = (0..count).map(|index| self.function(index));
        let head = format!("{PRELUDE}{}", self.head());
        std::iter::once(head)
            .chain(functions)
            .chain([uses(count)])
            .collect()
    }

    /// The same after the body of one function has been changed.
    #[must_use]
    pub(super) fn edited(self, count: usize) -> String {
        let middle = count / 2 / SHAPES * SHAPES;
        let before = self.function(middle);
        let after = before.replace("before + by", "before + 1 + by");
        self.source(count).replacen(&before, &after, 1)
    }

    fn head(self) -> &'static str {
        match self {
            Kind::ByHand | Kind::Tracing => "",
            Kind::With => "\nuse guard_core::{Exit, context_manager, yield_point};\n",
            Kind::Enter | Kind::Both => {
                "\nuse guard_core::{Exit, context_manager, enter, yield_point};\n"
            }
            Kind::AsyncTrait => READY,
        }
    }

    fn function(self, index: usize) -> String {
        let number = index.to_string();
        let shapes = self.files(index).into_iter().flatten();
        let texts = shapes.filter_map(|file| file.split("// next\n").nth(index % SHAPES));
        texts.fold(String::new(), |mut source, text| {
            source.push('\n');
            source.push_str(&text.replace("__", &number));
            source
        })
    }

    /// The functions, and where those are not in the same file, their callers.
    fn files(self, index: usize) -> [Option<&'static str>; 2] {
        let is_even = (index / SHAPES).is_multiple_of(2);
        match self {
            Kind::ByHand => [Some(BY_HAND), None],
            Kind::Tracing => [Some(TRACING), None],
            Kind::AsyncTrait => [Some(ASYNC_TRAIT), None],
            Kind::Both if is_even => Kind::With.files(index),
            Kind::Both => Kind::Enter.files(index),
            Kind::With => [Some(OURS), Some(WITH)],
            Kind::Enter => [Some(OURS), Some(ENTER)],
        }
    }
}

/// All callers, for a program to reach them.
fn uses(count: usize) -> String {
    let names: Vec<_> = (0..count).map(|index| format!("use{index}")).collect();
    format!(
        "\npub type Use = fn(&World, u64) -> Result<u64, Refused>;\n\npub static USES: [Use; {count}] = [{}];\n",
        names.join(", ")
    )
}

/// A program that reaches all functions of the library `name`, for all that the compiler knows.
#[must_use]
pub(super) fn program(name: &str) -> String {
    format!(
        "use std::hint::black_box;

fn main() {{
    let world = {name}::World {{
        depth: Default::default(),
        left: Default::default(),
        log: Default::default(),
    }};
    for (used, name) in black_box(&{name}::USES[..]).iter().zip(0..) {{
        let _ = black_box(used(&world, black_box(name)));
    }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::Kind;

    fn functions(source: &str, beginning: &str) -> usize {
        let file = syn::parse_file(source).expect("generated code parses");
        let named = |item: &&syn::Item| match item {
            syn::Item::Fn(function) => function.sig.ident.to_string().starts_with(beginning),
            _ => false,
        };
        file.items.iter().filter(named).count()
    }

    #[test]
    fn as_many_callers_as_asked_for() {
        for kind in Kind::ALL {
            for count in [0, 1, 10, 101] {
                assert_eq!(functions(&kind.source(count), "use"), count, "{kind:?}");
            }
        }
    }

    #[test]
    fn one_attribute_for_each_function() {
        for (kind, attribute) in [
            (Kind::With, "#[context_manager]"),
            (Kind::Enter, "#[context_manager]"),
            (Kind::Both, "#[context_manager]"),
            (Kind::Tracing, "#[tracing::instrument]"),
            (Kind::AsyncTrait, "#[async_trait::async_trait"),
        ] {
            assert_eq!(kind.source(50).matches(attribute).count(), 50, "{kind:?}");
        }
        assert_eq!(
            Kind::ByHand
                .source(50)
                .matches("fn drop(&mut self)")
                .count(),
            50
        );
    }

    #[test]
    fn an_edit_changes_one_line() {
        for kind in Kind::ALL {
            let (before, after) = (kind.source(100), kind.edited(100));
            let changed = before.lines().zip(after.lines()).filter(|(a, b)| a != b);
            assert_eq!(changed.count(), 1, "{kind:?}");
        }
    }
}

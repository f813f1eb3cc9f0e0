//! The vocabulary of the check.

use proc_macro2::Span;
use syn::{Label, Lifetime};

/// Which paths lead to a point. None at all: the point cannot be reached.
#[derive(Clone, Copy, Default)]
pub(super) struct Paths {
    /// There is one that has not yielded, and where it parted from those that have.
    pub(super) before: Option<Blame>,
    /// There is one that has yielded.
    pub(super) after: bool,
}

/// What to point at when a path never yields.
#[derive(Clone, Copy)]
pub(super) enum Blame {
    Function,
    Branch(Span),
    Condition(Span),
    Loop(Span),
}

impl Paths {
    pub(super) const NONE: Paths = Paths {
        before: None,
        after: false,
    };
    pub(super) const START: Paths = Paths {
        before: Some(Blame::Function),
        after: false,
    };

    pub(super) const AFTER: Paths = Paths {
        before: None,
        after: true,
    };

    pub(super) fn or(self, other: Paths) -> Paths {
        Paths {
            before: self.before.or(other.before),
            after: self.after || other.after,
        }
    }

    pub(super) fn blamed(self, blame: Blame) -> Paths {
        let before = match self.before {
            Some(Blame::Function) => Some(blame),
            before => before,
        };
        Paths { before, ..self }
    }

    /// The paths out of several branches. Where one of them yields, those that do not are to blame.
    pub(super) fn join(branches: &[(Blame, Paths)]) -> Paths {
        let yields = branches.iter().any(|(_, paths)| paths.after);
        branches.iter().fold(Paths::NONE, |joined, (blame, paths)| {
            joined.or(if yields { paths.blamed(*blame) } else { *paths })
        })
    }
}

/// A loop or a labelled block, which `break` leaves and `continue` comes back to.
pub(super) struct Target {
    label: Option<String>,
    is_loop: bool,
    pub(super) breaks: Paths,
    pub(super) continues: Paths,
}

/// The targets around a point, the innermost last.
#[derive(Default)]
pub(super) struct Targets(Vec<Target>);

impl Targets {
    pub(super) fn enter(&mut self, label: Option<&Label>, is_loop: bool) {
        self.0.push(Target {
            label: label.map(|label| label.name.ident.to_string()),
            is_loop,
            breaks: Paths::NONE,
            continues: Paths::NONE,
        });
    }

    pub(super) fn leave(&mut self) -> Target {
        self.0.pop().expect("every target is left once")
    }

    /// Where a `break` or `continue` with `label` leads. `None` if it cannot be there at all.
    pub(super) fn find(&mut self, label: Option<&Lifetime>) -> Option<&mut Target> {
        let name = label.map(|label| label.ident.to_string());
        self.0.iter_mut().rev().find(|target| match &name {
            Some(name) => target.label.as_ref() == Some(name),
            None => target.is_loop,
        })
    }
}

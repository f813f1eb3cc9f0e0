//! `yield_point!` where it has no business.

use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Ident, ItemFn, Macro};

use super::Flow;
use crate::errors::Errors;
use crate::yield_point::{hidden_in, is_yield_point, local};
use syn::spanned::Spanned;

impl Flow<'_> {
    /// A place whose code is not the function's own: a closure, an `async` block, a nested item.
    pub(super) fn foreign(&mut self, place: &'static str, walk: impl FnOnce(&mut Foreign<'_>)) {
        let mut foreign = Foreign {
            place,
            found: false,
            errors: self.errors,
        };
        walk(&mut foreign);
        self.said.misplaced |= foreign.found;
    }

    /// `yield_point!(&mut name)`, the one reference that can be seen to be to a local.
    pub(super) fn refuse_reference(&mut self, value: &Expr) {
        let Expr::Reference(reference) = value else {
            return;
        };
        if let (Some(_), Some(name)) = (reference.mutability, local(&reference.expr)) {
            self.errors.report_at(
                value,
                &format!("`{name}` belongs to this function, which cannot give a reference to it away"),
                &format!("lend it itself, with `yield_point!({name})` and its own type as return type: the body gets a `&mut` to it"),
            );
        }
    }

    /// `#[cfg(..)] yield_point!(..)`
    pub(super) fn refuse_conditional(&mut self, mac: &Macro, attrs: &[Attribute]) {
        let is_condition =
            |attr: &&Attribute| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr");
        if let Some(condition) = attrs
            .iter()
            .find(is_condition)
            .filter(|_| is_yield_point(mac))
        {
            self.report(
                mac,
                condition.span(),
                "whether there is this `yield_point!` depends on an attribute",
                "put the condition on the whole function, and write one for each case",
            );
        }
    }

    pub(super) fn refuse_hidden(&mut self, inner: &Ident) {
        self.said.misplaced = true;
        self.errors.report(
            inner.span(),
            "`yield_point!` among the arguments of another macro cannot be seen to be reached exactly once",
            "bind what it evaluates to first: `let exit = yield_point!(..);`",
        );
    }

    pub(super) fn refuse_nested(&mut self, inner: &Ident) {
        self.said.misplaced = true;
        self.errors.report(
            inner.span(),
            "`yield_point!` in the value of another one",
            "remove one of them: a context manager yields once",
        );
    }
}

/// Finds `yield_point!` where it has no business.
pub(super) struct Foreign<'f> {
    place: &'static str,
    found: bool,
    errors: &'f mut Errors,
}

impl<'ast> Visit<'ast> for Foreign<'_> {
    fn visit_macro(&mut self, mac: &'ast Macro) {
        let found = if is_yield_point(mac) {
            mac.path.segments.last().map(|last| last.ident.clone())
        } else {
            hidden_in(&mac.tokens)
        };
        if let Some(found) = found {
            self.found = true;
            self.errors.report(
                found.span(),
                &format!(
                    "`yield_point!` in {} does not belong to the context manager",
                    self.place
                ),
                "move it out, into the function's own control flow; to lend something in every round, lend a `Vec` of all, or enter a context for each with `ExitStack::enter_all`",
            );
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        // A nested context manager yields for itself.
        let is_manager = |attr: &Attribute| {
            attr.path()
                .segments
                .last()
                .is_some_and(|last| last.ident == "context_manager")
        };
        if !item.attrs.iter().any(is_manager) {
            visit::visit_item_fn(self, item);
        }
    }
}

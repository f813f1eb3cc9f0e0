//! Makes the locals that `yield_point!(name)` lends assignable, so that they can be handed back.

use std::collections::HashSet;

use quote::quote_spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Ident, Pat, Stmt, parse_quote};

use crate::yield_point::YieldPoint;

/// Finds the binding of every lent name in `body` and makes it `mut`. Gives back the names whose
/// binding is not in the body: arguments, and what no `let` that can be seen binds.
pub(crate) fn make_lent_assignable(body: &mut Block) -> Vec<Ident> {
    let mut bindings = Bindings::default();
    bindings.visit_block_mut(body);
    bindings.unbound
}

#[derive(Default)]
struct Bindings {
    /// The lent names whose binding has not been come to yet, on the way outwards.
    unbound: Vec<Ident>,
}

impl Bindings {
    /// The names lent in what `walk` visits, and not bound in there.
    fn lent_in(&mut self, walk: impl FnOnce(&mut Self)) -> Vec<Ident> {
        let outside = std::mem::take(&mut self.unbound);
        walk(self);
        std::mem::replace(&mut self.unbound, outside)
    }

    /// Those of `names` that none of `pats` binds go on outwards; the others are given back.
    fn resolve(&mut self, names: Vec<Ident>, pats: &[&Pat]) -> Vec<Ident> {
        let bound: HashSet<Ident> = pats.iter().flat_map(|pat| names_of(pat)).collect();
        let (inner, outer) = names.into_iter().partition(|name| bound.contains(name));
        self.unbound.extend::<Vec<_>>(outer);
        inner
    }
}

impl VisitMut for Bindings {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let mut lent_lets: Vec<(usize, Ident)> = Vec::new();
        for index in 0..block.stmts.len() {
            let names = self.lent_in(|inner| inner.visit_stmt_mut(&mut block.stmts[index]));
            for name in names {
                let binds = |stmt: &Stmt| matches!(stmt, Stmt::Local(local) if names_of(&local.pat).contains(&name));
                match block.stmts[..index].iter().rposition(binds) {
                    Some(at) => lent_lets.push((at, name)),
                    None => self.unbound.push(name),
                }
            }
        }
        make_lets_mutable(block, &lent_lets);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(expr) => self.visit_macro_mut(&mut expr.mac),
            Expr::Match(expr) => {
                self.visit_expr_mut(&mut expr.expr);
                for arm in &mut expr.arms {
                    let names = self.lent_in(|inner| inner.visit_expr_mut(&mut arm.body));
                    if !self.resolve(names.clone(), &[&arm.pat]).is_empty() {
                        let rebound = rebind(&[&arm.pat], &names);
                        let body = &arm.body;
                        *arm.body = parse_quote!({ #(#rebound)* #body });
                    }
                }
            }
            Expr::If(expr) => {
                self.visit_expr_mut(&mut expr.cond);
                let names = self.lent_in(|inner| inner.visit_block_mut(&mut expr.then_branch));
                let pats = let_patterns(&expr.cond);
                self.rebind_in(names, &pats, &mut expr.then_branch);
                if let Some((_, alternative)) = &mut expr.else_branch {
                    self.visit_expr_mut(alternative);
                }
            }
            Expr::While(expr) => {
                self.visit_expr_mut(&mut expr.cond);
                let names = self.lent_in(|inner| inner.visit_block_mut(&mut expr.body));
                let pats = let_patterns(&expr.cond);
                self.rebind_in(names, &pats, &mut expr.body);
            }
            Expr::ForLoop(expr) => {
                self.visit_expr_mut(&mut expr.expr);
                let names = self.lent_in(|inner| inner.visit_block_mut(&mut expr.body));
                self.rebind_in(names, &[&expr.pat], &mut expr.body);
            }
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if let Some(Ok(YieldPoint::Name(name))) = YieldPoint::parse(mac) {
            self.unbound.push(name);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Bindings {
    fn rebind_in(&mut self, names: Vec<Ident>, pats: &[&Pat], block: &mut Block) {
        let lent = self.resolve(names, pats);
        if !lent.is_empty() {
            block.stmts.splice(0..0, rebind(pats, &lent));
        }
    }
}

/// Makes `let`s mutable, in place where the pattern is a name and by binding anew where it is not:
/// `mut` within a pattern would change how the pattern matches references.
// Input:  let (lock, conn) = open();
// Output: let (lock, conn) = open(); let lock = lock; let mut conn = conn;
fn make_lets_mutable(block: &mut Block, lent: &[(usize, Ident)]) {
    for index in (0..block.stmts.len()).rev() {
        let names: Vec<Ident> = lent
            .iter()
            .filter(|(at, _)| *at == index)
            .map(|(_, name)| name.clone())
            .collect();
        let Stmt::Local(local) = &mut block.stmts[index] else {
            continue;
        };
        if names.is_empty() {
            continue;
        }
        match plain_name(&mut local.pat) {
            Some(name) => make_mutable(name),
            None => {
                let rebound = rebind(&[&local.pat], &names);
                block.stmts.splice(index + 1..=index, rebound);
            }
        }
    }
}

fn plain_name(pat: &mut Pat) -> Option<&mut syn::PatIdent> {
    match pat {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => Some(name),
        Pat::Type(typed) => plain_name(&mut typed.pat),
        _ => None,
    }
}

/// Adds `mut`, if it is not there yet.
pub(crate) fn make_mutable(name: &mut syn::PatIdent) {
    let span = proc_macro2::Span::mixed_site().located_at(name.ident.span());
    name.mutability.get_or_insert(syn::Token![mut](span));
}

/// Binds the names of `pats` anew, from the first pattern on that has a lent one, in order, so that
/// they are dropped in the order they would be. What comes before may be borrowed by them.
fn rebind(pats: &[&Pat], lent: &[Ident]) -> Vec<Stmt> {
    let mut names = Vec::new();
    let has_lent = |pat: &Pat| names_of(pat).iter().any(|name| lent.contains(name));
    let from_lent_on = pats.iter().skip_while(|pat| !has_lent(pat));
    for name in from_lent_on.flat_map(|pat| names_of(pat)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .iter()
        .map(|name| {
            let span = proc_macro2::Span::mixed_site().located_at(name.span());
            let mutability = lent.contains(name).then(|| syn::Token![mut](span));
            syn::parse2(
                quote_spanned!(span=> #[allow(clippy::shadow_same)] let #mutability #name = #name;),
            )
            .expect("a `let` statement")
        })
        .collect()
}

/// The patterns of the `let`s in a condition.
fn let_patterns(cond: &Expr) -> Vec<&Pat> {
    match cond {
        Expr::Let(binding) => vec![&*binding.pat],
        Expr::Binary(both) => {
            let mut pats = let_patterns(&both.left);
            pats.extend(let_patterns(&both.right));
            pats
        }
        Expr::Paren(inner) => let_patterns(&inner.expr),
        _ => Vec::new(),
    }
}

/// The names that a pattern binds. Constants, which look alike, start with an uppercase letter.
pub(crate) fn names_of(pat: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, pat: &syn::PatIdent) {
            if !pat.ident.to_string().starts_with(char::is_uppercase) {
                self.0.push(pat.ident.clone());
            }
            visit::visit_pat_ident(self, pat);
        }

        fn visit_pat_or(&mut self, pat: &syn::PatOr) {
            if let Some(first) = pat.cases.first() {
                self.visit_pat(first);
            }
        }

        fn visit_expr(&mut self, _: &Expr) {}
        fn visit_type(&mut self, _: &syn::Type) {}
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pat);
    names.0
}

/// As `rebind`, for the pattern of an argument, and nothing if nothing in it is lent.
pub(crate) fn rebind_lent(pat: &Pat, lent: &[Ident]) -> proc_macro2::TokenStream {
    let stmts = (!lent.is_empty()).then(|| rebind(&[pat], lent));
    let stmts = stmts.iter().flatten();
    quote::quote!(#(#stmts)*)
}

//! Makes the locals that `yield_point!(name)` lends assignable, so that they can be handed back.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::quote_spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, Ident, Pat, Stmt, Token, parse_quote};

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
                let lets = bindings_before(&block.stmts[..index], &name);
                if lets.is_empty() {
                    self.unbound.push(name.clone());
                }
                lent_lets.extend(lets.into_iter().map(|at| (at, name.clone())));
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
                    if let Pat::Guard(guarded) = &mut arm.pat {
                        self.visit_expr_mut(&mut guarded.guard);
                    }
                    let names = self.lent_in(|inner| inner.visit_expr_mut(&mut arm.body));
                    if !self.resolve(names.clone(), &[&arm.pat]).is_empty() {
                        let rebound = rebind(&mut [&mut arm.pat], &names);
                        let body = &arm.body;
                        *arm.body = parse_quote!({ #(#rebound)* #body });
                    }
                }
            }
            Expr::If(expr) => {
                self.visit_expr_mut(&mut expr.cond);
                let names = self.lent_in(|inner| inner.visit_block_mut(&mut expr.then_branch));
                let mut pats = let_patterns(&mut expr.cond);
                self.rebind_in(names, &mut pats, &mut expr.then_branch);
                if let Some((_, alternative)) = &mut expr.else_branch {
                    self.visit_expr_mut(alternative);
                }
            }
            Expr::While(expr) => {
                self.visit_expr_mut(&mut expr.cond);
                let names = self.lent_in(|inner| inner.visit_block_mut(&mut expr.body));
                let mut pats = let_patterns(&mut expr.cond);
                self.rebind_in(names, &mut pats, &mut expr.body);
            }
            Expr::ForLoop(expr) => {
                self.visit_expr_mut(&mut expr.expr);
                let names = self.lent_in(|inner| inner.visit_block_mut(&mut expr.body));
                self.rebind_in(names, &mut [&mut expr.pat], &mut expr.body);
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
    fn rebind_in(&mut self, names: Vec<Ident>, pats: &mut [&mut Pat], block: &mut Block) {
        let shared: Vec<&Pat> = pats.iter().map(|pat| &**pat).collect();
        let lent = self.resolve(names, &shared);
        if !lent.is_empty() {
            block.stmts.splice(0..0, rebind(pats, &lent));
        }
    }
}

/// The `let`s that may bind `name`: the last one, and those before it as long as there may be
/// another one instead.
fn bindings_before(stmts: &[Stmt], name: &Ident) -> Vec<usize> {
    let mut lets = Vec::new();
    for (at, stmt) in stmts.iter().enumerate().rev() {
        if let Stmt::Local(local) = stmt
            && names_of(&local.pat).contains(name)
        {
            lets.push(at);
            if !local.attrs.iter().any(is_condition) {
                break;
            }
        }
    }
    lets
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
        if let Some(name) = plain_name(&mut local.pat) {
            make_mutable(name);
        } else if local.init.is_none() {
            // Nothing is matched here, so that `mut` within the pattern changes nothing.
            make_all_mutable(&mut local.pat, &names);
        } else {
            let conditions = local.attrs.iter().filter(|attr| is_condition(attr));
            let conditions: Vec<_> = conditions.cloned().collect();
            let mut rebound = rebind(&mut [&mut local.pat], &names);
            for stmt in &mut rebound {
                if let Stmt::Local(local) = stmt {
                    local.attrs.extend(conditions.clone());
                }
            }
            block.stmts.splice(index + 1..=index, rebound);
        }
    }
}

fn make_all_mutable(pat: &mut Pat, names: &[Ident]) {
    struct Mutable<'n>(&'n [Ident]);
    impl VisitMut for Mutable<'_> {
        fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
            if self.0.contains(&pat.ident) {
                make_mutable(pat);
            }
        }
    }
    Mutable(names).visit_pat_mut(pat);
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
    let span = Span::mixed_site().located_at(name.ident.span());
    name.mutability.get_or_insert(Token![mut](span));
}

/// Binds the names of `pats` anew, from the first pattern on that has a lent one, in order, so that
/// they are dropped in the order they would be. What comes before may be borrowed by them.
// Input:  (mut a, b), of which `b` is lent
// Output: (a, b) and let mut a = a; let mut b = b;
fn rebind(pats: &mut [&mut Pat], lent: &[Ident]) -> Vec<Stmt> {
    let has_lent = |pat: &Pat| names_of(pat).iter().any(|name| lent.contains(name));
    let from_lent_on = pats.iter_mut().skip_while(|pat| !has_lent(pat));
    let mut rebound: Vec<(Ident, Option<Token![mut]>, Vec<Attribute>)> = Vec::new();
    for (name, mutability, attrs) in from_lent_on.flat_map(|pat| take_bindings(pat)) {
        match rebound.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, known, _)) => *known = known.or(mutability),
            None => rebound.push((name, mutability, attrs)),
        }
    }
    rebound
        .into_iter()
        .map(|(name, mutability, attrs)| {
            let span = Span::mixed_site().located_at(name.span());
            let of_lent = lent.contains(&name).then(|| Token![mut](span));
            let mutability = mutability.or(of_lent);
            let rebound = quote_spanned! {span=>
                #[allow(clippy::shadow_same)]
                #(#attrs)*
                let #mutability #name = #name;
            };
            syn::parse2(rebound).expect("a `let` statement")
        })
        .collect()
}

/// The bindings of a pattern, with the `mut` and the conditions that each has, the `mut` taken out.
fn take_bindings(pat: &mut Pat) -> Vec<(Ident, Option<Token![mut]>, Vec<Attribute>)> {
    struct Taken {
        bindings: Vec<(Ident, Option<Token![mut]>, Vec<Attribute>)>,
        conditions: Vec<Attribute>,
    }
    impl VisitMut for Taken {
        fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
            if !pat.ident.to_string().starts_with(char::is_uppercase) {
                let mutability = match pat.by_ref {
                    None => pat.mutability.take(),
                    Some(_) => None,
                };
                let conditions = self.conditions.clone();
                self.bindings
                    .push((pat.ident.clone(), mutability, conditions));
            }
            visit_mut::visit_pat_ident_mut(self, pat);
        }

        fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
            let outer = self.conditions.clone();
            let conditions = field.attrs.iter().filter(|attr| is_condition(attr));
            self.conditions.extend(conditions.cloned());
            visit_mut::visit_field_pat_mut(self, field);
            self.conditions = outer;
        }

        fn visit_expr_mut(&mut self, _: &mut Expr) {}
        fn visit_type_mut(&mut self, _: &mut syn::Type) {}
    }
    let mut taken = Taken {
        bindings: Vec::new(),
        conditions: Vec::new(),
    };
    taken.visit_pat_mut(pat);
    taken.bindings
}

/// `#[cfg(..)]`, in either form.
pub(crate) fn is_condition(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}

/// The patterns of the `let`s in a condition.
fn let_patterns(cond: &mut Expr) -> Vec<&mut Pat> {
    match cond {
        Expr::Let(binding) => vec![&mut *binding.pat],
        Expr::Binary(both) => {
            let mut pats = let_patterns(&mut both.left);
            pats.extend(let_patterns(&mut both.right));
            pats
        }
        Expr::Paren(inner) => let_patterns(&mut inner.expr),
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
pub(crate) fn rebind_lent(pat: &mut Pat, lent: &[Ident]) -> proc_macro2::TokenStream {
    let stmts = (!lent.is_empty()).then(|| rebind(&mut [pat], lent));
    let stmts = stmts.iter().flatten();
    quote::quote!(#(#stmts)*)
}

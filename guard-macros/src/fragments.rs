//! What a `$name:expr` of a `macro_rules!` stands for comes in invisible parentheses, which the
//! compiler forgets in the output of a macro like this one.

use syn::Expr;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};

use crate::rewrite::hygienic;

/// Makes the invisible parentheses in what `walk` visits visible, where they matter.
pub(crate) fn keep_fragments_whole(walk: impl FnOnce(&mut Keeper)) {
    walk(&mut Keeper);
}

/// The expression in invisible parentheses, if it is in any.
pub(crate) fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => unwrapped(&group.expr),
        expr => expr,
    }
}

// Input:  $closure(3), for `|n| n + 1`
// Output: (|n| n + 1)(3)
pub(crate) struct Keeper;

impl VisitMut for Keeper {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Group(group) = expr
            && !stands_alone(&group.expr)
        {
            let span = hygienic(group.expr.span());
            let inner = &group.expr;
            *expr = syn::parse_quote_spanned!(span=> (#inner));
        }
    }
}

/// Whether `expr` means the same next to any operator.
fn stands_alone(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Array(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Group(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
            | Expr::Try(_)
            | Expr::Tuple(_)
    )
}

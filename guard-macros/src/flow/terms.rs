//! What expressions and macros are taken for, as nothing is known of types here.

use syn::{Block, Expr, Macro, Stmt};

use crate::yield_point::is_yield_point;

/// Whether the block ends in an expression, or in what may be one.
pub(super) fn has_tail(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(expr, None)) => !is_yield(expr),
        Some(Stmt::Macro(stmt)) => stmt.semi_token.is_none() && !is_yield_point(&stmt.mac),
        _ => false,
    }
}

fn is_yield(expr: &Expr) -> bool {
    matches!(expr, Expr::Macro(expr) if is_yield_point(&expr.mac))
}

/// `Err(..)`, the one value known to be a failure.
pub(crate) fn is_err(expr: &Expr) -> bool {
    let call = match expr {
        Expr::Call(call) => call,
        Expr::Group(inner) => return is_err(&inner.expr),
        Expr::Paren(inner) => return is_err(&inner.expr),
        _ => return false,
    };
    matches!(&*call.func, Expr::Path(path) if last_is(path, &["Err"]))
}

fn last_is(path: &syn::ExprPath, names: &[&str]) -> bool {
    path.path
        .segments
        .last()
        .is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// Macros that never come back, or come back with an error.
pub(super) fn diverges(mac: &Macro) -> bool {
    const NAMES: [&str; 5] = ["panic", "unreachable", "todo", "unimplemented", "bail"];
    mac.path
        .segments
        .last()
        .is_some_and(|last| NAMES.iter().any(|name| last.ident == name))
}

/// `process::exit`, `process::abort` and `panic::resume_unwind`.
pub(super) fn ends_process(function: &Expr) -> bool {
    let Expr::Path(path) = function else {
        return false;
    };
    let mut segments = path
        .path
        .segments
        .iter()
        .rev()
        .map(|segment| &segment.ident);
    match (segments.next(), segments.next()) {
        (Some(name), Some(module)) => {
            (module == "process" && (name == "exit" || name == "abort"))
                || (module == "panic" && (name == "resume_unwind" || name == "panic_any"))
        }
        _ => false,
    }
}

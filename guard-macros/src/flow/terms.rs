//! What expressions and macros are taken for, as nothing is known of types here.

use syn::{Block, Expr, Macro, Stmt};

use crate::yield_point::is_yield_point;

/// What the last line of a function is.
pub(super) struct Lasts<'b> {
    /// It is no expression that could be the function's value.
    pub(super) missing: bool,
    /// It is `Ok(..)`.
    pub(super) needless: Option<&'b Expr>,
}

impl<'b> Lasts<'b> {
    pub(super) fn of(body: &'b Block) -> Self {
        let tail = match body.stmts.last() {
            Some(Stmt::Expr(tail, None)) => Some(tail),
            _ => None,
        };
        let may_be_macro = matches!(body.stmts.last(), Some(Stmt::Macro(stmt))
            if stmt.semi_token.is_none() && !is_yield_point(&stmt.mac));
        Lasts {
            missing: !may_be_macro && tail.is_none_or(is_yield),
            needless: tail.filter(|tail| calls(tail, "Ok")),
        }
    }
}

fn is_yield(expr: &Expr) -> bool {
    matches!(expr, Expr::Macro(expr) if is_yield_point(&expr.mac))
}

/// `Err(..)`, the one value known to be a failure.
pub(crate) fn is_err(expr: &Expr) -> bool {
    calls(expr, "Err")
}

fn calls(expr: &Expr, name: &str) -> bool {
    let call = match expr {
        Expr::Call(call) => call,
        Expr::Group(inner) => return calls(&inner.expr, name),
        Expr::Paren(inner) => return calls(&inner.expr, name),
        _ => return false,
    };
    matches!(&*call.func, Expr::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == name))
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

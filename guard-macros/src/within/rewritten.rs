//! A test that another macro has rewritten before `#[within]` sees it: its arguments, and the code
//! that was written for it, are then somewhere inside.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprCall, ExprPath, Item, Meta, Pat, Stmt};

use super::parse::Function;
use crate::errors::Errors;

/// Rule: a context uses what is there when it is entered, and its value is used where it is lent.
pub(crate) fn check(function: &Function, errors: &mut Errors) {
    if let Some(arguments) = arguments_of_proptest(function.body.stream()) {
        check_arguments(
            function,
            &arguments,
            "once around all the cases",
            "call a function marked `#[within(..)]` from the test, with this as its argument",
            errors,
        );
    } else if let Some(arguments) = arguments_of_rstest(function) {
        check_arguments(
            function,
            &arguments,
            "before the arguments of the case are made",
            "put `#[within(..)]` above `#[rstest]`",
            errors,
        );
        if errors.is_empty() {
            check_values(function, errors);
        }
    } else if is_getter_of_rstest(function) {
        errors.report(
            Span::call_site(),
            "`#[fixture]` would have this context entered twice",
            "put `#[within(..)]` above `#[fixture]`",
        );
    }
}

fn check_arguments(
    function: &Function,
    arguments: &[Ident],
    when: &str,
    help: &str,
    errors: &mut Errors,
) {
    let mut known = Vec::new();
    for entry in &function.args.entries {
        let mut mentions = Mentions(Vec::new());
        mentions.visit_expr(&entry.context);
        let guilty = mentions
            .0
            .into_iter()
            .find(|name| arguments.contains(name) && !known.contains(name));
        if let Some(name) = guilty {
            let message = format!("this context is entered {when}, where there is no `{name}`");
            errors.report(name.span(), &message, help);
        }
        known.extend(entry.pat.iter().flat_map(names));
    }
}

/// `#[rstest]` has moved the body to a function of its own, which sees the value no more. A later
/// context may.
fn check_values(function: &Function, errors: &mut Errors) {
    let entries = &function.args.entries;
    for (at, entry) in entries.iter().enumerate() {
        let unseen = |name: &Ident| {
            let name = name.to_string();
            let mut later = entries[at + 1..].iter();
            !name.starts_with('_')
                && later.all(|entry| !entry.context.to_token_stream().to_string().contains(&name))
        };
        let names = entry.pat.as_ref().map(names).unwrap_or_default();
        if !names.is_empty() && names.iter().all(unseen) {
            errors.report(
                names[0].span(),
                &format!("`{}` cannot be seen by a test below `#[rstest]`", names[0]),
                "put `#[within(..)]` above `#[rstest]`",
            );
        }
    }
}

fn names(pat: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, pat: &syn::PatIdent) {
            self.0.push(pat.ident.clone());
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pat);
    names.0
}

/// The names of values that an expression mentions. A fixture's function has the name of its value,
/// and may be called.
struct Mentions(Vec<Ident>);

impl Visit<'_> for Mentions {
    fn visit_expr_call(&mut self, call: &ExprCall) {
        if !matches!(*call.func, Expr::Path(_)) {
            self.visit_expr(&call.func);
        }
        call.args.iter().for_each(|arg| self.visit_expr(arg));
    }

    fn visit_expr_path(&mut self, path: &ExprPath) {
        self.0.extend(path.path.get_ident().cloned());
    }
}

/// The names in front of `in` or `:`.
// Input:  proptest_helper!(@_BODY config (n in 0..9, (a, b) in pairs()) [] { body })
// Output: n, a, b
fn arguments_of_proptest(body: TokenStream) -> Option<Vec<Ident>> {
    let mut tokens = body.into_iter();
    tokens.find(|token| is(token, "proptest_helper"))?;
    let call = tokens.find_map(group)?;
    let arguments = call
        .stream()
        .into_iter()
        .filter_map(group)
        .find(|group| group.delimiter() == Delimiter::Parenthesis)?;
    let mut names = Vec::new();
    let mut in_pattern = true;
    for token in arguments.stream() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => in_pattern = true,
            TokenTree::Punct(punct) if punct.as_char() == ':' => in_pattern = false,
            token if is(token, "in") => in_pattern = false,
            _ if in_pattern => idents(token, &mut names),
            _ => {}
        }
    }
    Some(names)
}

fn idents(token: TokenTree, found: &mut Vec<Ident>) {
    match token {
        TokenTree::Ident(ident) => found.push(ident),
        TokenTree::Group(group) => group.stream().into_iter().for_each(|t| idents(t, found)),
        _ => {}
    }
}

/// What the test itself is called with, if this is what `#[rstest]` makes of a case, or what
/// `#[tokio::test]` then makes of that.
// Input:  fn case_1() { let text = "a"; let number = number::default(); name(text, number) }
// Output: text, number
fn arguments_of_rstest(function: &Function) -> Option<Vec<Ident>> {
    if !function.sig.inputs.is_empty() {
        return None;
    }
    let block: Block = syn::parse2(function.body.to_token_stream()).ok()?;
    let name = &function.sig.ident;
    arguments_of_case(name, &block).or_else(|| arguments_of_case(name, awaited(&block)?))
}

/// Either the test stands in it, under the same name, or it has the name of a case.
fn arguments_of_case(name: &Ident, block: &Block) -> Option<Vec<Ident>> {
    let Stmt::Expr(last, None) = block.stmts.last()? else {
        return None;
    };
    let (called, arguments) = call(last)?;
    let made = made(block);
    let whole = called == *name && block.stmts.iter().any(|stmt| is_function(stmt, name));
    let case = !arguments.is_empty() && is_case(&name.to_string(), &made);
    let made_for_it = arguments.iter().all(|argument| made.contains(argument));
    ((whole || case) && made_for_it).then_some(made)
}

/// What `#[rstest]` calls cases, and `#[values(..)]`.
fn is_case(name: &str, arguments: &[Ident]) -> bool {
    let numbered = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    let mut prefixes = arguments.iter().map(|argument| format!("{argument}_"));
    name.strip_prefix("case_").is_some_and(numbered)
        || prefixes.any(|prefix| name.strip_prefix(&*prefix).is_some_and(numbered))
}

fn is_function(stmt: &Stmt, name: &Ident) -> bool {
    matches!(stmt, Stmt::Item(Item::Fn(item)) if item.sig.ident == *name)
}

/// The names that are bound in a block itself.
fn made(block: &Block) -> Vec<Ident> {
    let bound = block.stmts.iter().filter_map(|stmt| match stmt {
        Stmt::Local(local) => Some(names(&local.pat)),
        _ => None,
    });
    bound.flatten().collect()
}

/// The function that is called, and with which names.
fn call(expr: &Expr) -> Option<(Ident, Vec<Ident>)> {
    match expr {
        Expr::Await(awaited) => call(&awaited.base),
        Expr::Closure(closure) => call(&closure.body),
        Expr::Call(call) => {
            let name = value(&call.func)?;
            if name.to_string().starts_with("execute_with_timeout") {
                return self::call(call.args.first()?);
            }
            let arguments = call.args.iter().map(value);
            Some((name, arguments.collect::<Option<_>>()?))
        }
        _ => None,
    }
}

fn value(arg: &Expr) -> Option<Ident> {
    match arg {
        Expr::Reference(reference) => value(&reference.expr),
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

/// The `async` block at the top of a block.
fn awaited(block: &Block) -> Option<&Block> {
    let Stmt::Local(local) = block.stmts.first()? else {
        return None;
    };
    match &*local.init.as_ref()?.expr {
        Expr::Async(body) => Some(&body.block),
        _ => None,
    }
}

/// Whether this is the function with which `#[fixture]` calls the fixture, which has its attributes too.
// Input:  #[doc(hidden)] #[allow(unused_mut)] pub fn get(a: A) -> T { name(a) }
// Output: true
fn is_getter_of_rstest(function: &Function) -> bool {
    let has = |name: &str, word: &str| {
        let mut attrs = function
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident(name));
        attrs.any(
            |attr| matches!(&attr.meta, Meta::List(list) if contains(list.tokens.clone(), word)),
        )
    };
    function.sig.ident == "get"
        && has("doc", "hidden")
        && has("allow", "unused_mut")
        && syn::parse2::<Block>(function.body.to_token_stream()).is_ok_and(|block| {
            let last = block.stmts.last();
            matches!(
                last,
                Some(Stmt::Expr(
                    Expr::Call(_) | Expr::Await(_) | Expr::MethodCall(_),
                    _
                ))
            )
        })
}

/// Whether an attribute as `#[tokio::test]` has made a plain function of an `async fn`.
// Input:  { let body = async { .. }; return Builder::new_current_thread().build().block_on(body); }
// Output: true
pub(crate) fn starts_a_runtime(body: &Group) -> bool {
    contains(body.stream(), "async") && contains(body.stream(), "block_on")
}

fn contains(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| {
        is(&token, word) || group(token).is_some_and(|group| contains(group.stream(), word))
    })
}

fn is(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn group(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

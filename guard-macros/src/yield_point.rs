use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::visit_mut::VisitMut;
use syn::{Expr, Ident, Macro, Token};

use crate::fragments::{keep_fragments_whole, unwrapped};

/// The forms of `yield_point!(..)`.
pub(crate) enum YieldPoint {
    /// `yield_point!()`
    Nothing,
    /// `yield_point!(name)`
    Name(Ident),
    /// `yield_point!(expression)`
    Value(Box<Expr>),
}

impl YieldPoint {
    /// `None` if `mac` is another macro.
    pub(crate) fn parse(mac: &Macro) -> Option<syn::Result<Self>> {
        is_yield_point(mac).then(|| {
            if mac.tokens.is_empty() {
                return Ok(YieldPoint::Nothing);
            }
            mac.parse_body_with(one_value).map(Self::from_value)
        })
    }

    fn from_value(mut value: Expr) -> Self {
        keep_fragments_whole(|keeper| keeper.visit_expr_mut(&mut value));
        match local(&value) {
            Some(name) => YieldPoint::Name(name.clone()),
            None => YieldPoint::Value(Box::new(value)),
        }
    }
}

fn one_value(input: ParseStream<'_>) -> syn::Result<Expr> {
    let value = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    Ok(value)
}

/// The local variable that `value` may be. Constants and unit structs, which look alike, are told
/// apart by their first letter.
pub(crate) fn local(value: &Expr) -> Option<&Ident> {
    let Expr::Path(path) = unwrapped(value) else {
        return None;
    };
    let name = path.path.get_ident().filter(|_| path.attrs.is_empty())?;
    let text = name.to_string();
    (text != "self" && !text.starts_with(char::is_uppercase)).then_some(name)
}

pub(crate) fn is_yield_point(mac: &Macro) -> bool {
    mac.path
        .segments
        .last()
        .is_some_and(|last| last.ident == "yield_point")
}

/// The first `yield_point!` among the tokens of another macro.
pub(crate) fn hidden_in(tokens: &TokenStream) -> Option<Ident> {
    path_in(tokens).and_then(|path| match path.into_iter().last() {
        Some(TokenTree::Ident(name)) => Some(name),
        _ => None,
    })
}

/// The path by which `tokens` call `yield_point!` for the first time.
pub(crate) fn path_in(tokens: &TokenStream) -> Option<TokenStream> {
    let mut path = Vec::new();
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => {
                if let Some(found) = path_in(&group.stream()) {
                    return Some(found);
                }
                path.clear();
            }
            TokenTree::Punct(punct) if punct.as_char() == '!' => {
                if matches!(path.last(), Some(TokenTree::Ident(name)) if name == "yield_point") {
                    return Some(path.into_iter().collect());
                }
                path.clear();
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                if path.last().is_some_and(is_single_colon) {
                    path.clear();
                }
                path.push(token);
            }
            TokenTree::Ident(_) => {
                if !ends_in_double_colon(&path) {
                    path.clear();
                }
                path.push(token);
            }
            _ => path.clear(),
        }
    }
    None
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

/// Whether `token` is a colon, and not the first one of `::`.
fn is_single_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Alone)
}

fn ends_in_double_colon(path: &[TokenTree]) -> bool {
    matches!(path, [.., first, second] if is_colon(first) && !is_single_colon(first) && is_colon(second))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::path_in;

    #[test]
    fn the_path_of_a_call_is_found_whole() {
        let path = |tokens| path_in(&tokens).map(|path| path.to_string());
        let is = |path: &str| Some(path.to_owned());
        assert_eq!(path(quote!(yield_point!(x))), is("yield_point"));
        assert_eq!(
            path(quote!(S {
                exit: yield_point!(x)
            })),
            is("yield_point")
        );
        assert_eq!(
            path(quote!(S {
                e: ::g::yield_point!()
            })),
            is(":: g :: yield_point")
        );
        assert_eq!(
            path(quote!(return g::h::yield_point!())),
            is("g :: h :: yield_point")
        );
        assert_eq!(path(quote!(yield_point && !x)), None);
    }
}

//! `fields(..)`, what a span of `tracing` records.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprPath, LitStr, Macro, Token};

use crate::errors::{Errors, error};

/// What stands in the parentheses: as it was written, and what of the function it mentions.
pub(crate) struct Fields {
    pub(crate) tokens: TokenStream,
    list: Vec<Field>,
}

/// `name`, `%name`, `name = value` or `name = ?value`
struct Field {
    key: Option<Ident>,
    value: Option<Expr>,
}

impl Fields {
    pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Self> {
        let parse = Punctuated::<Field, Token![,]>::parse_terminated;
        let list = parse.parse2(tokens.clone()).map_err(|wrong| {
            error(
                wrong.span(),
                "this is no field of a span",
                "write `name = value`, `name = %value` or `name = ?value`, as in `tracing::info_span!`",
            )
        })?;
        Ok(Fields {
            tokens,
            list: list.into_iter().collect(),
        })
    }

    /// Rule: the context records its outcome itself.
    pub(crate) fn check(&self, errors: &mut Errors) {
        let keys = self.list.iter().filter_map(|field| field.key.as_ref());
        for key in keys.filter(|key| *key == "outcome") {
            errors.report(
                key.span(),
                "every context records its own `outcome`",
                "give the field another name, as in `result = outcome`",
            );
        }
    }

    /// The variables that are looked at.
    pub(crate) fn mentioned(&self) -> Vec<Ident> {
        let mut mentioned = Mentioned::default();
        for field in &self.list {
            match &field.value {
                Some(value) => mentioned.visit_expr(value),
                None => mentioned.0.extend(field.key.clone()),
            }
        }
        mentioned.0
    }
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        sigil(input)?;
        let key = if input.peek(LitStr) {
            input.parse::<LitStr>()?;
            None
        } else {
            Some(input.parse::<Ident>()?)
        };
        while input.parse::<Option<Token![.]>>()?.is_some() {
            input.call(Ident::parse_any)?;
        }
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => {
                sigil(input)?;
                Some(input.parse()?)
            }
            None => None,
        };
        Ok(Field { key, value })
    }
}

/// How a value is recorded.
fn sigil(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Option<Token![%]>>()?;
    input.parse::<Option<Token![?]>>()?;
    Ok(())
}

/// The variables in an expression.
pub(crate) fn mentioned_in(expr: &Expr) -> Vec<Ident> {
    let mut mentioned = Mentioned::default();
    mentioned.visit_expr(expr);
    mentioned.0
}

#[derive(Default)]
struct Mentioned(Vec<Ident>);

impl Visit<'_> for Mentioned {
    fn visit_expr_path(&mut self, path: &ExprPath) {
        self.0.extend(path.path.get_ident().cloned());
        visit::visit_expr_path(self, path);
    }

    /// Any of its tokens may be a variable.
    fn visit_macro(&mut self, mac: &Macro) {
        self.0.extend(idents(mac.tokens.clone()));
    }
}

fn idents(tokens: TokenStream) -> Vec<Ident> {
    let idents = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(ident) => vec![ident],
        TokenTree::Group(group) => idents(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    });
    idents.collect()
}

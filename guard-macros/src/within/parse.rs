use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Block, Meta, ReturnType, Signature, Token, Visibility};

use super::args::Args;
use crate::errors::{Errors, error};
use crate::fragments::keep_fragments_whole;
use crate::parse::ends_in_result;

/// A function marked `#[within]`.
pub(crate) struct Function {
    /// Those of all its `#[within]`s, from the first to the last.
    pub(crate) args: Args,
    /// The other ones.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// As it was written: the compiler says best what is wrong with it.
    pub(crate) body: Group,
}

impl Function {
    /// Whether the contexts are told of the error that it returns.
    pub(crate) fn is_fallible(&self) -> bool {
        self.args.infallible.is_none() && self.returns_result()
    }

    pub(crate) fn returns_result(&self) -> bool {
        match &self.sig.output {
            ReturnType::Default => false,
            ReturnType::Type(_, ty) => ends_in_result(ty),
        }
    }
}

pub(crate) fn parse(
    args: TokenStream,
    item: &TokenStream,
    errors: &mut Errors,
) -> Option<Function> {
    let mut all = Args::default();
    all.add(Span::call_site(), args, errors);
    let (mut attrs, vis, sig, body) = match function.parse2(item.clone()) {
        Ok(parts) => parts,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let (inner, body) = without_inner_attributes(&body);
    attrs.extend(inner);
    attrs.retain(|attr| {
        let other = !is_within(attr);
        if !other {
            absorb(attr, &mut all, errors);
        }
        other
    });
    Some(Function {
        args: all,
        attrs,
        vis,
        sig,
        body: keep_fragments(body),
    })
}

type Parts = (Vec<Attribute>, Visibility, Signature, Group);

fn function(input: ParseStream<'_>) -> syn::Result<Parts> {
    let whole = input.span();
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let Ok(sig) = input.parse::<Signature>() else {
        let help = if input.peek(Token![impl]) || input.peek(Token![trait]) {
            "put it on the function in it"
        } else {
            "write `#[within(f(..))] fn name(..) { .. }`"
        };
        return Err(error(whole, "`#[within]` goes on a function", help));
    };
    match input.parse().map(unwrapped) {
        Ok(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {
            Ok((attrs, vis, sig, body))
        }
        found => Err(error(
            found.map_or_else(|_| sig.ident.span(), |found| found.span()),
            "`#[within]` needs a body to run",
            "write `{ .. }` in place of `;`, or put `#[within]` on the function that has the body",
        )),
    }
}

/// What a `$body:block` of a `macro_rules!` stands for comes in invisible parentheses.
fn unwrapped(body: TokenTree) -> TokenTree {
    let TokenTree::Group(group) = &body else {
        return body;
    };
    let mut inner = group.stream().into_iter();
    match (group.delimiter(), inner.next(), inner.next()) {
        (Delimiter::None, Some(only), None) => unwrapped(only),
        _ => body,
    }
}

fn is_within(attr: &Attribute) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|last| last.ident == "within")
}

/// The compiler expands the first attribute first, so that its context would be the innermost.
// Input:  #[within(a = f())] #[within(b = g(a))]
// Output: #[within(a = f(), b = g(a))]
fn absorb(attr: &Attribute, args: &mut Args, errors: &mut Errors) {
    let tokens = match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) => TokenStream::new(),
        Meta::NameValue(pair) => {
            args.broken = true;
            return errors.report(
                pair.eq_token.span(),
                "expected `(..)`",
                "write `#[within(f(..))]`",
            );
        }
    };
    args.add(attr.path().span(), tokens, errors);
}

/// The attributes at the top of the body, which are the function's own, and the rest.
fn without_inner_attributes(body: &Group) -> (Vec<Attribute>, Group) {
    let split = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_inner)?;
        input.parse().map(|rest: TokenStream| (attrs, rest))
    };
    let Ok((mut attrs, rest)) = split.parse2(body.stream()) else {
        return (Vec::new(), body.clone());
    };
    for attr in &mut attrs {
        attr.style = syn::AttrStyle::Outer;
    }
    (attrs, braces(body.span(), rest))
}

/// Braces that stand where those at `span` do.
pub(crate) fn braces(span: Span, inner: TokenStream) -> Group {
    let mut group = Group::new(Delimiter::Brace, inner);
    group.set_span(span);
    group
}

/// Parses the body where it is needed: in what no `macro_rules!` has written, nothing is lost.
fn keep_fragments(body: Group) -> Group {
    if !has_fragments(body.stream()) {
        return body;
    }
    let Ok(mut block) = syn::parse2::<Block>(quote!(#body)) else {
        return body;
    };
    keep_fragments_whole(|keeper| keeper.visit_block_mut(&mut block));
    let mut inner = TokenStream::new();
    for stmt in &block.stmts {
        stmt.to_tokens(&mut inner);
    }
    braces(body.span(), inner)
}

fn has_fragments(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::None || has_fragments(group.stream())
        }
        _ => false,
    })
}

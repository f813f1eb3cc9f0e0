use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Block, ImplItem, Item, ReturnType, Signature, Token, TraitItem, Type, Visibility,
    parse_quote,
};

use crate::args::Args;
use crate::errors::{Errors, error};
use crate::yield_point::path_in;

/// A function marked `#[context_manager]`.
pub(crate) struct ContextManager {
    pub(crate) args: Args,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) lends: Lends,
    /// `None` where it could not be parsed.
    pub(crate) body: Option<Block>,
    /// The body as it was written.
    pub(crate) tokens: TokenStream,
}

impl ContextManager {
    /// What to write so that the function can fail.
    pub(crate) fn how_to_be_fallible(&self) -> &'static str {
        match self.args.infallible {
            Some(_) => "remove `infallible`",
            None => "return `Result<T, E>`, or an alias whose name ends in `Result`",
        }
    }

    pub(crate) fn lends_option(&self) -> bool {
        matches!(&self.lends, Lends::Plain(ty) if last_name(ty).is_some_and(|name| name == "Option"))
    }
}

/// What the declared return type means.
pub(crate) enum Lends {
    /// `-> T`
    Plain(Type),
    /// `-> Result<T, E>`, by whatever name.
    Fallible(Type),
}

impl Lends {
    pub(crate) fn ty(&self) -> &Type {
        match self {
            Lends::Plain(ty) | Lends::Fallible(ty) => ty,
        }
    }

    pub(crate) fn is_fallible(&self) -> bool {
        matches!(self, Lends::Fallible(_))
    }

    /// What to write as the last line. An alias may turn out to be no `Result` at all.
    pub(crate) fn help_with_last_line(&self) -> String {
        let help = "write `Ok(())` as the last line";
        match self.alias() {
            Some(alias) => format!(
                "{help}; or `#[context_manager(infallible)]`, if `{alias}` is no `Result` or is to be lent as it is"
            ),
            None => help.to_owned(),
        }
    }

    fn alias(&self) -> Option<String> {
        match self {
            Lends::Fallible(ty) => last_name(ty).filter(|name| name != "Result"),
            Lends::Plain(_) => None,
        }
    }
}

pub(crate) enum Parsed {
    Function(Box<ContextManager>, Errors),
    /// The error, with the item left as it was.
    Other(TokenStream),
}

/// A body that does not parse costs the body alone, so that an editor keeps the function.
pub(crate) fn parse(args: TokenStream, item: &TokenStream) -> Parsed {
    let mut errors = Errors::default();
    let args = Args::parse(args, &mut errors);
    let item = &without_captures(item, &mut errors);
    let (mut attrs, vis, sig, body) = match function.parse2(item.clone()) {
        Ok(parts) => parts,
        Err(error) => {
            errors.push(error);
            let errors = errors.into_compile_errors();
            let item = mark_methods(item, &args.krate());
            return Parsed::Other(quote!(#errors #item));
        }
    };
    let tokens = quote!(#body);
    let body = match block.parse2(tokens.clone()) {
        Ok((inner, body)) => {
            attrs.extend(inner);
            Some(body)
        }
        Err(error) => {
            errors.push(error);
            None
        }
    };
    let lends = lends(&args, &sig.output, &mut errors);
    let manager = ContextManager {
        args,
        attrs,
        vis,
        sig,
        lends,
        body,
        tokens,
    };
    Parsed::Function(Box::new(manager), errors)
}

/// The body, and the attributes at its top, which are the function's own.
fn block(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Block)> {
    let content;
    let brace_token = syn::braced!(content in input);
    let mut attrs = content.call(Attribute::parse_inner)?;
    for attr in &mut attrs {
        attr.style = syn::AttrStyle::Outer;
    }
    let stmts = content.call(Block::parse_within)?;
    Ok((attrs, Block { brace_token, stmts }))
}

/// Marks the methods of an `impl` or a `trait` that was marked in their place, so that nothing is
/// said of them but what is wrong with them. Any other item is left as it is.
fn mark_methods(item: &TokenStream, krate: &TokenStream) -> TokenStream {
    let Ok(mut item) = syn::parse2::<Item>(item.clone()) else {
        return item.clone();
    };
    let mark = |attrs: &mut Vec<Attribute>, body: &Block| {
        if path_in(&body.to_token_stream()).is_some() && !attrs.iter().any(is_marked) {
            attrs.push(parse_quote!(#[#krate::context_manager]));
        }
    };
    match &mut item {
        Item::Impl(block) => {
            for method in &mut block.items {
                if let ImplItem::Fn(method) = method {
                    mark(&mut method.attrs, &method.block);
                }
            }
        }
        Item::Trait(block) => {
            for method in &mut block.items {
                if let TraitItem::Fn(method) = method
                    && let Some(body) = &method.default
                {
                    mark(&mut method.attrs, body);
                }
            }
        }
        _ => {}
    }
    item.into_token_stream()
}

fn is_marked(attr: &Attribute) -> bool {
    let name = attr.path().segments.last();
    name.is_some_and(|last| last.ident == "context_manager")
}

type Parts = (Vec<Attribute>, Visibility, Signature, Group);

fn function(input: ParseStream<'_>) -> syn::Result<Parts> {
    let whole = input.span();
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let Ok(sig) = input.parse::<Signature>() else {
        let help = if input.peek(Token![impl]) || input.peek(Token![trait]) {
            "move it to the function in it"
        } else {
            "remove it here, and write `#[context_manager] fn name(..) -> T { .. yield_point!(value); .. }`"
        };
        return Err(error(
            whole,
            "`#[context_manager]` goes on a function",
            help,
        ));
    };
    if input.peek(Token![;]) {
        return Err(error(
            input.span(),
            "a context manager needs a body",
            "write `{ .. guard_core::yield_point!(value); .. }` in place of `;`, or remove `#[context_manager]`",
        ));
    }
    match input.parse()? {
        TokenTree::Group(body) => Ok((attrs, vis, sig, body)),
        other => Err(syn::Error::new(
            other.span(),
            "expected the function's body",
        )),
    }
}

/// The compiler advises `+ use<..>` where a context borrows what it should not.
// Input:  fn f(text: &str) -> String + use<> { .. }
// Output: fn f(text: &str) -> String { .. }
fn without_captures(item: &TokenStream, errors: &mut Errors) -> TokenStream {
    let mut kept = Vec::new();
    let mut rest = item.clone().into_iter();
    while let Some(token) = rest.next() {
        match &token {
            TokenTree::Ident(word) if word == "use" && is_plus(kept.last()) => {
                errors.report(
                    word.span(),
                    "`use<..>` does not belong to what a context manager lends",
                    "remove it, and take arguments by value: `text: String` in the place of `text: &str`",
                );
                kept.pop();
                rest.by_ref()
                    .take_while(|token| !is(token, '>'))
                    .for_each(drop);
            }
            _ => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

fn is_plus(token: Option<&TokenTree>) -> bool {
    token.is_some_and(|token| is(token, '+'))
}

fn is(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == punct)
}

fn lends(args: &Args, output: &ReturnType, errors: &mut Errors) -> Lends {
    let ty = match output {
        ReturnType::Default => syn::parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    };
    match (&args.infallible, ends_in_result(&ty)) {
        (None, true) => Lends::Fallible(ty),
        (Some(word), false) => {
            errors.report(
                word.span,
                "`infallible` is for a return type whose name ends in `Result`",
                "remove it: this context manager cannot fail as it is",
            );
            Lends::Plain(ty)
        }
        _ => Lends::Plain(ty),
    }
}

pub(crate) fn ends_in_result(ty: &Type) -> bool {
    last_name(ty).is_some_and(|name| name.ends_with("Result"))
}

/// The last segment of a path.
fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Paren(inner) => last_name(&inner.elem),
        Type::Group(inner) => last_name(&inner.elem),
        _ => None,
    }
}

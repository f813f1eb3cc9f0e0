use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Type, parse_quote};

use crate::parse::ContextManager;
use crate::yield_point::path_in;

/// The function without its body: what documentation shows, and what is left of a function with
/// mistakes, so that its callers can be checked all the same.
// Input:  pub fn database(name: &str) -> Result<Connection, DbError> { .. }
// Output: pub fn database(name: &str) -> Context<Result<Connection, DbError>> { .. }
pub(crate) fn stub(
    manager: &ContextManager,
    krate: &TokenStream,
    returns: &TokenStream,
) -> TokenStream {
    let ContextManager {
        attrs, vis, sig, ..
    } = manager;
    let span = Span::mixed_site();
    let mut sig = sig.clone();
    let context = match sig.asyncness.take() {
        None => quote_spanned!(span=> Context),
        Some(_) => quote_spanned!(span=> AsyncContext),
    };
    sig.constness = None;
    sig.abi = None;
    sig.variadic = None;
    sig.output =
        syn::parse2(quote_spanned!(span=> -> #krate::#context<#returns>)).expect("a return type");
    NameTypes.visit_return_type_mut(&mut sig.output);
    let import = path_in(&manager.tokens).map(|path| quote_spanned!(span=> #path!(@rewritten);));
    quote_spanned! {span=>
        #(#attrs)*
        #[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
        #vis #sig {
            #import
            ::core::unreachable!("only documentation and the compiler see this")
        }
    }
}

/// An `impl Trait`, which has been refused, would want a body that says what it is.
struct NameTypes;

impl VisitMut for NameTypes {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(_) = ty {
            *ty = parse_quote!(());
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

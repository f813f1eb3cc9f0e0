use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::parse::ContextManager;

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
    let mut sig = sig.clone();
    sig.asyncness = None;
    sig.constness = None;
    sig.abi = None;
    sig.variadic = None;
    let span = Span::mixed_site();
    sig.output =
        syn::parse2(quote_spanned!(span=> -> #krate::Context<#returns>)).expect("a return type");
    quote_spanned! {span=>
        #(#attrs)*
        #[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
        #vis #sig {
            ::core::unimplemented!()
        }
    }
}

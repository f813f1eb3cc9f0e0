use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far. All of them are reported, each at its token.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// Reports `message` at `span`, and `help` on a line of its own.
    pub(crate) fn report(&mut self, span: Span, message: &str, help: &str) {
        self.push(error(span, message, help));
    }

    /// As `report`, at all the tokens of `node`.
    pub(crate) fn report_at(&mut self, node: &impl ToTokens, message: &str, help: &str) {
        self.push(syn::Error::new_spanned(node, words(message, help)));
    }

    pub(crate) fn extend(&mut self, others: Errors) {
        if let Some(others) = others.0 {
            self.push(others);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.0
            .map_or_else(TokenStream::new, syn::Error::into_compile_error)
    }
}

pub(crate) fn error(span: Span, message: &str, help: &str) -> syn::Error {
    syn::Error::new(span, words(message, help))
}

fn words(message: &str, help: &str) -> String {
    format!("{message}\n\nhelp: {help}")
}

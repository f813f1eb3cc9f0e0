//! Tests of the expander, which is an ordinary function on token streams.

mod oracle;
mod robust;
mod snapshots;
mod within;

use proc_macro2::TokenStream;

/// What `#[context_manager]` makes of `function`.
fn expand(function: &TokenStream) -> TokenStream {
    crate::context_manager_impl(TokenStream::new(), function)
}

/// The messages of the errors that an expansion reports, in order.
fn errors(expansion: TokenStream) -> Vec<String> {
    struct Messages(Vec<String>);
    impl syn::visit::Visit<'_> for Messages {
        fn visit_macro(&mut self, mac: &syn::Macro) {
            if mac
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "compile_error")
            {
                let message: syn::LitStr = mac.parse_body().expect("a message");
                self.0.push(message.value());
            }
        }
    }
    let mut messages = Messages(Vec::new());
    let file: syn::File = syn::parse2(expansion).expect("items");
    syn::visit::Visit::visit_file(&mut messages, &file);
    messages.0
}

//! Helpers of the unit tests.

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::visit::Visit;

/// The messages of the `compile_error!`s in an expansion.
pub(crate) fn messages(expansion: &TokenStream) -> Vec<String> {
    struct Messages(Vec<String>);
    impl<'ast> Visit<'ast> for Messages {
        fn visit_macro(&mut self, node: &'ast syn::Macro) {
            if node
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "compile_error")
            {
                let message: syn::LitStr = node.parse_body().expect("a message");
                self.0.push(message.value());
            }
        }
    }
    let mut messages = Messages(Vec::new());
    match syn::parse2::<syn::File>(expansion.clone()) {
        Ok(items) => messages.visit_file(&items),
        Err(_) => {
            let statements = syn::Block::parse_within.parse2(expansion.clone());
            for statement in statements.expect("an expansion parses") {
                messages.visit_stmt(&statement);
            }
        }
    }
    messages.0
}

/// Returns `true` if `expansion` contains `part`, apart from spaces.
pub(crate) fn contains(expansion: &TokenStream, part: &TokenStream) -> bool {
    let text = |tokens: &TokenStream| tokens.to_string().replace([' ', '\n'], "");
    text(expansion).contains(&text(part))
}

use quote::quote;

use super::*;

fn expanded(input: TokenStream) -> String {
    learning_rule(input).to_string()
}

#[test]
fn a_rule_becomes_its_text() {
    let expansion = expanded(quote! {
        dw = 2^-1 * x1 * (w - 64) * y0;
        x1: impulse 16, tau 20;
        epoch 4;
    });
    let text = r#""dw = 2^-1 * x1 * (w - 64) * y0;\nx1: impulse 16, tau 20;\nepoch 4;""#;
    assert!(expansion.contains(text), "{expansion}");
}

#[test]
fn the_library_may_be_elsewhere() {
    let expansion = expanded(quote!(crate = my::lava; dw = x0;));
    assert!(expansion.contains("my :: lava"), "{expansion}");
}

#[test]
fn every_mistake_is_reported() {
    let expansion = expanded(quote!(dw = x0 * z; dt = x1; epoch 0;));
    assert_eq!(expansion.matches("compile_error").count(), 3, "{expansion}");
}

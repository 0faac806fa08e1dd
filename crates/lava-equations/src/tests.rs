//! Whole declarations: what they become, and their mistakes.

use quote::quote;

use super::*;

fn expand(body: &str) -> String {
    let tokens = body.parse().expect("tokens");
    let paths = Paths {
        library: quote!(::lava),
        private: quote!(::lava::__private),
        option: None,
    };
    neuron(tokens, &paths).to_string()
}

#[test]
fn scratch() {
    let text = std::fs::read_to_string(std::env::var("SCRATCH").unwrap()).unwrap();
    for part in text.split("neuron! {").skip(1) {
        let name = part
            .split("pub ")
            .nth(1)
            .unwrap_or("")
            .split(' ')
            .next()
            .unwrap();
        eprintln!("{name}");
        let mut depth = 1;
        let end = part
            .char_indices()
            .find(|(_, c)| {
                if *c == '{' {
                    depth += 1
                } else if *c == '}' {
                    depth -= 1
                };
                depth == 0
            })
            .unwrap()
            .0;
        eprintln!("{}", expand(&part[..end]).len());
    }
}

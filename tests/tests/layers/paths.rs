//! The paths in a file that lead out of it.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, UseTree};

use crate::source::is_test;

/// A path from the root of a crate, whose name is its first segment.
pub(crate) struct Reference {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// Every path in the file of a module that begins at a crate's root, or above the module.
pub(crate) fn references(file: &syn::File, name: &str, module: &[String]) -> Vec<Reference> {
    let mut collector = Collector {
        name,
        module: module.to_vec(),
        found: Vec::new(),
    };
    collector.visit_file(file);
    collector.found
}

/// The paths of a `use` declaration, each with the name that it gives.
pub(crate) fn use_paths(tree: &UseTree) -> Vec<(Vec<String>, String)> {
    let mut paths = Vec::new();
    flatten(tree, &mut Vec::new(), &mut paths);
    paths
}

fn flatten(tree: &UseTree, prefix: &mut Vec<String>, paths: &mut Vec<(Vec<String>, String)>) {
    let (name, renamed) = match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, paths);
            prefix.pop();
            return;
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, paths);
            }
            return;
        }
        UseTree::Name(name) => (name.ident.to_string(), None),
        UseTree::Rename(rename) => (rename.ident.to_string(), Some(rename.rename.to_string())),
        UseTree::Glob(_) => ("*".to_owned(), None),
    };
    let mut path = prefix.clone();
    if name != "self" || path.is_empty() {
        path.push(name);
    }
    let last = path.last().cloned().unwrap_or_default();
    paths.push((path, renamed.unwrap_or(last)));
}

struct Collector<'a> {
    /// The crate's own name.
    name: &'a str,
    /// The module whose items are being read.
    module: Vec<String>,
    found: Vec<Reference>,
}

impl Collector<'_> {
    fn add(&mut self, segments: &[String], span: Span) {
        // One name alone is a value, or the crate of a visibility.
        if let [_, _, ..] = segments
            && let Some(path) = self.resolved(segments)
        {
            let line = span.start().line;
            self.found.push(Reference { line, path });
        }
    }

    /// The path from the root of a crate; `None` if it begins with a name of the module itself,
    /// or with a crate outside the workspace.
    fn resolved(&self, segments: &[String]) -> Option<Vec<String>> {
        let (first, mut rest) = segments.split_first()?;
        let mut path = vec![self.name.to_owned()];
        match first.as_str() {
            "crate" => {}
            "self" => path.extend_from_slice(&self.module),
            "super" => {
                let mut module = self.module.clone();
                module.pop();
                while let Some((name, after)) = rest.split_first()
                    && name == "super"
                {
                    module.pop();
                    rest = after;
                }
                path.append(&mut module);
            }
            name if name.starts_with("lava") && name != "lava_macros" => {
                path[0] = name.to_owned();
            }
            _ => return None,
        }
        path.extend_from_slice(rest);
        Some(path)
    }

    /// Finds paths in tokens that are not parsed, after the segments that lead to them.
    fn read_tokens(&mut self, prefix: &[String], tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut path = prefix.to_vec();
        let mut start = Span::call_site();
        // `true` if the path goes on with the next name.
        let mut goes_on = !prefix.is_empty();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(ident) => {
                    if !goes_on {
                        self.add(&path, start);
                        path = Vec::new();
                    }
                    start = ident.span();
                    path.push(ident.to_string());
                    goes_on = false;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    let is_first = punct.spacing() == Spacing::Joint;
                    let is_pair = |next: &TokenTree| matches!(next, TokenTree::Punct(next) if next.as_char() == ':');
                    goes_on = is_first && tokens.next_if(is_pair).is_some() && !path.is_empty();
                    if !goes_on {
                        self.add(&path, start);
                        path = Vec::new();
                    }
                }
                TokenTree::Group(group) if goes_on && group.delimiter() == Delimiter::Brace => {
                    self.read_tokens(&path, group.stream());
                    path = Vec::new();
                    goes_on = false;
                }
                TokenTree::Group(group) => {
                    self.add(&path, start);
                    path = Vec::new();
                    goes_on = false;
                    self.read_tokens(&[], group.stream());
                }
                TokenTree::Punct(punct) => {
                    self.add(&path, start);
                    let is_next = punct.as_char() == ',' && !prefix.is_empty();
                    path = if is_next { prefix.to_vec() } else { Vec::new() };
                    goes_on = is_next;
                }
                TokenTree::Literal(_) => {
                    self.add(&path, start);
                    path = Vec::new();
                    goes_on = false;
                }
            }
        }
        if !goes_on {
            self.add(&path, start);
        }
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let is_test = match item {
            ImplItem::Fn(function) => is_test(&function.attrs),
            _ => false,
        };
        if !is_test {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for (path, _) in use_paths(&item.tree) {
            self.add(&path, item.use_token.span);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        let names: Vec<_> = names.collect();
        self.add(&names, path.segments[0].ident.span());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.visit_path(&invocation.path);
        self.read_tokens(&[], invocation.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.read_tokens(&[], list.tokens.clone());
        }
    }

    /// `pub(in crate::model)` takes nothing from there.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

//! [`Network`] → tokens. Nothing here can fail.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Lifetime, PathArguments};

use super::model::{Connection, End, Frame, How, Network, Outer, Process, Tie};
use crate::paths::Library;
use crate::spans::{ends, moved, parenthesized};

/// The expression that builds the network. Inputs that must be fed are checked only if the network
/// is `complete`: no connection was left out because of a mistake.
pub(super) fn expand(network: &Network, loops: &[Vec<&Connection>], complete: bool) -> TokenStream {
    let Network {
        library,
        frame,
        processes,
        connections: _,
        ties: _,
        dropped,
    } = network;
    let dropped = dropped.iter().map(|process| drop(library, process));
    let this = local("network", Span::call_site());
    let created = match frame {
        None => {
            let import = library.import();
            return quote!({ #import #(#dropped)* });
        }
        Some(Frame::New(config)) => {
            let at = ends(config).0;
            // Reported once for a configuration that is none: type and constructor are at one place.
            let (ty, new) = (library.at(at), library.at(at));
            quote_spanned!(at=> let #this: #ty::Network<#config> = #new::Network::new();)
        }
        Some(Frame::Inside(outer)) => {
            let Outer { net, name, .. } = outer;
            // The process is named here, whether or not an expression uses it.
            let created =
                quote_spanned!(ends(net).0=> let #this = ::core::clone::Clone::clone(#net););
            quote!(#created let _ = &#name;)
        }
    };
    let added = processes.iter().map(|process| {
        let mut around = loops.iter().flatten();
        let in_loop = around.any(|connection| connection.from.process == process.name);
        add(library, process, &this, in_loop)
    });
    let connected = connect(network);
    let delayed = loops
        .iter()
        .map(|around| breaks_loop(library, &this, around));
    let fed = complete.then(|| feed(network));
    let result = match frame {
        Some(Frame::Inside(outer)) if complete => inside(network, outer),
        // A mistake was reported: exports that are missing need not be reported too.
        Some(Frame::Inside(_)) => quote!(#library::unreachable_value()),
        _ => result(network, &this),
    };
    let label = label();
    let import = library.import();
    quote! {
        #label: {
            #import
            #(#dropped)*
            #created
            #(#added)*
            #connected
            #(#delayed)*
            #fed
            #result
        }
    }
}

/// The label at which the expression ends early. Not a closure's `return`: a builder may have a `return` or `?`
/// of its own.
fn label() -> Lifetime {
    Lifetime::new("'network", Span::mixed_site())
}

/// A variable that user code cannot see, reported at `span`.
fn local(name: &str, span: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(span))
}

/// A process that is not added: its builder is type-checked, and uses what it uses.
fn drop(library: &Library, process: &Process) -> TokenStream {
    let Process { ty, builder, .. } = process;
    quote!(let _ = || #library::builds::<#ty, _, _>(#builder);)
}

fn add(library: &Library, process: &Process, this: &Ident, in_loop: bool) -> TokenStream {
    let Process { name, ty, builder } = process;
    let text = name.unraw().to_string();
    // The argument is reported as the builder itself: where the builder is not one, and where the
    // process has no model for the configuration.
    let (first, last) = ends(builder);
    let library = library.at(first);
    let arguments = parenthesized(quote!(&#this, #builder, #text), last);
    let label = label();
    let (add, target) = if in_loop {
        let timing = timing(name);
        let add = quote_spanned!(first=> add_timed::<#ty, _, _, _>);
        (add, quote!((#name, #timing): (#ty, _)))
    } else {
        (
            quote_spanned!(first=> add::<#ty, _, _, _>),
            quote!(#name: #ty),
        )
    };
    let matched = quote_spanned! {first=>
        match #library::#add #arguments {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break #label ::core::result::Result::Err(error)
            }
        }
    };
    quote!(let #target = #matched;)
}

/// The variable that says when a process runs.
fn timing(process: &Ident) -> Ident {
    local(&format!("{}_timing", process.unraw()), process.span())
}

/// The connections, whose problems are reported together.
fn connect(network: &Network) -> TokenStream {
    let Network {
        library,
        connections,
        ..
    } = network;
    if connections.is_empty() {
        return TokenStream::new();
    }
    let problems = local("problems", Span::call_site());
    let label = label();
    let connected = connections.iter().map(|connection| {
        let End {
            process,
            port,
            chain,
            ..
        } = &connection.from;
        let target = target(&connection.to);
        let connected = quote_spanned! {connection.from.span()=>
            #process.#port #chain.connect(#target)
        };
        quote!(#problems.note(#connected);)
    });
    quote! {
        let mut #problems = #library::Problems::new();
        #(#connected)*
        if let ::core::result::Result::Err(error) = #problems.finish() {
            break #label ::core::result::Result::Err(error);
        }
    }
}

/// A reference to an input, reported as `name.port`.
fn target(to: &End) -> TokenStream {
    let End { process, port, .. } = to;
    quote_spanned!(process.span()=> &#process.#port)
}

/// Tells the types that a process's required inputs are fed.
fn feed(network: &Network) -> TokenStream {
    let Network {
        library,
        connections,
        processes,
        ..
    } = network;
    let mut tokens = TokenStream::new();
    for Process { name, .. } in processes {
        let inputs = Ident::new("__inputs", name.span());
        let at_name = library.at(name.span());
        tokens.extend(quote!(let #inputs = #library::inputs(&#name);));
        let fed = connections.iter().map(|connection| &connection.to);
        let from_outside = network.ties.iter().filter(|tie| tie.how == How::Receives);
        let fed = fed.chain(from_outside.filter_map(|tie| tie.inner.as_ref()));
        for to in fed.filter(|to| to.process == *name) {
            let (at_port, target) = (library.at(to.span()), target(to));
            let fed = quote_spanned!(to.span()=> #at_port::feed(#inputs, #target));
            tokens.extend(quote!(let #inputs = #fed;));
        }
        tokens.extend(quote_spanned!(name.span()=> #at_name::complete(#inputs);));
    }
    tokens
}

/// Asks the types whether a loop has an output that is delayed. Reported at the connection that
/// closes the loop.
fn breaks_loop(library: &Library, this: &Ident, around: &[&Connection]) -> TokenStream {
    let Some(closing) = around.last() else {
        return TokenStream::new();
    };
    let (first, last) = (closing.from.process.span(), closing.to.span());
    let library = library.at(first);
    let outputs = around.iter().rev().fold(quote!(()), |rest, connection| {
        let End { process, port, .. } = &connection.from;
        let timing = timing(process);
        let output = moved(quote!((&#process.#port, &#timing)), last);
        let pair = parenthesized(quote!(#output, #rest), last);
        quote!(#pair)
    });
    quote_spanned!(first=> #library::breaks_loop(&#this, &#outputs);)
}

/// The exports of the process outside: a literal of the struct that
/// `#[process]` made, in which the compiler finds what was forgotten.
fn inside(network: &Network, outer: &Outer) -> TokenStream {
    let library = &network.library;
    let mut path = outer.ty.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = format_ident!("{}Exports", last.ident, span = last.ident.span());
        last.arguments = PathArguments::None;
    }
    let mut members: Vec<&Ident> = Vec::new();
    for member in network.ties.iter().filter_map(Tie::member) {
        if !members.contains(&member) {
            members.push(member);
        }
    }
    let fields = members.iter().map(|member| {
        let ties = network.ties.iter();
        let ties = ties.filter(|tie| tie.member() == Some(member));
        let inner = ties.filter_map(|tie| tie.inner.as_ref()).map(|inner| {
            let End {
                process,
                port,
                chain,
                ..
            } = inner;
            let inner = quote_spanned!(process.span()=> &#process.#port #chain);
            // A member that does not fit is reported at the end inside.
            let (first, last) = (
                process.span(),
                port.as_ref().map_or(process.span(), Ident::span),
            );
            let (at_inner, argument) = (library.at(first), parenthesized(inner, last));
            quote_spanned!(first=> #at_inner::export #argument)
        });
        match inner.reduce(|first, second| quote!(#library::export_both(#first, #second))) {
            Some(inner) => quote!(#member: #inner),
            None => quote!(#member: #library::unexported()),
        }
    });
    quote!(::core::result::Result::<_, #library::Error>::Ok(#path { #(#fields,)* }))
}

/// The struct that the expression evaluates to.
fn result(network: &Network, this: &Ident) -> TokenStream {
    let library = &network.library;
    let names: Vec<&Ident> = network
        .processes
        .iter()
        .map(|process| &process.name)
        .collect();
    let types: Vec<Ident> = (0..names.len())
        .map(|index| format_ident!("__P{index}"))
        .collect();
    let texts = names.iter().map(|name| name.unraw().to_string());
    let docs = names
        .iter()
        .map(|name| format!(" The process `{}`.", name.unraw()));
    let value = names.iter().map(ToTokens::to_token_stream);
    quote! {{
        /// A network and the handles of its processes.
        #[allow(dead_code, unreachable_pub)]
        pub struct Net<__N, #(#types),*> {
            /// The network itself.
            pub network: __N,
            #(#[doc = #docs] pub #names: #types,)*
        }

        #[automatically_derived]
        impl<__N, #(#types),*> ::core::ops::Deref for Net<__N, #(#types),*> {
            type Target = __N;

            fn deref(&self) -> &__N {
                &self.network
            }
        }

        #[automatically_derived]
        impl<__N: ::core::clone::Clone, #(#types: ::core::clone::Clone),*> ::core::clone::Clone
            for Net<__N, #(#types),*>
        {
            fn clone(&self) -> Self {
                Net {
                    network: ::core::clone::Clone::clone(&self.network),
                    #(#names: ::core::clone::Clone::clone(&self.#names),)*
                }
            }
        }

        #[automatically_derived]
        impl<__N: ::core::fmt::Debug, #(#types: ::core::fmt::Debug),*> ::core::fmt::Debug
            for Net<__N, #(#types),*>
        {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Net")
                    .field("network", &self.network)
                    #(.field(#texts, &self.#names))*
                    .finish()
            }
        }

        ::core::result::Result::<_, #library::Error>::Ok(Net {
            network: #this,
            #(#value,)*
        })
    }}
}

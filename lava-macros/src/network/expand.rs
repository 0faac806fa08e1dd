//! [`Network`] → tokens. Nothing here can fail.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::loops::loops;
use super::model::{Connection, End, Network, Process};

/// The expression that builds the network. Inputs that must be fed are checked only if the network
/// is `complete`: no connection was left out because of a mistake.
pub(super) fn expand(network: &Network, complete: bool) -> TokenStream {
    let Network {
        library,
        config,
        processes,
        ..
    } = network;
    let this = local("network", Span::mixed_site());
    let added = processes.iter().map(|process| add(network, process, &this));
    let connected = connect(network);
    let delays = loops(&network.connections)
        .into_iter()
        .map(|around| breaks_loop(library, &around));
    let fed = complete.then(|| feed(network));
    let result = result(network, &this);
    quote! {
        '__lava: {
            let #this = #library::Network::<#config>::new();
            #(#added)*
            #connected
            #(#delays)*
            #fed
            #result
        }
    }
}

/// A variable that user code cannot see, reported at `span`.
fn local(name: &str, span: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(span))
}

fn add(network: &Network, process: &Process, this: &Ident) -> TokenStream {
    let library = &network.library;
    let Process { name, ty, builder } = process;
    let text = name.unraw().to_string();
    // A process without a model for the configuration is reported at its builder.
    let named = quote_spanned!(builder.span()=> #library::Build::name(#builder, #text));
    let added = quote_spanned!(builder.span()=> #this.add(#named));
    quote! {
        let #name: #ty = match #added {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break '__lava ::core::result::Result::Err(error)
            }
        };
    }
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
    let problems = local("problems", Span::mixed_site());
    let mut tokens = quote!(let mut #problems = #library::Problems::new(););
    for (index, connection) in connections.iter().enumerate() {
        let End {
            process,
            port,
            chain,
            ..
        } = &connection.from;
        let to = target(connection, index);
        let End {
            process: target,
            port: input,
            ..
        } = &connection.to;
        tokens.extend(quote! {
            let #to = &#target.#input;
            #problems.note(#process.#port #chain.connect(#to));
        });
    }
    quote! {
        #tokens
        if let ::core::result::Result::Err(error) = #problems.finish() {
            break '__lava ::core::result::Result::Err(error);
        }
    }
}

/// The variable that refers to the input of a connection.
fn target(connection: &Connection, index: usize) -> Ident {
    local(&format!("to_{index}"), connection.to.span())
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
        let wiring = local(&format!("wiring_{}", name.unraw()), name.span());
        tokens.extend(quote!(let #wiring = #library::wiring(&#name);));
        for (index, connection) in connections.iter().enumerate() {
            if connection.to.process == *name {
                let to = target(connection, index);
                tokens.extend(quote!(let #wiring = #library::feed(#wiring, #to);));
            }
        }
        tokens.extend(quote_spanned!(name.span()=> #library::complete(#wiring);));
    }
    tokens
}

/// Asks the types whether a loop has an output that is delayed.
fn breaks_loop(library: &TokenStream, around: &[&Connection]) -> TokenStream {
    let Some(closing) = around.last() else {
        return TokenStream::new();
    };
    let at = closing.arrow;
    let outputs = around.iter().rev().fold(quote!(()), |rest, connection| {
        let End { process, port, .. } = &connection.from;
        let process = moved(process, at);
        let port = port.as_ref().map(|port| moved(port, at));
        quote_spanned!(at=> (&#process.#port, #rest))
    });
    quote_spanned!(at=> #library::breaks_loop(&#outputs);)
}

/// The same name, reported at another place.
fn moved(name: &Ident, at: Span) -> Ident {
    let mut name = name.clone();
    name.set_span(at.resolved_at(name.span()));
    name
}

/// The struct that the expression evaluates to.
fn result(network: &Network, this: &Ident) -> TokenStream {
    let library = &network.library;
    let names: Vec<&Ident> = network.processes.iter().map(|process| &process.name).collect();
    let types: Vec<Ident> = (0..names.len()).map(|index| format_ident!("__P{index}")).collect();
    let texts = names.iter().map(|name| name.unraw().to_string());
    let docs = names.iter().map(|name| format!("The process `{}`.", name.unraw()));
    let value = names.iter().map(ToTokens::to_token_stream);
    quote! {{
        /// A network and the handles of its processes.
        #[allow(dead_code, unreachable_pub)]
        pub struct Net<__C: #library::RunConfig, #(#types),*> {
            /// The network itself.
            pub network: #library::Network<__C>,
            #(#[doc = #docs] pub #names: #types,)*
        }

        #[automatically_derived]
        impl<__C: #library::RunConfig, #(#types),*> ::core::ops::Deref for Net<__C, #(#types),*> {
            type Target = #library::Network<__C>;

            fn deref(&self) -> &Self::Target {
                &self.network
            }
        }

        #[automatically_derived]
        impl<__C: #library::RunConfig, #(#types: ::core::clone::Clone),*> ::core::clone::Clone
            for Net<__C, #(#types),*>
        {
            fn clone(&self) -> Self {
                Net {
                    network: ::core::clone::Clone::clone(&self.network),
                    #(#names: ::core::clone::Clone::clone(&self.#names),)*
                }
            }
        }

        #[automatically_derived]
        impl<__C: #library::RunConfig, #(#types: ::core::fmt::Debug),*> ::core::fmt::Debug
            for Net<__C, #(#types),*>
        {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Net")
                    .field("network", &self.network)
                    #(.field(#texts, &self.#names))*
                    .finish()
            }
        }

        ::core::result::Result::Ok(Net {
            network: #this,
            #(#value,)*
        })
    }}
}

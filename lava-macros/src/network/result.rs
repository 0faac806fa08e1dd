//! The value of the expression: a struct of the network and the handles of its processes.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use super::model::{Frame, Network, Process, Signature};

/// The value: a literal of a struct that the signature names, or that is declared here.
pub(super) fn result(network: &Network, this: &Ident) -> TokenStream {
    let Network {
        library,
        signature,
        processes,
        ..
    } = network;
    let names: Vec<&Ident> = processes.iter().map(|process| &process.name).collect();
    let literal = |name: &Ident| {
        quote! {
            ::core::result::Result::<_, #library::Error>::Ok(#name {
                network: #this,
                #(#names,)*
            })
        }
    };
    if let Some(Signature { value, .. }) = signature {
        return literal(value);
    }
    // The types are parameters: an expression that declares a type cannot name those around it.
    let types: Vec<Ident> = (0..names.len())
        .map(|index| format_ident!("__P{index}"))
        .collect();
    let value = Value {
        name: &format_ident!("Net"),
        visibility: quote!(pub),
        network: quote!(__N),
        fields: processes
            .iter()
            .zip(&types)
            .map(|(process, ty)| (process, quote!(#ty)))
            .collect(),
        generics: [format_ident!("__N")].into_iter().chain(types).collect(),
    };
    let (declared, literal) = (value.declare(), literal(value.name));
    quote!({ #declared #literal })
}

/// The function whose body is the network, and the struct that it returns.
pub(super) fn function(
    network: &Network,
    signature: &Signature,
    body: &TokenStream,
) -> TokenStream {
    let Signature {
        attributes,
        visibility,
        signature,
        value,
    } = signature;
    let library = network.library.path();
    let network_type = match &network.frame {
        Some(Frame::New(config)) => quote!(#library::Network<#config>),
        Some(Frame::Inside(_)) | None => quote!(()),
    };
    let value = Value {
        name: value,
        visibility: visibility.to_token_stream(),
        network: network_type,
        fields: network
            .processes
            .iter()
            .map(|process| (process, process.ty.to_token_stream()))
            .collect(),
        generics: Vec::new(),
    };
    let declared = value.declare();
    quote! {
        #declared
        #(#attributes)*
        #visibility #signature {
            #body
        }
    }
}

/// The struct of a network and its processes.
struct Value<'a> {
    name: &'a Ident,
    visibility: TokenStream,
    /// The type of the network.
    network: TokenStream,
    /// The processes and the types of their handles.
    fields: Vec<(&'a Process, TokenStream)>,
    generics: Vec<Ident>,
}

impl Value<'_> {
    fn declare(&self) -> TokenStream {
        let Value {
            name,
            visibility,
            network,
            fields,
            generics,
        } = self;
        let names: Vec<&Ident> = fields.iter().map(|(process, _)| &process.name).collect();
        let types = fields.iter().map(|(_, ty)| ty);
        let texts: Vec<String> = names.iter().map(|name| name.unraw().to_string()).collect();
        let docs = fields.iter().zip(&texts).map(|((process, _), text)| {
            let (own, line) = (&process.docs, format!(" The process `{text}`."));
            match own.is_empty() {
                true => quote!(#[doc = #line]),
                false => quote!(#(#own)*),
            }
        });
        let text = name.to_string();
        let where_all = |bound: TokenStream| quote!(where #(#generics: #bound),*);
        let (cloned, debugged) = (
            where_all(quote!(::core::clone::Clone)),
            where_all(quote!(::core::fmt::Debug)),
        );
        quote! {
            /// A network and the handles of its processes.
            #[allow(dead_code, unreachable_pub)]
            #visibility struct #name<#(#generics),*> {
                /// The network itself.
                pub network: #network,
                #(#docs pub #names: #types,)*
            }

            #[automatically_derived]
            impl<#(#generics),*> ::core::ops::Deref for #name<#(#generics),*> {
                type Target = #network;

                fn deref(&self) -> &Self::Target {
                    &self.network
                }
            }

            #[automatically_derived]
            impl<#(#generics),*> ::core::clone::Clone for #name<#(#generics),*> #cloned {
                fn clone(&self) -> Self {
                    #name {
                        network: ::core::clone::Clone::clone(&self.network),
                        #(#names: ::core::clone::Clone::clone(&self.#names),)*
                    }
                }
            }

            #[automatically_derived]
            impl<#(#generics),*> ::core::fmt::Debug for #name<#(#generics),*> #debugged {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#text)
                        .field("network", &self.network)
                        #(.field(#texts, &self.#names))*
                        .finish()
                }
            }
        }
    }
}

//! The types of a rule, and its builder.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Rule, double, single};
use crate::emit::doc;
use crate::synapse::docs::{kernel_doc, parameter_doc, rule_doc, variables_doc};
use crate::synapse::item::Owner;

impl Rule<'_> {
    /// The rule and the types of its variables.
    pub(super) fn declared(&self) -> TokenStream {
        let (visibility, name) = (&self.synapse.visibility, self.name());
        let docs = rule_doc(self);
        let others = self.synapse.attributes.iter();
        let others = others.filter(|attribute| !attribute.path().is_ident("doc"));
        let parameters = self.parameters().into_iter();
        let parameters: Vec<_> = parameters.map(|index| self.symbol(index)).collect();
        let private = self.private;
        let kernel = format_ident!("{name}Kernel");
        let (kernel_field, kernel_type, kernel_value) = match self.has_kernel() {
            false => (None, None, None),
            true => (
                Some(quote!(kernel: #kernel,)),
                Some(self.kernel(&kernel)),
                Some(quote!(with {
                    kernel: ::core::default::Default::default()
                })),
            ),
        };
        let variables = [Owner::Synapse, Owner::Pre, Owner::Post].map(|owner| self.state(owner));
        quote! {
            #docs
            #(#others)*
            #[derive(Clone, Debug)]
            #[must_use = "a plasticity does nothing until a projection is given it"]
            #visibility struct #name {
                #(#parameters: f64,)*
                #kernel_field
            }
            #private::storable_rule!(struct #name { #(#parameters),* } #kernel_value);
            #(#variables)*
            #kernel_type
        }
    }

    /// The variables of an owner as a type.
    fn state(&self, owner: Owner) -> TokenStream {
        let variables = self.variables(owner);
        if variables.is_empty() {
            return TokenStream::new();
        }
        let (visibility, ty) = (&self.synapse.visibility, self.type_of(owner));
        let docs = variables_doc(self, owner);
        let names: Vec<&Ident> = variables.iter().map(|(name, _)| name).collect();
        let (derived, written) = match variables.iter().all(|(_, start)| *start == 0.0) {
            true => (Some(quote!(Default,)), None),
            false => {
                let starts = variables.iter().map(|(_, start)| single(*start));
                let default = quote! {
                    impl ::core::default::Default for #ty {
                        fn default() -> #ty {
                            #ty { #(#names: #starts,)* }
                        }
                    }
                };
                (None, Some(default))
            }
        };
        let persisted = self.persisted(&ty, &names);
        quote! {
            #docs
            #[derive(Clone, Copy, Debug, #derived PartialEq)]
            #visibility struct #ty {
                #(#names: f32,)*
            }
            #written
            #persisted
        }
    }

    /// The variables of an owner in snapshots: an array.
    fn persisted(&self, ty: &TokenStream, names: &[&Ident]) -> TokenStream {
        let library = self.library;
        let (persist, error) = (
            quote!(#library::model::Persist),
            quote!(#library::model::PersistError),
        );
        let count = Literal::usize_unsuffixed(names.len());
        quote! {
            impl #persist for #ty {
                fn layout() -> ::std::string::String {
                    <[f32; #count] as #persist>::layout()
                }

                fn save(&self, bytes: &mut ::std::vec::Vec<u8>) {
                    #persist::save(&[#(self.#names),*], bytes);
                }

                fn load(bytes: &mut &[u8]) -> ::core::result::Result<Self, #error> {
                    let [#(#names),*]: [f32; #count] = #persist::load(bytes)?;
                    ::core::result::Result::Ok(#ty { #(#names),* })
                }
            }
        }
    }

    fn kernel(&self, kernel: &Ident) -> TokenStream {
        let docs = kernel_doc(self);
        let decay = self.item("Decay");
        let decays = self.fields.decays.iter().map(|field| {
            let (name, docs) = (
                &field.name,
                doc(&format!(
                    "Decay with the time constant `{}`, in ms.",
                    field.text
                )),
            );
            quote!(#docs #name: #decay,)
        });
        let numbers = self.fields.numbers.iter().map(|field| {
            let name = &field.name;
            let docs = (*name != field.text.as_str()).then(|| doc(&format!("`{}`.", field.text)));
            let ty = if field.is_double {
                quote!(f64)
            } else {
                quote!(f32)
            };
            quote!(#docs #name: #ty,)
        });
        let modulation = self.modulation_type().map(|ty| quote!(modulation: #ty,));
        quote! {
            #docs
            #[derive(Clone, Debug, Default)]
            struct #kernel {
                #(#decays)*
                #(#numbers)*
                #modulation
            }
        }
    }

    /// Returns `true` if parameters and the time step determine numbers.
    pub(super) fn has_kernel(&self) -> bool {
        !self.fields.is_empty() || self.plan.is_some_and(|plan| plan.third.is_some())
    }

    fn modulation_type(&self) -> Option<TokenStream> {
        let third = self.plan?.third.as_ref();
        third.map(|_| self.item("Modulation"))
    }

    /// `new`, and a method for each parameter.
    pub(super) fn builder(&self) -> TokenStream {
        let (visibility, name) = (&self.synapse.visibility, self.name());
        let (mut required, mut values) = (Vec::new(), Vec::new());
        let mut methods = TokenStream::new();
        for index in self.parameters() {
            let parameter = self.symbol(index);
            let default = self.default(index);
            match default {
                Some(value) => {
                    let value = double(value);
                    values.push(quote!(#parameter: #value));
                }
                None => {
                    required.push(quote!(#parameter: f64));
                    values.push(quote!(#parameter));
                }
            }
            let docs = parameter_doc(&self.scope.symbols[index], default);
            methods.extend(quote! {
                #docs
                #visibility fn #parameter(mut self, #parameter: f64) -> Self {
                    self.#parameter = #parameter;
                    self
                }
            });
        }
        let docs = doc(match required.is_empty() {
            true => "The rule with its defaults.",
            false => "The rule with the parameters that have no default.",
        });
        let default = required.is_empty().then(|| {
            quote! {
                impl ::core::default::Default for #name {
                    fn default() -> #name {
                        #name::new()
                    }
                }
            }
        });
        let kernel = self
            .has_kernel()
            .then(|| quote!(kernel: ::core::default::Default::default(),));
        quote! {
            #[allow(dead_code, clippy::all)]
            impl #name {
                #docs
                #visibility fn new(#(#required),*) -> Self {
                    #name {
                        #(#values,)*
                        #kernel
                    }
                }
                #methods
            }
            #default
        }
    }
}

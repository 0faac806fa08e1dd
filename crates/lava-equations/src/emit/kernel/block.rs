//! The neurons of a block: what the loop over them reads and writes, and the function that it is.

use std::collections::HashSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{
    Kernel, block_name, coefficient_name, connected_name, driven_name, spikes_name, uniform_name,
};
use crate::emit::value::own;
use crate::graph::{Id, Leaf, Node};
use crate::item::Method;

/// An argument of the function with the loop.
struct Argument {
    name: Ident,
    ty: TokenStream,
    value: TokenStream,
    kind: ArgumentKind,
}

enum ArgumentKind {
    /// A number or a table.
    Single,
    /// A number of each neuron.
    Slice,
    /// A number of each neuron, of this type, that may be the same for all.
    Coefficient(TokenStream),
}

impl<'a> Kernel<'a> {
    /// The function with the loop over the neurons of a block, and its call. The compiler knows of its
    /// arguments that they do not overlap, without which the loop would be checked for it.
    pub(super) fn function(&self) -> (TokenStream, TokenStream) {
        let (n, len, wrong, update) = (own("n"), own("len"), own("is_wrong"), own("update"));
        let arguments = self.arguments();
        let names = arguments.iter().map(|argument| &argument.name);
        let types = arguments.iter().map(|argument| &argument.ty);
        let values = arguments.iter().map(|argument| &argument.value);
        let cuts = arguments
            .iter()
            .map(|Argument { name, ty, kind, .. }| match kind {
                ArgumentKind::Single => TokenStream::new(),
                ArgumentKind::Slice if ty.to_string().contains("mut") => {
                    quote!(let #name = &mut #name[..#len];)
                }
                ArgumentKind::Slice => quote!(let #name = &#name[..#len];),
                ArgumentKind::Coefficient(ty) => {
                    quote!(let #name = Coefficient::<#ty, UNIFORM>::new(#name, #len);)
                }
            });
        let body = self.body();
        let sums: Vec<TokenStream> = self
            .checked()
            .map(|name| {
                let block = block_name(name);
                quote!((#block[#n] - #block[#n]))
            })
            .collect();
        let is_checked = !sums.is_empty();
        let check = is_checked.then(|| quote!(#wrong |= #(#sums)+* != T::ZERO;));
        let declared = is_checked.then(|| quote!(let mut #wrong = false;));
        let (returned, value) = match is_checked {
            true => (quote!(-> bool), quote!(#wrong)),
            false => (TokenStream::new(), TokenStream::new()),
        };
        let is_idle = !self.plan.idle.is_empty();
        let idle = is_idle.then(|| quote!(, const IDLE: usize));
        let function = quote! {
            #[inline(always)]
            fn #update<T: Real, const UNIFORM: bool #idle>(#len: usize, #(#names: #types),*) #returned {
                #(#cuts)*
                #declared
                for #n in 0..#len {
                    #body
                    #check
                }
                #value
            }
        };
        let values: Vec<TokenStream> = values.cloned().collect();
        let call = self.call(&values);
        let call = match is_checked {
            true => self.with_check(&call),
            false => call,
        };
        (function, call)
    }

    /// The variables that can leave the finite numbers.
    fn checked(&self) -> impl Iterator<Item = &'a Ident> {
        let states = self
            .parts
            .states()
            .filter(|(index, _)| self.can_diverge(*index));
        states.map(|(_, name)| name)
    }

    /// The call, and the error if a variable is no finite number.
    fn with_check(&self, call: &TokenStream) -> TokenStream {
        let (start, len) = (own("start"), own("len"));
        let variables = self.parts.states().map(|(index, name)| {
            let unit = self.parts.scope.symbols[index].unit.as_ref();
            let unit = unit.map_or("1", |unit| unit.text());
            let text = name.to_string();
            quote!((#text, #unit, &self.#name[#start..][..#len]))
        });
        quote! {
            if #call {
                let variables = [#(#variables),*];
                return ::core::result::Result::Err(
                    diverged(&self.context, self.dt, #start, &variables),
                );
            }
        }
    }

    /// The slices that the loop reads and writes.
    fn arguments(&self) -> Vec<Argument> {
        let (start, len) = (own("start"), own("len"));
        let read = |name: Ident| Argument {
            value: name.to_token_stream(),
            ty: quote!(&[T]),
            kind: ArgumentKind::Slice,
            name,
        };
        let coefficient = |name: Ident| Argument {
            kind: ArgumentKind::Coefficient(quote!(T)),
            ..read(name)
        };
        let mut arguments = Vec::new();
        for (_, name) in self.parts.states() {
            arguments.push(Argument {
                name: block_name(name),
                ty: quote!(&mut [T]),
                value: quote!(&mut self.#name[#start..][..#len]),
                kind: ArgumentKind::Slice,
            });
        }
        for (_, name) in self.parts.outputs() {
            arguments.push(Argument {
                name: name.clone(),
                ty: quote!(&mut [T]),
                value: quote!(&mut #name[#start..][..#len]),
                kind: ArgumentKind::Slice,
            });
        }
        for port in self.parts.spike_ports() {
            let name = spikes_name(port);
            arguments.push(Argument {
                value: quote!(&mut #name[..#len]),
                ty: quote!(&mut [bool]),
                kind: ArgumentKind::Slice,
                name,
            });
        }
        if self.parts.has_refractory() {
            arguments.push(Argument {
                name: own("refractory"),
                ty: quote!(&mut [i32]),
                value: quote!(&mut self.refractory[#start..][..#len]),
                kind: ArgumentKind::Slice,
            });
            arguments.push(Argument {
                ty: quote!(&[i32]),
                kind: ArgumentKind::Coefficient(quote!(i32)),
                ..read(own("period"))
            });
        }
        let (inside, ends) = self.inside();
        arguments.extend(self.inputs_read(&inside).map(read));
        let coefficients = self.coefficients_read(&inside, &ends);
        arguments.extend(coefficients.into_iter().map(coefficient));
        let random = (0..self.plan.noises)
            .filter(|noise| self.uses(Leaf::Noise(*noise)))
            .map(|noise| own(&format!("normal{noise}")))
            .chain((0..self.plan.uniforms).map(|uniform| own(&format!("uniform{uniform}"))));
        arguments.extend(random.map(|name| Argument {
            value: quote!(&#name),
            ty: quote!(&[f64]),
            kind: ArgumentKind::Slice,
            name,
        }));
        let tables = self.tables(&inside).into_iter();
        arguments.extend(tables.map(|name| Argument {
            value: quote!(#name),
            ty: quote!(&LookupTable),
            kind: ArgumentKind::Single,
            name: name.clone(),
        }));
        let uniform = (0..self.outside.uniform.len()).map(uniform_name);
        arguments.extend(uniform.map(|name| Argument {
            value: name.to_token_stream(),
            ty: quote!(T),
            kind: ArgumentKind::Single,
            name,
        }));
        arguments
    }

    /// The inputs that the loop reads, which computes the nodes `inside`.
    fn inputs_read(&self, inside: &HashSet<Id>) -> impl Iterator<Item = Ident> {
        let inputs = self.parts.inputs();
        let inputs = inputs.filter(|(index, _)| self.reads(Leaf::Input(*index), inside));
        inputs.map(|(_, name)| name.clone())
    }

    /// The parameters that the loop reads.
    fn parameters_read(&self, inside: &HashSet<Id>) -> impl Iterator<Item = Ident> {
        let parameters = self.parts.parameters();
        let parameters = parameters.filter(|(index, _)| self.reads(Leaf::Param(*index), inside));
        parameters.map(|(_, name)| name.clone())
    }

    fn reads(&self, leaf: Leaf, inside: &HashSet<Id>) -> bool {
        let id = self.plan.graph.leaf_id(leaf);
        id.is_some_and(|id| inside.contains(&id))
    }

    /// The parameters and coefficients that the loop reads, which may be the same for all neurons.
    fn coefficients_read(&self, inside: &HashSet<Id>, ends: &HashSet<Id>) -> Vec<Ident> {
        let mut names: Vec<Ident> = self.parameters_read(inside).collect();
        for (index, id) in self.outside.coefficients.iter().enumerate() {
            if ends.contains(id) {
                names.push(coefficient_name(index));
            }
        }
        names.extend((0..self.outside.driven.len()).map(driven_name));
        names
    }

    /// The test for all that may be the same for all neurons.
    pub(super) fn is_uniform(&self) -> TokenStream {
        let (inside, _) = self.inside();
        let mut terms = Vec::new();
        if !self.outside.coefficients.is_empty() {
            terms.push(quote!(self.coefficients.is_uniform()));
        }
        if self.parts.has_refractory() {
            terms.push(quote!(self.period.is_uniform()));
        }
        let parameters = self.parameters_read(&inside);
        terms.extend(parameters.map(|name| quote!(self.#name.uniform().is_some())));
        let driving = self.parts.inputs().filter(|(index, _)| self.drives(*index));
        terms.extend(driving.map(|(_, name)| quote!(!self.#name.is_connected())));
        let uniform = own("is_uniform");
        match terms.is_empty() {
            true => quote!(let #uniform = true;),
            false => quote!(let #uniform = #(#terms)&&*;),
        }
    }

    /// The nodes that the loop computes, and the values that it is given.
    fn inside(&self) -> (HashSet<Id>, HashSet<Id>) {
        let outside = &self.outside;
        self.plan.graph.inside(&self.roots, &|id| {
            let is_driven = outside.driven.iter().any(|(value, _)| *value == id);
            is_driven || outside.coefficients.contains(&id) || outside.uniform.contains(&id)
        })
    }

    /// The nodes that the step computes, in the loop or before it.
    pub(super) fn of_step(&self) -> HashSet<Id> {
        let mut roots = self.roots.clone();
        roots.extend(self.outside.driven.iter().map(|(_, without)| *without));
        let is_end = |id| self.outside.coefficients.contains(&id);
        self.plan.graph.inside(&roots, &is_end).0
    }

    /// The tables that nodes look up.
    pub(super) fn tables(&self, nodes: &HashSet<Id>) -> Vec<&'a Ident> {
        let is_used = |table: usize| {
            let is = |id: &Id| matches!(self.plan.graph.node(*id), Node::Lookup(other, _) if *other == table);
            nodes.iter().any(is)
        };
        let tables = self.parts.tables().filter(|(table, _)| is_used(*table));
        tables.map(|(_, name)| name).collect()
    }

    /// The parts of inputs, variables and parameters in a block.
    pub(super) fn slices(&self) -> TokenStream {
        let (start, len) = (own("start"), own("len"));
        let mut slices = TokenStream::new();
        for (index, name) in self.parts.inputs() {
            if self.uses(Leaf::Input(index)) {
                slices.extend(quote!(let #name = #name.block(#start, #len);));
            }
        }
        let graph = &self.plan.graph;
        let nodes = self.of_step();
        for (index, name) in self.parts.parameters() {
            let leaf = graph.leaf_id(Leaf::Param(index));
            if leaf.is_some_and(|leaf| nodes.contains(&leaf)) {
                slices.extend(quote!(let #name = self.#name.block(#start, #len);));
            }
        }
        if !self.outside.coefficients.is_empty() {
            let names = (0..self.outside.coefficients.len()).map(coefficient_name);
            slices.extend(quote!(let [#(#names),*] = self.coefficients.blocks(#start, #len);));
        }
        if self.parts.has_refractory() {
            let period = own("period");
            slices.extend(quote!(let #period = self.period.block(#start, #len);));
        }
        let random = own("random");
        for noise in 0..self.plan.noises {
            let (name, number) = (
                own(&format!("normal{noise}")),
                Literal::usize_unsuffixed(noise),
            );
            if self.uses(Leaf::Noise(noise)) {
                slices.extend(quote!(let #name = #random.normal(#number, #start);));
            }
        }
        for uniform in 0..self.plan.uniforms {
            let (name, number) = (
                own(&format!("uniform{uniform}")),
                Literal::usize_unsuffixed(uniform),
            );
            slices.extend(quote!(let #name = #random.uniform(#number, #start);));
        }
        slices
    }

    /// Returns `true` if the input is part of a value that is computed only if it is connected.
    pub(super) fn drives(&self, input: usize) -> bool {
        let is = |leaf| leaf == Leaf::Input(input);
        let mut driven = self.outside.driven.iter();
        driven.any(|(id, _)| self.plan.graph.depends(*id, &is))
    }

    /// The parts that depend on inputs and not on the state: coefficients, if no input is connected.
    pub(super) fn driven(&self) -> TokenStream {
        let (n, len) = (own("n"), own("len"));
        let mut driven = TokenStream::new();
        for (index, (id, without)) in self.outside.driven.iter().enumerate() {
            let is_input = |input: &usize| {
                let leaf = Leaf::Input(*input);
                self.plan.graph.depends(*id, &|other| other == leaf)
            };
            let inputs = self.parts.inputs().filter(|(input, _)| is_input(input));
            let connected = inputs.map(|(_, name)| connected_name(name).into_token_stream());
            let connected = connected.reduce(|a, b| quote!(#a | #b));
            let mut body = TokenStream::new();
            let writer = self.lets(&mut body, &[*id], false);
            let (value, fallback) = (writer.write(*id), self.slice(*without));
            let (name, sum) = (driven_name(index), own("sum"));
            driven.extend(quote! {
                let mut #sum = [T::ZERO; BLOCK];
                let #name = if #connected {
                    for #n in 0..#len {
                        #body
                        #sum[#n] = #value;
                    }
                    &#sum[..#len]
                } else {
                    #fallback
                };
            });
        }
        driven
    }

    /// The coefficient or parameter as a slice of a block.
    fn slice(&self, id: Id) -> TokenStream {
        let mut coefficients = self.outside.coefficients.iter();
        match (
            coefficients.position(|other| *other == id),
            self.plan.graph.node(id),
        ) {
            (Some(index), _) => coefficient_name(index).into_token_stream(),
            (None, Node::Leaf(Leaf::Param(index))) => self.name(*index).into_token_stream(),
            (None, _) => unreachable!("what is left without input is a coefficient"),
        }
    }

    /// Returns `true` unless the variable is integrated exactly, and is so finite whatever the
    /// parameters.
    fn can_diverge(&self, state: usize) -> bool {
        let mut groups = self.plan.groups.iter();
        let group = groups.find(|group| group.states.contains(&state));
        group.is_some_and(|group| group.method != Method::Exact)
    }
}

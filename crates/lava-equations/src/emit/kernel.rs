//! The spike phase: a loop over the neurons of each block, without branches, in which the compiler
//! finds vectors.

use std::collections::HashMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::Parts;
use super::model::fired;
use super::value::{Outside, Precision, Writer, own, shared};
use crate::item::Method;
use crate::node::{Id, Leaf, Node};
use crate::plan::Plan;

pub(super) struct Kernel<'a> {
    pub(super) parts: &'a Parts<'a>,
    plan: &'a Plan,
    outside: Outside,
    roots: Vec<Id>,
}

/// An argument of the function with the loop.
struct Argument {
    name: Ident,
    ty: TokenStream,
    value: TokenStream,
    is_slice: bool,
}

impl<'a> Kernel<'a> {
    pub(super) fn new(parts: &'a Parts<'a>, plan: &'a Plan) -> Kernel<'a> {
        let mut roots: Vec<Id> = plan.states.iter().map(|(_, id)| *id).collect();
        roots.extend(plan.spikes.iter().map(|(_, id)| *id));
        roots.extend(plan.outputs.iter().map(|(_, id)| *id));
        Kernel {
            outside: Outside::of(&plan.graph, &roots, &plan.driven),
            parts,
            plan,
            roots,
        }
    }

    /// The coefficients of each neuron.
    pub(super) fn coefficients(&self) -> &[Id] {
        &self.outside.coefficients
    }

    pub(super) fn uses(&self, leaf: Leaf) -> bool {
        let mut roots = self.roots.iter();
        roots.any(|id| self.plan.graph.depends(*id, &|other| other == leaf))
    }

    /// Returns `true` if the loop itself reads the parameter.
    fn reads(&self, parameter: usize) -> bool {
        let leaf = Leaf::Param(parameter);
        let graph = &self.plan.graph;
        let mut seen = std::collections::HashSet::new();
        let mut left = self.roots.clone();
        left.extend(self.outside.driven.iter().map(|(_, without)| *without));
        while let Some(id) = left.pop() {
            if !seen.insert(id) || self.outside.coefficients.contains(&id) {
                continue;
            }
            if *graph.node(id) == Node::Leaf(leaf) {
                return true;
            }
            left.extend(graph.node(id).children());
        }
        false
    }

    fn name(&self, symbol: usize) -> &'a Ident {
        &self.parts.scope.symbols[symbol].name
    }

    /// The body of `run_spk`: the loop over neurons as a function, and its call for each block.
    pub(super) fn run(&self) -> TokenStream {
        let (start, len) = (own("start"), own("len"));
        let before = self.before();
        let (slices, driven) = (self.slices(), self.driven());
        let (function, call) = self.function();
        let spikes = self.parts.spike_ports().into_iter().map(spikes_name);
        let (after, ends) = (self.after(), self.ends());
        let (begin_events, end_events) = (self.begin_events(), self.end_events());
        let (_, first) = self.parts.states().next().expect("a neuron has a variable");
        let (list, next) = match self.sleeps() {
            true => self.awake_blocks(first),
            false => (
                TokenStream::new(),
                quote!(for (#start, #len) in blocks(self.#first.len())),
            ),
        };
        let (look_before, look_after) = self.looks();
        quote! {
            #function
            #begin_events
            #before
            #list
            #next {
                #look_before
                #slices
                #driven
                #(let mut #spikes = [false; BLOCK];)*
                #call
                #after
                #look_after
            }
            #end_events
            #ends
        }
    }

    /// The function with the loop over the neurons of a block, and its call. The compiler knows of its
    /// arguments that they do not overlap, without which the loop would be checked for it.
    fn function(&self) -> (TokenStream, TokenStream) {
        let (n, len, wrong, update) = (own("n"), own("len"), own("is_wrong"), own("update"));
        let arguments = self.arguments();
        let names = arguments.iter().map(|argument| &argument.name);
        let types = arguments.iter().map(|argument| &argument.ty);
        let values = arguments.iter().map(|argument| &argument.value);
        let slices = arguments.iter().filter(|argument| argument.is_slice);
        let cuts = slices.map(
            |Argument { name, ty, .. }| match ty.to_string().contains("mut") {
                true => quote!(let #name = &mut #name[..#len];),
                false => quote!(let #name = &#name[..#len];),
            },
        );
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
        let function = quote! {
            #[inline(always)]
            fn #update<T: Real>(#len: usize, #(#names: #types),*) #returned {
                #(#cuts)*
                #declared
                for #n in 0..#len {
                    #body
                    #check
                }
                #value
            }
        };
        let call = quote!(#update(#len, #(#values),*));
        let call = match is_checked {
            true => self.with_check(&call),
            false => quote!(#call;),
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
            is_slice: true,
            name,
        };
        let mut arguments = Vec::new();
        for (_, name) in self.parts.states() {
            arguments.push(Argument {
                name: block_name(name),
                ty: quote!(&mut [T]),
                value: quote!(&mut self.#name[#start..][..#len]),
                is_slice: true,
            });
        }
        for (_, name) in self.parts.outputs() {
            arguments.push(Argument {
                name: name.clone(),
                ty: quote!(&mut [T]),
                value: quote!(&mut #name[#start..][..#len]),
                is_slice: true,
            });
        }
        for port in self.parts.spike_ports() {
            let name = spikes_name(port);
            arguments.push(Argument {
                value: quote!(&mut #name[..#len]),
                ty: quote!(&mut [bool]),
                is_slice: true,
                name,
            });
        }
        if self.parts.has_refractory() {
            arguments.push(Argument {
                name: own("refractory"),
                ty: quote!(&mut [i32]),
                value: quote!(&mut self.refractory[#start..][..#len]),
                is_slice: true,
            });
            arguments.push(Argument {
                ty: quote!(&[i32]),
                ..read(own("period"))
            });
        }
        arguments.extend(self.read_slices().into_iter().map(read));
        let random = (0..self.plan.noises)
            .filter(|noise| self.uses(Leaf::Noise(*noise)))
            .map(|noise| own(&format!("normal{noise}")))
            .chain((0..self.plan.uniforms).map(|uniform| own(&format!("uniform{uniform}"))));
        arguments.extend(random.map(|name| Argument {
            value: quote!(&#name),
            ty: quote!(&[f64]),
            is_slice: true,
            name,
        }));
        let uniform = (0..self.outside.uniform.len()).map(uniform_name);
        arguments.extend(uniform.map(|name| Argument {
            value: name.to_token_stream(),
            ty: quote!(T),
            is_slice: false,
            name,
        }));
        arguments
    }

    /// The slices of numbers that the loop reads: inputs, parameters, coefficients.
    fn read_slices(&self) -> Vec<Ident> {
        let mut names = Vec::new();
        let mut inside = self.roots.clone();
        let mut seen = std::collections::HashSet::new();
        let mut leaves = Vec::new();
        while let Some(id) = inside.pop() {
            let is_driven = self.outside.driven.iter().any(|(value, _)| *value == id);
            if !seen.insert(id) || is_driven || self.outside.coefficients.contains(&id) {
                continue;
            }
            if let Node::Leaf(leaf) = self.plan.graph.node(id) {
                leaves.push(*leaf);
            }
            inside.extend(self.plan.graph.node(id).children());
        }
        for (index, name) in self.parts.inputs() {
            if leaves.contains(&Leaf::Input(index)) {
                names.push(name.clone());
            }
        }
        for (index, name) in self.parts.parameters() {
            if leaves.contains(&Leaf::Param(index)) {
                names.push(name.clone());
            }
        }
        for (index, id) in self.outside.coefficients.iter().enumerate() {
            if seen.contains(id) {
                names.push(coefficient_name(index));
            }
        }
        names.extend((0..self.outside.driven.len()).map(driven_name));
        names
    }

    /// Messages, numbers that are the same for all neurons, and lists to fill.
    fn before(&self) -> TokenStream {
        let mut before = TokenStream::new();
        let (dt, t) = (own("dt"), own("t"));
        if !self.outside.uniform.is_empty() {
            let mut roots = self.outside.uniform.iter();
            let graph = &self.plan.graph;
            if roots
                .clone()
                .any(|id| graph.depends(*id, &|leaf| leaf == Leaf::Step))
            {
                before.extend(quote!(let #dt = self.dt;));
            }
            if roots.any(|id| graph.depends(*id, &|leaf| leaf == Leaf::Time)) {
                before.extend(quote!(let #t = (self.context.time_step() - 1) as f64 * self.dt;));
            }
            before.extend(self.uniform());
        }
        for (index, name) in self.parts.inputs() {
            if self.drives(index) {
                let connected = connected_name(name);
                before.extend(quote!(let #connected = self.#name.is_connected();));
            }
            let receive = match self.sleeps() {
                true => quote!(recv_sums),
                false => quote!(recv_slice),
            };
            before.extend(quote!(let #name = self.#name.#receive();));
        }
        for (_, name) in self.parts.outputs() {
            before.extend(quote!(let #name = self.#name.accumulate()?;));
        }
        if self.parts.is_random() {
            let random = own("random");
            before.extend(quote!(let #random = StepRandom::new(self.seed, &self.context);));
        }
        for port in self.parts.spike_ports() {
            let fired = fired(port);
            before.extend(quote!(self.#fired.clear();));
        }
        before
    }

    fn uniform(&self) -> TokenStream {
        let writer = Writer {
            graph: &self.plan.graph,
            scope: self.parts.scope,
            precision: Precision::Double,
            named: HashMap::new(),
        };
        let lines = self.outside.uniform.iter().enumerate().map(|(index, id)| {
            let (name, value) = (uniform_name(index), writer.write(*id));
            quote!(let #name = T::of(#value);)
        });
        lines.collect()
    }

    /// The parts of inputs, variables and parameters in a block.
    fn slices(&self) -> TokenStream {
        let (start, len) = (own("start"), own("len"));
        let mut slices = TokenStream::new();
        for (index, name) in self.parts.inputs() {
            if self.uses(Leaf::Input(index)) {
                slices.extend(quote!(let #name = &#name[#start..][..#len];));
            }
        }
        for (index, name) in self.parts.parameters() {
            if self.reads(index) {
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
    fn drives(&self, input: usize) -> bool {
        let is = |leaf| leaf == Leaf::Input(input);
        let mut driven = self.outside.driven.iter();
        driven.any(|(id, _)| self.plan.graph.depends(*id, &is))
    }

    /// The parts that depend on inputs and not on the state: coefficients, if no input is connected.
    fn driven(&self) -> TokenStream {
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

    /// The step of neuron `n`.
    fn body(&self) -> TokenStream {
        let n = own("n");
        let mut body = TokenStream::new();
        for (index, name) in self.parts.states() {
            if self.uses(Leaf::State(index)) {
                let block = block_name(name);
                let value = self.scaled(quote!(#block[#n]), self.factor(index));
                body.extend(quote!(let #name = #value;));
            }
        }
        if self.parts.has_refractory() {
            let (held, refractory) = (own("held"), own("refractory"));
            body.extend(quote!(let #held = #refractory[#n] > 0;));
        }
        let writer = self.lets(&mut body, &self.roots, true);
        for (index, id) in &self.plan.states {
            let (block, value) = (block_name(self.name(*index)), writer.write(*id));
            let factor = self.factor(*index);
            let value = match factor == 1.0 {
                true => value,
                false => self.scaled(quote!((#value)), 1.0 / factor),
            };
            body.extend(quote!(#block[#n] = #value;));
        }
        for (index, id) in &self.plan.outputs {
            let (name, value) = (self.name(*index), writer.write(*id));
            let value = self.scaled(quote!((#value)), 1.0 / self.factor(*index));
            body.extend(quote!(#name[#n] = #value;));
        }
        for (event, id) in &self.plan.spikes {
            if let Some(port) = &self.parts.neuron.events[*event].port {
                let (name, value) = (spikes_name(port), writer.write(*id));
                body.extend(quote!(#name[#n] = #value;));
            }
        }
        body.extend(self.refractory(&writer));
        body
    }

    /// Counts the refractory period.
    fn refractory(&self, writer: &Writer<'_>) -> TokenStream {
        if !self.parts.has_refractory() {
            return TokenStream::new();
        }
        let names = ["n", "held", "refractory", "period"].map(own);
        let [n, held, refractory, period] = names;
        let fires = self.plan.spikes.iter().map(|(_, id)| writer.write(*id));
        let fires = fires
            .reduce(|a, b| quote!(#a | #b))
            .unwrap_or_else(|| quote!(false));
        quote! {
            #refractory[#n] = select(#fires, #period[#n], #refractory[#n] - i32::from(#held));
        }
    }

    /// `let`s for what is used more than once.
    fn lets(&self, body: &mut TokenStream, roots: &[Id], is_loop: bool) -> Writer<'_> {
        let n = own("n");
        let mut named: HashMap<Id, TokenStream> = HashMap::new();
        for (index, id) in self.outside.coefficients.iter().enumerate() {
            let name = coefficient_name(index);
            named.insert(*id, quote!(#name[#n]));
        }
        for (index, id) in self.outside.uniform.iter().enumerate() {
            named.insert(*id, uniform_name(index).into_token_stream());
        }
        if is_loop {
            for (index, (id, _)) in self.outside.driven.iter().enumerate() {
                let name = driven_name(index);
                named.insert(*id, quote!(#name[#n]));
            }
        }
        let graph = &self.plan.graph;
        let is_named = |id: Id| named.contains_key(&id);
        let mut roots = roots.to_vec();
        // Conditions are used by the refractory period too.
        roots.extend(
            self.plan
                .spikes
                .iter()
                .map(|(_, id)| *id)
                .filter(|_| is_loop && self.parts.has_refractory()),
        );
        let shared = shared(graph, &roots, &is_named);
        let mut writer = Writer {
            graph,
            scope: self.parts.scope,
            precision: Precision::Generic,
            named,
        };
        let mut taken = Vec::new();
        for (index, id) in shared.into_iter().enumerate() {
            let given = graph.names.get(&id).filter(|name| !taken.contains(*name));
            let name = match given {
                Some(name) => own(name),
                None => own(&format!("x{index}")),
            };
            taken.extend(given.cloned());
            let (formula, _) = writer.formula(id);
            body.extend(quote!(let #name = #formula;));
            writer.named.insert(id, name.into_token_stream());
        }
        writer
    }

    fn factor(&self, symbol: usize) -> f64 {
        let unit = self.parts.scope.symbols[symbol].unit.as_ref();
        unit.map_or(1.0, crate::unit::Unit::to_coherent)
    }

    fn scaled(&self, value: TokenStream, factor: f64) -> TokenStream {
        if factor == 1.0 {
            return value;
        }
        let factor = Literal::f64_unsuffixed(factor);
        quote!(#value * T::of(#factor))
    }

    /// Collects the spikes of a block.
    fn after(&self) -> TokenStream {
        let (start, len) = (own("start"), own("len"));
        let ports = self.parts.spike_ports().into_iter();
        let collect = ports.map(|port| {
            let (fired, name) = (fired(port), spikes_name(port));
            quote!(self.#fired.collect(#start, &#name[..#len]);)
        });
        collect.collect()
    }

    /// Returns `true` unless the variable is integrated exactly, and is so finite whatever the
    /// parameters.
    fn can_diverge(&self, state: usize) -> bool {
        let mut groups = self.plan.groups.iter();
        let group = groups.find(|group| group.states.contains(&state));
        group.is_some_and(|group| group.method != Method::Exact)
    }

    /// Sends the spikes.
    fn ends(&self) -> TokenStream {
        let mut ends = TokenStream::new();
        for port in self.parts.spike_ports() {
            let fired = fired(port);
            ends.extend(quote!(self.#port.send_indices(&self.#fired.neurons)?;));
        }
        quote!(#ends ::core::result::Result::Ok(()))
    }
}

fn coefficient_name(index: usize) -> Ident {
    own(&format!("k{index}"))
}

fn driven_name(index: usize) -> Ident {
    own(&format!("drive{index}"))
}

fn connected_name(input: &Ident) -> Ident {
    own(&format!("has_{input}"))
}

fn uniform_name(index: usize) -> Ident {
    own(&format!("c{index}"))
}

fn block_name(name: &Ident) -> Ident {
    own(&format!("{name}_block"))
}

fn spikes_name(port: &Ident) -> Ident {
    own(&format!("spikes_of_{port}"))
}

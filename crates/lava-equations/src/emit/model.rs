//! The model: fields, derived coefficients, and the methods of the protocol.

use std::collections::HashMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::kernel::Kernel;
use super::value::{Precision, Writer, own, shared, text};
use super::{Parts, doc, events};
use crate::graph::{Graph, Id, Leaf, Node};
use crate::plan::Plan;

/// The model; one that does nothing if the declaration has a mistake.
pub(super) fn model(parts: &Parts<'_>) -> TokenStream {
    let Some(plan) = parts.plan else {
        return without_plan(parts);
    };
    let kernel = Kernel::new(parts, plan);
    let (fields, local) = (fields(parts), local_fields(parts, plan, &kernel));
    let (library, name) = (&parts.paths.library, parts.model_name());
    let derive = derive(parts, plan, &kernel);
    let run = kernel.run();
    let update = on_var_update(parts);
    let (closed_form, events) = (events::closed_form(parts), events::methods(parts));
    let structure = structure(parts, &quote!(#fields #local));
    let support = support(parts);
    let docs = doc("Computes what follows from parameters.");
    quote! {
        #structure
        #[allow(clippy::all)]
        impl<T: #library::proc::Real> #name<T> {
            #docs
            fn derive(&mut self) -> #library::Result<()> {
                #support
                #derive
            }
        }
        #closed_form
        #[allow(clippy::all)]
        impl<T: #library::proc::Real> #library::model::LoihiModel for #name<T> {
            const USES_AVX512: bool = true;
            #events
            fn start(&mut self) -> #library::Result<()> {
                self.derive()
            }
            #update
            #[inline(always)]
            fn run_spk(&mut self) -> #library::Result<()> {
                #support
                #run
            }
        }
    }
}

fn without_plan(parts: &Parts<'_>) -> TokenStream {
    let (library, name) = (&parts.paths.library, parts.model_name());
    let structure = structure(parts, &fields(parts));
    quote! {
        #structure
        impl<T: #library::proc::Real> #library::model::LoihiModel for #name<T> {}
    }
}

fn structure(parts: &Parts<'_>, fields: &TokenStream) -> TokenStream {
    let (library, name, process) = (&parts.paths.library, parts.model_name(), parts.name());
    let implements = parts.attribute("implements");
    let option = parts.paths.option.as_ref().map(|option| quote!(#option,));
    let docs = doc(&format!("The floating-point model of [`{process}`]."));
    quote! {
        #docs
        #[#implements(#option proc = #process<T>, protocol = #library::model::Loihi, shardable)]
        #[tag(#library::network::FloatingPt)]
        #[allow(dead_code)]
        struct #name<T: #library::proc::Real> {
            #fields
        }
    }
}

/// Names of the library that the functions use.
fn support(parts: &Parts<'_>) -> TokenStream {
    let private = &parts.paths.private;
    quote! {
        #[allow(unused_imports)]
        use #private::equations::*;
    }
}

/// A field for each member of the process.
fn fields(parts: &Parts<'_>) -> TokenStream {
    let library = &parts.paths.library;
    let mut fields = TokenStream::new();
    for (_, name) in parts.inputs() {
        fields.extend(quote!(#name: #library::model::In<T>,));
    }
    for port in parts.spike_ports() {
        fields.extend(quote!(#port: #library::model::Out<#library::Spike>,));
    }
    for (_, name) in parts.outputs() {
        fields.extend(quote!(#name: #library::model::Out<T>,));
    }
    for (_, name) in parts.states() {
        fields.extend(quote!(#name: ::std::vec::Vec<T>,));
    }
    for (_, name) in parts.parameters() {
        fields.extend(quote!(#name: #library::model::PerNeuron<T>,));
    }
    for (_, name) in parts.tables() {
        fields.extend(quote!(#name: #library::Param<#library::proc::LookupTable>,));
    }
    if parts.has_refractory() {
        let name = format_ident!("refractory");
        fields.extend(quote!(#name: ::std::vec::Vec<i32>,));
    }
    if parts.is_random() {
        let name = format_ident!("seed");
        fields.extend(quote!(#name: u64,));
    }
    let dt = format_ident!("dt");
    fields.extend(quote!(#dt: f64,));
    fields
}

fn local_fields(parts: &Parts<'_>, plan: &Plan, kernel: &Kernel<'_>) -> TokenStream {
    let (library, private) = (&parts.paths.library, &parts.paths.private);
    let mut fields = events::fields(parts);
    let coefficients = kernel.coefficients();
    if !coefficients.is_empty() {
        let count = Literal::usize_unsuffixed(coefficients.len());
        let mut lines = "Coefficients of each neuron, in coherent units:".to_owned();
        for (index, id) in coefficients.iter().enumerate() {
            lines.push_str(&format!(
                "\n`k{index}` = {};",
                text(&plan.graph, parts.scope, *id)
            ));
        }
        let docs = doc(&lines);
        fields.extend(quote! {
            #docs
            #[local(rebuilt)]
            coefficients: #private::equations::NeuronCoefficients<T, #count>,
        });
    }
    if plan.period.is_some() {
        let docs = doc("The refractory period in steps.");
        fields.extend(quote! {
            #docs
            #[local(rebuilt)]
            period: #private::equations::Counts,
        });
    }
    for port in parts.spike_ports() {
        let name = fired(port);
        fields.extend(quote! {
            #[local(rebuilt)]
            #name: #private::equations::Fired,
        });
    }
    fields.extend(quote! {
        #[local]
        context: #library::model::Context,
    });
    if kernel.sleeps() {
        fields.extend(quote! {
            #[local]
            sleep: #library::model::Sleep,
        });
    }
    fields
}

/// The field with the neurons that fired.
pub(super) fn fired(port: &Ident) -> Ident {
    match port == "s_out" {
        true => format_ident!("fired"),
        false => format_ident!("fired_{port}"),
    }
}

fn derive(parts: &Parts<'_>, plan: &Plan, kernel: &Kernel<'_>) -> TokenStream {
    let (dt, coefficients) = (own("dt"), kernel.coefficients());
    let mut body = TokenStream::new();
    if !coefficients.is_empty() {
        body.extend(coefficients_of(parts, plan, coefficients));
    }
    if let Some(period) = plan.period {
        body.extend(period_of(parts, plan, period));
    }
    body.extend(events::derive(parts));
    let mut sources = sources(plan, coefficients);
    sources.extend(events::sources(parts));
    let is_read = |table: usize| sources.iter().any(|id| plan.graph.looks_up(*id, table));
    let tables = parts.tables().filter(|(table, _)| is_read(*table));
    let tables = tables.map(|(_, name)| quote!(let #name = &self.#name;));
    let tables: TokenStream = tables.collect();
    let check = match body.is_empty() {
        true => quote!(time_step(self.dt)?;),
        false => quote!(let #dt = time_step(self.dt)?;),
    };
    quote! {
        #check
        #tables
        #body
        ::core::result::Result::Ok(())
    }
}

/// `self.coefficients = NeuronCoefficients::new(…)?;`
fn coefficients_of(parts: &Parts<'_>, plan: &Plan, coefficients: &[Id]) -> TokenStream {
    let graph = &plan.graph;
    let used: Vec<&Ident> = parts
        .parameters()
        .filter(|(index, _)| uses(plan, coefficients, *index))
        .map(|(_, name)| name)
        .collect();
    let texts = used.iter().map(ToString::to_string);
    let labels = coefficients.iter().map(|id| text(graph, parts.scope, *id));
    let (matrices, roots) = matrices(parts, plan, coefficients);
    let mut writer = Writer {
        graph,
        scope: parts.scope,
        precision: Precision::Double,
        named: HashMap::new(),
    };
    let lets = lets(&mut writer, &roots);
    let matrices = matrices.iter().map(|matrix| matrix.write(&writer));
    let values = coefficients.iter().map(|id| writer.write(*id));
    quote! {
        self.coefficients = NeuronCoefficients::new(
            &self.context,
            [#((#texts, &self.#used)),*],
            [#(#labels),*],
            |[#(#used),*]| {
                #lets
                #(#matrices)*
                [#(#values),*]
            },
        )?;
    }
}

/// Returns `true` if a coefficient depends on the parameter.
fn uses(plan: &Plan, coefficients: &[Id], parameter: usize) -> bool {
    let is = |leaf| leaf == Leaf::Param(parameter);
    let sources = sources(plan, coefficients);
    sources.into_iter().any(|id| plan.graph.depends(id, &is))
}

/// The coefficients, and the entries of the matrices that they need.
fn sources(plan: &Plan, coefficients: &[Id]) -> Vec<Id> {
    let mut sources = coefficients.to_vec();
    for id in coefficients {
        for matrix in used_matrices(&plan.graph, *id) {
            sources.extend(plan.matrices[matrix].entries.iter().flatten());
        }
    }
    sources
}

fn used_matrices(graph: &Graph, id: Id) -> Vec<usize> {
    let used = std::cell::RefCell::new(Vec::new());
    graph.depends(id, &|leaf| {
        if let Leaf::Propagator(matrix, ..) | Leaf::Response(matrix, ..) = leaf {
            used.borrow_mut().push(matrix);
        }
        false
    });
    used.into_inner()
}

/// A matrix whose exponential is computed.
struct Propagator<'a> {
    number: usize,
    rows: &'a [Vec<Id>],
    step: Id,
}

impl Propagator<'_> {
    fn write(&self, writer: &Writer<'_>) -> TokenStream {
        let propagator = own(&format!("propagator{}", self.number));
        let response = own(&format!("response{}", self.number));
        let rows = self.rows.iter().map(|row| {
            let entries = row.iter().map(|entry| writer.write(*entry));
            quote!([#(#entries),*])
        });
        let step = writer.write(self.step);
        quote!(let (#propagator, #response) = propagators([#(#rows),*], #step);)
    }
}

/// The matrices that the coefficients need, and the values that are computed before them.
fn matrices<'a>(
    parts: &Parts<'_>,
    plan: &'a Plan,
    coefficients: &[Id],
) -> (Vec<Propagator<'a>>, Vec<Id>) {
    let _ = parts;
    let mut matrices = Vec::new();
    let mut roots = Vec::new();
    for (number, matrix) in plan.matrices.iter().enumerate() {
        let mut all = coefficients.iter();
        if !all.any(|id| used_matrices(&plan.graph, *id).contains(&number)) {
            continue;
        }
        roots.extend(matrix.entries.iter().flatten().copied());
        matrices.push(Propagator {
            number,
            rows: &matrix.entries,
            step: matrix.step,
        });
    }
    // Values that need a matrix cannot be computed before it.
    let early = coefficients
        .iter()
        .filter(|id| used_matrices(&plan.graph, **id).is_empty());
    roots.extend(early.copied());
    (matrices, roots)
}

/// `let`s for what is used more than once.
pub(super) fn lets(writer: &mut Writer<'_>, roots: &[Id]) -> TokenStream {
    let mut lets = TokenStream::new();
    let shared = shared(writer.graph, roots, &|_| false);
    for (index, id) in shared.into_iter().enumerate() {
        if matches!(writer.graph.node(id), Node::Leaf(_)) {
            continue;
        }
        let name = own(&format!("x{index}"));
        let (formula, _) = writer.formula(id);
        lets.extend(quote!(let #name = #formula;));
        writer.named.insert(id, name.into_token_stream());
    }
    lets
}

/// `self.period = Counts::new(…);`
fn period_of(parts: &Parts<'_>, plan: &Plan, period: Id) -> TokenStream {
    let used = parts.parameters().find(|(index, _)| {
        let is = |leaf| leaf == Leaf::Param(*index);
        plan.graph.depends(period, &is)
    });
    let Some((_, name)) = used else {
        return TokenStream::new();
    };
    let writer = Writer {
        graph: &plan.graph,
        scope: parts.scope,
        precision: Precision::Double,
        named: HashMap::new(),
    };
    let (value, dt) = (writer.write(period), own("dt"));
    quote! {
        self.period = Counts::new(&self.context, &self.#name, |#name| steps(#value, #dt));
    }
}

/// Derives again what follows from a parameter.
fn on_var_update(parts: &Parts<'_>) -> TokenStream {
    let library = &parts.paths.library;
    let mut others: Vec<String> = parts.states().map(|(_, name)| name.to_string()).collect();
    if parts.has_refractory() {
        others.push("refractory".to_owned());
    }
    if parts.is_random() {
        others.push("seed".to_owned());
    }
    let var = own("var");
    let accept = parts.closed().map(|_| quote!(self.events.accept();));
    quote! {
        fn on_var_update(&mut self, #var: &str) -> #library::Result<()> {
            #accept
            match #var {
                #(#others)|* => ::core::result::Result::Ok(()),
                _ => self.derive(),
            }
        }
    }
}

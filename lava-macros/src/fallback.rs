//! Repairs: changes that let an item with broken rules expand, so that the compiler reports nothing
//! twice. The rules are in each macro's `check`, which changes nothing and says what to repair.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use syn::{
    Attribute, GenericParam, Path, PathArguments, Token, parse_quote, punctuated::Punctuated,
};

use crate::implements::model::Model;
use crate::network::model::Network;
use crate::process::model::{Process, ShapeType};

/// A repair of a process; members, parameters and attributes are named by their index.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ProcessRepair {
    /// Leaves a member out.
    DropMember(usize),
    /// Leaves an option of a member out.
    DropOption(usize, &'static str),
    /// Takes a member's shape for one that its type knows.
    LiteralShape(usize),
    /// Gives a type parameter the bounds that its use needs.
    AddBounds(usize, Bounds),
    /// Leaves the traits that every process implements out of a `derive`.
    DropDerives(usize),
}

/// Bounds of a type parameter, by the kind of member that uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bounds {
    Payload,
    Element,
    Param,
}

/// The traits that the handle of every process implements.
pub(crate) const IMPLEMENTED: [&str; 2] = ["Clone", "Debug"];

/// A part to leave out of a model.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ModelRepair {
    /// The tag of this index.
    Tag(usize),
    /// The mark that it can be sharded.
    Shardable,
    /// Every field.
    Fields,
    /// This name among those of an option.
    Name(&'static str, Ident),
    /// The content of the impls.
    Content,
    /// The choice by configurations.
    Choice,
    /// The process as it is written: these are its parameters.
    Parameters(Vec<Ident>),
}

/// A part to leave out of a network, by its index.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NetworkRepair {
    /// A process, whose builder is only type-checked.
    Process(usize),
    /// A connection.
    Connection(usize),
    /// A tie.
    Tie(usize),
    /// An end of a connection that is not complete.
    Loose(usize),
    /// The first line.
    Frame,
}

/// Repairs a process.
pub(crate) fn repair_process(process: &mut Process, repairs: Vec<ProcessRepair>) {
    let mut dropped = HashSet::new();
    for repair in repairs {
        match repair {
            ProcessRepair::DropMember(member) => {
                dropped.insert(member);
            }
            ProcessRepair::DropOption(member, option) => {
                process.members[member].options.forget(option);
            }
            ProcessRepair::LiteralShape(member) => {
                process.members[member].shape = ShapeType::Literal;
            }
            ProcessRepair::AddBounds(parameter, bounds) => add_bounds(process, parameter, bounds),
            ProcessRepair::DropDerives(attribute) => {
                drop_derives(&mut process.attributes[attribute]);
            }
        }
    }
    let dropped = drop_indices(&mut process.members, &dropped);
    process
        .unread
        .extend(dropped.into_iter().map(|member| member.name));
}

fn add_bounds(process: &mut Process, parameter: usize, bounds: Bounds) {
    let library = process.library.path();
    let bounds: TokenStream = match bounds {
        Bounds::Payload => parse_quote!(#library::Payload),
        Bounds::Element => parse_quote!(#library::Element),
        Bounds::Param => parse_quote!(::core::marker::Send + ::core::marker::Sync + 'static),
    };
    if let Some(GenericParam::Type(parameter)) = process.generics.params.get_mut(parameter) {
        parameter.bounds = parse_quote!(#bounds);
    }
}

fn drop_derives(attribute: &mut Attribute) {
    let paths = Punctuated::<Path, Token![,]>::parse_terminated;
    let derived = attribute.parse_args_with(paths).unwrap_or_default();
    let others = derived
        .iter()
        .filter(|path| !IMPLEMENTED.iter().any(|name| path.is_ident(name)));
    *attribute = parse_quote!(#[derive(#(#others),*)]);
}

/// Repairs a model.
pub(crate) fn repair_model(model: &mut Model, repairs: Vec<ModelRepair>) {
    let mut tags = HashSet::new();
    for repair in repairs {
        match repair {
            ModelRepair::Tag(tag) => {
                tags.insert(tag);
            }
            ModelRepair::Shardable => model.shardable = None,
            ModelRepair::Fields => model.fields.clear(),
            ModelRepair::Name(option, name) => match option {
                "replicated" => model.replicated.retain(|given| *given != name),
                _ => model.adds_to.retain(|given| *given != name),
            },
            ModelRepair::Content => model.is_hollow = true,
            ModelRepair::Choice => model.alternative = true,
            ModelRepair::Parameters(parameters) => {
                if let Some(last) = model.process.segments.last_mut() {
                    last.arguments =
                        PathArguments::AngleBracketed(parse_quote!(<#(#parameters),*>));
                }
            }
        }
    }
    drop_indices(&mut model.tags, &tags);
}

/// Repairs a network. Without a frame nothing is built: every builder is only type-checked.
pub(crate) fn repair_network(network: &mut Network, repairs: Vec<NetworkRepair>) {
    if repairs.contains(&NetworkRepair::Frame) {
        network.frame = None;
    }
    if network.frame.is_none() {
        network.connections.clear();
        network.ties.clear();
        network.loose.clear();
        network.dropped = std::mem::take(&mut network.processes);
        return;
    }
    let [mut processes, mut connections, mut ties, mut loose]: [HashSet<usize>; 4] =
        Default::default();
    for repair in repairs {
        match repair {
            NetworkRepair::Process(index) => processes.insert(index),
            NetworkRepair::Connection(index) => connections.insert(index),
            NetworkRepair::Tie(index) => ties.insert(index),
            NetworkRepair::Loose(index) => loose.insert(index),
            NetworkRepair::Frame => false,
        };
    }
    network.dropped = drop_indices(&mut network.processes, &processes);
    drop_indices(&mut network.connections, &connections);
    drop_indices(&mut network.ties, &ties);
    drop_indices(&mut network.loose, &loose);
}

/// Removes the items at these indices and returns them.
fn drop_indices<T>(items: &mut Vec<T>, dropped: &HashSet<usize>) -> Vec<T> {
    let mut index = 0;
    items
        .extract_if(.., |_| {
            index += 1;
            dropped.contains(&(index - 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;
    use crate::errors::Errors;
    use crate::process::model::Member;
    use crate::{implements, network, process};

    fn repairs_of_process(item: TokenStream) -> (Process, Vec<ProcessRepair>) {
        let mut errors = Errors::default();
        let item = syn::parse2(item).expect("an item");
        let process =
            process::parse::parse(quote!(), &item, Vec::new(), &mut errors).expect("a process");
        let repairs = process::check::check(&process, &mut errors);
        (process, repairs)
    }

    #[test]
    fn a_broken_process_loses_what_broke_a_rule() {
        let (mut process, repairs) = repairs_of_process(quote! {
            #[derive(Debug, PartialEq)]
            struct P<T> {
                a: InPort<T>,
                #[var(scalar, rank = 1)]
                v: Var<f32>,
                a: OutPort<f32>,
                name: Var<f32>,
            }
        });
        assert_eq!(
            repairs,
            [
                ProcessRepair::AddBounds(0, Bounds::Payload),
                ProcessRepair::DropDerives(0),
                ProcessRepair::DropOption(1, "rank"),
                ProcessRepair::DropMember(3),
                ProcessRepair::DropMember(2),
            ]
        );
        repair_process(&mut process, repairs);
        let names: Vec<String> = process.members.iter().map(Member::text).collect();
        assert_eq!(names, ["a", "v"]);
        assert!(process.members[1].options.rank.is_none());
        let (attribute, generics) = (&process.attributes[0], &process.generics);
        assert_eq!(
            quote!(#attribute #generics).to_string(),
            quote!(#[derive(PartialEq)] <T: ::lava::__private_0_1_0::Payload>).to_string()
        );
    }

    #[test]
    fn a_sound_process_needs_no_repair() {
        let (_, repairs) = repairs_of_process(quote!(
            struct P {
                a: InPort<f32>,
            }
        ));
        assert_eq!(repairs, []);
    }

    #[test]
    fn a_broken_model_loses_what_broke_a_rule() {
        let mut errors = Errors::default();
        let options = quote!(proc = P, protocol = Loihi, sub_model, shardable);
        let mut item = syn::parse2(quote! {
            #[tag(A, B, A)]
            struct M { a: In<f32> }
        })
        .expect("an item");
        let mut model =
            implements::parse::parse(options, &mut item, Vec::new(), &mut errors).expect("a model");
        let repairs = implements::check::check(&model, &mut errors);
        repair_model(&mut model, repairs);
        assert_eq!(errors.messages().len(), 3);
        assert_eq!(model.tags.len(), 2);
        assert!(model.shardable.is_none() && model.fields.is_empty());
    }

    #[test]
    fn a_broken_network_keeps_the_builders_that_it_drops() {
        let mut errors = Errors::default();
        let mut network = network::check::resolve(network::parse::parse(
            quote!(Cfg; a: A = A::new(); a: A = A::new(); a.x -> a.y; b.x -> a.y;),
            &mut errors,
        ));
        let repairs = network::check::check(&network, &mut errors);
        assert_eq!(
            repairs,
            [NetworkRepair::Process(1), NetworkRepair::Connection(1)]
        );
        repair_network(&mut network, repairs);
        let counts = (network.processes.len(), network.connections.len());
        assert_eq!((counts, network.dropped.len()), ((1, 1), 1));
    }
}

use proc_macro2::TokenStream;
use quote::quote;

use super::loops::loops;
use super::{check, network, parse};
use crate::errors::Errors;
use crate::testing::{contains, messages};

/// The messages for these connections between processes `input`, `dense` and `output`.
fn of_connections(connections: &TokenStream) -> Vec<String> {
    messages(&network(quote! { Cfg;
        input: Source = Source::data(3);
        dense: Dense = Dense::weights(w);
        output: Lif = Lif::shape([1]);
        #connections
    }))
}

/// The number of connections of each loop.
fn loop_lengths(connections: &TokenStream) -> Vec<usize> {
    let mut errors = Errors::default();
    let network = check::resolve(parse::parse(quote!(Cfg; #connections), &mut errors));
    assert_eq!(errors.messages(), [""; 0]);
    loops(&network).iter().map(Vec::len).collect()
}

#[test]
fn a_configuration_comes_first() {
    let message = ["start with the run configuration: `network! { Loihi1SimCfg; … }`"];
    assert_eq!(messages(&network(quote!())), message);
    assert_eq!(
        messages(&network(quote!(a: Lif = Lif::shape([1]);))),
        message
    );
    assert_eq!(messages(&network(quote!(a.b -> c.d;))), message);
    assert!(messages(&network(quote!(Cfg<A>;))).is_empty());
    let expansion = network(quote!(crate = my::lava; my::Cfg;));
    assert!(contains(
        &expansion,
        &quote!(
            use my::lava::__private_0_1_0 as __lava;
        )
    ));
}

#[test]
fn names_are_declared() {
    assert_eq!(
        of_connections(&quote! {
            inptu.s_out -> dense.s_in;
            dense.a_out -> [xyz.a_in, outptu.a_in];
        }),
        [
            "no process named `inptu` in this network; did you mean `input`?",
            "no process named `xyz` in this network; declare it: `xyz: Process = builder;`",
            "no process named `outptu` in this network; did you mean `output`?",
        ]
    );
}

#[test]
fn names_are_declared_once() {
    assert_eq!(
        of_connections(&quote! {
            dense: Dense = Dense::weights(w);
            network: Dense = Dense::weights(w);
            network.a_out -> dense.s_in;
        }),
        [
            "there is a process `dense` in this network already; choose another name",
            "`network` is the name of the network itself; choose another name",
        ]
    );
}

#[test]
fn connections_have_ports_and_are_written_once() {
    assert_eq!(
        of_connections(&quote! {
            input -> dense.s_in;
            dense.a_out -> output;
            dense.a_out -> output.a_in;
            [input.s_out, dense.a_out] -> output.a_in;
            dense.a_out.reshape([1]) -> output.a_in;
        }),
        [
            "name the port: `input.…`",
            "name the port: `output.…`",
            "`dense.a_out -> output.a_in` is written twice",
        ]
    );
}

#[test]
fn every_wrong_statement_is_reported() {
    assert_eq!(
        of_connections(&quote! {
            dense.a_out => output.a_in;
            dense.a_out.bar() + output.s_out -> output.a_in;
            dense.a_out.foo -> output.a_in;
            dense.a_out -> output.a_in.reshape([1]);
            3;
            input.s_out -> dnse.a_in;
        }),
        [
            "a connection is written `->`, not `=>`",
            "outputs that are summed are a list: `[dense.a_out.bar(), …] -> …;`",
            "expected a method with its arguments, `.foo(…)`",
            "an input has no method here but `select`; change what the output sends",
            "expected `name: Process = builder;` or `name.port -> name.port;`",
            "no process named `dnse` in this network; did you mean `dense`?",
        ]
    );
}

#[test]
fn a_type_that_is_missing_is_guessed() {
    assert_eq!(
        of_connections(&quote! {
            lif = proc::Lif::shape([1]).vth(1.0);
            other = make();
            dense.a_out -> lif.a_in;
        }),
        [
            "say the type: `lif: proc::Lif = …`",
            "say the type of process: `other: Lif = …`; a value that is none stands before `network!`: \
             `let other = …;`",
        ]
    );
}

#[test]
fn a_value_that_is_no_process_stays_a_value() {
    let expansion = super::network(quote! {
        Cfg;
        let w = make();
        dense: Dense = Dense::weights(w);
    });
    assert!(contains(&expansion, &quote!(let w = make();)));
}

#[test]
fn what_is_left_out_is_checked_all_the_same() {
    let builder = quote!(__lava::builds::<Lif, _>(<Lif>::shape([1])));
    for input in [
        quote!(a: Lif = Lif::shape([1]);),
        quote!(Cfg; network: Lif = Lif::shape([1]);),
    ] {
        assert!(contains(&network(input), &builder));
    }
}

#[test]
fn inputs_are_not_missed_after_a_mistake() {
    let declared = quote!(Cfg; output: Lif = Lif::shape([1]););
    assert!(contains(&network(declared.clone()), &quote!(complete)));
    let expansion = network(quote!(#declared inptu.s_out -> output.a_in;));
    assert!(!contains(&expansion, &quote!(complete)));
    assert!(contains(&expansion, &quote!(let output: Lif)));
}

#[test]
fn lists_are_several_connections() {
    let expansion = network(quote! { Cfg;
        a: A = A::new();
        b: B = B::new();
        [a.x, a.y.cast::<f32>().delayed(2)] -> [b.u, b.v];
    });
    assert_eq!(messages(&expansion), [""; 0]);
    for part in [
        quote!(a.x.connect(&b.u)),
        quote!(a.x.connect(&b.v)),
        quote!(a.y.cast::<f32>().delayed(2).connect(&b.u)),
        quote!(a.y.cast::<f32>().delayed(2).connect(&b.v)),
        quote!(__lava::feed(__inputs, &b.v)),
    ] {
        assert!(contains(&expansion, &part), "{part}");
    }
}

#[test]
fn loops_are_found_where_they_close() {
    assert_eq!(loop_lengths(&quote!(a.x -> b.y; b.x -> c.y;)), [0; 0]);
    assert_eq!(loop_lengths(&quote!(a.x -> a.y;)), [1]);
    assert_eq!(
        loop_lengths(&quote!(a.x -> b.y; b.x -> c.y; c.x -> a.y;)),
        [3]
    );
    assert_eq!(
        loop_lengths(&quote!(a.x -> b.y; b.x -> c.y; b.x -> a.y; c.x -> a.y;)),
        [2, 3]
    );
    assert_eq!(
        loop_lengths(&quote!(a.x -> b.y; b.x.delayed(1) -> a.y;)),
        [0; 0]
    );
}

#[test]
fn a_loop_asks_for_a_delay_among_its_outputs() {
    let expansion = network(quote! { Cfg;
        a: A = A::new();
        b: B = B::new();
        a.x.cast() -> b.y;
        b.z -> a.y;
    });
    let asked = quote!(__lava::breaks_loop(
        &network,
        &(([(&a.x, &a_timing)], [(&b.z, &b_timing)]))
    ););
    assert!(contains(&expansion, &asked));
}

#[test]
fn processes_whose_builder_takes_them_out_of_lockstep_close_no_loop() {
    for method in [quote!(detached), quote!(asynchronous)] {
        let expansion = network(quote! { Cfg;
            a: A = A::new().#method();
            b: B = B::new();
            a.x -> b.y;
            b.x -> a.y;
        });
        assert_eq!(messages(&expansion), [""; 0]);
        assert!(!contains(&expansion, &quote!(breaks_loop)));
    }
}

#[test]
fn timing_and_model_are_said_by_the_builder() {
    assert_eq!(
        of_connections(&quote! {
            async a: A = A::new();
            detached b: B<f32> = B::new();
            c: C as my::Model<3> = C::new();
            a.x -> [b.y, c.y];
        }),
        [
            "the builder says it: `a: A = ….asynchronous();`",
            "the builder says it: `b: B<f32> = ….detached();`",
            "the builder says it: `c: C = ….with_model::<my::Model<3>>();`",
        ]
    );
}

#[test]
fn a_statement_with_a_mistake_keeps_its_name() {
    for statement in [
        quote!(lif: Lif;),
        quote!(lif: Lif = ;),
        quote!(lif: ;),
        quote!(lif := Lif::shape([1]);),
        quote!(lif: Lif = Lif::shape([1]).;),
        quote!(lif: Lif = Lif { vth: 1.0 };),
        quote!(lif: Lif::shape([1]);),
        quote!(let lif: Lif = Lif::shape([1]);),
        quote!("lif": Lif = Lif::shape([1]);),
        quote!(other, lif: Lif = Lif::shape([1]);),
        quote!(lif: Lif = Lif::shape([1]),),
    ] {
        let messages = of_connections(&quote!(#statement dense.a_out -> lif.a_in;));
        assert_eq!(messages.len(), 1, "{statement}: {messages:?}");
        assert!(!messages[0].contains("no process"), "{messages:?}");
    }
}

#[test]
fn the_builder_has_the_declared_type() {
    let expansion = network(quote! { Cfg;
        a: Lif<f64> = Lif::shape([1]).vth(1.0);
        b: proc::Lif = proc::Lif::shape([1]);
        c: Lif = Lif::<f32>::shape([1]);
        d: Lif = proc::Lif::shape([1]);
        e: Lif = neurons();
    });
    for part in [
        quote!(<Lif<f64>>::shape([1]).vth(1.0)),
        quote!(<proc::Lif>::shape([1])),
        quote!(, Lif::<f32>::shape([1])),
        quote!(, proc::Lif::shape([1])),
        quote!(, neurons()),
    ] {
        assert!(contains(&expansion, &part), "{part}");
    }
}

#[test]
fn a_signature_declares_a_function_and_its_struct() {
    let expansion = network(quote! {
        pub fn net(count: usize) -> lava::Result<Neurons>;
        Cfg;
        /// Spikes.
        lif: Lif<f64> = Lif::shape([count]);
    });
    assert_eq!(messages(&expansion), [""; 0]);
    for part in [
        quote!(pub struct Neurons<>),
        quote!(pub network: ::lava::__private_0_1_0::Network<Cfg>),
        quote!(#[doc = r" Spikes."] pub lif: Lif<f64>),
        quote!(pub fn net(count: usize) -> lava::Result<Neurons>),
    ] {
        assert!(contains(&expansion, &part), "{part}");
    }
    let wrong = network(quote!(fn net() -> Neurons; Cfg; lif: Lif = Lif::shape([1]);));
    assert_eq!(messages(&wrong).len(), 1);
}

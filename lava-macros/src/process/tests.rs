use proc_macro2::TokenStream;
use quote::quote;

use super::process;
use crate::testing::{contains, messages};

/// The messages for a process with these fields.
fn of_fields(fields: &TokenStream) -> Vec<String> {
    messages(&process(quote!(), quote!(pub struct P { #fields })))
}

fn of_item(item: TokenStream) -> Vec<String> {
    messages(&process(quote!(), item))
}

#[track_caller]
fn expands(item: TokenStream, parts: &[TokenStream]) {
    let expansion = process(quote!(), item);
    assert_eq!(messages(&expansion), [""; 0]);
    for part in parts {
        assert!(contains(&expansion, part), "{part}\nis not in\n{expansion}");
    }
}

#[test]
fn only_structs_with_named_fields() {
    let message = ["a process is a struct with named fields"];
    assert_eq!(
        of_item(quote!(
            enum P {}
        )),
        message
    );
    assert_eq!(
        of_item(quote!(
            struct P(InPort<f32>);
        )),
        message
    );
    assert_eq!(
        of_item(quote!(
            struct P;
        )),
        message
    );
    assert_eq!(
        of_item(quote!(
            fn p() {}
        )),
        message
    );
    let union = quote!(union P { a: InPort<f32> });
    assert_eq!(of_item(union), message);
}

#[test]
fn what_is_no_item_is_returned_with_an_error() {
    let half = quote!(union P { a: InPort<f32>, b });
    let expansion = process(quote!(), half.clone());
    assert!(contains(&expansion, &half));
    assert!(contains(&expansion, &quote!(compile_error!)));
}

#[test]
fn fields_are_ports_vars_and_parameters() {
    assert_eq!(
        of_fields(&quote!(a: f32, b: &'static str, c: InPort, d: Param)),
        [
            "expected `InPort<…>`, `OutPort<…>`, `RefPort<…>`, `VarPort<…>`, `Var<…>` or `Param<…>`",
            "expected `InPort<…>`, `OutPort<…>`, `RefPort<…>`, `VarPort<…>`, `Var<…>` or `Param<…>`",
            "say what it holds: `InPort<f32>`",
            "say what it holds: `Param<MyType>`",
        ]
    );
}

#[test]
fn type_parameters_are_counted() {
    assert_eq!(
        of_fields(&quote! {
            a: InPort<f32, Dyn, u8>,
            b: OutPort<f32, Dyn, u8>,
            c: Var<f32, Dyn, u8>,
            d: Param<u8, u8>,
        }),
        [
            "the third parameter is `#[process]`'s own; write `#[port(required)]`",
            "the third parameter is `#[process]`'s own; write `#[port(delay = 1)]`",
            "a `Var` has an element type and a shape only",
            "a `Param` has one type only",
        ]
    );
}

#[test]
fn attributes_fit_their_fields() {
    assert_eq!(
        of_fields(&quote! {
            #[var] a: InPort<f32>,
            #[port] b: Var<f32>,
            #[param] c: OutPort<f32>,
            #[cfg(test)] d: InPort<f32>,
            #[var] #[var] e: Var<f32>,
        }),
        [
            "`#[var]` belongs on a `Var`, this is an `InPort`; write `#[port]`",
            "`#[port]` belongs on a port, this is a `Var`; write `#[var]`",
            "`#[param]` belongs on a `Param`, this is an `OutPort`; write `#[port]`",
            "`#[cfg]` does not belong on the field of a process; it takes `port`, `var`, `param` \
             and documentation",
            "`#[var]` is given twice",
        ]
    );
}

#[test]
fn options_fit_their_attributes() {
    assert_eq!(
        of_fields(&quote! {
            #[port(delay = 1)] a: InPort<f32>,
            #[port(required)] b: OutPort<f32>,
            #[var(default = 1)] c: Var<f32>,
            #[param(init = 1)] d: Param<f32>,
            #[var(size = 1)] e: Var<f32>,
        }),
        [
            "`#[port]` on an `InPort` has no option `delay`; say it at the `OutPort`, or where they \
             are connected: `source.s_out.delayed(1)`",
            "`#[port]` on an `OutPort` has no option `required`; nothing has to be connected to an \
             output; say it at the `InPort`",
            "`#[var]` on a `Var` has no option `default`; write `init`",
            "`#[param]` on a `Param` has no option `init`; write `default`",
            "`#[var]` on a `Var` has no option `size`; it takes `init`, `shape`, `scalar`, `rank`, \
             `range`, `finite`, `private` and `per_sample`",
        ]
    );
}

#[test]
fn shapes_depend_on_what_is_given() {
    assert_eq!(
        of_fields(&quote! {
            #[port(shape = [f(w.shape())[0]])] a: InPort<f32>,
            #[port(shape = [given.shape()[0], self::w, *size, given.w])] b: InPort<f32>,
            #[var(init = 0.0)] w: Var<f32>,
            #[var] given: Var<f32>,
            #[param] size: Param<usize>,
        }),
        [
            "`w` has an `init`, which a shape cannot depend on; a shape can name `shape`, \
             parameters, and Vars without `init`"
        ]
    );
}

#[test]
fn a_shape_names_what_there_is() {
    assert_eq!(
        of_fields(&quote! {
            #[port(shape = [rows, f(2), N, size + 1])] a: InPort<f32>,
            #[port(shape = { let rows = 3; [rows] })] b: InPort<f32>,
            #[param] size: Param<usize>,
        }),
        [
            "there is no `rows`: a shape can name `size` and `shape`; declare \
             `#[param] rows: Param<usize>`"
        ]
    );
}

#[test]
fn what_cannot_be_read_is_given() {
    let item = quote!(
        struct P(InPort<f32>);
    );
    let expansion = process(quote!(), item);
    assert_eq!(
        messages(&expansion),
        ["a process is a struct with named fields"]
    );
    assert!(contains(&expansion, &quote!(WithoutShape)));
    let expansion = process(
        quote!(),
        quote!(
            struct P {
                #[var(init =)]
                v: Var<f32>,
                a: In<f32>,
            }
        ),
    );
    assert_eq!(
        messages(&expansion),
        [
            "`init` takes a value: `init = …`",
            "`In` is the end of a model; a process has an `InPort<…>`",
        ]
    );
    assert!(!contains(&expansion, &quote!(PWithout_v)));
}

#[test]
fn contradictions_are_reported_on_the_second_option() {
    assert_eq!(
        of_fields(&quote! {
            #[var(scalar, shape = [1])] a: Var<f32>,
            #[var(rank = 2, scalar)] b: Var<f32>,
            #[var(finite, range = 0.0..1.0)] c: Var<f32>,
            #[var(init = 0.0, rank = 2)] d: Var<f32>,
            #[var(scalar)] e: Var<f32, D1<3>>,
        }),
        [
            "`shape` contradicts `scalar`; remove one of them",
            "`scalar` contradicts `rank`; remove one of them",
            "`range` contradicts `finite`; remove one of them",
            "`rank` is for a Var that must be given; this one has an `init`, so say its `shape`",
            "`scalar` is the shape of this Var; remove one of them",
        ]
    );
}

#[test]
fn names_are_unique_and_free() {
    assert_eq!(
        of_fields(&quote! {
            a: InPort<f32>,
            a: OutPort<f32>,
            name: Param<u8>,
            #[var(init = 0.0)]
            shape: Var<f32>,
            detached: Param<u8>,
            asynchronous: Var<f32>,
            with_model: Param<u8>,
            builder: Param<u8>,
            new: Param<u8>,
        }),
        [
            "`name` is a method of the builder, choose another name",
            "`shape` is a method of the builder, choose another name",
            "`detached` is a method of the builder, choose another name",
            "`asynchronous` is a method of the builder, choose another name",
            "`with_model` is a method of the builder, choose another name",
            "`builder` is a method of the builder, choose another name",
            "`new` is a method of the builder, choose another name",
            "`a` is declared twice; choose another name",
        ]
    );
    let ports = quote!(name: InPort<f32>, detached: OutPort<f32>);
    assert!(of_fields(&ports).is_empty());
    assert_eq!(
        of_fields(&quote!(__process: InPort<f32>)),
        ["names that begin with `__` are those of the macro, choose another name"]
    );
    assert!(of_fields(&quote!(shape: Param<u8>)).is_empty());
    assert!(of_fields(&quote!(build: Param<u8>)).is_empty());
}

#[test]
fn generics_are_checked() {
    assert_eq!(
        of_item(quote!(
            struct P<'a> {
                a: Param<&'a str>,
            }
        )),
        ["a process owns what it holds; it has no lifetime parameters"]
    );
    assert_eq!(
        of_item(quote! {
            struct P<A, B, C> { a: InPort<A>, b: Var<B>, c: Param<C> }
        }),
        [
            "an `InPort` of `A` needs a bound: `A: Payload`",
            "a `Var` of `B` needs a bound: `B: Element`",
            "a `Param` of `C` needs a bound: `C: Send + Sync + 'static`",
        ]
    );
    assert_eq!(
        of_item(quote! {
            struct P<R: Shape, S: Shape> { a: InPort<f32, R>, b: InPort<f32, S> }
        }),
        ["a process has one shape parameter, and `R` is it; use `Dyn` here and say the `shape`"]
    );
}

#[test]
fn derives_that_the_handle_has_are_refused() {
    let expansion = process(
        quote!(),
        quote! {
            #[derive(Clone, PartialEq)]
            struct P {}
        },
    );
    assert_eq!(messages(&expansion), ["every process is `Clone` already"]);
    assert!(contains(&expansion, &quote!(#[derive(PartialEq)])));
}

#[test]
fn the_rest_is_expanded_after_a_mistake() {
    let expansion = process(
        quote!(),
        quote! {
            pub struct P { a: InPort<f32>, b: f32 }
        },
    );
    assert_eq!(messages(&expansion).len(), 1);
    assert!(contains(&expansion, &quote!(pub a: InPort<f32>,)));
    assert!(contains(&expansion, &quote!(__lava::Process for P)));
}

#[test]
fn the_crate_may_have_another_name() {
    let item = quote!(
        struct P {
            a: InPort<f32>,
        }
    );
    let expansion = process(quote!(crate = my::lava), item);
    assert!(contains(
        &expansion,
        &quote!(
            use my::lava::__private_0_1_0 as __lava;
        )
    ));
    let others = expansion.to_string().replace("my :: lava", "my");
    assert!(!others.contains(":: lava"));
}

#[test]
fn a_process_that_needs_nothing_starts_with_new() {
    expands(
        quote!(
            struct P {
                #[param(default = 3)]
                a: Param<u8>,
            }
        ),
        &[
            quote!(fn new() -> PBuilder),
            quote!(fn builder() -> PBuilder),
            quote!(fn a(self, a: u8) -> Self),
        ],
    );
}

#[test]
fn required_parameters_are_given_in_any_order() {
    expands(
        quote! {
            pub struct P<T: Element> {
                a: Var<T>,
                s_out: OutPort<f32>,
                #[param]
                r#type: Param<u8>,
            }
        },
        &[
            quote! {
                pub fn shape(shape: impl ::lava::__private_0_1_0::IntoShape<::lava::__private_0_1_0::Dyn>)
                    -> PBuilder<T, ::lava::__private_0_1_0::Given, PWithout_a, PWithout_type>
            },
            quote! {
                pub fn builder() -> PBuilder<T, ::lava::__private_0_1_0::WithoutShape, PWithout_a, PWithout_type>
            },
            quote!(impl<T: Element, __S0, __S2> PBuilder<T, __S0, PWithout_a, __S2>),
            quote! {
                pub fn a(self, a: impl ::lava::__private_0_1_0::IntoInit<T>)
                    -> PBuilder<T, __S0, ::lava::__private_0_1_0::Given, __S2>
            },
            quote! {
                pub fn r#type(self, r#type: u8) -> PBuilder<T, __S0, __S1, ::lava::__private_0_1_0::Given>
            },
            quote!(impl<T: Element, __S0, __S1, __S2> __lava::ProcessBuilder for PBuilder<T, __S0, __S1, __S2>),
        ],
    );
}

#[test]
fn builder_methods_say_what_they_take() {
    expands(
        quote! {
            struct P {
                /// Membrane voltage.
                #[var(init = 0.0, range = -1.0..=1.0)]
                v: Var<f32>,
                #[var(scalar, finite, init = 10.0)]
                vth: Var<f32>,
                #[var(rank = 2)]
                weights: Var<i32>,
                #[var(shape = [3, *n], init = 0)]
                state: Var<i32>,
                #[param(default = 4)]
                n: Param<usize>,
            }
        },
        &[
            quote! {
                #[doc = r" Membrane voltage."]
                #[doc = ""]
                #[doc = " Default: `0.0`. Range: `-1.0..=1.0`. One `f32`, or one per neuron."]
            },
            quote!(#[doc = " Default: `10.0`. Finite. One `f32`."]),
            quote!(#[doc = " Required. An array of `i32` with 2 axes."]),
            quote!(#[doc = " Default: `0`. One `i32`, or an array of shape `[3, *n]`."]),
            quote!(#[doc = " Default: `4`. A `usize`."]),
        ],
    );
}

#[test]
fn shapes_come_from_where_they_are_said() {
    expands(
        quote! {
            struct P<S: Shape = Dyn> {
                own: Var<f32>,
                population: InPort<f32, S>,
                literal: OutPort<f32, D1<3>>,
                #[port(shape = [own.shape()[0]])]
                given: OutPort<f32>,
            }
        },
        &[
            quote!(fn shape(shape: impl ::lava::__private_0_1_0::IntoShape<S>)),
            quote!(own: declarations.given_var("own")?),
            quote!(population: declarations.of_population().in_port("population")?),
            quote!(literal: declarations.out_port("literal")?),
            quote!(let own: &__lava::Init<f32> = &declarations.given("own");),
            quote!(
                given: declarations
                    .shaped(__lava::IntoShape::<__lava::Dyn>::into_dims([own.shape()[0]]))
                    .out_port("given")?
            ),
        ],
    );
}

#[test]
fn options_complete_the_types() {
    expands(
        quote! {
            struct P {
                #[port(required)]
                a: InPort<f32>,
                #[port(required)]
                b: InPort<f32, D1<3>>,
                #[port(delay = 2)]
                c: OutPort<f32>,
                #[var(scalar, init = 0.0)]
                d: Var<f32>,
            }
        },
        &[
            quote!(a: InPort<f32, ::lava::__private_0_1_0::Dyn, PNeeds_a>),
            quote!(b: InPort<f32, D1<3>, PNeeds_b>),
            quote!(c: OutPort<f32, ::lava::__private_0_1_0::Dyn, ::lava::__private_0_1_0::Delayed>),
            quote!(d: Var<f32, ::lava::__private_0_1_0::Scalar>),
            quote!(
                type Required = (__lava::Unfed, (__lava::Unfed, ()));
            ),
            quote!(impl __lava::RequiredMark for PNeeds_b { type Place = __lava::Next<__lava::Here>; }),
            quote!(
                impl<__P0: PFeeds_a, __P1: PFeeds_b> __lava::Complete<(__P0, (__P1, ()))> for P {}
            ),
        ],
    );
}

#[test]
fn a_type_says_whether_an_input_is_required() {
    expands(
        quote! {
            struct P<R: Rule> {
                #[port(required = R::Reward)]
                a: InPort<f32>,
            }
        },
        &[
            quote!(a: InPort<f32, ::lava::__private_0_1_0::Dyn, PNeeds_a>),
            quote!(.required_by::<R::Reward>()),
            quote!(
                impl<R: Rule, __P0> __lava::Complete<(__P0, ())> for P<R> where
                    <R::Reward as __lava::Requirement>::After<__P0>: PFeeds_a
                {
                }
            ),
        ],
    );
}

#[test]
fn fields_are_as_visible_as_the_struct() {
    expands(
        quote! {
            pub(crate) struct P {
                a: InPort<f32>,
                pub(super) b: InPort<f32>,
            }
        },
        &[
            quote!(pub(crate) a: InPort<f32>),
            quote!(pub(super) b: InPort<f32>),
            quote!(pub(crate) struct PBuilder),
            quote!(pub(crate) fn shape),
        ],
    );
}

#[test]
fn an_array_is_no_element() {
    let of = |item| process(quote!(), item);
    let expansion = of(quote!(
        struct P {
            #[var(init = 0.0)]
            v: Var<ArrayD<f32>>,
            #[param]
            table: Param<Vec<f32>>,
        }
    ));
    assert_eq!(
        messages(&expansion),
        ["a `Var` is of arrays already; write `Var<f32>`"]
    );
    assert!(contains(&expansion, &quote!(v: Var<f32>)));
}

use proc_macro2::TokenStream;
use quote::quote;

use super::{implements, misplaced};
use crate::testing::{contains, messages};

fn options() -> TokenStream {
    quote!(proc = Lif, protocol = Loihi)
}

fn model() -> TokenStream {
    quote!(
        struct M {
            a_in: In<f32>,
        }
    )
}

#[track_caller]
fn expands(options: TokenStream, item: TokenStream, parts: &[TokenStream]) {
    let expansion = implements(options, item);
    assert_eq!(messages(&expansion), [""; 0]);
    for part in parts {
        assert!(contains(&expansion, part), "{part}\nis not in\n{expansion}");
    }
}

#[test]
fn options_are_checked() {
    let of = |options| messages(&implements(options, model()));
    assert_eq!(
        of(quote!()),
        [
            "say the process: `proc = Lif`",
            "say the protocol: `protocol = Loihi`"
        ]
    );
    assert_eq!(
        of(quote!(proc = Lif)),
        ["say the protocol: `protocol = Loihi`"]
    );
    assert_eq!(
        of(quote!(process = Lif, protocol = Loihi, protocol = Loihi)),
        [
            "`#[implements]` has no option `process`; write `proc`",
            "`protocol` is given twice",
        ]
    );
    assert_eq!(
        of(quote!(proc = Lif, protocol = Loihi, tag = A, modul = B)),
        [
            "`#[implements]` has no option `tag`; write `#[tag(…)]` below it",
            "`#[implements]` has no option `modul`; it takes `proc`, `protocol`, `alternative`, \
             `shardable`, `replicated`, `adds_to`, `batch`, \
             `per_sample`, `sub_model` and `crate`",
        ]
    );
    assert_eq!(
        of(quote!(proc = Lif, protocol = Loihi, batch, per_sample)),
        ["a model is either `batch`, one for several samples, or `per_sample`, one for each"]
    );
    assert_eq!(
        of(quote!(proc = &Lif, protocol = Loihi)),
        ["expected the path of a type"]
    );
}

#[test]
fn models_are_structs() {
    let of = |item| messages(&implements(options(), item));
    let message = ["a model is a struct with named fields"];
    assert_eq!(
        of(quote!(
            enum M {}
        )),
        message
    );
    assert_eq!(
        of(quote!(
            struct M(#[local] f32);
        )),
        message
    );
    assert!(
        of(quote!(
            struct M;
        ))
        .is_empty()
    );
    assert_eq!(
        of(quote!(impl LoihiModel for M {})),
        ["`#[implements]` belongs on the struct of the model, not on an `impl`"]
    );
    assert_eq!(
        of(quote!(
            struct M<'a> {
                a: &'a str,
            }
        )),
        ["a model owns what it holds; it has no lifetime parameters"]
    );
}

#[test]
fn the_choice_is_checked() {
    let of = |options, attributes: TokenStream| {
        messages(&implements(options, quote!(#attributes struct M {})))
    };
    assert_eq!(
        of(options(), quote!(#[tag(A, B, A)] #[requires(Cpu, Gpu)])),
        [
            "a model requires one resource",
            "the tag `A` is given twice"
        ]
    );
    assert_eq!(
        of(
            options(),
            quote!(#[tag(A)] #[tag(B)] #[requires] #[requires(Cpu)])
        ),
        [
            "`#[tag]` is given twice; list the tags: `#[tag(A, B)]`",
            "name the resource: `#[requires(Cpu)]`",
        ]
    );
    assert_eq!(
        of(options(), quote!(#[tag(explicit)])),
        ["`explicit` says how a tag is chosen; name the tag: `#[tag(FloatingPt, explicit)]`"]
    );
    assert_eq!(
        of(
            quote!(proc = Lif, protocol = Loihi, alternative),
            quote!(#[tag(A)])
        ),
        [
            "an `alternative` is chosen by a configuration's `overrides`, not by a tag; remove one \
             of them"
        ]
    );
}

#[test]
fn attributes_without_the_macro_are_misplaced() {
    let expansion = misplaced("tag", model());
    assert_eq!(
        messages(&expansion),
        ["`#[tag]` belongs below `#[implements]`"]
    );
    assert!(contains(&expansion, &model()));
}

#[test]
fn the_item_survives_a_mistake() {
    let item = quote!(
        #[tag(A)]
        struct M {
            #[local(foo)]
            a: u8,
        }
    );
    let expansion = implements(quote!(protocol = Loihi), item);
    assert_eq!(
        messages(&expansion),
        [
            "say the process: `proc = Lif`",
            "`#[local]` has no option `foo`; it takes `init` and `rebuilt`",
        ]
    );
    assert!(contains(
        &expansion,
        &quote!(
            struct M {
                a: u8,
            }
        )
    ));
}

#[test]
fn an_untagged_model_serves_every_tag() {
    expands(
        options(),
        model(),
        &[
            quote!(__lava::ModelOf<Lif> for M),
            quote! {
                impl<ForAForeignProcessWriteAlternativeInImplements>
                    __lava::OnlyModelUnlessTaggedOrAlternative<Loihi, ForAForeignProcessWriteAlternativeInImplements, __lava::Cpu>
                    for Lif
            },
            quote!(slot().bind::<In<f32>, Loihi>("a_in", 0, binder)?),
            quote!(__lava::Locals::<Self>::none()),
        ],
    );
}

#[test]
fn a_tagged_model_serves_its_tags_and_any() {
    let item = quote!(
        #[tag(A, B)]
        #[requires(Gpu)]
        struct M {}
    );
    expands(
        options(),
        item,
        &[
            quote!(OnlyModelUnlessTaggedOrAlternative<Loihi, A, Gpu> for Lif),
            quote!(OnlyModelUnlessTaggedOrAlternative<Loihi, B, Gpu> for Lif),
            quote!(OnlyModelUnlessTaggedOrAlternative<Loihi, __lava::AnyTag, Gpu> for Lif),
        ],
    );
    let item = quote!(
        #[tag(A, explicit)]
        struct M {}
    );
    let expansion = implements(options(), item);
    assert!(contains(
        &expansion,
        &quote!(OnlyModelUnlessTaggedOrAlternative < Loihi, A,)
    ));
    assert!(!contains(&expansion, &quote!(AnyTag)));
}

#[test]
fn an_alternative_is_not_chosen() {
    let options = quote!(proc = Lif, protocol = Loihi, alternative);
    let expansion = implements(options, model());
    assert!(contains(&expansion, &quote!(__lava::ModelOf<Lif> for M)));
    assert!(!contains(
        &expansion,
        &quote!(OnlyModelUnlessTaggedOrAlternative)
    ));
}

#[test]
fn parameters_of_model_and_process_are_joined() {
    expands(
        quote!(for<S: Shape> protocol = Loihi, proc = lib::Lif<T, S>, crate = other),
        quote!(
            struct M<T: Float>
            where
                T: Copy,
            {
                a: In<T>,
            }
        ),
        &[
            quote!(
                type __MProcess<T, S> = <lib::Lif<T, S> as __lava::IsProcess>::Handle;
            ),
            quote! {
                impl<T: Float, S: Shape> __lava::ModelOf<lib::Lif<T, S>> for M<T>
                where T: Copy
            },
            quote!(__lava::has_member::<__MProcess<T, S>, 12638187200555641996>();),
        ],
    );
}

#[test]
fn local_fields_start_and_are_reset() {
    let item = quote!(
        struct M {
            #[local]
            a: Vec<u8>,
            #[local(init = 7)]
            r#type: u64,
        }
    );
    expands(
        options(),
        item,
        &[
            quote!(a: <Vec<u8> as __lava::Local>::local(binder)),
            quote!(r#type: { let value: u64 = 7; value }),
            quote!(<Vec<u8> as __lava::Local>::reset(&mut model.a);),
            quote!(model.r#type = { let value: u64 = 7; value };),
        ],
    );
}

#[test]
fn local_fields_are_kept_unless_they_are_rebuilt() {
    let item = quote!(
        struct M {
            #[local(init = 7)]
            r#type: u64,
            #[local(rebuilt)]
            a: Vec<u8>,
            #[local(init = 1, rebuilt)]
            b: u8,
        }
    );
    let kept = quote! {
        |model, visit| {
            #[allow(unused_imports)]
            use __lava::{SavedLocal as _, UnsavedLocal as _};
            (&&__lava::LocalProbe::<u64>::PROBE).visit("type", &mut model.r#type, visit)?;
            ::core::result::Result::Ok(())
        }
    };
    expands(options(), item, &[kept]);
    let of = |item| messages(&implements(options(), item));
    assert_eq!(
        of(quote!(
            struct M {
                #[local(rebuild)]
                a: u8,
                #[local(rebuilt = true)]
                b: u8,
            }
        )),
        [
            "`#[local]` has no option `rebuild`; write `rebuilt`",
            "`rebuilt` takes no value",
        ]
    );
}

#[test]
fn options_name_fields() {
    let of = |options, item| messages(&implements(options, item));
    let item = quote!(
        struct M {
            a_in: In<f32>,
            a_out: Out<f32>,
            v: Vec<f32>,
            #[local]
            steps: u64,
        }
    );
    assert_eq!(
        of(
            quote!(
                proc = P,
                protocol = Loihi,
                shardable,
                replicated(a_in, v),
                adds_to(a_out)
            ),
            item.clone()
        ),
        [""; 0]
    );
    assert_eq!(
        of(
            quote!(
                proc = P,
                protocol = Loihi,
                replicated(a_inn, a_out, v, v),
                adds_to(a_in, steps)
            ),
            item.clone()
        ),
        [
            "`replicated` is for models that are sharded; add `shardable`",
            "there is no field `a_inn`; `replicated` names in-ports and Vars: `a_in` and `v`",
            "`a_out` is none of the in-ports and Vars; `replicated` names these: `a_in` and `v`",
            "`v` is given twice",
            "`a_in` is none of the out-ports; `adds_to` names these: `a_out`",
            "`steps` is `#[local]`; `adds_to` names out-ports: `a_out`",
        ]
    );
    assert_eq!(
        of(quote!(proc = P, protocol = Loihi, adds_to), item),
        ["`adds_to` names fields of the model: `adds_to(a, b)`"]
    );
}

#[test]
fn a_parameter_is_one_of_the_process() {
    let item = quote!(
        struct M<T: Value> {
            v: Vec<T>,
        }
    );
    let of = |options| implements(options, item.clone());
    let expansion = of(quote!(proc = P, protocol = Loihi));
    assert_eq!(
        messages(&expansion),
        [
            "`M` has the parameter `T`, which its process does not say; write `proc = P<T>`, or \
          replace it by a type if `P` has no parameters"
        ]
    );
    assert!(contains(&expansion, &quote!(ModelOf<P<T>> for M<T>)));
    let expansion = of(quote!(proc = P<f32>, protocol = Loihi));
    assert_eq!(messages(&expansion).len(), 1);
    assert!(!contains(
        &expansion,
        &quote!(OnlyModelUnlessTaggedOrAlternative)
    ));
    assert_eq!(
        messages(&of(quote!(proc = P, protocol = Loihi, alternative))),
        [""; 0]
    );
}

#[test]
fn types_are_no_strings() {
    let item = quote!(
        #[tag("floating_pt", explict)]
        struct M {}
    );
    let expansion = implements(quote!(proc = P, protocol = "Loihi"), item);
    assert_eq!(
        messages(&expansion),
        [
            "expected a type, not a string: `Loihi`",
            "expected a type, not a string: `FloatingPt`",
            "a tag is a type, which `explict` is not; write `explicit`",
        ]
    );
    assert!(contains(
        &expansion,
        &quote!(OnlyModelUnlessTaggedOrAlternative<Loihi, FloatingPt, __lava::Cpu>)
    ));
}

#[test]
fn a_model_moves_between_threads() {
    let of =
        |ty: TokenStream| messages(&implements(options(), quote!(struct M { #[local] a: #ty })));
    assert_eq!(
        of(quote!(Vec<(u8, std::rc::Rc<u8>)>)),
        ["a model moves between threads, which an `Rc` cannot; use `std::sync::Arc`"]
    );
    assert_eq!(of(quote!(*mut u8)).len(), 1);
    assert_eq!(of(quote!(Arc<u8>)), [""; 0]);
}

#[allow(dead_code)]
struct LifModel<T: Float> {
    a_in: In<T>,
    s_out: Out<Spike>,
    v: ArrayD<T>,
    fired: Vec<u32>,
    seed: u64,
}
const _: () = {
    use ::lava::__private_0_1_0 as __lava;
    #[allow(unused_imports)]
    use __lava::NoMember as _;
    #[allow(dead_code)]
    type __LifModelProcess<T, S> = <Lif<T, S> as __lava::IsProcess>::Handle;
    #[automatically_derived]
    impl<T: Float, S: Shape> __lava::ModelOf<Lif<T, S>> for LifModel<T> {
        type Protocol = Loihi;
        fn spec() -> __lava::ModelSpec {
            __lava::has_member::<__LifModelProcess<T, S>, 1488792085013400586>();
            __lava::has_member::<__LifModelProcess<T, S>, 18054146885439409497>();
            __lava::has_member::<__LifModelProcess<T, S>, 12638203693230065161>();
            const {
                __lava::check_members(
                    &[
                        __lava::MemberProbe::<
                            __LifModelProcess<T, S>,
                            1488792085013400586,
                        >::EXISTS,
                        __lava::MemberProbe::<
                            __LifModelProcess<T, S>,
                            18054146885439409497,
                        >::EXISTS,
                        __lava::MemberProbe::<
                            __LifModelProcess<T, S>,
                            12638203693230065161,
                        >::EXISTS,
                    ],
                    &<__LifModelProcess<T, S> as __lava::Process>::DECLARATION,
                    "LifModel",
                    &["a_in", "s_out", "v"],
                    false,
                )
            };
            __lava::ModelSpec::new::<
                Loihi,
                LifModel<T>,
            >(
                "LifModel",
                |binder| {
                    binder
                        .fields(|model: &mut Self, field| match field {
                            0 => &mut model.a_in,
                            1 => &mut model.s_out,
                            _ => &mut model.v,
                        });
                    ::core::result::Result::Ok(Self {
                        a_in: __lava::MemberProbe::<
                            __LifModelProcess<T, S>,
                            1488792085013400586,
                        >::PROBE
                            .slot()
                            .bind::<In<T>, Loihi>("a_in", 0, binder)?,
                        s_out: __lava::MemberProbe::<
                            __LifModelProcess<T, S>,
                            18054146885439409497,
                        >::PROBE
                            .slot()
                            .bind::<Out<Spike>, Loihi>("s_out", 1, binder)?,
                        v: __lava::MemberProbe::<
                            __LifModelProcess<T, S>,
                            12638203693230065161,
                        >::PROBE
                            .slot()
                            .bind::<ArrayD<T>, Loihi>("v", 2, binder)?,
                        fired: <Vec<u32> as __lava::Local>::local(binder),
                        seed: {
                            let value: u64 = 7;
                            value
                        },
                    })
                },
                __lava::Locals::<
                    Self,
                >::new(
                    |model| {
                        <Vec<u32> as __lava::Local>::reset(&mut model.fired);
                        model.seed = {
                            let value: u64 = 7;
                            value
                        };
                    },
                    |model, visit| {
                        #[allow(unused_imports)]
                        use __lava::{SavedLocal as _, UnsavedLocal as _};
                        (&&__lava::LocalProbe::<Vec<u32>>::PROBE)
                            .visit("fired", &mut model.fired, visit)?;
                        (&&__lava::LocalProbe::<u64>::PROBE)
                            .visit("seed", &mut model.seed, visit)?;
                        ::core::result::Result::Ok(())
                    },
                ),
            )
        }
    }
    #[automatically_derived]
    impl<
        T: Float,
        S: Shape,
    > __lava::OnlyModelUnlessTaggedOrAlternative<Loihi, FloatingPt, __lava::Cpu>
    for Lif<T, S> {
        fn only() -> __lava::ModelSpec {
            <LifModel<T> as __lava::ModelOf<Lif<T, S>>>::spec()
        }
    }
    #[automatically_derived]
    impl<
        T: Float,
        S: Shape,
    > __lava::OnlyModelUnlessTaggedOrAlternative<Loihi, __lava::AnyTag, __lava::Cpu>
    for Lif<T, S> {
        fn only() -> __lava::ModelSpec {
            <LifModel<T> as __lava::ModelOf<Lif<T, S>>>::spec()
        }
    }
};

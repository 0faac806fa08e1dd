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
    #[allow(dead_code)]
    type __LifModelProcess<T, S> = <Lif<T, S> as __lava::IsProcess>::Handle;
    #[automatically_derived]
    impl<T: Float, S: Shape> __lava::ModelOf<Lif<T, S>> for LifModel<T> {
        type Protocol = Loihi;
        fn spec() -> __lava::ModelSpec {
            __lava::ModelSpec::new::<
                Loihi,
                LifModel<T>,
            >(
                "LifModel",
                |binder| {
                    let a_in_hole = __lava::MemberSlot::new();
                    let s_out_hole = __lava::MemberSlot::new();
                    let v_hole = __lava::MemberSlot::new();
                    let _ = || __LifModelProcess::<T, S> {
                        a_in: a_in_hole.typed(),
                        s_out: s_out_hole.typed(),
                        v: v_hole.typed(),
                        __process: __lava::unreachable_value(),
                    };
                    binder
                        .fields(|model: &mut Self, field| match field {
                            0 => &mut model.a_in,
                            1 => &mut model.s_out,
                            _ => &mut model.v,
                        });
                    ::core::result::Result::Ok(Self {
                        a_in: a_in_hole.bind::<In<T>, Loihi>("a_in", 0, binder)?,
                        s_out: s_out_hole.bind::<Out<Spike>, Loihi>("s_out", 1, binder)?,
                        v: v_hole.bind::<ArrayD<T>, Loihi>("v", 2, binder)?,
                        fired: <Vec<u32> as __lava::Local>::local(binder),
                        seed: {
                            let value: u64 = 7;
                            value
                        },
                    })
                },
                |model| {
                    <Vec<u32> as __lava::Local>::reset(&mut model.fired);
                    model.seed = {
                        let value: u64 = 7;
                        value
                    };
                },
            )
        }
    }
    #[automatically_derived]
    impl<T: Float, S: Shape> __lava::HasModel<Loihi, FloatingPt, __lava::Cpu>
    for Lif<T, S> {
        fn spec() -> __lava::ModelSpec {
            <LifModel<T> as __lava::ModelOf<Lif<T, S>>>::spec()
        }
    }
    #[automatically_derived]
    impl<T: Float, S: Shape> __lava::HasModel<Loihi, __lava::AnyTag, __lava::Cpu>
    for Lif<T, S> {
        fn spec() -> __lava::ModelSpec {
            <LifModel<T> as __lava::ModelOf<Lif<T, S>>>::spec()
        }
    }
};

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
    impl<T: Float, S: Shape> __lava::Models<Lif<T, S>> for LifModel<T> {
        type Protocol = Loihi;
        fn blueprint() -> __lava::Blueprint {
            __lava::Blueprint::new::<
                Loihi,
                LifModel<T>,
            >(
                "LifModel",
                |binder| {
                    let a_in_hole = __lava::Hole::new();
                    let s_out_hole = __lava::Hole::new();
                    let v_hole = __lava::Hole::new();
                    let _ = || __LifModelProcess::<T, S> {
                        a_in: a_in_hole.fill(),
                        s_out: s_out_hole.fill(),
                        v: v_hole.fill(),
                        __process: __lava::absent(),
                    };
                    ::core::result::Result::Ok(Self {
                        a_in: a_in_hole
                            .bind::<
                                In<T>,
                                Loihi,
                                _,
                            >("a_in", binder, |model: &mut Self| &mut model.a_in)?,
                        s_out: s_out_hole
                            .bind::<
                                Out<Spike>,
                                Loihi,
                                _,
                            >("s_out", binder, |model: &mut Self| &mut model.s_out)?,
                        v: v_hole
                            .bind::<
                                ArrayD<T>,
                                Loihi,
                                _,
                            >("v", binder, |model: &mut Self| &mut model.v)?,
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
        fn blueprint() -> __lava::Blueprint {
            <LifModel<T> as __lava::Models<Lif<T, S>>>::blueprint()
        }
    }
    #[automatically_derived]
    impl<T: Float, S: Shape> __lava::HasModel<Loihi, __lava::AnyTag, __lava::Cpu>
    for Lif<T, S> {
        fn blueprint() -> __lava::Blueprint {
            <LifModel<T> as __lava::Models<Lif<T, S>>>::blueprint()
        }
    }
};

#[allow(dead_code)]
struct LifModel<T: Float> {
    a_in: In<T>,
    s_out: Out<Spike>,
    v: ArrayD<T>,
    fired: Vec<u32>,
    seed: u64,
}
#[doc(hidden)]
#[allow(dead_code)]
type __LifModelProcess<T, S> = <Lif<T, S> as ::lava::__private::IsProcess>::Handle;
#[automatically_derived]
impl<T: Float, S: Shape> ::lava::__private::ModelOf<Lif<T, S>> for LifModel<T> {
    type Protocol = Loihi;
    fn spec() -> ::lava::__private::ModelSpec {
        ::lava::__private::ModelSpec::new::<
            Loihi,
            LifModel<T>,
        >(
            "LifModel",
            |binder| {
                let a_in_hole = ::lava::__private::MemberSlot::new();
                let s_out_hole = ::lava::__private::MemberSlot::new();
                let v_hole = ::lava::__private::MemberSlot::new();
                let _ = || __LifModelProcess::<T, S> {
                    a_in: a_in_hole.typed(),
                    s_out: s_out_hole.typed(),
                    v: v_hole.typed(),
                    __process: ::lava::__private::unreachable_value(),
                };
                let model = LifModel {
                    a_in: a_in_hole.bind::<In<T>, Loihi>("a_in", binder)?,
                    s_out: s_out_hole.bind::<Out<Spike>, Loihi>("s_out", binder)?,
                    v: v_hole.bind::<ArrayD<T>, Loihi>("v", binder)?,
                    fired: <Vec<u32> as ::lava::__private::Local>::local(binder),
                    seed: {
                        let value: u64 = 7;
                        value
                    },
                };
                a_in_hole
                    .attach::<
                        In<T>,
                        Loihi,
                        _,
                    >("a_in", binder, |model: &mut LifModel<T>| &mut model.a_in);
                s_out_hole
                    .attach::<
                        Out<Spike>,
                        Loihi,
                        _,
                    >("s_out", binder, |model: &mut LifModel<T>| &mut model.s_out);
                v_hole
                    .attach::<
                        ArrayD<T>,
                        Loihi,
                        _,
                    >("v", binder, |model: &mut LifModel<T>| &mut model.v);
                ::core::result::Result::Ok(model)
            },
            |model| {
                <Vec<u32> as ::lava::__private::Local>::reset(&mut model.fired);
                model.seed = {
                    let value: u64 = 7;
                    value
                };
            },
        )
    }
}
#[automatically_derived]
impl<
    T: Float,
    S: Shape,
> ::lava::__private::HasModel<Loihi, FloatingPt, ::lava::__private::Cpu> for Lif<T, S> {
    fn spec() -> ::lava::__private::ModelSpec {
        <LifModel<T> as ::lava::__private::ModelOf<Lif<T, S>>>::spec()
    }
}
#[automatically_derived]
impl<
    T: Float,
    S: Shape,
> ::lava::__private::HasModel<Loihi, ::lava::__private::AnyTag, ::lava::__private::Cpu>
for Lif<T, S> {
    fn spec() -> ::lava::__private::ModelSpec {
        <LifModel<T> as ::lava::__private::ModelOf<Lif<T, S>>>::spec()
    }
}

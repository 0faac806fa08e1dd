/// A group of leaky integrate-and-fire neurons.
#[allow(dead_code)]
pub struct Lif {
    /// Synaptic input.
    pub a_in: InPort<f32, ::lava::__private_0_1_0::Dyn, LifNeeds_a_in>,
    /// Spikes.
    pub s_out: OutPort<Spike>,
    /// Membrane voltage.
    ///
    /// Default: `0.0`. Finite. One `f32`, or one per neuron.
    pub v: Var<f32>,
    /// Voltage at which a neuron spikes.
    ///
    /// Default: `10.0`. One `f32`.
    pub vth: Var<f32, ::lava::__private_0_1_0::Scalar>,
    #[doc(hidden)]
    pub __process: ::lava::__private_0_1_0::ProcessRef,
}
/// A builder of [`Lif`], to be added to a network.
#[must_use = "a builder does nothing until it is added to a network"]
#[allow(dead_code, deprecated)]
pub struct LifBuilder<__S0 = ::lava::__private_0_1_0::Given>(
    ::lava::__private_0_1_0::BuilderValues<(__S0,)>,
);
#[allow(dead_code, deprecated)]
impl Lif {
    /// Starts building a `Lif` of this shape.
    ///
    /// Shape of the population: its extents, `[3]` or `[3, 4]`. Required.
    #[track_caller]
    pub fn shape(
        shape: impl ::lava::__private_0_1_0::IntoShape<::lava::__private_0_1_0::Dyn>,
    ) -> LifBuilder<::lava::__private_0_1_0::Given> {
        Self::builder().shape(shape)
    }
    /// Starts building a `Lif`; give its `shape` next.
    pub fn builder() -> LifBuilder<::lava::__private_0_1_0::WithoutShape> {
        LifBuilder(::lava::__private_0_1_0::BuilderValues::new())
    }
}
#[allow(dead_code, deprecated)]
impl LifBuilder<::lava::__private_0_1_0::WithoutShape> {
    /// Shape of the population: its extents, `[3]` or `[3, 4]`. Required.
    #[track_caller]
    pub fn shape(
        self,
        shape: impl ::lava::__private_0_1_0::IntoShape<::lava::__private_0_1_0::Dyn>,
    ) -> LifBuilder<::lava::__private_0_1_0::Given> {
        LifBuilder(self.0.shape::<::lava::__private_0_1_0::Dyn, _>(shape))
    }
}
#[allow(dead_code, deprecated)]
#[allow(clippy::should_implement_trait, clippy::wrong_self_convention)]
impl<__S0> LifBuilder<__S0> {
    /// Membrane voltage.
    ///
    /// Default: `0.0`. Finite. One `f32`, or one per neuron.
    #[track_caller]
    pub fn v(self, v: impl ::lava::__private_0_1_0::IntoInit<f32>) -> Self {
        Self(self.0.var::<f32, _>("v", v))
    }
    /// Voltage at which a neuron spikes.
    ///
    /// Default: `10.0`. One `f32`.
    #[track_caller]
    pub fn vth(self, vth: impl ::lava::__private_0_1_0::IntoInit<f32>) -> Self {
        Self(self.0.var::<f32, _>("vth", vth))
    }
}
/// Exports of a hierarchical [`Lif`]: the members inside that its ports and Vars stand for.
#[allow(dead_code, deprecated, missing_docs)]
pub struct LifExports {
    pub a_in: ::lava::__private_0_1_0::Export<
        InPort<f32, ::lava::__private_0_1_0::Dyn, LifNeeds_a_in>,
        Lif,
    >,
    pub s_out: ::lava::__private_0_1_0::Export<OutPort<Spike>, Lif>,
    pub v: ::lava::__private_0_1_0::Export<Var<f32>, Lif>,
    pub vth: ::lava::__private_0_1_0::Export<
        Var<f32, ::lava::__private_0_1_0::Scalar>,
        Lif,
    >,
}
#[doc(hidden)]
#[allow(non_camel_case_types)]
pub enum LifNeeds_a_in {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "nothing feeds `a_in`, an input that `Lif` requires [E3308]",
    label = "`a_in` is not connected",
    note = "connect an output to it: `source.s_out -> lif.a_in;`"
)]
pub trait LifFeeds_a_in {}
#[allow(deprecated, unused_qualifications, unused_variables)]
const _: () = {
    use ::lava::__private_0_1_0 as __lava;
    #[automatically_derived]
    impl ::core::clone::Clone for Lif {
        fn clone(&self) -> Self {
            Self {
                a_in: ::core::clone::Clone::clone(&self.a_in),
                s_out: ::core::clone::Clone::clone(&self.s_out),
                v: ::core::clone::Clone::clone(&self.v),
                vth: ::core::clone::Clone::clone(&self.vth),
                __process: ::core::clone::Clone::clone(&self.__process),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for Lif {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.__process, f)
        }
    }
    #[automatically_derived]
    impl<__S0> __lava::ProcessBuilder for LifBuilder<__S0>
    where
        __S0: ::lava::__private_0_1_0::WithShape,
    {
        type Process = Lif;
        type Choice = __lava::Choice;
        fn values(&mut self) -> &mut __lava::GivenValues {
            &mut self.0
        }
    }
    #[automatically_derived]
    impl __lava::Process for Lif {
        const DECLARATION: __lava::Declaration = __lava::Declaration::new(
            "Lif",
            "A group of leaky integrate-and-fire neurons.",
            &[
                __lava::Member::in_port("a_in", "f32", true, "Synaptic input.")
                    .of::<f32>(),
                __lava::Member::out_port("s_out", "Spike", false, "Spikes.")
                    .of::<Spike>(),
                __lava::Member::var("v", "f32", false, "Membrane voltage.").of::<f32>(),
                __lava::Member::var(
                        "vth",
                        "f32",
                        false,
                        "Voltage at which a neuron spikes.",
                    )
                    .of::<f32>()
                    .scalar(),
            ],
        );
        type Required = (__lava::Unfed, ());
        fn declare(
            declarations: &mut __lava::Declarations,
        ) -> ::core::result::Result<Self, __lava::BuildError> {
            ::core::result::Result::Ok(Self {
                a_in: declarations.required().in_port("a_in")?,
                s_out: declarations.out_port("s_out")?,
                v: declarations
                    .var_within(
                        "v",
                        __lava::Constraint::finite(),
                        __lava::ready(__lava::Init::<f32>::new(0.0)),
                    )?,
                vth: declarations
                    .var("vth", __lava::ready(__lava::Init::<f32>::new(10.0)))?,
                __process: declarations.process(),
            })
        }
        fn process_ref(&self) -> &__lava::ProcessRef {
            &self.__process
        }
    }
    #[automatically_derived]
    impl __lava::Composite for Lif {
        type Exports = LifExports;
        fn unexported() -> Self::Exports {
            LifExports {
                a_in: __lava::unexported(),
                s_out: __lava::unexported(),
                v: __lava::unexported(),
                vth: __lava::unexported(),
            }
        }
        fn bind(&self, exports: Self::Exports, binder: &mut __lava::ExportBinder) {
            binder.export(&self.a_in, exports.a_in);
            binder.export(&self.s_out, exports.s_out);
            binder.export(&self.v, exports.v);
            binder.export(&self.vth, exports.vth);
        }
    }
    impl __lava::RequiredMark for LifNeeds_a_in {
        type Place = __lava::Here;
    }
    impl<L> __lava::TakesFrom<L> for LifNeeds_a_in {}
    impl LifFeeds_a_in for __lava::Fed {}
    impl<__P0: LifFeeds_a_in> __lava::Complete<(__P0, ())> for Lif {}
    #[automatically_derived]
    impl __lava::HasMember<1488792085013400586> for Lif {}
    #[automatically_derived]
    impl __lava::MemberType<
        1488792085013400586,
        InPort<f32, ::lava::__private_0_1_0::Dyn, LifNeeds_a_in>,
    > for Lif {}
    #[automatically_derived]
    impl __lava::HasMember<18054146885439409497> for Lif {}
    #[automatically_derived]
    impl __lava::MemberType<18054146885439409497, OutPort<Spike>> for Lif {}
    #[automatically_derived]
    impl __lava::HasMember<12638203693230065161> for Lif {}
    #[automatically_derived]
    impl __lava::MemberType<12638203693230065161, Var<f32>> for Lif {}
    #[automatically_derived]
    impl __lava::HasMember<7587171300075719549> for Lif {}
    #[automatically_derived]
    impl __lava::MemberType<
        7587171300075719549,
        Var<f32, ::lava::__private_0_1_0::Scalar>,
    > for Lif {}
};

/// All-to-all synapses.
#[allow(dead_code)]
pub struct Dense<T: Weight = f32, M: Payload = Spike> {
    /// Messages of the inputs.
    pub s_in: InPort<M>,
    /// Weighted sums, one step later.
    pub a_out: OutPort<
        T,
        ::lava::__private_0_1_0::Dyn,
        ::lava::__private_0_1_0::Delayed,
    >,
    /// Synaptic weights, `[outputs, inputs]`.
    ///
    /// Required. An array of `T` with 2 axes.
    pub weights: Var<T>,
    /// Bits of a weight.
    ///
    /// Default: `8`. Range: `0..=8`. One `i32`.
    pub bits: Var<i32, ::lava::__private_0_1_0::Scalar>,
    /// Exponent of the weights.
    ///
    /// Default: `0`. A `i32`.
    pub weight_exp: Param<i32>,
    /// Signs that weights may have.
    ///
    /// Required. A `SignMode`.
    pub mode: Param<SignMode>,
    #[doc(hidden)]
    pub __process: ::lava::__private_0_1_0::ProcessRef,
}
/// A builder of [`Dense`], to be added to a network.
#[must_use = "a builder does nothing until it is added to a network"]
#[allow(dead_code, deprecated)]
pub struct DenseBuilder<
    T: Weight = f32,
    M: Payload = Spike,
    __S0 = ::lava::__private_0_1_0::Given,
    __S1 = ::lava::__private_0_1_0::Given,
>(
    ::lava::__private_0_1_0::BuilderValues<(T, M, __S0, __S1)>,
);
#[doc(hidden)]
#[allow(non_camel_case_types)]
pub enum DenseWithout_weights {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "a builder of `Dense` lacks `weights`, which has no default [E3205]",
    label = "`weights` is missing",
    note = "give it: `.weights(…)`"
)]
pub trait DenseWith_weights {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
pub enum DenseWithout_mode {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "a builder of `Dense` lacks `mode`, which has no default [E3205]",
    label = "`mode` is missing",
    note = "give it: `.mode(…)`"
)]
pub trait DenseWith_mode {}
#[allow(dead_code, deprecated)]
impl<T: Weight, M: Payload> Dense<T, M> {
    /// Starts building a `Dense` from its `weights`.
    ///
    /// Synaptic weights, `[outputs, inputs]`.
    ///
    /// Required. An array of `T` with 2 axes.
    #[track_caller]
    pub fn weights(
        weights: impl ::lava::__private_0_1_0::IntoInit<T>,
    ) -> DenseBuilder<T, M, ::lava::__private_0_1_0::Given, DenseWithout_mode> {
        Self::builder().weights(weights)
    }
    /// Starts building a `Dense`; give its `weights`, `mode` next, in any order.
    pub fn builder() -> DenseBuilder<T, M, DenseWithout_weights, DenseWithout_mode> {
        DenseBuilder(::lava::__private_0_1_0::BuilderValues::new())
    }
}
#[allow(dead_code, deprecated)]
impl<T: Weight, M: Payload, __S1> DenseBuilder<T, M, DenseWithout_weights, __S1> {
    /// Synaptic weights, `[outputs, inputs]`.
    ///
    /// Required. An array of `T` with 2 axes.
    #[track_caller]
    pub fn weights(
        self,
        weights: impl ::lava::__private_0_1_0::IntoInit<T>,
    ) -> DenseBuilder<T, M, ::lava::__private_0_1_0::Given, __S1> {
        DenseBuilder(self.0.var::<T, _>("weights", weights))
    }
}
#[allow(dead_code, deprecated)]
impl<T: Weight, M: Payload, __S0> DenseBuilder<T, M, __S0, DenseWithout_mode> {
    /// Signs that weights may have.
    ///
    /// Required. A `SignMode`.
    #[track_caller]
    pub fn mode(
        self,
        mode: SignMode,
    ) -> DenseBuilder<T, M, __S0, ::lava::__private_0_1_0::Given> {
        DenseBuilder(self.0.param("mode", mode))
    }
}
#[allow(dead_code, deprecated)]
#[allow(clippy::should_implement_trait, clippy::wrong_self_convention)]
impl<T: Weight, M: Payload, __S0, __S1> DenseBuilder<T, M, __S0, __S1> {
    /// Bits of a weight.
    ///
    /// Default: `8`. Range: `0..=8`. One `i32`.
    #[track_caller]
    pub fn bits(self, bits: impl ::lava::__private_0_1_0::IntoInit<i32>) -> Self {
        Self(self.0.var::<i32, _>("bits", bits))
    }
    /// Exponent of the weights.
    ///
    /// Default: `0`. A `i32`.
    #[track_caller]
    pub fn weight_exp(self, weight_exp: i32) -> Self {
        Self(self.0.param("weight_exp", weight_exp))
    }
}
/// Exports of a hierarchical [`Dense`]: the members inside that its ports and Vars stand for.
#[allow(dead_code, deprecated, missing_docs)]
pub struct DenseExports<T: Weight = f32, M: Payload = Spike> {
    pub s_in: ::lava::__private_0_1_0::Export<InPort<M>, Dense<T, M>>,
    pub a_out: ::lava::__private_0_1_0::Export<
        OutPort<T, ::lava::__private_0_1_0::Dyn, ::lava::__private_0_1_0::Delayed>,
        Dense<T, M>,
    >,
    pub weights: ::lava::__private_0_1_0::Export<Var<T>, Dense<T, M>>,
    pub bits: ::lava::__private_0_1_0::Export<
        Var<i32, ::lava::__private_0_1_0::Scalar>,
        Dense<T, M>,
    >,
}
#[allow(deprecated, unused_qualifications, unused_variables)]
const _: () = {
    use ::lava::__private_0_1_0 as __lava;
    #[automatically_derived]
    impl<T: Weight, M: Payload> ::core::clone::Clone for Dense<T, M> {
        fn clone(&self) -> Self {
            Self {
                s_in: ::core::clone::Clone::clone(&self.s_in),
                a_out: ::core::clone::Clone::clone(&self.a_out),
                weights: ::core::clone::Clone::clone(&self.weights),
                bits: ::core::clone::Clone::clone(&self.bits),
                weight_exp: ::core::clone::Clone::clone(&self.weight_exp),
                mode: ::core::clone::Clone::clone(&self.mode),
                __process: ::core::clone::Clone::clone(&self.__process),
            }
        }
    }
    #[automatically_derived]
    impl<T: Weight, M: Payload> ::core::fmt::Debug for Dense<T, M> {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.__process, f)
        }
    }
    impl DenseWith_weights for __lava::Given {}
    impl DenseWith_mode for __lava::Given {}
    #[automatically_derived]
    impl<T: Weight, M: Payload, __S0, __S1> __lava::ProcessBuilder
    for DenseBuilder<T, M, __S0, __S1>
    where
        __S0: DenseWith_weights,
        __S1: DenseWith_mode,
    {
        type Process = Dense<T, M>;
        type Choice = __lava::Choice;
        fn values(&mut self) -> &mut __lava::GivenValues {
            &mut self.0
        }
    }
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::Process for Dense<T, M> {
        const DECLARATION: __lava::Declaration = __lava::Declaration::new(
            "Dense",
            "All-to-all synapses.",
            &[
                __lava::Member::in_port("s_in", "M", false, "Messages of the inputs.")
                    .of::<M>(),
                __lava::Member::out_port(
                        "a_out",
                        "T",
                        false,
                        "Weighted sums, one step later.",
                    )
                    .of::<T>(),
                __lava::Member::var(
                        "weights",
                        "T",
                        true,
                        "Synaptic weights, `[outputs, inputs]`.",
                    )
                    .of::<T>(),
                __lava::Member::var("bits", "i32", false, "Bits of a weight.")
                    .of::<i32>()
                    .scalar(),
                __lava::Member::param(
                        "weight_exp",
                        "i32",
                        false,
                        "Exponent of the weights.",
                    )
                    .of::<i32>(),
                __lava::Member::param(
                        "mode",
                        "SignMode",
                        true,
                        "Signs that weights may have.",
                    )
                    .of::<SignMode>(),
            ],
        );
        type Required = ();
        fn declare(
            declarations: &mut __lava::Declarations,
        ) -> ::core::result::Result<Self, __lava::BuildError> {
            let weights: &__lava::Init<T> = &declarations.given("weights");
            declarations.rank::<T>("weights", 2)?;
            ::core::result::Result::Ok(Self {
                s_in: declarations
                    .shaped(
                        __lava::IntoShape::<__lava::Dyn>::into_dims([weights.shape()[1]]),
                    )
                    .in_port("s_in")?,
                a_out: declarations
                    .shaped(
                        __lava::IntoShape::<__lava::Dyn>::into_dims([weights.shape()[0]]),
                    )
                    .delay(1)
                    .out_port("a_out")?,
                weights: declarations.given_var("weights")?,
                bits: declarations
                    .var_within(
                        "bits",
                        __lava::Constraint::<i32>::range(0..=8),
                        __lava::ready(__lava::Init::<i32>::new(8)),
                    )?,
                weight_exp: declarations.param("weight_exp", || -> i32 { 0 }),
                mode: declarations.given_param::<SignMode>("mode"),
                __process: declarations.process(),
            })
        }
        fn process_ref(&self) -> &__lava::ProcessRef {
            &self.__process
        }
    }
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::Composite for Dense<T, M> {
        type Exports = DenseExports<T, M>;
        fn unexported() -> Self::Exports {
            DenseExports {
                s_in: __lava::unexported(),
                a_out: __lava::unexported(),
                weights: __lava::unexported(),
                bits: __lava::unexported(),
            }
        }
        fn bind(&self, exports: Self::Exports, binder: &mut __lava::ExportBinder) {
            binder.export(&self.s_in, exports.s_in);
            binder.export(&self.a_out, exports.a_out);
            binder.export(&self.weights, exports.weights);
            binder.export(&self.bits, exports.bits);
        }
    }
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::HasMember<18388339226611382444> for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::MemberType<18388339226611382444, InPort<M>>
    for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::HasMember<17397125328706228675> for Dense<T, M> {}
    #[automatically_derived]
    impl<
        T: Weight,
        M: Payload,
    > __lava::MemberType<
        17397125328706228675,
        OutPort<T, ::lava::__private_0_1_0::Dyn, ::lava::__private_0_1_0::Delayed>,
    > for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::HasMember<12774824757867200798> for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::MemberType<12774824757867200798, Var<T>>
    for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::HasMember<16057346546588925209> for Dense<T, M> {}
    #[automatically_derived]
    impl<
        T: Weight,
        M: Payload,
    > __lava::MemberType<16057346546588925209, Var<i32, ::lava::__private_0_1_0::Scalar>>
    for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::HasMember<13361699999574878501> for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::MemberType<13361699999574878501, Param<i32>>
    for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::HasMember<954177780379921842> for Dense<T, M> {}
    #[automatically_derived]
    impl<T: Weight, M: Payload> __lava::MemberType<954177780379921842, Param<SignMode>>
    for Dense<T, M> {}
};

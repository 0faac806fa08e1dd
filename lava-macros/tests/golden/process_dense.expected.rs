/// All-to-all synapses.
#[allow(dead_code)]
pub struct Dense<T: Weight = f32, M: Payload = Spike> {
    /// What the inputs send.
    pub s_in: InPort<M>,
    /// Weighted sums, one step later.
    pub a_out: OutPort<T, ::lava::__private::Dyn, ::lava::__private::Delayed>,
    /// Synaptic weights, `[outputs, inputs]`.
    pub weights: Var<T>,
    /// Bits of a weight.
    pub bits: Var<i32, ::lava::__private::Scalar>,
    /// Exponent of the weights.
    pub weight_exp: Param<i32>,
    /// Which signs weights may have.
    pub mode: Param<SignMode>,
    #[doc(hidden)]
    pub __process: ::lava::__private::ProcessRef,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
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
#[allow(dead_code, deprecated)]
impl<T: Weight, M: Payload> ::core::fmt::Debug for Dense<T, M> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(<Self as ::lava::__private::Process>::name(self))
    }
}
#[allow(dead_code, deprecated)]
impl<T: Weight, M: Payload> Dense<T, M> {
    /// Starts building a `Dense` from its `weights`:
    ///
    /// Synaptic weights, `[outputs, inputs]`.
    #[track_caller]
    pub fn weights(
        weights: impl ::lava::__private::IntoInit<T>,
    ) -> DenseWithoutMode<T, M> {
        DenseWithoutMode {
            weights: ::lava::__private::Init::new(weights),
            __types: ::core::marker::PhantomData,
        }
    }
}
/// A builder of `Dense` that needs its `mode` next.
#[must_use = "a builder does nothing until it is added to a network"]
#[allow(dead_code, deprecated)]
pub struct DenseWithoutMode<T: Weight = f32, M: Payload = Spike> {
    weights: ::lava::__private::Init<T>,
    __types: ::core::marker::PhantomData<fn() -> (T, M)>,
}
#[allow(dead_code, deprecated)]
impl<T: Weight, M: Payload> DenseWithoutMode<T, M> {
    /// Which signs weights may have.
    #[track_caller]
    pub fn mode(self, mode: SignMode) -> DenseBuilder<T, M> {
        DenseBuilder {
            weights: self.weights,
            mode,
            bits: ::core::option::Option::None,
            weight_exp: ::core::option::Option::None,
            __name: ::core::option::Option::None,
            __types: ::core::marker::PhantomData,
        }
    }
}
/// A builder of [`Dense`], to be added to a network.
#[must_use = "a builder does nothing until it is added to a network"]
#[allow(dead_code, deprecated)]
pub struct DenseBuilder<T: Weight = f32, M: Payload = Spike> {
    weights: ::lava::__private::Init<T>,
    mode: SignMode,
    bits: ::core::option::Option<::lava::__private::Init<i32>>,
    weight_exp: ::core::option::Option<i32>,
    __name: ::core::option::Option<::std::string::String>,
    __types: ::core::marker::PhantomData<fn() -> (T, M)>,
}
#[allow(dead_code, deprecated)]
#[allow(clippy::should_implement_trait, clippy::wrong_self_convention)]
impl<T: Weight, M: Payload> DenseBuilder<T, M> {
    /// Bits of a weight.
    #[track_caller]
    pub fn bits(mut self, bits: impl ::lava::__private::IntoInit<i32>) -> Self {
        self.bits = ::core::option::Option::Some(::lava::__private::Init::new(bits));
        self
    }
    /// Exponent of the weights.
    #[track_caller]
    pub fn weight_exp(mut self, weight_exp: i32) -> Self {
        self.weight_exp = ::core::option::Option::Some(weight_exp);
        self
    }
}
#[automatically_derived]
#[allow(deprecated, unused_qualifications)]
impl<T: Weight, M: Payload> ::lava::__private::Build for DenseBuilder<T, M> {
    type Process = Dense<T, M>;
    fn name(mut self, name: impl ::core::convert::Into<::std::string::String>) -> Self {
        self.__name = ::core::option::Option::Some(::core::convert::Into::into(name));
        self
    }
    fn given_name(&self) -> ::core::option::Option<&str> {
        ::core::option::Option::as_deref(&self.__name)
    }
    #[allow(unused_variables)]
    fn build(
        self,
        declarations: &mut ::lava::__private::Declarations,
    ) -> ::core::result::Result<Self::Process, ::lava::__private::BuildError> {
        let weights = &self.weights;
        declarations.rank("weights", weights, 2)?;
        let weight_exp_value: i32 = ::core::option::Option::unwrap_or_else(
            self.weight_exp,
            || -> i32 { 0 },
        );
        let weight_exp: &i32 = &weight_exp_value;
        let mode_value: SignMode = self.mode;
        let mode: &SignMode = &mode_value;
        ::core::result::Result::Ok(Dense {
            s_in: declarations
                .in_port(
                    "s_in",
                    ::core::option::Option::Some(
                        ::lava::__private::IntoShape::<
                            ::lava::__private::Dyn,
                        >::into_dims([weights.shape()[1]]),
                    ),
                    false,
                )?,
            a_out: declarations
                .out_port(
                    "a_out",
                    ::core::option::Option::Some(
                        ::lava::__private::IntoShape::<
                            ::lava::__private::Dyn,
                        >::into_dims([weights.shape()[0]]),
                    ),
                    ::core::option::Option::<usize>::Some(1),
                    ::core::option::Option::None,
                )?,
            weights: declarations
                .var(
                    "weights",
                    ::core::option::Option::Some(
                        <::lava::__private::Dims as ::core::convert::From<
                            &[usize],
                        >>::from(weights.shape()),
                    ),
                    ::core::clone::Clone::clone(weights),
                    ::lava::__private::Constraint::any(),
                    true,
                )?,
            bits: declarations
                .var(
                    "bits",
                    ::core::option::Option::None,
                    ::core::option::Option::unwrap_or_else(
                        self.bits,
                        || -> ::lava::__private::Init<i32> {
                            ::lava::__private::Init::<i32>::new(8)
                        },
                    ),
                    ::lava::__private::Constraint::<i32>::range(0..=8),
                    true,
                )?,
            weight_exp: declarations.param("weight_exp", weight_exp_value),
            mode: declarations.param("mode", mode_value),
            __process: declarations.process(),
        })
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<T: Weight, M: Payload> ::lava::__private::Process for Dense<T, M> {
    const DECLARATION: ::lava::__private::Declaration = ::lava::__private::Declaration {
        name: "Dense",
        docs: "All-to-all synapses.",
        members: &[
            ::lava::__private::Member {
                name: "s_in",
                kind: ::lava::__private::MemberKind::InPort,
                element: "M",
                docs: "What the inputs send.",
                required: false,
            },
            ::lava::__private::Member {
                name: "a_out",
                kind: ::lava::__private::MemberKind::OutPort,
                element: "T",
                docs: "Weighted sums, one step later.",
                required: false,
            },
            ::lava::__private::Member {
                name: "weights",
                kind: ::lava::__private::MemberKind::Var,
                element: "T",
                docs: "Synaptic weights, `[outputs, inputs]`.",
                required: true,
            },
            ::lava::__private::Member {
                name: "bits",
                kind: ::lava::__private::MemberKind::Var,
                element: "i32",
                docs: "Bits of a weight.",
                required: false,
            },
            ::lava::__private::Member {
                name: "weight_exp",
                kind: ::lava::__private::MemberKind::Param,
                element: "i32",
                docs: "Exponent of the weights.",
                required: false,
            },
            ::lava::__private::Member {
                name: "mode",
                kind: ::lava::__private::MemberKind::Param,
                element: "SignMode",
                docs: "Which signs weights may have.",
                required: true,
            },
        ],
    };
    type Wiring = ::lava::__private::NoRequired;
    fn wiring() -> Self::Wiring {
        ::lava::__private::NoRequired
    }
    fn process_ref(&self) -> &::lava::__private::ProcessRef {
        &self.__process
    }
}
/// What stands behind the ports and Vars of a hierarchical [`Dense`].
#[allow(dead_code, deprecated)]
pub struct DenseExports<T: Weight = f32, M: Payload = Spike> {
    /// What stands behind `s_in`.
    pub s_in: ::lava::__private::Export<InPort<M>, Dense<T, M>>,
    /// What stands behind `a_out`.
    pub a_out: ::lava::__private::Export<
        OutPort<T, ::lava::__private::Dyn, ::lava::__private::Delayed>,
        Dense<T, M>,
    >,
    /// What stands behind `weights`.
    pub weights: ::lava::__private::Export<Var<T>, Dense<T, M>>,
    /// What stands behind `bits`.
    pub bits: ::lava::__private::Export<
        Var<i32, ::lava::__private::Scalar>,
        Dense<T, M>,
    >,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl<T: Weight, M: Payload> ::lava::__private::Composite for Dense<T, M> {
    type Inside = DenseExports<T, M>;
    #[allow(unused_variables)]
    fn bind_exports(
        &self,
        inside: Self::Inside,
        exports: &mut ::lava::__private::ExportBinder,
    ) -> ::lava::__private::Result<()> {
        exports.put(&self.s_in, inside.s_in)?;
        exports.put(&self.a_out, inside.a_out)?;
        exports.put(&self.weights, inside.weights)?;
        exports.put(&self.bits, inside.bits)?;
        ::core::result::Result::Ok(())
    }
}

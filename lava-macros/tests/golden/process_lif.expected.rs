/// A group of leaky integrate-and-fire neurons.
#[allow(dead_code)]
pub struct Lif {
    /// Synaptic input.
    pub a_in: InPort<f32, ::lava::__private::Dyn, LifAIn>,
    /// Spikes.
    pub s_out: OutPort<Spike>,
    /// Membrane voltage.
    pub v: Var<f32>,
    /// Voltage at which a neuron spikes.
    pub vth: Var<f32, ::lava::__private::Scalar>,
    #[doc(hidden)]
    pub __process: ::lava::__private::ProcessRef,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
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
#[allow(dead_code, deprecated)]
impl ::core::fmt::Debug for Lif {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(<Self as ::lava::__private::Process>::name(self))
    }
}
#[allow(dead_code, deprecated)]
impl Lif {
    /// Starts building a `Lif` of this shape.
    #[track_caller]
    pub fn shape(
        shape: impl ::lava::__private::IntoShape<::lava::__private::Dyn>,
    ) -> LifBuilder {
        LifBuilder {
            __shape: ::lava::__private::IntoShape::<
                ::lava::__private::Dyn,
            >::into_dims(shape),
            v: ::core::option::Option::None,
            vth: ::core::option::Option::None,
            __name: ::core::option::Option::None,
            __types: ::core::marker::PhantomData,
        }
    }
}
/// A builder of [`Lif`], to be added to a network.
#[must_use = "a builder does nothing until it is added to a network"]
#[allow(dead_code, deprecated)]
pub struct LifBuilder {
    __shape: ::lava::__private::Dims,
    v: ::core::option::Option<::lava::__private::Init<f32>>,
    vth: ::core::option::Option<::lava::__private::Init<f32>>,
    __name: ::core::option::Option<::std::string::String>,
    __types: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(dead_code, deprecated)]
#[allow(clippy::should_implement_trait, clippy::wrong_self_convention)]
impl LifBuilder {
    /// Membrane voltage.
    #[track_caller]
    pub fn v(mut self, v: impl ::lava::__private::IntoInit<f32>) -> Self {
        self.v = ::core::option::Option::Some(::lava::__private::Init::new(v));
        self
    }
    /// Voltage at which a neuron spikes.
    #[track_caller]
    pub fn vth(mut self, vth: impl ::lava::__private::IntoInit<f32>) -> Self {
        self.vth = ::core::option::Option::Some(::lava::__private::Init::new(vth));
        self
    }
}
#[automatically_derived]
#[allow(deprecated, unused_qualifications)]
impl ::lava::__private::Build for LifBuilder {
    type Process = Lif;
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
        let shape: &[usize] = ::lava::__private::Dims::as_slice(&self.__shape);
        ::core::result::Result::Ok(Lif {
            a_in: declarations
                .in_port(
                    "a_in",
                    ::core::option::Option::Some(
                        ::core::clone::Clone::clone(&self.__shape),
                    ),
                    true,
                )?,
            s_out: declarations
                .out_port(
                    "s_out",
                    ::core::option::Option::Some(
                        ::core::clone::Clone::clone(&self.__shape),
                    ),
                    ::core::option::Option::None,
                    ::core::option::Option::None,
                )?,
            v: declarations
                .var(
                    "v",
                    ::core::option::Option::Some(
                        ::core::clone::Clone::clone(&self.__shape),
                    ),
                    ::core::option::Option::unwrap_or_else(
                        self.v,
                        || -> ::lava::__private::Init<f32> {
                            ::lava::__private::Init::<f32>::new(0.0)
                        },
                    ),
                    ::lava::__private::Constraint::finite(),
                    true,
                )?,
            vth: declarations
                .var(
                    "vth",
                    ::core::option::Option::None,
                    ::core::option::Option::unwrap_or_else(
                        self.vth,
                        || -> ::lava::__private::Init<f32> {
                            ::lava::__private::Init::<f32>::new(10.0)
                        },
                    ),
                    ::lava::__private::Constraint::any(),
                    true,
                )?,
            __process: declarations.process(),
        })
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::lava::__private::Process for Lif {
    const DECLARATION: ::lava::__private::Declaration = ::lava::__private::Declaration {
        name: "Lif",
        docs: "A group of leaky integrate-and-fire neurons.",
        members: &[
            ::lava::__private::Member {
                name: "a_in",
                kind: ::lava::__private::MemberKind::InPort,
                element: "f32",
                docs: "Synaptic input.",
                required: true,
            },
            ::lava::__private::Member {
                name: "s_out",
                kind: ::lava::__private::MemberKind::OutPort,
                element: "Spike",
                docs: "Spikes.",
                required: false,
            },
            ::lava::__private::Member {
                name: "v",
                kind: ::lava::__private::MemberKind::Var,
                element: "f32",
                docs: "Membrane voltage.",
                required: false,
            },
            ::lava::__private::Member {
                name: "vth",
                kind: ::lava::__private::MemberKind::Var,
                element: "f32",
                docs: "Voltage at which a neuron spikes.",
                required: false,
            },
        ],
    };
    type Wiring = LifWiring;
    fn wiring() -> Self::Wiring {
        LifWiring(::core::marker::PhantomData)
    }
    fn process_ref(&self) -> &::lava::__private::ProcessRef {
        &self.__process
    }
}
#[doc(hidden)]
pub enum LifAIn {}
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "nothing feeds `a_in`, an input that `Lif` requires",
    label = "`a_in` is not connected",
    note = "connect an output to it: `source.s_out -> lif.a_in;`"
)]
pub trait LifAInFed {}
#[automatically_derived]
impl LifAInFed for ::lava::__private::Fed {}
#[doc(hidden)]
pub struct LifWiring<__P0 = ::lava::__private::Unfed>(
    ::core::marker::PhantomData<fn() -> (__P0,)>,
);
#[automatically_derived]
impl<__P0> ::lava::__private::Feed<LifAIn> for LifWiring<__P0> {
    type Next = LifWiring<::lava::__private::Fed>;
    fn next(self) -> Self::Next {
        LifWiring(::core::marker::PhantomData)
    }
}
#[automatically_derived]
impl<__P0> ::lava::__private::Feed<::lava::__private::Optional> for LifWiring<__P0> {
    type Next = Self;
    fn next(self) -> Self {
        self
    }
}
#[automatically_derived]
impl<__P0: LifAInFed> ::lava::__private::Complete for LifWiring<__P0> {}
/// What stands behind the ports and Vars of a hierarchical [`Lif`].
#[allow(dead_code, deprecated)]
pub struct LifExports {
    /// What stands behind `a_in`.
    pub a_in: ::lava::__private::Export<
        InPort<f32, ::lava::__private::Dyn, LifAIn>,
        Lif,
    >,
    /// What stands behind `s_out`.
    pub s_out: ::lava::__private::Export<OutPort<Spike>, Lif>,
    /// What stands behind `v`.
    pub v: ::lava::__private::Export<Var<f32>, Lif>,
    /// What stands behind `vth`.
    pub vth: ::lava::__private::Export<Var<f32, ::lava::__private::Scalar>, Lif>,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::lava::__private::Composite for Lif {
    type Inside = LifExports;
    #[allow(unused_variables)]
    fn bind_exports(
        &self,
        inside: Self::Inside,
        exports: &mut ::lava::__private::ExportBinder,
    ) -> ::lava::__private::Result<()> {
        exports.put(&self.a_in, inside.a_in)?;
        exports.put(&self.s_out, inside.s_out)?;
        exports.put(&self.v, inside.v)?;
        exports.put(&self.vth, inside.vth)?;
        ::core::result::Result::Ok(())
    }
}

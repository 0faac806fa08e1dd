fn main() {
    let net = 'network: {
        let network: ::lava::__private::Network<Loihi1SimCfg> = ::lava::__private::Network::new();
        let input: Source = match ::lava::__private::add::<
            Source,
            _,
            _,
        >(&network, Source::data(images), "input") {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break 'network ::core::result::Result::Err(error);
            }
        };
        let dense: Dense = match ::lava::__private::add::<
            Dense,
            _,
            _,
        >(&network, Dense::weights(w), "dense") {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break 'network ::core::result::Result::Err(error);
            }
        };
        let output: Lif = match ::lava::__private::add::<
            Lif,
            _,
            _,
        >(&network, Lif::shape([10]).vth(1.0), "output") {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break 'network ::core::result::Result::Err(error);
            }
        };
        let mut problems = ::lava::__private::Problems::new();
        problems.note(input.s_out.reshape([2, 5]).connect(&dense.s_in));
        problems.note(dense.a_out.connect(&output.a_in));
        problems.note(dense.a_out.connect(&output.b_in));
        problems.note(output.s_out.connect(&dense.s_in));
        if let ::core::result::Result::Err(error) = problems.finish() {
            break 'network ::core::result::Result::Err(error);
        }
        ::lava::__private::breaks_loop(&network, &(&dense.a_out, (&output.s_out, ())));
        let __wiring = ::lava::__private::wiring(&input);
        ::lava::__private::complete(__wiring);
        let __wiring = ::lava::__private::wiring(&dense);
        let __wiring = ::lava::__private::feed(__wiring, &dense.s_in);
        let __wiring = ::lava::__private::feed(__wiring, &dense.s_in);
        ::lava::__private::complete(__wiring);
        let __wiring = ::lava::__private::wiring(&output);
        let __wiring = ::lava::__private::feed(__wiring, &output.a_in);
        let __wiring = ::lava::__private::feed(__wiring, &output.b_in);
        ::lava::__private::complete(__wiring);
        {
            /// A network and the handles of its processes.
            #[allow(dead_code, unreachable_pub)]
            pub struct Net<__N, __P0, __P1, __P2> {
                /// The network itself.
                pub network: __N,
                /// The process `input`.
                pub input: __P0,
                /// The process `dense`.
                pub dense: __P1,
                /// The process `output`.
                pub output: __P2,
            }
            #[automatically_derived]
            impl<__N, __P0, __P1, __P2> ::core::ops::Deref
            for Net<__N, __P0, __P1, __P2> {
                type Target = __N;
                fn deref(&self) -> &__N {
                    &self.network
                }
            }
            #[automatically_derived]
            impl<
                __N: ::core::clone::Clone,
                __P0: ::core::clone::Clone,
                __P1: ::core::clone::Clone,
                __P2: ::core::clone::Clone,
            > ::core::clone::Clone for Net<__N, __P0, __P1, __P2> {
                fn clone(&self) -> Self {
                    Net {
                        network: ::core::clone::Clone::clone(&self.network),
                        input: ::core::clone::Clone::clone(&self.input),
                        dense: ::core::clone::Clone::clone(&self.dense),
                        output: ::core::clone::Clone::clone(&self.output),
                    }
                }
            }
            #[automatically_derived]
            impl<
                __N: ::core::fmt::Debug,
                __P0: ::core::fmt::Debug,
                __P1: ::core::fmt::Debug,
                __P2: ::core::fmt::Debug,
            > ::core::fmt::Debug for Net<__N, __P0, __P1, __P2> {
                fn fmt(
                    &self,
                    f: &mut ::core::fmt::Formatter<'_>,
                ) -> ::core::fmt::Result {
                    f.debug_struct("Net")
                        .field("network", &self.network)
                        .field("input", &self.input)
                        .field("dense", &self.dense)
                        .field("output", &self.output)
                        .finish()
                }
            }
            ::core::result::Result::<
                _,
                ::lava::__private::Error,
            >::Ok(Net {
                network: network,
                input,
                dense,
                output,
            })
        }
    };
}

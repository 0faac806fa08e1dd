fn main() {
    let net = 'network: {
        use ::lava::__private_0_1_0 as __lava;
        let network = __lava::configured::<Loihi1SimCfg>();
        let input: Source = match __lava::add::<
            Source,
            _,
            _,
        >(&network, <Source>::data(images), "input") {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break 'network ::core::result::Result::Err(error);
            }
        };
        let (dense, dense_timing): (Dense, _) = match __lava::add_timed::<
            Dense,
            _,
            _,
        >(&network, <Dense>::weights(w), "dense") {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break 'network ::core::result::Result::Err(error);
            }
        };
        let (output, output_timing): (Lif, _) = match __lava::add_timed::<
            Lif,
            _,
            _,
        >(&network, <Lif>::shape([10]).vth(1.0), "output") {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break 'network ::core::result::Result::Err(error);
            }
        };
        let mut problems = __lava::Problems::new();
        problems.note(input.s_out.reshape([2, 5]).connect(&dense.s_in));
        problems.note(dense.a_out.connect(&output.a_in));
        problems.note(dense.a_out.connect(&output.b_in));
        problems.note(output.s_out.connect(&dense.s_in));
        if let ::core::result::Result::Err(error) = problems.finish() {
            break 'network ::core::result::Result::Err(error);
        }
        __lava::breaks_loop(
            &network,
            &(([(&dense.a_out, &dense_timing)], [(&output.s_out, &output_timing)])),
        );
        let __inputs = __lava::inputs(&input);
        __lava::complete(__inputs);
        let __inputs = __lava::inputs(&dense);
        let __inputs = __lava::feed(__inputs, &dense.s_in);
        let __inputs = __lava::feed(__inputs, &dense.s_in);
        __lava::complete(__inputs);
        let __inputs = __lava::inputs(&output);
        let __inputs = __lava::feed(__inputs, &output.a_in);
        let __inputs = __lava::feed(__inputs, &output.b_in);
        __lava::complete(__inputs);
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
                fn deref(&self) -> &Self::Target {
                    &self.network
                }
            }
            #[automatically_derived]
            impl<__N, __P0, __P1, __P2> ::core::clone::Clone
            for Net<__N, __P0, __P1, __P2>
            where
                __N: ::core::clone::Clone,
                __P0: ::core::clone::Clone,
                __P1: ::core::clone::Clone,
                __P2: ::core::clone::Clone,
            {
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
            impl<__N, __P0, __P1, __P2> ::core::fmt::Debug for Net<__N, __P0, __P1, __P2>
            where
                __N: ::core::fmt::Debug,
                __P0: ::core::fmt::Debug,
                __P1: ::core::fmt::Debug,
                __P2: ::core::fmt::Debug,
            {
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
                __lava::Error,
            >::Ok(Net {
                network: network,
                input,
                dense,
                output,
            })
        }
    };
}

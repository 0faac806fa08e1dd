//! Models of NEST, and the processes that they become.

use super::nodes::NodePopulation;
use crate::network::{Build, Loihi1SimCfg, Network};
use crate::proc::{AeifCondExp, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, Real, SpikeTrain};
use crate::process::{InPort, Init, OutPort, Spike, Var};

/// Parameters of NEST that act on nothing here: of archives for plasticity, and of structural plasticity.
const WITHOUT_EFFECT: [&str; 6] = [
    "tau_minus",
    "tau_minus_triplet",
    "tau_Ca",
    "beta_Ca",
    "Ca",
    "gsl_error_tol",
];

/// The values of a parameter, one for each neuron.
pub(super) type ParameterValues<'a> = dyn Fn(&str, f64) -> Vec<f64> + 'a;

/// Declares the models: the name in NEST and the process, its ports, what is approximate, the Vars with the name
/// and the default that they have in NEST 3.10, and Vars that are no parameters there.
macro_rules! models {
    ($($model:literal => $process:ident($excitatory:ident, $inhibitory:ident) $why:literal {
        $($parameter:literal => $var:ident = $default:expr,)*
    } records { $($current:literal => $recorded:ident,)* })*) => {
        /// The models by their names in NEST.
        pub(super) const MODELS: &[Model] = &[$(Model {
            name: $model,
            process: stringify!($process),
            why: $why,
            parameters: &[$($parameter),*],
        }),*];

        /// Neurons of a model, or sources of spikes.
        #[derive(Debug)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "there is one for each population")]
        pub enum Neurons<T: Real = f64> {
            $(
                #[doc = concat!("`", $model, "`.")]
                $process($process<T>),
            )*
            /// Virtual nodes, and the spikes of them that the circuit's inputs have.
            Sources(SpikeTrain),
        }

        impl<T: Real> Neurons<T> {
            /// Adds neurons of the model `name` to a network.
            pub(super) fn build(
                net: &Network<Loihi1SimCfg>,
                model: &Model,
                count: usize,
                name: &str,
                values: &ParameterValues<'_>,
            ) -> crate::Result<Neurons<T>> {
                match model.name {
                    $($model => {
                        let builder = $process::shape([count]).name(name)
                            $(.$var(initial::<T>(&values($parameter, $default))))*;
                        Ok(Neurons::$process(net.add(builder)?))
                    })*
                    _ => unreachable!("{} is none of the models", model.name),
                }
            }

            /// The spikes of the neurons.
            pub fn spikes(&self) -> &OutPort<Spike> {
                match self {
                    $(Neurons::$process(neurons) => &neurons.s_out,)*
                    Neurons::Sources(train) => &train.s_out,
                }
            }

            /// The ports for excitatory and for inhibitory input. Returns `None` for sources.
            pub fn inputs(&self) -> Option<[&InPort<T>; 2]> {
                match self {
                    $(Neurons::$process(neurons) => Some([&neurons.$excitatory, &neurons.$inhibitory]),)*
                    Neurons::Sources(_) => None,
                }
            }

            /// A variable by its name in NEST: a parameter or part of the state, `V_m` for instance. Returns
            /// `None` if the model has none of that name.
            pub fn var(&self, name: &str) -> Option<&Var<T>> {
                match self {
                    $(Neurons::$process(neurons) => match name {
                        $($parameter => Some(&neurons.$var),)*
                        $($current => Some(&neurons.$recorded),)*
                        _ => None,
                    },)*
                    Neurons::Sources(_) => None,
                }
            }
        }

        $(impl<T: Real> NestNeurons for $process<T> {
            const MODEL: &'static str = $model;

            fn parameters(&self) -> crate::Result<Vec<(&'static str, Vec<f64>)>> {
                Ok(vec![$(($parameter, self.$var.get()?.iter().map(|value| value.double()).collect())),*])
            }
        })*
    };
}

models! {
    "iaf_psc_alpha" => IafPscAlpha(exc_in, inh_in) "" {
        "V_m" => v_m = -70.0, "C_m" => c_m = 250.0, "tau_m" => tau_m = 10.0, "tau_syn_ex" => tau_syn_ex = 2.0,
        "tau_syn_in" => tau_syn_in = 2.0, "E_L" => e_l = -70.0, "V_th" => v_th = -55.0,
        "V_reset" => v_reset = -70.0, "t_ref" => t_ref = 2.0, "I_e" => i_e = 0.0,
    } records { "I_syn_ex" => i_ex, "I_syn_in" => i_in, }
    "iaf_psc_exp" => IafPscExp(exc_in, inh_in) "" {
        "V_m" => v_m = -70.0, "C_m" => c_m = 250.0, "tau_m" => tau_m = 10.0, "tau_syn_ex" => tau_syn_ex = 2.0,
        "tau_syn_in" => tau_syn_in = 2.0, "E_L" => e_l = -70.0, "V_th" => v_th = -55.0,
        "V_reset" => v_reset = -70.0, "t_ref" => t_ref = 2.0, "I_e" => i_e = 0.0,
    } records { "I_syn_ex" => i_ex, "I_syn_in" => i_in, }
    "iaf_psc_delta" => IafPscDelta(a_in, a_in) "" {
        "V_m" => v_m = -70.0, "C_m" => c_m = 250.0, "tau_m" => tau_m = 10.0, "E_L" => e_l = -70.0,
        "V_th" => v_th = -55.0, "V_reset" => v_reset = -70.0, "t_ref" => t_ref = 2.0, "I_e" => i_e = 0.0,
    } records {}
    "iaf_cond_exp" => IafCondExp(exc_in, inh_in) "exponential Euler, where NEST has an adaptive Runge–Kutta method" {
        "V_m" => v_m = -70.0, "C_m" => c_m = 250.0, "g_L" => g_l = 50.0 / 3.0, "E_L" => e_l = -70.0,
        "E_ex" => e_ex = 0.0, "E_in" => e_in = -85.0, "tau_syn_ex" => tau_syn_ex = 0.2,
        "tau_syn_in" => tau_syn_in = 2.0, "V_th" => v_th = -55.0, "V_reset" => v_reset = -60.0,
        "t_ref" => t_ref = 2.0, "I_e" => i_e = 0.0, "g_ex" => g_ex = 0.0, "g_in" => g_in = 0.0,
    } records {}
    "aeif_cond_exp" => AeifCondExp(exc_in, inh_in) "steps of Runge–Kutta's method, where NEST's adapt" {
        "V_m" => v_m = -70.6, "C_m" => c_m = 281.0, "g_L" => g_l = 30.0, "E_L" => e_l = -70.6,
        "V_th" => v_th = -50.4, "Delta_T" => delta_t = 2.0, "tau_w" => tau_w = 144.0, "a" => a = 4.0,
        "b" => b = 80.5, "V_peak" => v_peak = 0.0, "V_reset" => v_reset = -60.0, "t_ref" => t_ref = 0.0,
        "E_ex" => e_ex = 0.0, "E_in" => e_in = -85.0, "tau_syn_ex" => tau_syn_ex = 0.2,
        "tau_syn_in" => tau_syn_in = 2.0, "I_e" => i_e = 0.0, "w" => w = 0.0, "g_ex" => g_ex = 0.0,
        "g_in" => g_in = 0.0,
    } records {}
}

/// A model of NEST.
pub(super) struct Model {
    pub(super) name: &'static str,
    /// The process that it becomes.
    pub(super) process: &'static str,
    /// The difference from NEST; empty where there is none but rounding.
    pub(super) why: &'static str,
    parameters: &'static [&'static str],
}

impl Model {
    /// The model of a template, `nest:iaf_psc_exp` for instance; `bare` allows the name alone.
    ///
    /// # Errors
    /// A text that says which models there are.
    pub(super) fn of(template: Option<&str>, bare: bool) -> Result<&'static Model, String> {
        let name = template.and_then(|template| match template.split_once(':') {
            Some(("nest", name)) => Some(name),
            None if bare => Some(template),
            _ => None,
        });
        let found = name.and_then(|name| MODELS.iter().find(|model| model.name == name));
        found.ok_or_else(|| {
            let names: Vec<String> = MODELS
                .iter()
                .map(|model| format!("`nest:{}`", model.name))
                .collect();
            let given =
                template.map_or("no `model_template`".to_owned(), |name| format!("`{name}`"));
            format!(
                "{given} is none of the models that are built: {}",
                names.join(", ")
            )
        })
    }

    /// Returns `true` if the model has a parameter of this name, or one of NEST's that has no effect here.
    pub(super) fn has(&self, parameter: &str) -> bool {
        self.parameters.contains(&parameter) || WITHOUT_EFFECT.contains(&parameter)
    }

    /// The names of the parameters.
    pub(super) fn names(&self) -> String {
        self.parameters.join(", ")
    }
}

/// Values as a Var takes them: once, if all are the same.
fn initial<T: Real>(values: &[f64]) -> Init<T> {
    match values.split_first() {
        Some((first, rest)) if rest.iter().all(|value| value == first) => Init::new(T::of(*first)),
        _ => Init::new(values.iter().map(|value| T::of(*value)).collect::<Vec<_>>()),
    }
}

/// Processes that are models of NEST. Sealed.
pub trait NestNeurons: sealed::Sealed {
    /// The name of the model.
    #[doc(hidden)]
    const MODEL: &'static str;

    /// The parameters by their names in NEST.
    #[doc(hidden)]
    fn parameters(&self) -> crate::Result<Vec<(&'static str, Vec<f64>)>>;
}

mod sealed {
    use crate::proc::{AeifCondExp, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, Real};

    pub trait Sealed {}

    impl<T: Real> Sealed for IafPscAlpha<T> {}
    impl<T: Real> Sealed for IafPscExp<T> {}
    impl<T: Real> Sealed for IafPscDelta<T> {}
    impl<T: Real> Sealed for IafCondExp<T> {}
    impl<T: Real> Sealed for AeifCondExp<T> {}
}

impl NodePopulation {
    /// The neurons of a process, with their present parameters and voltages.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::IafPscExp;
    /// use lava::sonata::NodePopulation;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let neurons: IafPscExp = net.add(IafPscExp::shape([2]).i_e([0.0, 400.0]))?;
    /// let cells = NodePopulation::of_neurons("cells", &neurons)?;
    /// assert_eq!(cells.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If a Var cannot be read, since the network has failed.
    pub fn of_neurons<N: NestNeurons>(name: &str, neurons: &N) -> crate::Result<NodePopulation> {
        let parameters = neurons.parameters()?;
        let count = parameters.first().map_or(0, |(_, values)| values.len());
        let uniform = |values: Vec<f64>| match values.split_first() {
            Some((first, rest)) if rest.iter().all(|value| value == first) => vec![*first],
            _ => values,
        };
        let parameters = parameters
            .into_iter()
            .map(|(name, values)| (name, uniform(values)));
        Ok(NodePopulation::neurons(
            name,
            count,
            &format!("nest:{}", N::MODEL),
            parameters,
        ))
    }
}

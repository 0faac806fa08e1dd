//! Connections that learn have in common: checks, parameters, and what they receive.

use super::engine::TraceParameters;
use super::error::LearningError;
use super::rule::LearningRule;

/// The traces by name.
const TRACES: [&str; 5] = ["x1", "x2", "y1", "y2", "y3"];

/// The inputs that a model has connected.
pub(super) struct ConnectedInputs {
    pub(super) post_spikes: bool,
    /// y1, y2, y3.
    pub(super) third_factors: [bool; 3],
}

/// Checks a rule against the Vars and connections of a process.
pub(super) fn check_rule(
    rule: &LearningRule,
    parameters: TraceParameters,
    inputs: &ConnectedInputs,
) -> Result<(), LearningError> {
    if rule.is_as_in_lava() {
        return Ok(());
    }
    if let Some(trace) = parameters.silent_trace(rule) {
        let trace = TRACES[trace];
        return Err(LearningError::SilentTrace { trace });
    }
    for (y, received) in rule.received().into_iter().enumerate() {
        let trace = TRACES[2 + y];
        match (received, inputs.third_factors[y]) {
            (true, false) if rule.reads(2 + y) => {
                return Err(LearningError::NoThirdFactor { trace });
            }
            (false, true) => return Err(LearningError::NotReceived { trace }),
            _ => {}
        }
    }
    if rule.needs_post_spikes() && !inputs.post_spikes {
        return Err(LearningError::NoPostSpikes);
    }
    Ok(())
}

/// Fails after a learning phase that made a variable infinite.
pub(super) fn finite(is_finite: bool, step: u64) -> crate::Result<()> {
    match is_finite {
        true => Ok(()),
        false => Err(LearningError::NotFinite { step }.into()),
    }
}

/// The rule of a model.
macro_rules! rule {
    ($self:ident) => {
        $self
            .learning_rule
            .get($self.rule)
            .ok_or($crate::proc::learning::LearningError::NoRule($self.rule))?
    };
}

/// The parameters of a model's traces.
macro_rules! parameters {
    ($self:ident) => {
        $crate::proc::learning::engine::TraceParameters {
            impulses: [
                $self.x1_impulse,
                $self.x2_impulse,
                $self.y1_impulse,
                $self.y2_impulse,
                $self.y3_impulse,
            ],
            taus: [
                $self.x1_tau,
                $self.x2_tau,
                $self.y1_tau,
                $self.y2_tau,
                $self.y3_tau,
            ],
        }
    };
}

/// The traces of a model.
macro_rules! neurons {
    ($self:ident) => {
        $crate::proc::learning::engine::NeuronTraces {
            tx: &mut $self.tx,
            x: [&mut $self.x1, &mut $self.x2],
            ty: &mut $self.ty,
            y: [&mut $self.y1, &mut $self.y2, &mut $self.y3],
        }
    };
}

/// The body of `check`.
macro_rules! check {
    ($self:ident) => {{
        let inputs = $crate::proc::learning::connection::ConnectedInputs {
            post_spikes: $self.s_in_bap.is_connected(),
            third_factors: [
                $self.s_in_y1.is_connected(),
                $self.s_in_y2.is_connected(),
                $self.s_in_y3.is_connected(),
            ],
        };
        let rule = connection::rule!($self);
        let parameters = connection::parameters!($self);
        Ok($crate::proc::learning::connection::check_rule(
            &rule, parameters, &inputs,
        )?)
    }};
}

/// The end of `start`.
macro_rules! start {
    ($self:ident) => {{
        let rule = connection::rule!($self);
        let parameters = connection::parameters!($self);
        $self.engine = Some(LearningEngine::new(&rule, parameters, $self.seed));
        Ok(())
    }};
}

/// The body of `on_var_update`.
macro_rules! update {
    ($self:ident, $var:ident) => {{
        let rule = connection::rule!($self);
        let parameters = connection::parameters!($self);
        if let Some(engine) = &mut $self.engine {
            match $var {
                "weights" | "tag_1" | "tag_2" => engine.visit_all(),
                "seed" => engine.seed($self.seed),
                "rule" => engine.replace(&rule, parameters),
                name if name.ends_with("_tau") || name.ends_with("_impulse") => {
                    engine.replace(&rule, parameters);
                }
                _ => {}
            }
        }
        Ok(())
    }};
}

/// Takes spikes and third factors.
macro_rules! receive {
    ($self:ident, $number:tt, $message:tt) => {
        let step = $self.context.time_step();
        if let Some(engine) = &mut $self.engine {
            let binary = $self.num_message_bits == 0;
            let active = <$message>::active(&mut $self.s_in, binary);
            let active = active.map(|(input, factor)| {
                let number = $crate::proc::synapse::weights::Factor::apply(
                    factor,
                    <$number as $crate::process::Value>::ONE,
                );
                (input, number)
            });
            let mut neurons = connection::neurons!($self);
            engine.pre_spikes(step, $self.graded_spike_cfg, active, &mut neurons);
            engine.post_spikes(step, $self.s_in_bap.recv().indices(), &mut neurons);
            let [received1, received2, received3] = engine.received;
            if received1 {
                $self.y1.copy_from_slice($self.s_in_y1.recv_slice());
            }
            if received2 {
                $self.y2.copy_from_slice($self.s_in_y2.recv_slice());
            }
            if received3 {
                $self.y3.copy_from_slice($self.s_in_y3.recv_slice());
            }
        }
    };
}

/// The body of `lrn_guard`.
macro_rules! guard {
    ($self:ident) => {
        $self
            .engine
            .as_ref()
            .is_some_and(|engine| engine.learns($self.context.time_step()))
    };
}

/// The body of `save_state`.
macro_rules! save {
    ($self:ident, $to:ident) => {{
        $to.put("rules", &$self.learning_rule.set_later())?;
        if let Some(engine) = &$self.engine {
            $to.put("random", &engine.random())?;
        }
        Ok(())
    }};
}

/// The body of `prepare_load`.
macro_rules! prepare_load {
    ($self:ident, $from:ident) => {
        $self.learning_rule.restore($from.get("rules")?)
    };
}

/// The body of `load_state`.
macro_rules! load {
    ($self:ident, $from:ident) => {{
        if let Some(engine) = &mut $self.engine {
            engine.restore($from.get("random")?);
        }
        Ok(())
    }};
}

/// The methods of the handle of a connection.
macro_rules! learning_connection {
    ($process:ident<$T:ident: $bound:ident, $M:ident: $message:ident<_>>) => {
        impl<$T: $bound, $M: $message<$T>> $process<$T, $M> {
            /// Replaces the rule, and sets the Vars of its taus and impulses. Weights, tags, traces and
            /// spike times stay as they are; the next epoch ends with the next step that is a
            /// multiple of its length.
            ///
            /// # Errors
            /// [`StateError`](crate::error::StateError) if the network is running or has stopped. That a
            /// rule does not fit the connections is reported by the next run.
            pub fn set_rule(&self, rule: LearningRule) -> crate::Result<()> {
                let is_graded = *self.graded_spike_cfg != GradedSpikeCfg::RegularImpulse;
                let number = self.learning_rule.push(rule.clone());
                self.rule.set(number)?;
                let impulses = [
                    &self.x1_impulse,
                    &self.x2_impulse,
                    &self.y1_impulse,
                    &self.y2_impulse,
                    &self.y3_impulse,
                ];
                let taus = [
                    &self.x1_tau,
                    &self.x2_tau,
                    &self.y1_tau,
                    &self.y2_tau,
                    &self.y3_tau,
                ];
                for (trace, (impulse, tau)) in impulses.into_iter().zip(taus).enumerate() {
                    let is_overwritten = trace == 0 && is_graded;
                    impulse.set(if is_overwritten {
                        0.0
                    } else {
                        rule.impulse(trace)
                    })?;
                    tau.set(rule.tau(trace))?;
                }
                Ok(())
            }
        }
    };
}

pub(super) use {
    check, guard, learning_connection, load, neurons, parameters, prepare_load, receive, rule,
    save, start, update,
};

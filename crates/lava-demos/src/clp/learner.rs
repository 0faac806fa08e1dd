//! The rule by which prototypes learn.

use lava::prelude::*;

/// Learns from one look: writes the last pattern into the synapses of the prototypes that are to
/// learn, at the end of the step in which they say so.
///
/// It stands in for plastic synapses, of which the rule would be
/// `dw = y0·(x1 − w)`: the synapses of a neuron that fires become what was seen last. It reaches
/// them through a RefPort.
#[process]
pub struct Learner {
    /// Patterns. One that is 0 everywhere is none.
    #[port(shape = [*features])]
    pattern_in: InPort<i32>,
    /// Prototypes that are to learn.
    #[port(shape = [*prototypes])]
    bap_in: InPort<Spike>,
    /// Their synapses.
    #[port(shape = [*prototypes, *features])]
    weights: RefPort<i32>,
    /// Numbers of a pattern.
    #[param]
    features: Param<usize>,
    /// Number of prototypes.
    #[param]
    prototypes: Param<usize>,
    /// The last pattern.
    #[var(shape = [*features], init = 0)]
    x1: Var<i32>,
}

#[implements(proc = Learner, protocol = Loihi)]
struct LearnerModel {
    pattern_in: In<i32>,
    bap_in: In<Spike>,
    weights: VarRef<i32>,
    features: usize,
    prototypes: usize,
    x1: Vec<i32>,
    /// The prototype that is to learn in this step.
    #[local]
    learns: Vec<u32>,
    #[local]
    matrix: Vec<i32>,
}

impl LoihiModel for LearnerModel {
    fn start(&mut self) -> lava::Result<()> {
        self.matrix = vec![0; self.prototypes * self.features];
        Ok(())
    }

    fn run_spk(&mut self) -> lava::Result<()> {
        let pattern = self.pattern_in.recv_slice();
        if pattern.iter().any(|number| *number != 0) {
            self.x1.copy_from_slice(pattern);
        }
        self.learns.clear();
        self.learns.extend(self.bap_in.recv().indices());
        Ok(())
    }

    fn post_guard(&self) -> bool {
        !self.learns.is_empty()
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.matrix.copy_from_slice(self.weights.read_slice(remote));
        for neuron in &self.learns {
            let row = *neuron as usize * self.features;
            self.matrix[row..][..self.features].copy_from_slice(&self.x1);
        }
        self.weights.write_slice(remote, &self.matrix)
    }
}

//! Reward-modulated learning: four neurons learn by trial and error what to do at four cues.
//!
//! ```text
//!          cue                      spikes
//! game ───────────▶ synapses ──▶ actors ───────────▶ game
//!  │                   ▲           │ │                 
//!  │                   └───────────┘ │  y1, the neuron's own trace
//!  │ reward            third factors │  y2, the reward that it did not expect
//!  └────────────────────────────────▶┘
//! ```
//!
//! In a trial a cue is shown, the actor that fires first is the answer, and some steps later all actors are
//! told whether it was right. Pairs of spikes leave a tag at their synapse, the *eligibility*, which decays;
//! the reward turns what is left of it into weight:
//!
//! ```text
//! dt = 2^-2 · (y0 · x1 − x0 · y1) − 2^-3 · u0 · t
//! dw = u0 · t · y2
//! ```
//!
//! The third factors y1 and y2 come from the neurons, so neurons of one's own decide what is learned. Here they
//! subtract the reward that they expect: what always works is not learned over and over.
//!
//! ```text
//! cargo run --release -p lava-examples --example rstdp [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava::plot::{Figure, curves, matrix};
use lava::prelude::*;
use lava::proc::LearningDense;
use lava::proc::learning::RewardModulatedStdp;
use lava_examples::picture_path;
use ndarray::Array2;

/// Cues, and answers: the right answer to cue *k* is actor (*k* + 1) mod 4.
const CUES: usize = 4;
/// Inputs of a cue.
const INPUTS: usize = 10;
/// Steps of a trial.
const TRIAL: u64 = 40;
/// The steps of a trial in which the cue is shown, unless an answer comes earlier.
const SHOWN: std::ops::Range<u64> = 0..12;
/// The step of a trial in which the actors are rewarded.
const REWARDED: u64 = 20;
const TRIALS: usize = 400;

/// A number from 0 to 1 that looks random.
fn noise(index: u64) -> f32 {
    let mut bits = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((bits ^ (bits >> 27)) >> 40) as f32 / (1 << 24) as f32
}

/// The cue of a trial.
fn cue(trial: u64) -> usize {
    (noise(7919 * trial) * CUES as f32) as usize
}

/// Shows cues, and rewards answers.
#[process]
pub struct Game {
    /// The spikes of the cues, `[cues × inputs]`.
    #[port(shape = [CUES * INPUTS])]
    cues: OutPort<Spike>,
    /// The spikes of the actors.
    #[port(required)]
    answers: InPort<Spike>,
    /// 1 for all actors after a right answer, −1 after a wrong one or none. It arrives one step later, as
    /// the actors answer in the step in which they are asked.
    #[port(delay = 1)]
    reward: OutPort<f32>,
    /// The result of each trial, 1 if the answer was right.
    #[var(shape = [TRIALS], init = 0)]
    results: Var<i32>,
}

#[implements(proc = Game, protocol = Loihi)]
struct GameModel {
    cues: Out<Spike>,
    answers: In<Spike>,
    reward: Out<f32>,
    results: Vec<i32>,
    #[local]
    answer: Option<usize>,
    #[local]
    context: Context,
}

impl LoihiModel for GameModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let step = self.context.time_step() - 1;
        let (trial, within) = (step / TRIAL, step % TRIAL);
        let cue = cue(trial);
        if within == 0 {
            self.answer = None;
        }
        // The actors answer what they have been shown in the steps before.
        if self.answer.is_none() {
            let first = self.answers.recv().indices().first();
            self.answer = first.map(|actor| *actor as usize);
        }
        let is_shown = SHOWN.contains(&within) && self.answer.is_none();
        let inputs = (cue * INPUTS..(cue + 1) * INPUTS).map(|input| input as u32);
        let firing = inputs.filter(|input| is_shown && noise(step * 101 + u64::from(*input)) < 0.3);
        self.cues.send_indices(&firing.collect::<Vec<_>>())?;
        let is_right = self.answer == Some((cue + 1) % CUES);
        let reward = match (within == REWARDED, is_right) {
            (false, _) => 0.0,
            (true, true) => 1.0,
            (true, false) => -1.0,
        };
        if within == REWARDED {
            self.results[trial as usize % TRIALS] = i32::from(is_right);
        }
        self.reward.send_slice(&[reward; CUES])
    }
}

/// Leaky neurons, the first of which to fire silences the others, and which say how much more reward they
/// have received than they expected.
#[process]
pub struct Actors {
    /// Weighted spikes of the cues.
    a_in: InPort<f32>,
    /// Reward: above 0 good, below 0 bad, 0 none.
    reward: InPort<f32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// The trace of the neuron's own spikes: third factor y1.
    s_out_y1: OutPort<f32>,
    /// The reward that was not expected: third factor y2.
    s_out_y2: OutPort<f32>,
    /// Voltages.
    #[var(init = 0.0)]
    v: Var<f32>,
    /// Traces.
    #[var(init = 0.0)]
    y1: Var<f32>,
    /// The reward that is expected.
    #[var(scalar, init = 0.0)]
    expected: Var<f32>,
}

#[implements(proc = Actors, protocol = Loihi)]
struct ActorsModel {
    a_in: In<f32>,
    reward: In<f32>,
    s_out: Out<Spike>,
    s_out_y1: Out<f32>,
    s_out_y2: Out<f32>,
    v: Vec<f32>,
    y1: Vec<f32>,
    expected: f32,
    #[local]
    context: Context,
}

impl LoihiModel for ActorsModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let step = self.context.time_step();
        for (neuron, (v, input)) in (0..).zip(self.v.iter_mut().zip(self.a_in.recv_slice())) {
            // Noise, without which the same would be tried again and again.
            let drive = if *input > 0.0 {
                0.4 * noise(step * CUES as u64 + neuron)
            } else {
                0.0
            };
            *v = 0.9 * *v + input + drive;
        }
        let first = (0..self.v.len()).max_by(|a, b| self.v[*a].total_cmp(&self.v[*b]));
        let fired = first.filter(|neuron| self.v[*neuron] > 1.0);
        self.y1.iter_mut().for_each(|y1| *y1 *= 0.8);
        if let Some(neuron) = fired {
            self.v.fill(0.0);
            self.y1[neuron] += 1.0;
        }
        let reward = self.reward.recv_slice()[0];
        let mut surprise = 0.0;
        if reward != 0.0 {
            surprise = reward - self.expected;
            self.expected += 0.05 * surprise;
        }
        let fired = fired.map(|neuron| neuron as u32);
        self.s_out.send_indices(fired.as_slice())?;
        self.s_out_y1.send_slice(&self.y1)?;
        self.s_out_y2.send_slice(&[surprise; CUES])
    }
}

fn main() -> Result<()> {
    let path = picture_path("rstdp.svg")?;
    let rule = RewardModulatedStdp {
        learning_rate: 0.25,
        tau_plus: 5.0,
        x1_impulse: 1.0,
        tau_e: 0.125,
        ..RewardModulatedStdp::default()
    };
    let rule = rule.rule()?;
    println!("{rule}\n");
    let net = network! { Loihi1SimCfg;
        game:   Game          = Game::shape([CUES]);
        syn:    LearningDense = LearningDense::weights(Array2::from_elem((CUES, CUES * INPUTS), 0.1))
            .learning_rule(rule)
            .sign_mode(lava::proc::SignMode::Excitatory);
        actors: Actors        = Actors::shape([CUES]);

        game.cues       -> syn.s_in;
        syn.a_out       -> actors.a_in;
        actors.s_out    -> game.answers;
        actors.s_out    -> syn.s_in_bap;
        game.reward     -> actors.reward;
        actors.s_out_y1 -> syn.s_in_y1;
        actors.s_out_y2 -> syn.s_in_y2;
    }?;
    net.run(RunSteps(TRIALS as u64 * TRIAL))?;

    let results: Vec<i32> = net.game.results.get()?.into_iter().collect();
    let shares: Vec<f64> = results
        .chunks(20)
        .map(|trials| f64::from(trials.iter().sum::<i32>()) / trials.len() as f64)
        .collect();
    println!("right answers, of 20 trials each");
    for (number, share) in shares.iter().enumerate() {
        let bar = "█".repeat((share * 40.0) as usize);
        println!("{:>4} {:>4.0} % {bar}", 20 * (number + 1), 100.0 * share);
    }
    let weights = net.syn.weights.get()?;
    let trials: Vec<f64> = (1..=shares.len())
        .map(|number| 20.0 * number as f64)
        .collect();
    Figure::new()
        .title("Four cues, four answers")
        .plot(
            curves("trial", "right answers")
                .curve("", &trials, &shares)
                .dots(),
        )
        .plot(matrix(weights.view()).title("Weights, one row an actor"))
        .save(&path)?;
    println!("drawn in {}", path.display());

    let last = shares[shares.len() - 5..].iter().sum::<f64>() / 5.0;
    assert!(last > 0.9, "{last}");
    assert!(shares[0] < 0.6, "{}", shares[0]);
    net.stop()?;
    Ok(())
}

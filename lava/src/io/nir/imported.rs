//! The network that a graph has become.

use std::collections::BTreeMap;

use ndarray::ArrayD;

use super::error::NirError;
use super::report::Report;
use crate::network::{Loihi1SimCfg, Network};
use crate::proc::{ContinuousLif, LeakyIntegrator, Real, Source};
use crate::process::{InPort, OutPort, Spike, Var};

/// The processes of a graph in a network, by the names of its nodes; nodes of a graph in the graph are
/// named by a path, `graph.node`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported<T: Real = f32> {
    /// The inputs. What is connected to one is added.
    pub inputs: BTreeMap<String, InPort<T>>,
    /// The outputs. A spike is a 1.
    pub outputs: BTreeMap<String, OutPort<T>>,
    /// Neurons and integrators.
    pub neurons: BTreeMap<String, ImportedNeuron<T>>,
    /// The report: what has become of every node.
    pub report: Report,
}

/// A population of a graph.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImportedNeuron<T: Real = f32> {
    /// IF, LIF, CubaLIF.
    Spiking(ContinuousLif<T>),
    /// I, LI, CubaLI.
    Integrator(LeakyIntegrator<T>),
}

impl<T: Real> Imported<T> {
    pub(super) fn new(report: Report) -> Imported<T> {
        Imported {
            inputs: BTreeMap::new(),
            outputs: BTreeMap::new(),
            neurons: BTreeMap::new(),
            report,
        }
    }

    /// The input `name`.
    ///
    /// # Errors
    /// [`NirError::NoSuch`] if there is none of that name.
    pub fn input(&self, name: &str) -> Result<&InPort<T>, NirError> {
        named(&self.inputs, name, "input")
    }

    /// The output `name`.
    ///
    /// # Errors
    /// [`NirError::NoSuch`] if there is none of that name.
    pub fn output(&self, name: &str) -> Result<&OutPort<T>, NirError> {
        named(&self.outputs, name, "output")
    }

    /// The spikes of the neurons `name`.
    ///
    /// # Errors
    /// [`NirError::NoSuch`] if there are no spiking neurons of that name.
    pub fn spikes(&self, name: &str) -> Result<&OutPort<Spike>, NirError> {
        match named(&self.neurons, name, "population of neurons")? {
            ImportedNeuron::Spiking(lif) => Ok(&lif.s_out),
            ImportedNeuron::Integrator(_) => {
                Err(no_such(&self.neurons, name, "spiking population"))
            }
        }
    }

    /// The voltages of the neurons `name`.
    ///
    /// # Errors
    /// [`NirError::NoSuch`] if there are no neurons of that name.
    pub fn voltage(&self, name: &str) -> Result<&Var<T>, NirError> {
        Ok(match named(&self.neurons, name, "population of neurons")? {
            ImportedNeuron::Spiking(lif) => &lif.v,
            ImportedNeuron::Integrator(integrator) => &integrator.v,
        })
    }

    /// Feeds an input with rows, one for each step, the axis of time first; after the last row the first
    /// follows.
    ///
    /// # Errors
    /// [`NirError::NoSuch`] if there is no input of that name, [`NirError::Network`] if the rows do not
    /// have its shape, or the network is compiled.
    pub fn feed(
        &self,
        net: &Network<Loihi1SimCfg>,
        name: &str,
        rows: ArrayD<T>,
    ) -> Result<(), NirError> {
        let input = self.input(name)?;
        let source: Source<T> = net.add(Source::data(rows))?;
        Ok(source.s_out.connect(input)?)
    }
}

fn named<'a, X>(
    map: &'a BTreeMap<String, X>,
    name: &str,
    what: &'static str,
) -> Result<&'a X, NirError> {
    map.get(name).ok_or_else(|| no_such(map, name, what))
}

fn no_such<X>(map: &BTreeMap<String, X>, name: &str, what: &'static str) -> NirError {
    let names = map
        .keys()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let name = name.to_owned();
    NirError::NoSuch { what, name, names }
}

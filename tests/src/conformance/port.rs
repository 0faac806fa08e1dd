//! Ports whose type is known at run time only.

use anyhow::{Context, Result, bail};
use lava::network::VirtualPort;
use lava::prelude::{Build, Dyn, InPort, OutPort, Spike};
use lava::process::Converts;
use lava::process::Payload;

use super::array::check_size;
use super::file::{Op, Transpose};
use super::sum::Sum;
use super::var::{Net, Runs};

/// An out-port and what happens to its messages on their way.
#[derive(Clone)]
pub struct Source {
    port: Port,
    rank: usize,
    /// `true` if Lava declares it boolean.
    truth: bool,
}

#[derive(Clone)]
enum Port {
    Spikes(VirtualPort<Spike>),
    Real(VirtualPort<f64>),
    Fixed(VirtualPort<i32>),
}

/// Finds an out-port by its path, `process.port`.
pub type Find<'a> = dyn Fn(&str) -> Result<Source> + 'a;

/// An in-port.
#[derive(Clone)]
pub struct Target {
    port: Entry,
    /// `true` if Lava declares it boolean.
    truth: bool,
}

#[derive(Clone)]
enum Entry {
    Spikes(InPort<Spike>),
    Real(InPort<f64>),
    Fixed(InPort<i32>),
}

/// A payload that dynamic ports carry.
pub trait Carried: Payload + Converts<Self> + Clone {
    /// The out-port, its type forgotten.
    fn source<L>(port: &OutPort<Self, Dyn, L>) -> Source;
    /// The in-port, its type forgotten.
    fn target(port: &InPort<Self>) -> Target;
    /// The out-port, if it is of this type.
    fn of(source: &Source) -> Option<&VirtualPort<Self>>;
}

macro_rules! carried {
    ($payload:ty, $variant:ident) => {
        impl Carried for $payload {
            fn source<L>(port: &OutPort<Self, Dyn, L>) -> Source {
                Source {
                    // Delayed by nothing: the port itself as a virtual one.
                    port: Port::$variant(port.delayed(0)),
                    rank: port.shape().len(),
                    truth: false,
                }
            }

            fn target(port: &InPort<Self>) -> Target {
                Target {
                    port: Entry::$variant(port.clone()),
                    truth: false,
                }
            }

            fn of(source: &Source) -> Option<&VirtualPort<Self>> {
                match &source.port {
                    Port::$variant(port) => Some(port),
                    _ => None,
                }
            }
        }
    };
}

carried!(Spike, Spikes);
carried!(f64, Real);
carried!(i32, Fixed);

impl Source {
    /// The same, declared boolean in Lava.
    #[must_use]
    pub fn of_truth(self) -> Source {
        Source {
            truth: true,
            ..self
        }
    }

    /// Seen through virtual ports; `find` gives the ports that it is joined with.
    ///
    /// # Errors
    /// If an operator is not supported, or there is no such port.
    pub fn through(self, ops: &[Op], find: &Find<'_>) -> Result<Source> {
        ops.iter()
            .try_fold(self, |source, op| source.apply(op, find))
    }

    fn apply(self, op: &Op, find: &Find<'_>) -> Result<Source> {
        let rank = match op {
            Op::Reshape(reshape) => reshape.new_shape.len(),
            Op::Flatten(_) => 1,
            Op::Transpose(_) | Op::ConcatWith(_) => self.rank,
        };
        let port = match self.port {
            Port::Spikes(port) => Port::Spikes(apply(port, self.rank, op, find)?),
            Port::Real(port) => Port::Real(apply(port, self.rank, op, find)?),
            Port::Fixed(port) => Port::Fixed(apply(port, self.rank, op, find)?),
        };
        // A message is boolean where all of its parts are.
        let truth = match op {
            Op::ConcatWith(concat) => concat.ports.iter().try_fold(self.truth, |truth, path| {
                Ok::<_, anyhow::Error>(truth && find(path)?.truth)
            })?,
            _ => self.truth,
        };
        Ok(Source { port, rank, truth })
    }

    /// The shape of what is sent.
    pub fn shape(&self) -> &[usize] {
        match &self.port {
            Port::Spikes(port) => port.shape(),
            Port::Real(port) => port.shape(),
            Port::Fixed(port) => port.shape(),
        }
    }

    fn connect(&self, target: &Target) -> lava::Result<()> {
        match &self.port {
            Port::Spikes(port) => connect(port, target),
            Port::Real(port) => connect(port, target),
            Port::Fixed(port) => connect(port, target),
        }
    }
}

/// The axes of a transposition, of ports with `rank` axes.
pub fn axes(transpose: &Transpose, rank: usize) -> Vec<isize> {
    let reversed = || (0..rank as isize).rev().collect();
    transpose.axes.clone().unwrap_or_else(reversed)
}

fn apply<A: Carried>(
    port: VirtualPort<A>,
    rank: usize,
    op: &Op,
    find: &Find<'_>,
) -> Result<VirtualPort<A>> {
    Ok(match op {
        Op::Reshape(reshape) => {
            check_size(&reshape.new_shape)?;
            port.reshape(reshape.new_shape.as_slice())
        }
        Op::Flatten(_) => port.flatten(),
        Op::Transpose(transpose) => {
            let axes = axes(transpose, rank);
            match axes[..] {
                [a] => port.transpose([a]),
                [a, b] => port.transpose([a, b]),
                [a, b, c] => port.transpose([a, b, c]),
                [a, b, c, d] => port.transpose([a, b, c, d]),
                _ => bail!("transpose by {} axes", axes.len()),
            }
        }
        Op::ConcatWith(concat) => {
            let others = concat.ports.iter().map(|path| find(path));
            let others = others.collect::<Result<Vec<Source>>>()?;
            let others = others.iter().map(A::of).collect::<Option<Vec<_>>>();
            let others = others.context("concat_with ports of another type")?;
            port.concat_with(others, concat.axis)
        }
    })
}

fn connect<A: Payload + Clone>(port: &VirtualPort<A>, target: &Target) -> lava::Result<()>
where
    Spike: Converts<A>,
    f64: Converts<A>,
    i32: Converts<A>,
{
    match &target.port {
        Entry::Spikes(target) => port.clone().cast::<Spike>().connect(target),
        Entry::Real(target) => port.clone().cast::<f64>().connect(target),
        Entry::Fixed(target) => port.clone().cast::<i32>().connect(target),
    }
}

impl Target {
    /// The same, declared boolean in Lava.
    #[must_use]
    pub fn of_truth(self) -> Target {
        Target {
            truth: true,
            ..self
        }
    }

    fn shape(&self) -> &[usize] {
        match &self.port {
            Entry::Spikes(port) => port.shape(),
            Entry::Real(port) => port.shape(),
            Entry::Fixed(port) => port.shape(),
        }
    }

    /// Returns `true` if converting each source's messages and adding up comes to the same as, what
    /// Lava does, adding up and converting the sum.
    fn adds_up(&self, sources: &[Source]) -> bool {
        sources.len() == 1
            || sources
                .iter()
                .all(|source| match (&self.port, &source.port) {
                    (Entry::Real(_), _) | (_, Port::Spikes(_)) => true,
                    (Entry::Fixed(_), Port::Fixed(_)) => true,
                    (Entry::Fixed(_), Port::Real(_)) => false,
                    (Entry::Spikes(_), Port::Fixed(_) | Port::Real(_)) => false,
                })
    }

    /// Returns `true` if Lava adds up truth values: true and true is true.
    fn unites(&self, sources: &[Source]) -> bool {
        self.truth && sources.len() > 1 && sources.iter().all(|source| source.truth)
    }

    /// Connects everything that is sent here, converted to the type of this port. `name` is what
    /// the port is called in the network.
    ///
    /// # Errors
    /// If shapes differ, or the network refuses the connection.
    pub fn connect_from(&self, sources: &[Source], net: &Net, name: &str) -> Result<()> {
        if self.unites(sources) {
            return self.connect_sum::<Spike>(sources, net, name);
        }
        if !self.adds_up(sources) {
            return self.connect_sum::<f64>(sources, net, name);
        }
        for source in sources {
            source.connect(self)?;
        }
        Ok(())
    }

    /// Connects the sum of everything that is sent here, added up as `M`.
    fn connect_sum<M: Carried>(&self, sources: &[Source], net: &Net, name: &str) -> Result<()>
    where
        Sum<M>: Runs,
    {
        let sum =
            net.add(Sum::<M>::shape(self.shape()).name(format!("{} sum", name.replace('.', " "))))?;
        for source in sources {
            source.connect(&M::target(&sum.a_in))?;
        }
        M::source(&sum.a_out).connect(self)?;
        Ok(())
    }
}

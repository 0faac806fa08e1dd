//! A process whose type is known at run time only: its ports and Vars by name.

use anyhow::{Context, Result};
use lava::process::{Dyn, InPort, OutPort, RefPort, Spike};

use super::channel::Channel;
use super::port::{Carried, Source, Target};
use super::var::{AnyVar, Number, Reference};

/// The ports and Vars of a process, by Lava's names.
#[derive(Default)]
pub struct Handle {
    out_ports: Vec<(&'static str, Source)>,
    in_ports: Vec<(&'static str, Target)>,
    vars: Vec<(&'static str, Box<dyn AnyVar>)>,
    ref_ports: Vec<(&'static str, Reference)>,
    /// VarPorts, and the Vars that they offer.
    var_ports: Vec<(&'static str, &'static str)>,
    buffer: Option<&'static str>,
    channel: Option<Channel>,
}

impl Handle {
    /// A process without ports and Vars.
    pub fn new() -> Handle {
        Handle::default()
    }

    /// With an out-port.
    #[must_use]
    pub fn sends<T: Carried, L>(mut self, name: &'static str, port: &OutPort<T, Dyn, L>) -> Handle {
        self.out_ports.push((name, T::source(port)));
        self
    }

    /// With an out-port that Lava declares boolean.
    #[must_use]
    pub fn sends_truth<L>(mut self, name: &'static str, port: &OutPort<Spike, Dyn, L>) -> Handle {
        self.out_ports.push((name, Spike::source(port).of_truth()));
        self
    }

    /// With an in-port that Lava declares boolean.
    #[must_use]
    pub fn receives_truth<T: Carried>(mut self, name: &'static str, port: &InPort<T>) -> Handle {
        self.in_ports.push((name, T::target(port).of_truth()));
        self
    }

    /// With an in-port.
    #[must_use]
    pub fn receives<T: Carried>(mut self, name: &'static str, port: &InPort<T>) -> Handle {
        self.in_ports.push((name, T::target(port)));
        self
    }

    /// With a RefPort.
    #[must_use]
    pub fn refers<T: Number>(mut self, name: &'static str, port: &RefPort<T>) -> Handle {
        self.ref_ports.push((name, T::reference(port)));
        self
    }

    /// With a VarPort for a Var.
    #[must_use]
    pub fn offers(mut self, name: &'static str, var: &'static str) -> Handle {
        self.var_ports.push((name, var));
        self
    }

    /// With a Var.
    #[must_use]
    pub fn holds(mut self, name: &'static str, var: impl AnyVar + 'static) -> Handle {
        self.vars.push((name, Box::new(var)));
        self
    }

    /// With a Var whose last axis is time: what the process recorded.
    #[must_use]
    pub fn records(mut self, name: &'static str, var: impl AnyVar + 'static) -> Handle {
        self.buffer = Some(name);
        self.holds(name, var)
    }

    /// With a channel to the host.
    #[must_use]
    pub fn exchanges(mut self, channel: Channel) -> Handle {
        self.channel = Some(channel);
        self
    }

    /// The channel to the host.
    ///
    /// # Errors
    /// If there is none.
    pub fn channel(&self) -> Result<&Channel> {
        self.channel
            .as_ref()
            .context("it exchanges nothing with the host")
    }

    /// Returns `true` if the Var `name` is the recording of the process.
    pub fn is_buffer(&self, name: &str) -> bool {
        self.buffer == Some(name)
    }

    /// An out-port.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn out_port(&self, name: &str) -> Result<&Source> {
        find(&self.out_ports, "out-port", name)
    }

    /// An in-port.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn in_port(&self, name: &str) -> Result<&Target> {
        find(&self.in_ports, "in-port", name)
    }

    /// A RefPort; the only one where no name is given.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn ref_port(&self, name: Option<&str>) -> Result<&Reference> {
        match (name, &self.ref_ports[..]) {
            (None, [(_, port)]) => Ok(port),
            (name, ports) => find(ports, "RefPort", name.unwrap_or_default()),
        }
    }

    /// The Var that a VarPort offers.
    ///
    /// # Errors
    /// If there is no VarPort of that name.
    pub fn offered(&self, name: &str) -> Result<&dyn AnyVar> {
        self.var(find(&self.var_ports, "VarPort", name)?)
    }

    /// A Var.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn var(&self, name: &str) -> Result<&dyn AnyVar> {
        Ok(find(&self.vars, "Var", name)?.as_ref())
    }
}

fn find<'a, X>(members: &'a [(&'static str, X)], what: &str, name: &str) -> Result<&'a X> {
    let found = members.iter().find(|(member, _)| *member == name);
    let (_, member) = found.with_context(|| {
        let known: Vec<&str> = members.iter().map(|(member, _)| *member).collect();
        format!("no {what} `{name}`; there is: {}", known.join(", "))
    })?;
    Ok(member)
}

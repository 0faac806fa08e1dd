//! The weights of synapses have a unit, and the input they lead to another.

use lava::prelude::*;
use lava::proc::{Dense, GapJunctions};
use lava::units::symbol::pA;

neuron! {
    pub Cell {
        dv/dt = -v/(10 ms) + i/(250 pF) : mV;
        input i: pA;
        input exc: mV { v += exc; }
    }
}

fn connect(synapses: &Dense, gaps: &GapJunctions, cell: &Cell) -> lava::Result<()> {
    synapses.a_out.in_unit::<pA>().connect(&cell.i)?;
    synapses.a_out.connect(&cell.exc)?;
    synapses.a_out.in_unit::<pA>().connect(&cell.exc)?;
    gaps.i_out.connect(&cell.i)?;
    gaps.i_out.connect(&cell.exc)
}

fn main() {}

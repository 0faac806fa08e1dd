//! Texts of `lava --help` and `lava COMMAND --help`.

use crate::arguments::Command;

const COMMANDS: &str = "\
lava: networks from files

usage:
  lava check FILE            what becomes of every node or layer, and what does not fit
  lava info FILE             what a file holds: nodes, layers, arrays, events, the values of a snapshot
  lava run FILE [options]    runs the network
  lava draw FILE [options]   a picture of the network
  lava convert FROM TO       the same in another format, by the endings of the names
  lava explain CODE          the page of an error, E1602 for instance, or of the text of a message
  lava examples              the programs to read and run

FILE is a NIR graph (.nir), a network of lava-dl (.net), the configuration of a SONATA circuit (.json), or a network
that `Network::store` has written. `lava COMMAND --help` has the options and examples.

exit codes: 0 if all went well, 1 if something does not fit or fails, 2 if the command is not understood
";

const NETWORK: &str = "\
options for networks:
  --dt SECONDS          time step (NIR, SONATA); default 1e-4, or that of the simulation
  --integrator I        exact, forward-euler or decay-euler (NIR); default exact
  --reset R             zero or subtract (NIR); default zero
  --timing T            after, within, next or before the step (NIR); default after
  --at-threshold        spikes where v ≥ v_threshold (NIR)
  --synaptic-delay      weights take a step (NIR)
  --limit BYTES         the memory that the file may take
";

const CHECK: &str = "\
lava check FILE: what becomes of every node or layer, and what does not fit

examples:
  lava check graph.nir
  lava check graph.nir --integrator forward-euler --dt 1e-3
  lava check network.net
  lava check simulation_config.json
  lava check digits.lava
";

const INFO: &str = "\
lava info FILE: what a file holds

FILE is a network (.nir, .net, .json, or stored), arrays (.npy, .npz, .h5), connections (.csv, .tsv, .mtx) or spikes
(.csv, .tsv), a recording of a camera (.aedat4, .dat, .bin) or a snapshot (any other ending).

examples:
  lava info graph.nir
  lava info weights.npz
  lava info simulation_config.json
  lava info events.aedat4
";

const RUN: &str = "\
lava run FILE: runs the network

options:
  --steps N             steps to run; default: those of the simulation or of the input, or 100
  --input [NAME=]X.npy  input, the axis of time first; without one every input is 1
  --record NAME         spikes of the neurons NAME as well (NIR), or the port or Var NAME, `lif.s_out` (stored);
                        may be repeated
  --out FOLDER          writes recordings as FOLDER/NAME.npy, or spikes and reports as the simulation names them
                        (SONATA); default: prints sums
  --progress            shows a progress bar

examples:
  lava run graph.nir --steps 20
  lava run graph.nir --input spikes.npy --record layer_2 --out results
  lava run network.net --steps 20
  lava run simulation_config.json --out results
  lava run digits.lava --steps 64 --record output.s_out
";

const DRAW: &str = "\
lava draw FILE: a picture of the network

options:
  --out PICTURE         .svg, .png, .dot (Graphviz) or .mmd (Mermaid); default: FILE with the ending .svg

examples:
  lava draw graph.nir
  lava draw graph.nir --out picture.png
  lava draw network.net --out picture.dot
  lava draw circuit_config.json --out circuit.svg
";

const CONVERT: &str = "\
lava convert FROM TO: the same in another format, by the endings of the names

  from                     to
  .npy .npz .h5 .hdf5      .npy .npz .h5 .hdf5      arrays
  .csv .tsv .mtx           .mtx                     connections
  .mtx                     .csv .tsv                connections
  .aedat4 .dat .bin        .csv .npy .npz .h5       spikes of a camera, in steps of --dt
  .nir                     .nir                     a graph, read and written again
  .net                     .nir                     inputs and matrices with CUBA neurons, for decay-euler

options:
  --array NAME          the array to take, where a file has several and TO holds one
  --dt SECONDS          time step; default 1e-3 for cameras and layers of lava-dl
  --limit BYTES         the memory that the file may take

examples:
  lava convert weights.npz weights.npy --array weights
  lava convert connections.mtx table.csv
  lava convert events.aedat4 spikes.csv --dt 1e-4
  lava convert graph.nir again.nir
  lava convert network.net layers.nir
";

/// The text of a command; of all, for `None`.
pub(crate) fn text(command: Option<Command>) -> String {
    let (text, has_network) = match command {
        None => (COMMANDS, false),
        Some(Command::Check) => (CHECK, true),
        Some(Command::Info) => (INFO, false),
        Some(Command::Run) => (RUN, true),
        Some(Command::Draw) => (DRAW, true),
        Some(Command::Convert) => (CONVERT, false),
    };
    match (has_network, text.split_once("\nexamples:")) {
        (true, Some((before, examples))) => format!("{before}\n{NETWORK}\nexamples:{examples}"),
        _ => text.to_owned(),
    }
}

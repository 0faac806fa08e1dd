//! Files of SONATA that are wrong, and circuits that do not fit.

use lava::io::ReadLimits;
use lava::prelude::*;
use lava::sonata::{NodePopulation, SonataCircuit, SonataOptions, SpikeFile};

use crate::sonata::Folder;

#[test]
fn early_files_of_spikes_are_read() -> lava::Result<()> {
    let folder = Folder::new("early");
    let path = folder.0.join("spikes.csv");
    std::fs::write(&path, "gid spike-times\n0 1.5,0.5\n2 3\n")?;
    let spikes = SpikeFile::read(&path)?;
    assert_eq!(spikes.populations[""], [(0.5, 0), (1.5, 0), (3.0, 2)]);
    for (text, problem) in [
        ("gid spike-times\n0 a\n", "line 2"),
        ("gid spike-times\n-1 2\n", "line 2"),
        ("gid spike-times\n0 2 3\n", "as many fields"),
        ("a b\n0 2\n", "`timestamps`"),
        ("gid spike-times\n0 inf\n", "finite"),
    ] {
        std::fs::write(&path, text)?;
        let error = SpikeFile::read(&path).unwrap_err().to_string();
        assert!(error.contains(problem), "{text}: {error}");
    }
    Ok(())
}

#[test]
fn what_does_not_fit_is_named() {
    let folder = Folder::of_mixed("problems");
    let cases = [
        (
            "network/node_types.csv",
            "nest:iaf_psc_exp",
            "nest:hh_psc_alpha",
            "`nest:hh_psc_alpha` is none of the models",
        ),
        (
            "network/node_types.csv",
            "point_process",
            "biophysical",
            "`biophysical` is no `model_type`",
        ),
        ("network/node_types.csv", "7 cells", "17 cells", "no type 7"),
        (
            "network/node_types.csv",
            "7 input",
            "x input",
            "`x` is no id of a type",
        ),
        (
            "network/node_types.csv",
            " exp.json NULL",
            " exp.json",
            "5 fields for 6 columns",
        ),
        (
            "network/node_types.csv",
            "delta.json",
            "none.json",
            "none.json",
        ),
        (
            "network/edge_types.csv",
            "45.5",
            "strong",
            "`strong` for a type, and no number",
        ),
        (
            "network/edge_types.csv",
            "2.5",
            "0.01",
            "a delay of 0.01 ms",
        ),
        (
            "network/edge_types.csv",
            "2.5",
            "70000",
            "a delay of 70000 ms",
        ),
        (
            "network/edge_types.csv",
            "static_synapse",
            "stdp_synapse",
            "`stdp_synapse` is no synapse that is built",
        ),
        (
            "components/synapses/static.json",
            "{}",
            "{\"tau_psc\": 3}",
            "`tau_psc` is none of a static synapse",
        ),
        (
            "components/neurons/exp.json",
            "t_ref",
            "V_min",
            "the parameter `V_min` is none of V_m, C_m",
        ),
        (
            "components/neurons/exp.json",
            "3.0",
            "\"x\"",
            "the parameter `t_ref` is no number",
        ),
        (
            "components/neurons/exp.json",
            "}",
            "",
            "exp.json` is no JSON",
        ),
        ("circuit_config.json", "nodes.h5", "none.h5", "none.h5"),
        (
            "circuit_config.json",
            "$NETWORK_DIR/nodes.h5",
            "$NET/nodes.h5",
            "no variable `$NET`",
        ),
        (
            "circuit_config.json",
            "\"nodes_file\"",
            "\"file\"",
            "networks/nodes/0/nodes_file",
        ),
        (
            "simulation_config.json",
            "\"dt\": 0.1",
            "\"dt\": 0",
            "run/dt",
        ),
        (
            "simulation_config.json",
            "\"spikes\"",
            "\"current_clamp\"",
            "input `first` of type `current_clamp`",
        ),
        (
            "simulation_config.json",
            "\"node_set\": \"input\"",
            "\"node_set\": \"lgn\"",
            "no node set `lgn`",
        ),
        (
            "simulation_config.json",
            "out_spikes.h5",
            "../out.h5",
            "no plain name of a file",
        ),
        (
            "simulation_config.json",
            "membrane_report",
            "extracellular",
            "report `voltage` of module `extracellular`",
        ),
        ("inputs/spikes.csv", "input 3", "input 9", "no node 9"),
        (
            "inputs/spikes.csv",
            "input 3",
            "nowhere 3",
            "no population `nowhere`",
        ),
        (
            "node_sets.json",
            "\"L4\"",
            "null",
            "`layer`: an attribute has",
        ),
    ];
    for (file, from, to, problem) in cases {
        let before = std::fs::read(folder.0.join(file)).expect("it is there");
        folder.replace(file, from, to);
        let found = folder.problem();
        std::fs::write(folder.0.join(file), before).expect("it can be written");
        assert!(found.contains(problem), "{file}, {to}: {found}");
    }
    assert_eq!(folder.problem(), "");
}

#[test]
fn a_circuit_that_does_not_fit_leaves_the_network_as_it_was() -> lava::Result<()> {
    let mut circuit = SonataCircuit::new();
    circuit
        .nodes
        .push(NodePopulation::neurons("cells", 3, "nest:none", []));
    let net = Network::<Loihi1SimCfg>::new();
    let error = circuit
        .build::<f64>(&net, &SonataOptions::new())
        .unwrap_err();
    assert!(
        error.to_string().contains("problem: population `cells`"),
        "{error}"
    );
    assert!(net.to_dot().lines().count() < 5, "{}", net.to_dot());
    circuit.nodes[0] =
        NodePopulation::neurons("cells", 3, "nest:iaf_psc_exp", [("tau_m", vec![-1.0])]);
    let error = circuit
        .build::<f64>(&net, &SonataOptions::new())
        .unwrap_err();
    assert!(error.to_string().contains("tau_m"), "{error}");
    Ok(())
}

#[test]
fn reading_is_bounded() -> lava::Result<()> {
    let folder = Folder::of_mixed("bounded");
    let limits = ReadLimits::new().bytes(4000);
    let error =
        SonataCircuit::open_with(folder.0.join("simulation_config.json"), &limits).unwrap_err();
    assert!(error.to_string().contains("limit of 4000 bytes"), "{error}");
    std::fs::write(folder.0.join("node_sets.json"), "[".repeat(100_000))?;
    let error = folder.open().unwrap_err().to_string();
    assert!(error.contains("recursion"), "{error}");
    Ok(())
}

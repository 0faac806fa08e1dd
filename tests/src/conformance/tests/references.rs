//! RefPorts and Monitors.

use serde_json::{Value, json};

use super::{failure, network, passes, process};

#[test]
fn a_ref_port_is_connected_to_one_thing_of_its_type() {
    let trace = |tag: &str, target: Value| {
        let mut connection = json!({"from": "r"});
        connection
            .as_object_mut()
            .expect("an object")
            .extend(target.as_object().expect("an object").clone());
        network(
            &json!(tag),
            json!({
                "processes": [process("r", "Reset", json!({"reset_value": 3})),
                              process("lif", "LIF", json!({"shape": [2]}))],
                "ref_connections": [connection],
                "schedule": [{"run": 1}],
                "expected": {"lif.v": [[3, 3]]},
            }),
        )
    };
    for tag in ["floating_pt", "fixed_pt"] {
        passes(&trace(tag, json!({"to_var": "lif.v"})));
    }
    let why = failure(&trace("fixed_pt", json!({})));
    assert!(why.contains("RefPort"), "{why}");
    let why = failure(&trace("fixed_pt", json!({"to_var": "lif.w"})));
    assert!(why.contains("no Var `w`"), "{why}");
    let why = failure(&trace("fixed_pt", json!({"to_var_port": "lif.v"})));
    assert!(why.contains("no VarPort `v`"), "{why}");
    let why = failure(&trace("fixed_pt", json!({"to_var": "lif.v", "by": 1})));
    assert!(why.contains("unknown field `by`"), "{why}");
}

#[test]
fn a_monitor_has_zeros_for_the_steps_to_come() {
    let monitor = |probe: &str| process("m", "Monitor", json!({"probe": probe, "num_steps": 3}));
    let lif = process(
        "lif",
        "LIF",
        json!({"shape": [1], "bias_mant": 8, "vth": 10}),
    );
    for (probe, rows) in [
        ("lif.v", json!([[8], [0], [0]])),
        ("lif.s_out", json!([[0], [1], [0]])),
    ] {
        passes(&network(
            &json!("floating_pt"),
            json!({
                "processes": [monitor(probe), lif],
                "schedule": [{"run": 2}],
                "expected": {"m.data": rows},
            }),
        ));
    }
}

//! The runner itself: that it finds what is wrong, and that it reads the format as Lava means it.

use serde_json::{Value, json};

use super::file::Trace;
use super::{Outcome, check_trace};

mod host;
mod references;

/// With `get` and `set` between the runs.
const RECORDED: &str = include_str!("../../conformance/var_set_get_00.json");
/// With final values.
const FINAL: &str = include_str!("../../conformance/dense_fixed_00.json");
/// With a sink that is shorter than the run.
const WRAPPED: &str = include_str!("../../conformance/ring_buffers_00.json");

fn recorded(text: &str) -> Value {
    serde_json::from_str(text).expect("a recorded trace is JSON")
}

fn outcome(trace: &Value) -> Outcome {
    match Trace::parse(&trace.to_string()) {
        Ok(trace) => check_trace(&trace, Some(1)),
        Err(error) => Outcome::Fail(format!("{error:#}")),
    }
}

fn failure(trace: &Value) -> String {
    match outcome(trace) {
        Outcome::Fail(why) => why,
        other => panic!("{other:?}"),
    }
}

/// A recorded trace with one value replaced.
fn corrupt(text: &str, pointer: &str, value: Value) -> String {
    let mut trace = recorded(text);
    *trace.pointer_mut(pointer).expect("the trace has it") = value;
    failure(&trace)
}

/// A trace put together from what matters; `config` is a tag or an exception map.
fn network(config: &Value, parts: Value) -> Value {
    let (tag, exceptions) = match config {
        Value::Object(_) => (json!("floating_pt"), config.clone()),
        tag => (tag.clone(), json!({})),
    };
    let mut trace = json!({
        "name": "made up",
        "run_config": {
            "class": "Loihi2SimCfg",
            "select_tag": tag,
            "exception_proc_model_map": exceptions,
        },
        "connections": [],
        "tolerance": {"int": "exact", "float": "rtol 1e-9, atol 1e-12"},
    });
    for (key, part) in parts.as_object().expect("parts by key") {
        trace[key] = part.clone();
    }
    let runs = trace["schedule"].as_array().expect("a schedule").iter();
    trace["num_steps"] = runs
        .filter_map(|action| action["run"].as_u64())
        .sum::<u64>()
        .into();
    trace
}

fn process(name: &str, kind: &str, args: Value) -> Value {
    json!({"name": name, "kind": kind, "class": format!("lava.proc.{kind}"), "args": args})
}

fn connection(from: &str, to: &str) -> Value {
    json!({"from": from, "to": to, "ops": []})
}

#[track_caller]
fn passes(trace: &Value) {
    assert_eq!(outcome(trace), Outcome::Pass);
}

#[test]
fn a_wrong_value_is_found_at_its_step_and_index() {
    passes(&recorded(RECORDED));
    let why = corrupt(RECORDED, "/expected/lif.v/3/2", json!(0.25));
    assert!(
        why.starts_with("first differing step 4, lif.v[2]: expected 0.25, got "),
        "{why}"
    );
    let why = corrupt(RECORDED, "/expected/out.data/4/0", json!(7));
    assert!(
        why.starts_with("first differing step 5, out.data[0]: expected 7, got "),
        "{why}"
    );
}

#[test]
fn the_earliest_of_several_differences_is_told() {
    let mut trace = recorded(RECORDED);
    trace["expected"]["lif.u"][4][0] = json!(100);
    trace["expected"]["lif.v"][1][1] = json!(100);
    trace["expected_events"][0]["lif.v"][0] = json!(100);
    let why = failure(&trace);
    assert!(
        why.starts_with("first differing step 2, lif.v[1]: expected 100"),
        "{why}"
    );
}

#[test]
fn a_wrong_event_is_told_with_its_step() {
    let why = corrupt(RECORDED, "/expected_events/1/lif.v/2", json!(4));
    assert_eq!(
        why,
        "first differing get 2, after step 2, lif.v[2]: expected 4, got 3"
    );
}

#[test]
fn a_wrong_final_value_is_found() {
    let why = corrupt(FINAL, "/expected_final/dense.weights/1/3", json!(127));
    assert_eq!(
        why,
        "first differing final value, dense.weights[1, 3]: expected 127, got 126"
    );
}

#[test]
fn a_row_of_a_ring_buffer_is_the_step_that_wrote_it_last() {
    // 17 steps into 6 rows: row 5 is step 12, row 4 is step 17.
    let why = corrupt(WRAPPED, "/expected/short.data/5/0", json!(99));
    assert!(
        why.starts_with("first differing step 12, short.data[0]: expected 99"),
        "{why}"
    );
    let why = corrupt(WRAPPED, "/expected/short.data/4/0", json!(99));
    assert!(
        why.starts_with("first differing step 17, short.data[0]: expected 99"),
        "{why}"
    );
}

#[test]
fn floats_may_differ_by_the_tolerance_and_no_more() {
    let trace = |expected: f64, notes: &str| {
        network(
            &json!("floating_pt"),
            json!({
                "processes": [process("lif", "LIF", json!({"shape": [1], "bias_mant": 1.0}))],
                "schedule": [{"run": 1}],
                "expected": {"lif.v": [[expected]]},
                "notes": notes,
            }),
        )
    };
    passes(&trace(1.0 + 5e-10, ""));
    failure(&trace(1.0 + 5e-9, ""));
    passes(&trace(1.0 + 5e-9, "Uses erf; allow rtol 1e-7."));
}

#[test]
fn whole_numbers_and_infinities_compare_exactly() {
    let trace = |tag: &str, v: Value| {
        network(
            &json!(tag),
            json!({
                "processes": [process("s", "source.RingBuffer", json!({"data": [[2000000000]]})),
                              process("o", "sink.RingBuffer", json!({"shape": 1, "buffer": 1}))],
                "connections": [connection("s.s_out", "o.a_in")],
                "schedule": [{"run": 1}],
                "expected": {"o.data": [[v]]},
            }),
        )
    };
    passes(&trace("floating_pt", json!(2_000_000_001)));
    failure(&trace("fixed_pt", json!(2_000_000_001)));
    failure(&trace("floating_pt", json!("inf")));
    failure(&trace("floating_pt", json!("nan")));
}

#[test]
fn rows_and_shapes_have_to_agree() {
    let mut trace = recorded(RECORDED);
    trace["expected"]["lif.v"]
        .as_array_mut()
        .expect("rows")
        .pop();
    assert_eq!(
        failure(&trace),
        "lif.v: 4 rows are expected, there are 5 after 5 steps"
    );
    let why = corrupt(RECORDED, "/expected_events/0/lif.v", json!([1, 2]));
    assert_eq!(why, "get 1: lif.v: shape [2] is expected, it is [3]");
    let why = corrupt(RECORDED, "/expected/lif.v/1", json!([1, 2]));
    assert_eq!(why, "lif.v: a ragged array: a row of 2, not 3");
    let why = corrupt(RECORDED, "/num_steps", json!(6));
    assert_eq!(why, "num_steps is 6, the schedule runs 5");
    let why = corrupt(RECORDED, "/expected_events", json!([]));
    assert_eq!(
        why,
        "0 events are expected, the schedule gets or receives 2 times"
    );
}

#[test]
fn unknown_keys_names_and_values_fail_with_their_name() {
    let mut trace = recorded(RECORDED);
    trace["surprise"] = json!(1);
    assert!(failure(&trace).contains("unknown field `surprise`"));
    let why = corrupt(
        RECORDED,
        "/processes/0/args",
        json!({"shape": [3], "tau": 2}),
    );
    assert_eq!(why, "process `lif`: unknown argument `tau`");
    let why = corrupt(
        RECORDED,
        "/processes/0/args",
        json!({"shape": [3], "u": "many"}),
    );
    assert_eq!(why, "process `lif`: argument `u`: \"many\" is not a number");
    let why = corrupt(RECORDED, "/connections/0/from", json!("lif.z_out"));
    assert!(
        why.contains("no out-port `z_out`; there is: s_out"),
        "{why}"
    );
    let why = corrupt(RECORDED, "/schedule/0", json!({"jump": 2}));
    assert!(why.contains("unknown variant `jump`"), "{why}");
    let why = corrupt(RECORDED, "/connections/0/ops", json!([{"op": "fold"}]));
    assert!(why.contains("unknown variant `fold`"), "{why}");
    let why = corrupt(RECORDED, "/tolerance/float", json!("about right"));
    assert!(why.contains("about right"), "{why}");
}

#[test]
fn what_is_missing_is_named_once() {
    let mut trace = recorded(RECORDED);
    trace["processes"][0]["kind"] = json!("NoSuchLIF");
    trace["run_config"]["class"] = json!("Loihi2HwCfg");
    let missing = ["run configuration Loihi2HwCfg", "process NoSuchLIF"].map(String::from);
    assert_eq!(outcome(&trace), Outcome::Unsupported(missing.to_vec()));

    let map = json!({"LIF": "MyLifModel"});
    let lif = process("lif", "LIF", json!({"shape": [1]}));
    let trace = network(&map, json!({"processes": [lif, lif], "schedule": []}));
    let missing = vec!["model MyLifModel of process LIF".to_owned()];
    assert_eq!(outcome(&trace), Outcome::Unsupported(missing));
}

#[test]
fn a_threshold_set_late_changes_nothing_in_fixed_point() {
    let trace = |tag: &str, v: Value, vth: Value| {
        network(
            &json!(tag),
            json!({
                "processes": [process("lif", "LIF", json!({"shape": [2], "bias_mant": 64, "vth": 3}))],
                "schedule": [{"run": 0}, {"set": {"lif.vth": [2]}}, {"run": 1},
                             {"set": {"lif.vth": [0]}}, {"run": 1}, {"get": ["lif.vth"]}],
                "expected": {"lif.v": v, "lif.vth": vth},
                "expected_events": [{"lif.vth": [0]}],
            }),
        )
    };
    passes(&trace(
        "fixed_pt",
        json!([[64, 64], [128, 128]]),
        json!([[2, 2], [0, 0]]),
    ));
    passes(&trace(
        "floating_pt",
        json!([[0, 0], [0, 0]]),
        json!([[2, 2], [0, 0]]),
    ));
}

#[test]
fn weights_are_clipped_in_the_first_step() {
    let dense = process("d", "Dense", json!({"weights": [[1.9]]}));
    let trace = network(
        &json!("fixed_pt"),
        json!({
            "processes": [dense],
            "schedule": [{"get": ["d.weights"]}, {"run": 0}, {"set": {"d.weights": [[300]]}},
                         {"get": ["d.weights"]}, {"run": 1}, {"get": ["d.weights"]},
                         {"set": {"d.weights": [[301]]}}, {"run": 1}],
            "expected": {},
            "expected_events": [{"d.weights": [[1]]}, {"d.weights": [[300]]}, {"d.weights": [[255]]}],
            "expected_final": {"d.weights": [[301]]},
        }),
    );
    passes(&trace);
}

#[test]
fn buffers_are_set_and_read_with_time_last() {
    let trace = network(
        &json!("floating_pt"),
        json!({
            "processes": [process("s", "source.RingBuffer", json!({"data": [[1, 2], [3, 4]]})),
                          process("o", "sink.RingBuffer", json!({"shape": [2], "buffer": 3}))],
            "connections": [connection("s.s_out", "o.a_in")],
            "schedule": [{"run": 2}, {"get": ["o.data"]}, {"set": {"s.data": [[5, 6], [7, 8]]}}, {"run": 1}],
            "expected": {"o.data": [[1, 3], [2, 4], [5, 7]],
                         "s.data": [[[1, 2], [3, 4]], [[1, 2], [3, 4]], [[5, 6], [7, 8]]]},
            "expected_events": [{"o.data": [[1, 2, 0], [3, 4, 0]]}],
            "expected_final": {"o.data": [[1, 2, 5], [3, 4, 7]]},
        }),
    );
    passes(&trace);
}

#[test]
fn a_sum_is_converted_rather_than_its_parts() {
    // 0.5 + 0.5 and 1 - 1, into a fixed-point Dense that counts what is not 0 as a spike.
    let trace = |first: Value, sums: Value| {
        network(
            &json!({"Dense": "PyDenseModelBitAcc"}),
            json!({
                "processes": [process("a", "source.RingBuffer", json!({"data": first})),
                              process("b", "source.RingBuffer", json!({"data": [[0.5], [-1.0]]})),
                              process("d", "Dense", json!({"weights": [[3, 5]]}))],
                "connections": [connection("a.s_out", "d.s_in"), connection("b.s_out", "d.s_in")],
                "schedule": [{"run": 1}],
                "expected": {"d.a_buff": [sums]},
            }),
        )
    };
    passes(&trace(json!([[0.5], [1.0]]), json!([3])));
    passes(&trace(json!([[-0.5], [1.5]]), json!([5])));
}

#[test]
fn message_bits_can_be_set_between_runs() {
    let trace = network(
        &json!(null),
        json!({
            "processes": [process("s", "source.RingBuffer", json!({"data": [[4]]})),
                          process("d", "Dense", json!({"weights": [[0.5]]}))],
            "connections": [connection("s.s_out", "d.s_in")],
            "schedule": [{"run": 1}, {"set": {"d.num_message_bits": [8]}}, {"run": 1}],
            "expected": {"d.a_buff": [[0.5], [2]], "d.num_message_bits": [[0], [8]]},
        }),
    );
    passes(&trace);
}

#[test]
fn ports_are_reshaped_and_transposed() {
    let rows = json!([[[1], [2], [3]], [[4], [5], [6]]]);
    let trace = |ops: Value, shape: Value, row: Value| {
        network(
            &json!("fixed_pt"),
            json!({
                "processes": [process("s", "source.RingBuffer", json!({"data": rows})),
                              process("o", "sink.RingBuffer", json!({"shape": shape, "buffer": 1}))],
                "connections": [{"from": "s.s_out", "to": "o.a_in", "ops": ops}],
                "schedule": [{"run": 1}],
                "expected": {"o.data": [row]},
            }),
        )
    };
    let turned = json!([[1, 4], [2, 5], [3, 6]]);
    passes(&trace(
        json!([{"op": "transpose", "axes": null}]),
        json!([3, 2]),
        turned.clone(),
    ));
    passes(&trace(
        json!([{"op": "transpose", "axes": [1, 0]}]),
        json!([3, 2]),
        turned,
    ));
    let ops = json!([{"op": "transpose", "axes": [-1, 0]}, {"op": "flatten"},
                     {"op": "reshape", "new_shape": [2, 3]}]);
    passes(&trace(
        ops.clone(),
        json!([2, 3]),
        json!([[1, 4, 2], [5, 3, 6]]),
    ));
    let why = failure(&trace(ops, json!([6]), json!([0, 0, 0, 0, 0, 0])));
    assert!(why.contains("shapes must be equal"), "{why}");
}

#[test]
fn the_corrected_model_of_sigma_delta_neurons_is_taken_where_it_is_asked_for() {
    let neuron = |name| {
        let args = json!({"shape": [1], "vth": 1, "act_mode": {"$enum": "ActivationMode.UNIT"},
                          "state_exp": 3});
        process(name, "SigmaDelta", args)
    };
    let trace = |exceptions: Value, processes: Value, act: Value| {
        let mut trace = network(
            &json!("fixed_pt"),
            json!({
                "processes": processes,
                "schedule": [{"set": {"one.sigma": [21]}}, {"run": 1}],
                "expected": {"one.act": [act]},
            }),
        );
        trace["run_config"]["exception_proc_model_map"] = exceptions;
        trace
    };
    let corrected = json!({"SigmaDelta": "PySigmaDeltaModelFixedCorrected"});
    passes(&trace(corrected, json!([neuron("one")]), json!([16])));
    passes(&trace(json!({}), json!([neuron("one")]), json!([21])));
    let one = json!({"one": "PySigmaDeltaModelFixedCorrected"});
    let both = json!([neuron("one"), neuron("other")]);
    let missing = vec!["PySigmaDeltaModelFixedCorrected for some processes only".to_owned()];
    let outcome = outcome(&trace(one, both, json!([16])));
    assert_eq!(outcome, Outcome::Unsupported(missing));
}

#[test]
fn thresholds_are_read_and_set_in_units_of_the_state() {
    let args = json!({"shape": [2], "vth": 2.5, "spike_exp": 1, "state_exp": 2});
    let trace = network(
        &json!("fixed_pt"),
        json!({
            "processes": [process("d", "Delta", args)],
            "schedule": [{"get": ["d.vth"]}, {"run": 1}, {"set": {"d.vth": [24]}}, {"run": 1}],
            "expected": {"d.vth": [[20, 20], [24, 24]]},
            "expected_events": [{"d.vth": [20]}],
        }),
    );
    let why = failure(&trace);
    assert!(why.contains("2.5 in fixed point"), "{why}");
    let mut whole = trace;
    whole["processes"][0]["args"]["vth"] = json!(2);
    whole["expected_events"][0]["d.vth"] = json!([16]);
    whole["expected"]["d.vth"][0] = json!([16, 16]);
    passes(&whole);
}

#[test]
fn complex_numbers_are_read_in_parts() {
    let args = json!({"shape": [2], "a": 0.5, "b": [1, {"$complex": [0, 1]}],
                      "c": {"$complex": [0, -1]}, "s4_state": {"$complex": [2, 4]}});
    let trace = network(
        &json!("floating_pt"),
        json!({
            "processes": [process("s", "S4d", args),
                          process("i", "source.RingBuffer", json!({"data": [[1], [1]]})),
                          process("o", "sink.RingBuffer", json!({"shape": [2], "buffer": 1}))],
            "connections": [connection("i.s_out", "s.a_in"), connection("s.s_out", "o.a_in")],
            "schedule": [{"run": 1}],
            "expected": {"o.data": [[4, 6]], "s.s4_state": [[2, 1]]},
        }),
    );
    passes(&trace);
}

#[test]
fn ports_are_joined() {
    let source = |name, data: Value| process(name, "source.RingBuffer", json!({"data": data}));
    let mut joined = connection("a.s_out", "o.a_in");
    joined["ops"] = json!([{"op": "concat_with", "ports": ["b.s_out"], "axis": -1},
                           {"op": "flatten"}]);
    let parts = json!({
        "processes": [source("a", json!([[[1], [2]]])), source("b", json!([[[3]]])),
                      process("o", "sink.RingBuffer", json!({"shape": [3], "buffer": 1}))],
        "connections": [joined],
        "schedule": [{"run": 1}],
        "expected": {"o.data": [[1, 2, 3]]},
    });
    passes(&network(&json!("floating_pt"), parts.clone()));
    let mut parts = parts;
    parts["connections"][0]["ops"][0]["ports"] = json!(["c.s_out"]);
    let why = failure(&network(&json!("floating_pt"), parts));
    assert!(why.contains("no process `c`"), "{why}");
}

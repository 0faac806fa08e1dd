//! Messages between the host and a network.

use serde_json::{Value, json};

use super::{connection, failure, network, passes, process};

/// Two items of the host's through a network, and as many back.
fn exchange(injector: Value, extractor: Value, schedule: Value, received: Value) -> Value {
    network(
        &json!(null),
        json!({
            "processes": [process("i", "Injector", injector), process("e", "Extractor", extractor)],
            "connections": [connection("i.out_port", "e.in_port")],
            "schedule": schedule,
            "expected_events": [{"e": received}],
        }),
    )
}

#[test]
fn what_the_host_sends_arrives_in_order_or_as_a_sum() {
    let schedule = json!([{"send": {"i": [[1], [2]]}}, {"run": 2}, {"receive": {"e": 2}}]);
    let plain = json!({"shape": [1]});
    let sums = json!({"shape": [1], "channel_config": {"receive_empty": "NON_BLOCKING_ZEROS",
                                                       "receive_not_empty": "ACCUMULATE"}});
    let trace = |i: &Value, e: &Value, received: Value| {
        exchange(i.clone(), e.clone(), schedule.clone(), received)
    };
    passes(&trace(&plain, &plain, json!([[1], [2]])));
    passes(&trace(&sums, &plain, json!([[3], [0]])));
    passes(&trace(&plain, &sums, json!([[3], [0]])));
    let why = failure(&trace(&plain, &plain, json!([[1], [3]])));
    assert!(why.contains("e[1, 0]"), "{why}");
}

#[test]
fn what_would_wait_for_ever_is_an_error() {
    let plain = json!({"shape": [1]});
    let schedule = json!([{"send": {"i": [[1]]}}, {"run": 2}, {"receive": {"e": 1}}]);
    let why = failure(&exchange(
        plain.clone(),
        plain.clone(),
        schedule,
        json!([[1]]),
    ));
    assert!(
        why.contains("`i`") && why.contains("nothing to receive"),
        "{why}"
    );
    let small = json!({"shape": [1], "buffer_size": 1});
    let schedule = json!([{"send": {"i": [[1], [2]]}}, {"run": 1}, {"receive": {"e": 1}}]);
    let why = failure(&exchange(
        small,
        plain.clone(),
        schedule.clone(),
        json!([[1]]),
    ));
    assert!(why.contains("no room"), "{why}");
    let drops = json!({"shape": [1], "buffer_size": 1,
                       "channel_config": {"send_full": "NON_BLOCKING_DROP"}});
    passes(&exchange(drops, plain, schedule, json!([[1]])));
}

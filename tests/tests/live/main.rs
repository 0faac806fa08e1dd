//! Live views: the server and the network that it shows.
//!
//! Requests are written by hand, so that malformed ones can be made.

mod browser;
mod http;

use std::time::{Duration, Instant};

use http::Client;
use lava::error::{LiveError, StateError};
use lava::live::LiveView;
use lava::prelude::*;
use lava::proc::{Lif, Source};

/// A running network that is looked at.
struct Shown {
    net: Network<Loihi1SimCfg>,
    lif: Lif,
    client: Client,
    view: LiveView,
}

impl Shown {
    fn new() -> Shown {
        let net = Network::<Loihi1SimCfg>::new();
        let lif: Lif = net
            .add(
                Lif::shape([4])
                    .bias_mant([1.0, 2.0, 3.0, 4.0])
                    .vth(20.0)
                    .name("lif"),
            )
            .unwrap();
        let view = net
            .live()
            .title("Counting")
            .raster("spikes", &lif.s_out)
            .trace("voltage", &lif.v.select([0, 1]))
            .slider(&lif.vth, 10.0..=1000.0)
            .serve()
            .unwrap();
        let client = Client::of(view.address());
        Shown {
            net,
            lif,
            client,
            view,
        }
    }

    /// Waits until a frame is as wanted.
    fn until(
        &self,
        what: &str,
        is_wanted: impl Fn(&serde_json::Value) -> bool,
    ) -> serde_json::Value {
        let start = Instant::now();
        loop {
            let frame = self.client.json("/frame");
            if is_wanted(&frame) {
                return frame;
            }
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "never {what}: {frame}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn until_held(&self) -> u64 {
        let frame = self.until("held", |frame| frame["state"] == "held");
        assert_eq!(frame["error"], serde_json::Value::Null);
        self.net.time_step()
    }
}

#[test]
fn the_page_and_its_layout_are_served() {
    let shown = Shown::new();
    let page = shown.client.get("/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<!doctype html>"));
    let layout = shown.client.json("/layout");
    assert_eq!(layout["title"], "Counting");
    let panels = layout["panels"].as_array().unwrap();
    let kinds: Vec<_> = panels
        .iter()
        .map(|panel| panel["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["raster", "trace", "slider"]);
    assert_eq!(panels[0]["neurons"], 4);
    assert_eq!(panels[1]["elements"], 2);
    assert_eq!(panels[2]["name"], "lif.vth");
}

#[test]
fn spikes_and_traces_arrive_once_each_while_somebody_looks() {
    let shown = Shown::new();
    shown.net.start(RunContinuous).unwrap();
    shown.until("running with spikes", |frame| {
        frame["state"] == "running" && !frame["panels"][0]["events"].as_array().unwrap().is_empty()
    });
    shown.client.post("/hold", "");
    shown.until_held();
    std::thread::sleep(Duration::from_millis(100));
    let whole = shown.client.json("/frame");
    let look = whole["look"].as_u64().unwrap();
    let rest = shown
        .client
        .json(&format!("/frame?epoch={}&after={look}", whole["epoch"]));
    assert_eq!(rest["panels"][0]["events"].as_array().unwrap().len(), 0);
    let steps = whole["panels"][1]["steps"].as_array().unwrap();
    assert!(
        steps
            .windows(2)
            .all(|pair| pair[0].as_u64() < pair[1].as_u64())
    );
    assert_eq!(
        whole["workers"].as_array().unwrap().len(),
        shown.net.workers()
    );
}

#[test]
fn a_held_network_makes_single_steps_and_goes_on() {
    let shown = Shown::new();
    shown.client.post("/hold", "");
    shown.net.start(RunContinuous).unwrap();
    assert_eq!(shown.until_held(), 1);
    for step in 2..5 {
        shown.client.post("/step", "");
        shown.until("a step later", |frame| {
            frame["state"] == "held" && shown.net.time_step() == step
        });
    }
    shown.client.post("/resume", "");
    shown.until("running", |frame| {
        frame["state"] == "running" && shown.net.time_step() > 10
    });
    shown.net.pause().unwrap();
}

#[test]
fn pause_and_stop_end_a_run_that_is_held() {
    let shown = Shown::new();
    shown.net.start(RunContinuous).unwrap();
    shown.client.post("/hold", "");
    shown.until_held();
    shown.net.pause().unwrap();
    let step = shown.net.time_step();
    // The next run is held after its first step: the viewer has not let it go.
    shown.net.start(RunSteps(10)).unwrap();
    assert_eq!(shown.until_held(), step + 1);
    shown.client.post("/resume", "");
    shown.net.wait().unwrap();
    assert_eq!(shown.net.time_step(), step + 10);
    shown.net.start(RunContinuous).unwrap();
    shown.client.post("/hold", "");
    shown.until_held();
    shown.net.stop().unwrap();
}

#[test]
fn a_view_that_is_dropped_lets_the_network_go() {
    let Shown {
        net,
        lif,
        client,
        view,
    } = Shown::new();
    client.post("/hold", "");
    net.start(RunSteps(100)).unwrap();
    let start = Instant::now();
    while client.json("/frame")["state"] != "held" {
        assert!(start.elapsed() < Duration::from_secs(60));
    }
    drop(view);
    net.wait().unwrap();
    assert_eq!(net.time_step(), 100);
    assert_eq!(lif.vth.get().unwrap()[0], 20.0);
}

#[test]
fn a_slider_sets_its_var_between_steps_and_while_the_network_is_held() {
    let shown = Shown::new();
    let set = |value: &str| {
        shown
            .client
            .post("/set", &format!("{{\"panel\":2,\"value\":{value}}}"))
    };
    let shows = |value: f64| {
        move |frame: &serde_json::Value| frame["panels"][2]["value"].as_f64() == Some(value)
    };
    assert_eq!(set("30").status, 200); // no run yet
    assert_eq!(shown.lif.vth.get().unwrap()[0], 30.0);
    shown.net.start(RunContinuous).unwrap();
    assert_eq!(set("40").status, 200);
    shown.until("40", shows(40.0));
    shown.client.post("/hold", "");
    shown.until_held();
    assert_eq!(set("50").status, 200);
    shown.until("50", shows(50.0));
    shown.net.pause().unwrap();
    assert_eq!(shown.lif.vth.get().unwrap()[0], 50.0);
    for wrong in ["5", "1001", "1e999", "\"7\""] {
        assert_ne!(set(wrong).status, 200, "{wrong}");
    }
    assert_eq!(
        shown
            .client
            .post("/set", "{\"panel\":0,\"value\":30}")
            .status,
        422
    );
    assert_eq!(
        shown
            .client
            .post("/set", "{\"panel\":9,\"value\":30}")
            .status,
        422
    );
    assert_eq!(shown.lif.vth.get().unwrap()[0], 50.0);
}

#[test]
fn a_reset_begins_an_epoch() {
    let shown = Shown::new();
    shown.net.start(RunContinuous).unwrap();
    let before = shown.until("at step 100", |frame| frame["step"].as_u64() > Some(100));
    shown.net.pause().unwrap();
    shown.net.reset().unwrap();
    let after = shown.until("in another epoch", |frame| {
        frame["epoch"] != before["epoch"]
    });
    assert_eq!(after["step"], 0);
    assert_eq!(after["panels"][0]["events"].as_array().unwrap().len(), 0);
}

#[test]
fn results_do_not_depend_on_a_viewer() {
    let voltages = |is_shown: bool| {
        let net = Network::<Loihi1SimCfg>::new();
        let lif: Lif = net
            .add(Lif::shape([3]).bias_mant([0.1, 0.2, 0.3]).vth(7.0))
            .unwrap();
        let view = is_shown.then(|| net.live().serve().unwrap());
        let client = view.as_ref().map(|view| Client::of(view.address()));
        net.start(RunSteps(20_000)).unwrap();
        if let Some(client) = client {
            client.post("/hold", "");
            client.json("/frame");
            client.post("/resume", "");
        }
        net.wait().unwrap();
        lif.v.get().unwrap()
    };
    assert_eq!(voltages(true), voltages(false));
}

#[test]
fn only_requests_of_the_page_itself_are_answered() {
    let shown = Shown::new();
    let port = shown.client.port;
    let token = &shown.client.token;
    let own = format!("127.0.0.1:{port}");
    let status = |target: &str, host: &str, more: &str| {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n");
        shown.client.raw(request.as_bytes()).status
    };
    let target = format!("/layout?token={token}");
    assert_eq!(status(&target, &own, ""), 200);
    assert_eq!(status(&target, &format!("localhost:{port}"), ""), 200);
    assert_eq!(
        status(&target, &own, &format!("Origin: http://{own}\r\n")),
        200
    );
    assert_eq!(status(&target, "example.org", ""), 421);
    assert_eq!(status(&target, &format!("example.org:{port}"), ""), 421);
    assert_eq!(status(&target, &own, "Origin: http://example.org\r\n"), 403);
    assert_eq!(status(&target, &own, "Origin: null\r\n"), 403);
    assert_eq!(status("/layout", &own, ""), 403);
    assert_eq!(status("/", &own, ""), 403);
    assert_eq!(status("/layout?token=0123", &own, ""), 403);
    assert_eq!(status(&format!("/nothing?token={token}"), &own, ""), 404);
    assert_eq!(status(&format!("/hold?token={token}"), &own, ""), 405);
}

#[test]
fn malformed_requests_get_an_error_and_hold_nothing_up() {
    let shown = Shown::new();
    let token = &shown.client.token;
    let host = format!("127.0.0.1:{}", shown.client.port);
    assert_eq!(shown.client.raw(b"nonsense\r\n\r\n").status, 400);
    let post = |kind: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "POST /set?token={token} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        shown.client.raw(request.as_bytes()).status
    };
    assert_eq!(post("application/json", "{"), 400);
    assert_eq!(post("application/json", "{}"), 422);
    assert_eq!(post("text/plain", "{\"panel\":2,\"value\":30}"), 415);
    assert_eq!(post("application/json", &" ".repeat(100_000)), 413);
    assert_eq!(shown.client.get("/frame?after=x").status, 400);
    // A client that never ends its request.
    let _open = shown.client.open(b"GET /layout HTTP/1.1\r\nHost: ");
    shown.net.run(RunSteps(10)).unwrap();
    assert_eq!(shown.client.get("/layout").status, 200);
}

#[test]
fn a_view_that_cannot_be_shown_says_why() {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]).name("lif")).unwrap();
    let error = |live: lava::live::Live<Loihi1SimCfg>| live.serve().unwrap_err();
    let range = error(net.live().slider(&lif.vth, 1.0..=1.0));
    assert!(matches!(range.downcast_ref(), Some(LiveError::Range { var, .. }) if var == "lif.vth"));
    let missing = error(net.live().raster("spikes", &lif.s_out.select([7])));
    assert!(missing.to_string().contains('7'), "{missing}");
    let taken = net.live().serve().unwrap();
    let port = Client::of(taken.address()).port;
    let bind = error(net.live().port(port));
    assert!(
        matches!(bind.downcast_ref(), Some(LiveError::Bind { .. })),
        "{bind}"
    );
    net.stop().unwrap();
    let stopped = error(net.live().raster("spikes", &lif.s_out));
    assert!(
        matches!(stopped.downcast_ref(), Some(StateError::Stopped)),
        "{stopped}"
    );
}

#[test]
fn a_view_without_panels_shows_ports_of_spikes_and_voltages() {
    let net = Network::<Loihi1SimCfg>::new();
    let _: Source<Spike> = net.add(Source::data([[true]]).name("input")).unwrap();
    let _: Lif = net.add(Lif::shape([2000]).name("lif")).unwrap();
    let view = net.live().serve().unwrap();
    let layout = Client::of(view.address()).json("/layout");
    let panels = layout["panels"].as_array().unwrap();
    let names: Vec<_> = panels
        .iter()
        .map(|panel| panel["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"input.s_out"), "{names:?}");
    assert!(names.contains(&"lif.s_out, every 4th"), "{names:?}");
    assert!(names.contains(&"lif.v"), "{names:?}");
}

//! The log of a network. In a program of its own: a subscriber sees everything.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::Lif;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps every event as a line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().expect("nobody panics").push(line.0);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn compiling_running_and_failing_are_logged() -> lava::Result<()> {
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), || {
        let net = Network::<Loihi1SimCfg>::new();
        let _lif: Lif = net.add(Lif::shape([1]))?;
        net.run(RunSteps(3))?;
        net.on_step(|step| match step {
            5 => panic!("no fifth step"),
            _ => StepAction::Continue,
        })?;
        net.run(RunSteps(9)).map_err(drop).expect_err("it fails");
        lava::Result::<()>::Ok(())
    })?;
    let lines = log.0.lock().expect("nobody panics");
    let expected = [
        "DEBUG message=the network is compiled processes=1 connections=0 workers=1",
        "DEBUG message=a run begins after_step=0",
        "DEBUG message=the run is over step=3 paused=false stopped=false",
        "DEBUG message=a run begins after_step=3",
        "ERROR message=",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
    }
    assert!(lines[4].contains("no fifth step"));
    Ok(())
}

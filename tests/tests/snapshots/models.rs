//! State of models: local fields, and what `save_state` keeps.

use lava::error::PersistError;
use lava::model::{StateReader, StateWriter};
use lava::prelude::*;
use lava::snapshot::Snapshot;

use crate::continuation::{TestFile, assert_same, state};

/// Counts in a local field, in one that is rebuilt, and in one that its own code keeps.
#[process]
pub struct Counting {
    /// The sum of both counts.
    #[port(shape = [600])]
    a_out: OutPort<i64>,
    /// Steps by which each step counts.
    #[var(scalar, init = 1)]
    step: Var<i64>,
}

/// A count of its own kind.
struct OwnCount(i64);

impl Default for OwnCount {
    fn default() -> Self {
        OwnCount(1000)
    }
}

#[implements(proc = Counting, protocol = Loihi, shardable)]
struct CountingModel {
    a_out: Out<i64>,
    step: i64,
    #[local]
    counts: Vec<(i64, Option<String>)>,
    #[local(rebuilt)]
    doubled: i64,
    #[local(rebuilt)]
    own: OwnCount,
    #[local]
    context: Context,
}

impl LoihiModel for CountingModel {
    fn start(&mut self) -> lava::Result<()> {
        self.doubled = 2 * self.step;
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> lava::Result<()> {
        self.start()
    }

    fn run_spk(&mut self) -> lava::Result<()> {
        let count = self.counts.last().map_or(0, |last| last.0) + self.doubled;
        let text = (count % 3 == 0).then(|| format!("in step {}", self.context.time_step()));
        self.counts.push((count, text));
        self.own.0 += self.step;
        let sum = self.own.0 + count;
        self.a_out
            .send_slice(&vec![sum; self.context.neurons().len()])
    }

    fn save_state(&self, to: &mut StateWriter) -> lava::Result<()> {
        Ok(to.put("own", &self.own.0)?)
    }

    fn load_state(&mut self, from: &StateReader<'_>) -> lava::Result<()> {
        self.own.0 = from.get("own")?;
        Ok(())
    }
}

fn counting(workers: usize) -> lava::Result<(Network<Loihi1SimCfg>, Counting)> {
    let net = Network::new();
    net.set_workers(workers)?;
    net.set_shards(workers)?;
    let counting = net.add(Counting::new().name("counting"))?;
    Ok((net, counting))
}

#[test]
fn local_fields_are_kept_and_rebuilt() -> lava::Result<()> {
    let (file, other) = (TestFile::new("local"), TestFile::new("local-other"));
    let (net, counts) = counting(2)?;
    net.run(RunSteps(5))?;
    counts.step.set(3)?;
    net.run(RunSteps(5))?;
    net.save(&file.0)?;
    let names: Vec<String> = Snapshot::open(&file.0)?
        .entries()
        .filter(|entry| entry.name.starts_with("state"))
        .map(|entry| format!("{}: {}", entry.name, entry.layout))
        .collect();
    assert_eq!(
        names,
        [
            "state counting.counts: [(i64, text?)]",
            "state counting.own: i64"
        ]
    );
    let sent = net.probe(&counts.a_out)?;
    net.run(RunSteps(4))?;
    let expected = state(&net, &other)?;
    let (again, restored) = counting(1)?;
    again.restore(&file.0)?;
    let sent_again = again.probe(&restored.a_out)?;
    again.run(RunSteps(4))?;
    assert_eq!(sent_again.data(), sent.data());
    assert_same(&state(&again, &other)?, &expected, "continued");
    Ok(())
}

/// Keeps what cannot be saved.
#[process]
pub struct Unsaved {
    #[var(scalar, init = 0)]
    x: Var<i32>,
}

#[implements(proc = Unsaved, protocol = Loihi)]
struct UnsavedModel {
    x: i32,
    #[local(init = std::time::Instant::now())]
    started: std::time::Instant,
}

impl LoihiModel for UnsavedModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.x += i32::from(self.started.elapsed().as_nanos() > 0);
        Ok(())
    }
}

#[test]
fn a_field_that_cannot_be_saved_is_named_with_the_way_out() -> lava::Result<()> {
    let file = TestFile::new("unsaved");
    let net = Network::<Loihi1SimCfg>::new();
    net.add(Unsaved::new().name("clock"))?;
    net.run(RunSteps(3))?;
    let error = net.save(&file.0).expect_err("an `Instant` is in it");
    let text = error.to_string();
    for words in [
        "`clock`",
        "`UnsavedModel`",
        "`started`",
        "Instant",
        "#[local(rebuilt)]",
        "Persist",
    ] {
        assert!(text.contains(words), "`{text}` does not say `{words}`");
    }
    assert!(matches!(
        error.downcast_ref(),
        Some(PersistError::Unsupported {
            field: "started",
            ..
        })
    ));
    assert!(!file.0.exists(), "nothing was written");
    net.run(RunSteps(3))?;
    Ok(())
}

/// Counts in a field that differs between shards.
#[process]
pub struct Indexed {
    #[port(shape = [600])]
    a_out: OutPort<i64>,
}

#[implements(proc = Indexed, protocol = Loihi, shardable)]
struct IndexedModel {
    a_out: Out<i64>,
    #[local]
    first: usize,
    #[local]
    context: Context,
}

impl LoihiModel for IndexedModel {
    fn start(&mut self) -> lava::Result<()> {
        self.first = self.context.neurons().start;
        Ok(())
    }
}

#[test]
fn a_field_that_differs_between_shards_is_refused() -> lava::Result<()> {
    let file = TestFile::new("indexed");
    for (shards, works) in [(1, true), (2, false)] {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(shards)?;
        net.set_shards(shards)?;
        net.add(Indexed::new().name("indexed"))?;
        net.run(RunSteps(1))?;
        match net.save(&file.0) {
            Ok(()) => assert!(works),
            Err(error) => {
                let text = error.to_string();
                assert!(!works, "{text}");
                assert!(
                    text.contains("`first` differs between the shards"),
                    "{text}"
                );
            }
        }
    }
    Ok(())
}

/// Refuses to go on from a snapshot.
#[process]
pub struct Refusing {
    #[var(scalar, init = 0)]
    x: Var<i32>,
}

#[implements(proc = Refusing, protocol = Loihi)]
struct RefusingModel {
    x: i32,
    #[local]
    refuses: bool,
}

impl LoihiModel for RefusingModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.x += 1;
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> lava::Result<()> {
        self.refuses = var == "x" && self.x == 7;
        Ok(())
    }

    fn load_state(&mut self, _: &StateReader<'_>) -> lava::Result<()> {
        match self.x {
            5 => Err(lava::Error::model("not from step 5")),
            _ => Ok(()),
        }
    }
}

#[test]
fn a_model_that_refuses_leaves_the_network_as_it_was() -> lava::Result<()> {
    let (file, other) = (TestFile::new("refused"), TestFile::new("refused-other"));
    let net = Network::<Loihi1SimCfg>::new();
    // The processes before it have been restored when it refuses.
    let counting = net.add(Counting::new().name("counting"))?;
    let refusing = net.add(Refusing::new().name("refusing"))?;
    net.run(RunSteps(5))?;
    net.save(&file.0)?;
    net.run(RunSteps(4))?;
    counting.step.set(7)?;
    let before = state(&net, &other)?;
    let error = net.restore(&file.0).expect_err("it refuses").to_string();
    assert!(
        error.contains("`refusing`") && error.contains("not from step 5"),
        "{error}"
    );
    assert_eq!(net.time_step(), 9);
    assert_same(&state(&net, &other)?, &before, "refused");
    net.run(RunSteps(1))?;
    assert_eq!(refusing.x.get()?, 10);
    Ok(())
}

//! Mistakes in models that only a run, or adding the process, can find.

use lava::error::{BuildError, CompileError, Problem};
use lava::prelude::*;
use lava::proc::Lif;

use crate::support::loihi;

/// Holds a value for each neuron.
#[process]
pub struct Holder {
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Holder, protocol = Loihi)]
struct HolderModel {
    v: ndarray::Array2<f32>,
}

impl LoihiModel for HolderModel {}

#[test]
fn an_array_of_another_rank_is_named_with_its_model() -> lava::Result<()> {
    let net = loihi();
    net.add(Holder::shape([3]).name("holder"))?;
    let error = net.run(RunSteps(1)).expect_err("the Var has one axis");
    assert!(matches!(
        error.downcast_ref(),
        Some(BuildError::FieldRank {
            rank: 2,
            model: "HolderModel",
            ..
        })
    ));
    let text = error.to_string();
    for word in ["`holder.v`", "[3]", "2 axes", "`HolderModel`", "`Array1`"] {
        assert!(text.contains(word), "{text}");
    }
    let net = loihi();
    let holder = net.add(Holder::shape([2, 3]))?;
    net.run(RunSteps(1))?;
    assert_eq!(holder.v.get()?.shape(), [2, 3]);
    net.stop()
}

/// Holds a vector, where its model keeps a matrix by columns.
#[process]
pub struct Vector {
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Vector, protocol = Loihi)]
struct VectorModel {
    v: lava::model::ColumnMajor<f32>,
}

impl LoihiModel for VectorModel {}

#[test]
fn a_vector_is_no_matrix_by_columns() -> lava::Result<()> {
    let net = loihi();
    net.add(Vector::shape([3]).v([1.0, 2.0, 3.0]))?;
    let error = net.run(RunSteps(1)).expect_err("the Var has one axis");
    assert!(matches!(
        error.downcast_ref(),
        Some(BuildError::FieldRank { rank: 2, .. })
    ));
    Ok(())
}

/// Contains itself, with one other process in between.
#[process]
pub struct Outer {
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Outer, protocol = Loihi, sub_model)]
struct OuterModel;

impl SubModel for OuterModel {
    type Process = Outer;
    type Config = Loihi1SimCfg;

    fn build(outer: &Outer, net: &Network<Loihi1SimCfg>) -> lava::Result<OuterExports> {
        network! { inside net, outer: Outer;
            inner: Inner = Inner::shape([1]);
            outer.v = inner.v;
        }
    }
}

/// Is contained in [`Outer`].
#[process]
pub struct Inner {
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Inner, protocol = Loihi, sub_model)]
struct InnerModel;

impl SubModel for InnerModel {
    type Process = Inner;
    type Config = Loihi1SimCfg;

    fn build(inner: &Inner, net: &Network<Loihi1SimCfg>) -> lava::Result<InnerExports> {
        network! { inside net, inner: Inner;
            outer: Outer = Outer::shape([1]);
            inner.v = outer.v;
        }
    }
}

#[test]
fn a_process_that_contains_itself_is_an_error() -> lava::Result<()> {
    let net = loihi();
    let error = net.add(Outer::shape([1]).name("a")).expect_err("no end");
    let text = error.to_string();
    assert!(text.starts_with("`a.inner.outer…`"), "{text}");
    assert!(
        text.contains("`Outer` contains `Inner` contains `Outer`;")
            || text.contains("`Inner` contains `Outer` contains `Inner`;"),
        "{text}"
    );
    let _: Lif = net.add(Lif::shape([1]).name("a"))?;
    Ok(())
}

/// Contains one neuron.
#[process]
pub struct Cell {
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Cell, protocol = Loihi, sub_model)]
struct CellModel;

impl SubModel for CellModel {
    type Process = Cell;
    type Config = Loihi2SimCfg;

    fn build(cell: &Cell, net: &Network<Loihi2SimCfg>) -> lava::Result<CellExports> {
        network! { inside net, cell: Cell;
            lif: Lif = Lif::shape([1]);
            cell.v = lif.v;
        }
    }
}

/// A configuration of one's own.
struct OwnCfg;

impl RunConfig for OwnCfg {
    type Protocol = Loihi;
    type Tag = lava::network::AnyTag;
    type Resource = Cpu;
}

#[test]
fn a_sub_model_builds_for_the_configuration_of_its_network() -> lava::Result<()> {
    let error = loihi().add(Cell::shape([1]).name("cell"));
    let error = error.expect_err("another configuration");
    let text = error.to_string();
    for word in [
        "`cell`",
        "`CellModel`",
        "`Loihi2SimCfg`",
        "`type Config = Loihi1SimCfg;`",
    ] {
        assert!(text.contains(word), "{text}");
    }
    Network::<Loihi2SimCfg>::new().add(Cell::shape([1]))?;
    Network::<OwnCfg>::new().add(Cell::shape([1])).map(drop)
}

/// Reads a Var that it must be connected to.
#[process]
pub struct Reader {
    #[port(required)]
    from: RefPort<f32>,
    /// May stay alone.
    aside: RefPort<f32>,
}

#[implements(proc = Reader, protocol = Loihi)]
struct ReaderModel {
    from: VarRef<f32>,
    aside: VarRef<f32>,
}

impl LoihiModel for ReaderModel {}

#[test]
fn a_required_ref_port_is_connected() -> lava::Result<()> {
    let net = loihi();
    let reader = net.add(Reader::shape([2]).name("reader"))?;
    let lif: Lif = net.add(Lif::shape([2]))?;
    let error = net.run(RunSteps(1)).expect_err("nothing is connected");
    let problems = error
        .downcast_ref()
        .map(|error: &CompileError| &error.problems[..]);
    assert!(
        matches!(problems, Some([Problem::UnconnectedRefPort { port }]) if port == "reader.from"),
        "{error}"
    );
    reader.from.connect_var(&lif.v)?;
    net.run(RunSteps(1))?;
    net.stop()
}

/// Fails by `?` on an error that is not lava's.
#[process]
pub struct Parser {
    #[param]
    text: Param<&'static str>,
    #[var(scalar, init = 0)]
    value: Var<i32>,
}

#[implements(proc = Parser, protocol = Loihi)]
struct ParserModel {
    text: &'static str,
    value: i32,
}

impl LoihiModel for ParserModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.value = self.text.parse()?;
        Ok(())
    }
}

#[test]
fn errors_of_the_standard_library_are_errors_of_the_model() -> lava::Result<()> {
    let net = loihi();
    let parser = net.add(Parser::text("17"))?;
    net.run(RunSteps(1))?;
    assert_eq!(parser.value.get()?, 17);
    let net = loihi();
    net.add(Parser::text("seventeen"))?;
    let error = net.run(RunSteps(1)).expect_err("no number");
    assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
    Ok(())
}

/// Has the body of a phase, and not its guard.
#[process]
pub struct Unguarded {
    #[param(default = false)]
    is_learning: Param<bool>,
    #[var(scalar, init = 0)]
    steps: Var<i32>,
}

#[implements(proc = Unguarded, protocol = Loihi)]
struct UnguardedPostMgmt {
    is_learning: bool,
    steps: i32,
}

impl LoihiModel for UnguardedPostMgmt {
    fn run_post_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.steps += 1;
        Ok(())
    }
}

#[implements(proc = Unguarded, protocol = Loihi, alternative)]
struct UnguardedLearning {
    is_learning: bool,
    steps: i32,
}

impl LoihiModel for UnguardedLearning {
    fn run_lrn(&mut self) -> lava::Result<()> {
        self.steps += 1;
        Ok(())
    }
}

/// Asks for a pause in the first step, in which no other phase is entered.
#[implements(proc = Unguarded, protocol = Loihi, alternative)]
struct UnguardedPause {
    is_learning: bool,
    steps: i32,
    #[local]
    context: Context,
}

impl LoihiModel for UnguardedPause {
    fn run_spk(&mut self) -> lava::Result<()> {
        if self.context.time_step() == 1 {
            self.context.pause();
        }
        Ok(())
    }

    fn run_post_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        Ok(())
    }
}

#[test]
fn a_phase_without_its_guard_is_an_error() -> lava::Result<()> {
    let fails = |net: &Network<Loihi1SimCfg>, phase: &str, guard: &str| {
        let error = net.run(RunSteps(5)).expect_err("it would never run");
        let text = error.to_string();
        for word in [phase, guard, "`process`"] {
            assert!(text.contains(word), "{text}");
        }
    };
    let net = loihi();
    net.add(Unguarded::new().name("process"))?;
    fails(&net, "run_post_mgmt", "fn post_guard");
    let net = loihi();
    net.add(
        Unguarded::new()
            .with_model::<UnguardedLearning>()
            .name("process"),
    )?;
    fails(&net, "run_lrn", "fn lrn_guard");
    let net = loihi();
    net.add(
        Unguarded::new()
            .with_model::<UnguardedPause>()
            .name("process"),
    )?;
    net.run(RunSteps(5))?;
    assert_eq!(net.time_step(), 1);
    fails(&net, "run_post_mgmt", "fn post_guard");
    Ok(())
}

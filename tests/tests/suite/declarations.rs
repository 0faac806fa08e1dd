//! Declarations, as `#[process]` expands them.

use lava::prelude::*;
use lava::process::{Element, MemberKind, Value};
use ndarray::{Array1, Array2, array};

use crate::support::loihi;

/// Everything a declaration can say.
///
/// In two paragraphs.
#[process]
struct Everything<T: Value = f32, S: Shape = Dyn> {
    /// Of the population's shape.
    a_in: InPort<T, S>,
    #[port(shape = [weights.shape()[1]])]
    rows: InPort<T>,
    /// Of a shape from two parameters.
    #[port(shape = [weights.shape()[0], *copies], delay = *copies)]
    a_out: OutPort<T>,
    #[port(shape = [2, 3])]
    fixed: OutPort<Spike, D2<2, 3>>,
    /// Required.
    #[var(rank = 2)]
    weights: Var<T>,
    #[var(init = T::ONE)]
    state: Var<T, S>,
    #[var(scalar, init = T::ZERO)]
    factor: Var<T>,
    #[var(init = [1, 2, 3])]
    triple: Var<i32, D1<3>>,
    #[var(shape = [*copies], init = shape.len() as u64)]
    derived: Var<u64>,
    #[param(default = 2)]
    copies: Param<usize>,
    /// A parameter that must be given.
    #[param]
    label: Param<String>,
}

#[implements(for<S: Shape> proc = Everything<T, S>, protocol = Loihi)]
struct EverythingModel<T: Value> {
    a_in: In<T>,
    rows: In<T>,
    a_out: Out<T>,
    fixed: Out<Spike>,
    weights: Array2<T>,
    state: ArrayD<T>,
    factor: T,
    triple: Array1<i32>,
    derived: PerNeuron<u64>,
    copies: usize,
    label: Param<String>,
    #[local(init = vec![7])]
    scratch: Vec<u32>,
}

impl<T: Value> LoihiModel for EverythingModel<T> {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.state
            .iter_mut()
            .for_each(|state| *state = state.plus(self.factor));
        self.triple += self.scratch[0] as i32 + self.label.len() as i32;
        self.scratch[0] = 0;
        Ok(())
    }
}

fn weights<T: Element>(value: T) -> Array2<T> {
    Array2::from_elem((4, 5), value)
}

#[test]
fn shapes_come_from_parameters() -> lava::Result<()> {
    let net = loihi();
    let it: Everything = net.add(
        Everything::shape([3, 2])
            .weights(weights(0.5))
            .label("ab".to_owned())
            .copies(6),
    )?;
    assert_eq!(it.a_in.shape(), [3, 2]);
    assert_eq!(it.rows.shape(), [5]);
    assert_eq!(it.a_out.shape(), [4, 6]);
    assert_eq!(it.fixed.shape(), [2, 3]);
    assert_eq!(it.factor.shape(), [0; 0]);
    assert_eq!(it.derived.get()?, array![2, 2, 2, 2, 2, 2].into_dyn());
    assert_eq!(*it.label, "ab");
    assert_eq!(*it.copies, 6);
    assert_eq!(it.weights.get()?, weights(0.5).into_dyn());
    Ok(())
}

#[test]
fn scalars_and_literal_shapes_keep_their_types() -> lava::Result<()> {
    let net = loihi();
    let it: Everything<i32, D2<3, 2>> = net.add(
        Everything::shape(D2::<3, 2>)
            .weights(weights(1))
            .label(String::new())
            .factor(4),
    )?;
    net.run(RunSteps(1))?;
    let factor: i32 = it.factor.get()?;
    assert_eq!(factor, 4);
    let state: Array2<i32> = it.state.get()?;
    assert_eq!(state, Array2::from_elem((3, 2), 5));
    let triple: Array1<i32> = it.triple.get()?;
    assert_eq!(triple, array![8, 9, 10], "the local field starts at 7");
    it.factor.set([-1])?; // an array of one element is as good as the number
    net.run(RunSteps(1))?;
    assert_eq!(it.state.get()?, Array2::from_elem((3, 2), 4));
    assert_eq!(it.triple.get()?, array![8, 9, 10]);
    net.reset()?;
    net.run(RunSteps(1))?;
    assert_eq!(
        it.triple.get()?,
        array![8, 9, 10],
        "a reset starts local fields over"
    );
    Ok(())
}

#[test]
fn the_description_can_be_read() {
    let declaration = <Everything as Process>::DECLARATION;
    assert_eq!(declaration.name, "Everything");
    assert!(declaration.docs.contains("In two paragraphs."));
    let member = |name: &str| {
        let found = declaration
            .members
            .iter()
            .find(|member| member.name == name);
        *found.expect("it is declared")
    };
    assert_eq!(member("a_in").kind, MemberKind::InPort);
    assert_eq!(member("a_in").docs.trim(), "Of the population's shape.");
    assert_eq!(member("fixed").kind, MemberKind::OutPort);
    assert_eq!(member("fixed").element, "Spike");
    assert!(member("weights").required);
    assert!(!member("state").required);
    assert!(member("label").required);
    assert_eq!(member("label").kind, MemberKind::Param);
    assert_eq!(declaration.members.len(), 11);
}

#[test]
fn unnamed_processes_get_their_type_and_a_number() -> lava::Result<()> {
    let net = loihi();
    let it: Everything = net.add(Everything::shape([1]).weights([[1.0]]).label(String::new()))?;
    assert_eq!(it.name(), "Everything_0");
    assert_eq!(format!("{}", it.a_in), "Everything_0.a_in");
    assert_eq!(format!("{:?}", it.state), "Everything_0.state [1]");
    Ok(())
}

mod elsewhere {
    //! Fields without a visibility of their own have that of the process.
    use lava::prelude::*;

    #[process]
    pub struct Open {
        #[var(init = 1.5)]
        level: Var<f64>,
    }

    #[implements(proc = Open, protocol = Loihi)]
    struct OpenModel {
        level: ArrayD<f64>,
    }

    impl LoihiModel for OpenModel {}
}

#[test]
fn ports_and_vars_are_the_interface_of_a_process() -> lava::Result<()> {
    let net = loihi();
    let open = net.add(elsewhere::Open::shape([1]))?;
    assert_eq!(open.level.get()?[[0]], 1.5);
    Ok(())
}

#[test]
fn networks_are_written_down() -> lava::Result<()> {
    use lava::proc::{Dense, Lif, Source};
    let images = array![[1.0, 2.0, 3.0, 4.0]];
    let net = network! { Loihi1SimCfg;
        input: Source<f32> = Source::data(images);
        left: Lif = Lif::shape([2, 2]).du(1.0).vth(2.5);
        right: Lif = Lif::shape([4]).du(1.0).vth(1.5);
        ring: Dense = Dense::weights(Array2::eye(4));
        input.s_out.reshape([2, 2]) -> left.a_in;
        input.s_out -> right.a_in;
        [left.s_out.flatten(), right.s_out.delayed(1)] -> ring.s_in;
        ring.a_out -> [right.a_in];
    }?;
    net.run(RunSteps(1))?;
    assert_eq!(
        net.ring.a_buff.get()?,
        array![0.0, 0.0, 1.0, 1.0].into_dyn()
    );
    assert_eq!(net.input.name(), "input");
    net.network.stop()
}

#[test]
fn everything_wrong_with_the_connections_is_reported_together() {
    use lava::proc::{Lif, Source};
    let wrong = network! { Loihi1SimCfg;
        input: Source<f32> = Source::data([[1.0, 2.0]]);
        small: Lif = Lif::shape([1]);
        large: Lif = Lif::shape([9]);
        input.s_out -> small.a_in;
        input.s_out -> large.a_in;
    };
    let message = wrong.map(drop).expect_err("the shapes differ").to_string();
    assert!(message.contains("`small.a_in` [1]"), "{message}");
    assert!(message.contains("`large.a_in` [9]"), "{message}");
}

// Ref-ports are connected to Vars and Var-ports in a network.
use lava::prelude::*;
use lava::proc::Lif;

#[process]
pub struct Copier {
    #[port(shape = [2])]
    from: RefPort<f32>,
    #[port(shape = [2])]
    to: RefPort<f32>,
    #[var(shape = [2], init = 0.0)]
    copied: Var<f32>,
    #[port(var = copied)]
    copies: VarPort<f32>,
}

#[implements(proc = Copier, protocol = Loihi)]
struct CopierModel {
    from: VarRef<f32>,
    to: VarRef<f32>,
    copied: Vec<f32>,
    copies: Exposed,
}

impl LoihiModel for CopierModel {
    fn post_guard(&self) -> bool {
        true
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        let values = self.from.read(remote).to_owned();
        self.to.write(remote, &values)
    }
}

fn main() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        lif: Lif = Lif::shape([2]).bias_mant(1.0);
        other: Lif = Lif::shape([2]);
        copier: Copier = Copier::new();
        reader: Copier = Copier::new();
        copier.from -> lif.v;
        copier.to -> other.v;
        reader.from -> copier.copies;
        lif.s_out.cast::<f32>() -> other.a_in;
    }?;
    net.run(RunSteps(5))?;
    assert_eq!(net.other.v.get()?, net.lif.v.get()?);
    net.stop()
}

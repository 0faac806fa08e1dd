//! `DeltaEncoder`, and the `SparseSink` that traces record compressed messages with.

use anyhow::{Context as _, Result, bail, ensure};
use lava::prelude::*;
use lava::proc::io::{Compression, DeltaEncoder};

use super::super::adapted_var::Scaled;
use super::super::array::check_size;
use super::super::handle::Handle;
use super::{ANY, Kind, Making, Model};

/// `lava.proc.io.encoder.DeltaEncoder`
pub(super) const DELTA_ENCODER: Kind = Kind {
    name: "DeltaEncoder",
    args: &["shape", "vth", "spike_exp", "num_bits", "compression"],
    models: &[
        Model {
            name: "PyDeltaEncoderModelDense",
            tags: &["dense_out"],
            build: |making| encoder(making, true),
        },
        Model {
            name: "PyDeltaEncoderModelSparse",
            tags: &["sparse_out"],
            build: |making| encoder(making, false),
        },
    ],
};

/// The process of the trace: data and index words of a message are kept in parallel rows.
pub(super) const SPARSE_SINK: Kind = Kind {
    name: "SparseSink",
    args: &["shape", "steps", "width"],
    models: &[Model {
        name: "SparseSink",
        tags: ANY,
        build: sparse_sink,
    }],
};

fn encoder(making: &Making<'_>, dense: bool) -> Result<Handle> {
    let compression = compression(making)?;
    ensure!(
        dense == (compression == Compression::Dense32),
        "the model does not do {compression:?} compression"
    );
    let shape = making.shape("shape")?;
    let exponent = making.whole_or("spike_exp", 0)?;
    making.required::<f64>("vth")?;
    let encoder = DeltaEncoder::shape(shape.as_slice())
        .vth(making.scaled("vth", exponent, 0)?)
        .spike_exp(exponent)
        .num_bits(making.whole("num_bits")?)
        .compression(compression)
        .name(&making.process.name);
    let encoder = making.net.add(encoder)?;
    let vth = Scaled {
        var: encoder.vth.clone(),
        exponent,
    };
    let handle = Handle::new()
        .receives("a_in", &encoder.a_in)
        .holds("vth", vth)
        .holds("act", encoder.act.clone())
        .holds("residue", encoder.residue.clone())
        .holds("spike_exp", encoder.spike_exp.clone());
    if dense {
        return Ok(handle.sends("s_out", &encoder.s_out));
    }
    let words = encoder.s_out.shape()[0] / 2;
    let frame = Frame::words(words).width(shape.iter().product());
    let name = format!("{} frame", making.process.name);
    let frame = making.net.add(frame.name(name))?;
    encoder.s_out.connect(&frame.a_in)?;
    Ok(handle.sends("s_out", &frame.a_out))
}

fn compression(making: &Making<'_>) -> Result<Compression> {
    Ok(match making.member("compression")? {
        None | Some("DENSE") => Compression::Dense32,
        Some("SPARSE") => Compression::Sparse32,
        Some("PACKED_4") => Compression::Packed4,
        Some("DELTA_SPARSE_8") => Compression::DeltaSparse8,
        Some(other) => bail!("unknown compression {other}"),
    })
}

fn sparse_sink(making: &Making<'_>) -> Result<Handle> {
    let whole = |name| making.whole(name)?.with_context(|| format!("no `{name}`"));
    let (steps, width) = (whole("steps")?, whole("width")?);
    let elements = making.shape("shape")?.iter().product();
    check_size(&[steps, width])?;
    let log = SparseLog::elements(elements).steps(steps).width(width);
    let log = making.net.add(log.name(&making.process.name))?;
    Ok(Handle::new()
        .receives("a_in", &log.a_in)
        .holds("count", log.count)
        .holds("log_data", log.log_data)
        .holds("log_idx", log.log_idx))
}

/// Gives compressed messages the length that Lava gives them: data and index words for as many
/// elements as there are. An empty message has one pair of zeros.
#[process]
pub struct Frame {
    #[port(shape = [1 + 2 * words])]
    a_in: InPort<i32>,
    #[port(shape = [1 + 2 * width])]
    a_out: OutPort<i32>,
    #[param]
    words: Param<usize>,
    #[param]
    width: Param<usize>,
}

#[implements(proc = Frame, protocol = Loihi)]
struct FrameModel {
    a_in: In<i32>,
    a_out: Out<i32>,
    words: usize,
    width: usize,
}

impl LoihiModel for FrameModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let (message, frame) = (self.a_in.recv_slice(), self.a_out.accumulate()?);
        let words = (message[0] as usize).min(self.words);
        let (data, index) = message[1..1 + 2 * words].split_at(words);
        frame[0] = words.max(1) as i32;
        frame[1..=words].copy_from_slice(data);
        frame[1 + self.width..][..words].copy_from_slice(index);
        Ok(())
    }
}

/// Keeps data and index words of every step.
#[process]
pub struct SparseLog {
    #[port(shape = [1 + 2 * elements])]
    a_in: InPort<i32>,
    #[param]
    elements: Param<usize>,
    #[param]
    steps: Param<usize>,
    #[param]
    width: Param<usize>,
    #[var(shape = [*steps], init = 0)]
    count: Var<i32>,
    #[var(shape = [*steps, *width], init = 0)]
    log_data: Var<i32>,
    #[var(shape = [*steps, *width], init = 0)]
    log_idx: Var<i32>,
}

#[implements(proc = SparseLog, protocol = Loihi)]
struct SparseLogModel {
    a_in: In<i32>,
    elements: usize,
    steps: usize,
    width: usize,
    count: Vec<i32>,
    log_data: Vec<i32>,
    log_idx: Vec<i32>,
    #[local]
    context: Context,
}

impl LoihiModel for SparseLogModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let step = (self.context.time_step() - 1) as usize;
        let message = self.a_in.recv_slice();
        let words = message[0] as usize;
        if step >= self.steps || words > self.width {
            let message = format!("no room for {words} words in step {}", step + 1);
            return Err(lava::Error::model(message));
        }
        let (data, index) = message[1..].split_at(self.elements);
        let row = step * self.width..step * self.width + words;
        self.count[step] = words as i32;
        self.log_data[row.clone()].copy_from_slice(&data[..words]);
        self.log_idx[row].copy_from_slice(&index[..words]);
        Ok(())
    }
}

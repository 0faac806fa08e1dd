//! Data on its way into a network: encoders with their compressions, and data sets.

use std::sync::Arc;

use lava::prelude::*;
use lava::proc::io::{Compression, Data, Dataset, DeltaEncoder, SpikeDataloader};
use lava::proc::{Dense, Source};
use ndarray::{Array2, ArrayD, array};

use crate::support::{fails, flat, loihi, run};

#[test]
fn compressed_changes_are_those_that_are_sent_plainly() -> lava::Result<()> {
    const NEURONS: usize = 300;
    let input = Array2::from_shape_fn((20, NEURONS), |(step, neuron)| {
        let quiet = (neuron * 7 + step * 13) % 29 > 3;
        if quiet {
            0
        } else {
            (neuron * 31 + step * 17) as i32 % 400 - 200
        }
    });
    let sent = |compression| -> lava::Result<ArrayD<i32>> {
        let encoder = DeltaEncoder::shape([NEURONS]).vth(5).num_bits(Some(8));
        let net = network! { Loihi1SimCfg;
            input:   Source<i32>  = Source::data(&input);
            encoder: DeltaEncoder = encoder.compression(compression);
            input.s_out -> encoder.a_in;
        }?;
        let sent = net.probe(&net.encoder.s_out)?;
        net.run(RunSteps(20))?;
        Ok(sent.data())
    };
    let plain = sent(Compression::Dense32)?;
    assert!(plain.iter().all(|change| (-128..128).contains(change)));
    for compression in [
        Compression::Sparse32,
        Compression::Packed4,
        Compression::DeltaSparse8,
    ] {
        let packed = sent(compression)?;
        // Nothing arrives in the first step.
        for (message, plain) in packed.outer_iter().zip(plain.outer_iter()).skip(1) {
            let mut values = [0; NEURONS];
            compression.decode(&flat(message.to_owned()), &mut values)?;
            assert_eq!(values[..], flat(plain.to_owned()));
        }
    }
    Ok(())
}

#[test]
fn what_does_not_fit_a_message_is_sent_later() -> lava::Result<()> {
    let encoder = DeltaEncoder::shape([1])
        .vth(1)
        .num_bits(Some(3))
        .spike_exp(1);
    let inputs = [10, 10, 10, 10];
    let (sent, residue) = run!(inputs, DeltaEncoder: encoder, a_in, s_out, residue);
    // Messages reach from −8 to 6; 10 is 20 in their units. They arrive a step after they are sent.
    assert_eq!(flat(sent.data()), [0, 6, 6, 6]);
    assert_eq!(flat(residue.data()), [14, 8, 2, 0]);
    Ok(())
}

/// Squares, computed when they are asked for; a sample has as many rows as its number, plus one.
struct Squares {
    samples: usize,
}

impl Dataset<i32, f64> for Squares {
    fn len(&self) -> usize {
        self.samples
    }

    fn sample_shape(&self) -> Vec<usize> {
        vec![1, 2]
    }

    fn sample(&self, index: usize) -> lava::Result<(Data<'_, i32>, Data<'_, f64>)> {
        if index == 3 {
            return Err(lava::Error::model("the disk is full"));
        }
        let rows = index + 1 - usize::from(index == 2) * 3;
        let square = (index * index) as i32;
        let sample = ArrayD::from_elem(vec![rows, 2 + usize::from(index == 4)], square);
        Ok((sample.into(), array![index as f64].into_dyn().into()))
    }
}

#[test]
fn samples_are_cut_or_filled_up() -> lava::Result<()> {
    let net = loihi();
    let data = vec![
        (array![[1], [2], [3], [4]], 10),
        (array![[5]], 20),
        (array![[6], [7], [8]], 30),
    ];
    let loader = SpikeDataloader::dataset(Arc::new(data))
        .interval(3)
        .offset(4);
    let loader: SpikeDataloader<i32> = net.add(loader)?;
    let (rows, labels) = (net.probe(&loader.s_out)?, net.probe(&loader.ground_truth)?);
    net.run(RunSteps(13))?;
    assert_eq!(flat(rows.data()), [0, 0, 1, 2, 3, 5, 0, 0, 6, 7, 8, 1, 2]);
    let expected = [0, 0, 10, 10, 10, 20, 20, 20, 30, 30, 30, 10, 10];
    assert_eq!(flat(labels.data()), expected);
    net.reset()?;
    net.run(RunSteps(3))?;
    assert_eq!(
        loader.data.get()?,
        array![[1], [2], [3]].into_dyn(),
        "from the start"
    );
    Ok(())
}

#[test]
fn samples_of_spikes_drive_neurons() -> lava::Result<()> {
    let data = vec![(array![[true, false], [true, true]], 1)];
    let loader = SpikeDataloader::dataset(Arc::new(data)).interval(2);
    let net = network! { Loihi1SimCfg;
        loader: SpikeDataloader = loader;
        dense:  Dense           = Dense::weights([[1.0, 10.0]]);
        loader.s_out -> dense.s_in;
    }?;
    let sums = net.probe(&net.dense.a_buff)?;
    net.run(RunSteps(3))?;
    assert_eq!(flat(sums.data()), [0.0, 1.0, 11.0]);
    Ok(())
}

#[test]
fn a_data_set_that_fails_stops_the_network() -> lava::Result<()> {
    let net = loihi();
    let squares = Arc::new(Squares { samples: 5 });
    let loader = SpikeDataloader::dataset(squares).name("loader");
    let loader: SpikeDataloader<i32, f64> = net.add(loader)?;
    fails(
        net.run(RunSteps(10)),
        &["loader", "the disk is full", "step 4"],
    );
    assert_eq!(
        loader.data.get()?,
        array![[0, 0]].into_dyn(),
        "of sample 2, without rows"
    );
    let empty: Arc<Vec<(Array2<i32>, i32)>> = Arc::default();
    let net = loihi();
    let _: SpikeDataloader<i32> = net.add(SpikeDataloader::dataset(empty))?;
    fails(net.run(RunSteps(1)), &["no samples"]);
    let uneven = Arc::new(vec![(array![[1, 2]], 0), (array![[1, 2, 3]], 0)]);
    let net = loihi();
    let _: SpikeDataloader<i32> = net.add(SpikeDataloader::dataset(uneven))?;
    fails(
        net.run(RunSteps(5)),
        &["sample 1", "[1, 3]", "rows of shape [2]", "step 2"],
    );
    let none = SpikeDataloader::dataset(Arc::new(vec![(array![[1]], 0)])).interval(0);
    let net = loihi();
    let built: lava::Result<SpikeDataloader<i32>> = net.add(none.name("loader"));
    fails(built.map(drop), &["`loader.data`", "[0, 1]", "empty"]);
    Ok(())
}

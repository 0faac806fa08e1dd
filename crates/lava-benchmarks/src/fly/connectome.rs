//! The connections of the fly brain: a surrogate with the statistics of the connectome, or the connectome
//! itself from a file.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use rand_distr::weighted::WeightedAliasIndex;
use rand_distr::{Distribution, LogNormal, StandardUniform};
use rand_philox::Philox;

/// The neurons of the connectome, FlyWire version 783.
pub(super) const NEURONS: usize = 138_639;

/// The sensory neurons for sugar that are driven, by their FlyWire ids.
#[rustfmt::skip]
const SUGAR: [u64; 21] = [
    720575940624963786, 720575940630233916, 720575940637568838, 720575940638202345, 720575940617000768,
    720575940630797113, 720575940632889389, 720575940621754367, 720575940621502051, 720575940640649691,
    720575940639332736, 720575940616885538, 720575940639198653, 720575940639259967, 720575940617937543,
    720575940632425919, 720575940633143833, 720575940612670570, 720575940628853239, 720575940629176663,
    720575940611875570,
];

/// Neurons, their connections, and the neurons that can be driven.
#[derive(Debug)]
pub(super) struct Connectome {
    pub(super) neurons: usize,
    pub(super) connections: Vec<Connection>,
    /// Sensory neurons, the first of which are driven.
    pub(super) sensory: Vec<usize>,
}

/// All synapses from one neuron to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Connection {
    pub(super) source: u32,
    pub(super) target: u32,
    /// The number of synapses, negative if they inhibit.
    pub(super) synapses: i32,
}

/// Parameters of the surrogate.
mod surrogate {
    /// The seed of the connections: there is one brain, as there is one fly.
    pub(super) const SEED: u64 = 131_073;
    /// The mean number of connections that are drawn for a neuron; those to the same target are one. 109 are
    /// left: 15.1 million.
    pub(super) const DEGREE: f64 = 113.0;
    /// The number that is drawn for a sensory neuron.
    pub(super) const SENSORY_DEGREE: f64 = 192.0;
    /// The spread of the logarithm of a neuron's size, which both of its degrees are proportional to.
    pub(super) const SIZE_SPREAD: f64 = 0.8;
    /// The spread of the logarithm of either degree for a given size.
    pub(super) const DEGREE_SPREAD: f64 = 0.4;
    /// Mean and spread of the logarithm of the synapses of a connection, which are rounded up: 3.6 in the
    /// mean, and 5 or more in 18 % of connections.
    pub(super) const SYNAPSES: (f64, f64) = (0.01, 1.5);
    /// The share of neurons that inhibit.
    pub(super) const INHIBITORY: f64 = 0.3;
    /// Neurons of a module.
    pub(super) const MODULE: usize = 462;
    /// The share of a neuron's connections within its module.
    pub(super) const WITHIN: f64 = 0.5;
    /// Sensory neurons of a module.
    pub(super) const SENSORY: usize = 21;
}

impl Connectome {
    /// A random connectome of `neurons` neurons, the same every time.
    pub(super) fn surrogate(neurons: usize) -> Result<Connectome> {
        use surrogate::{
            DEGREE, DEGREE_SPREAD, INHIBITORY, MODULE, SEED, SENSORY, SENSORY_DEGREE, SIZE_SPREAD,
            SYNAPSES, WITHIN,
        };
        let mut random = Philox::from_u64_seed(SEED);
        let unit_mean = |spread: f64| LogNormal::new(-spread * spread / 2.0, spread);
        let (size, degree) = (unit_mean(SIZE_SPREAD)?, unit_mean(DEGREE_SPREAD)?);
        let synapses = LogNormal::new(SYNAPSES.0, SYNAPSES.1)?;
        let sizes: Vec<f64> = (0..neurons).map(|_| size.sample(&mut random)).collect();
        let attraction = sizes.iter().map(|size| size * degree.sample(&mut random));
        let attraction: Vec<f64> = attraction.collect();
        // The neurons of a module lie as far apart as those of a circuit do.
        let modules = neurons.div_ceil(MODULE);
        let members = |module: usize| (module..neurons).step_by(modules);
        let everywhere = WeightedAliasIndex::new(attraction)?;
        let size_of = |module: usize| members(module).len() as f64;
        let mut connections = Vec::with_capacity((neurons as f64 * DEGREE * 1.05) as usize);
        let mut targets = Vec::new();
        for (source, size) in sizes.iter().enumerate() {
            let (module, is_sensory) = (source % modules, source / modules < SENSORY);
            let mean = DEGREE * size * degree.sample(&mut random);
            let count = if is_sensory { SENSORY_DEGREE } else { mean };
            targets.clear();
            for _ in 0..count.round() as usize {
                let target = match is_sensory || unit(&mut random) < WITHIN {
                    true => module + modules * (unit(&mut random) * size_of(module)) as usize,
                    false => everywhere.sample(&mut random),
                };
                if target != source {
                    targets.push(target as u32);
                }
            }
            targets.sort_unstable();
            targets.dedup();
            let inhibits = !is_sensory && unit(&mut random) < INHIBITORY;
            let sign = if inhibits { -1 } else { 1 };
            connections.extend(targets.iter().map(|target| Connection {
                source: source as u32,
                target: *target,
                synapses: sign * synapses.sample(&mut random).ceil().min(1000.0) as i32,
            }));
        }
        let sensory = (0..modules).flat_map(|module| members(module).take(SENSORY));
        Ok(Connectome {
            neurons,
            connections,
            sensory: sensory.collect(),
        })
    }

    /// Reads the connectome from a table with commas, as it was published: a line of titles, then a line for
    /// each connection. The columns `Presynaptic_Index`, `Postsynaptic_Index` and
    /// `Excitatory x Connectivity` are read, and `Presynaptic_ID` for the sensory neurons.
    pub(super) fn read(path: &Path) -> Result<Connectome> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        Connectome::parse(BufReader::new(file))
            .with_context(|| format!("{} is no table of connections", path.display()))
    }

    fn parse(mut table: impl BufRead) -> Result<Connectome> {
        let mut line = String::new();
        table.read_line(&mut line)?;
        let titles: Vec<String> = fields(&line).map(str::to_owned).collect();
        let column = |title: &str| {
            let found = titles.iter().position(|other| other == title);
            found.ok_or_else(|| {
                anyhow!(
                    "there is no column `{title}` in the first line; a parquet file is converted by \
                     `python -c \"import pandas; pandas.read_parquet('Connectivity_783.parquet')\
                     .to_csv('connectivity.csv', index=False)\"`"
                )
            })
        };
        let source = column("Presynaptic_Index")?;
        let target = column("Postsynaptic_Index")?;
        let synapses = column("Excitatory x Connectivity")?;
        let id = column("Presynaptic_ID")?;
        let mut connections = Vec::new();
        let mut sensory = vec![None; SUGAR.len()];
        let mut neurons = NEURONS;
        for number in 2.. {
            line.clear();
            if table.read_line(&mut line)? == 0 {
                break;
            }
            let fields: Vec<&str> = fields(&line).collect();
            let field = |column: usize| -> Result<i64> {
                let text = fields.get(column).copied().unwrap_or_default();
                // Whole numbers may have been written as numbers with a point.
                let parsed = text
                    .parse()
                    .or_else(|_| text.parse().map(|it: f64| it as i64));
                parsed.map_err(|_| anyhow!("line {number} has {text:?} as `{}`", titles[column]))
            };
            let index = |column: usize| -> Result<u32> {
                let index = field(column)?;
                u32::try_from(index)
                    .map_err(|_| anyhow!("line {number}: there is no neuron {index}"))
            };
            let connection = Connection {
                source: index(source)?,
                target: index(target)?,
                synapses: i32::try_from(field(synapses)?)?,
            };
            let fired = SUGAR
                .iter()
                .position(|sugar| *sugar == field(id).unwrap_or(0) as u64);
            if let Some(neuron) = fired {
                sensory[neuron] = Some(connection.source as usize);
            }
            let last = connection.source.max(connection.target) as usize;
            neurons = neurons.max(last + 1);
            connections.push(connection);
        }
        let sensory: Vec<usize> = sensory.into_iter().flatten().collect();
        if sensory.is_empty() {
            bail!("none of the sensory neurons for sugar is a source of a connection");
        }
        connections.sort_unstable_by_key(|it| (it.source, it.target));
        Ok(Connectome {
            neurons,
            connections,
            sensory,
        })
    }
}

/// A number between 0 and 1.
fn unit(random: &mut Philox) -> f64 {
    StandardUniform.sample(random)
}

/// The fields of a line.
fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.trim_end()
        .split(',')
        .map(|field| field.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surrogate_has_the_statistics_of_the_connectome() -> Result<()> {
        let brain = Connectome::surrogate(NEURONS / 10)?;
        let connections = brain.connections.len() as f64;
        let degree = connections / brain.neurons as f64;
        assert!((100.0..112.0).contains(&degree), "{degree} connections");
        let counts = brain
            .connections
            .iter()
            .map(|it| f64::from(it.synapses.abs()));
        let mean = counts.clone().sum::<f64>() / connections;
        assert!((3.3..3.9).contains(&mean), "{mean} synapses");
        let strong = counts.filter(|count| *count >= 5.0).count() as f64 / connections;
        assert!((0.16..0.20).contains(&strong), "{strong} with five or more");
        let mut degrees = [vec![0.0; brain.neurons], vec![0.0; brain.neurons]];
        for connection in &brain.connections {
            degrees[0][connection.source as usize] += 1.0;
            degrees[1][connection.target as usize] += 1.0;
        }
        let n = brain.neurons as f64;
        let product = |a: &[f64], b: &[f64]| {
            let [mean_a, mean_b] = [a, b].map(|it| it.iter().sum::<f64>() / n);
            a.iter()
                .zip(b)
                .map(|(a, b)| (a - mean_a) * (b - mean_b))
                .sum::<f64>()
                / n
        };
        let [out, into] = &degrees;
        let r = product(out, into) / (product(out, out) * product(into, into)).sqrt();
        assert!((0.65..0.87).contains(&r), "degrees are correlated by {r}");
        Ok(())
    }

    #[test]
    fn a_table_is_read_by_its_titles() -> Result<()> {
        let titles = "Presynaptic_ID,Postsynaptic_ID,Presynaptic_Index,Postsynaptic_Index,Connectivity,\
                      Excitatory,Excitatory x Connectivity\n";
        let lines = "720575940624963786,2,7,3,4,1,4\n9,720575940624963786,3,7,2,-1,-2.0\n";
        let brain = Connectome::parse(format!("{titles}{lines}").as_bytes())?;
        assert_eq!((brain.neurons, brain.sensory), (NEURONS, vec![7]));
        let expected = [(3, 7, -2), (7, 3, 4)].map(|(source, target, synapses)| Connection {
            source,
            target,
            synapses,
        });
        assert_eq!(brain.connections, expected);
        for (table, word) in [
            ("a,b\n1,2\n".to_owned(), "to_csv"),
            (format!("{titles}1,2,3\n"), "line 2"),
            (format!("{titles}1,2,-3,4,5,6,7\n"), "no neuron -3"),
            (titles.to_owned(), "sensory"),
        ] {
            let error = Connectome::parse(table.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(word), "`{error}` does not say {word}");
        }
        Ok(())
    }
}

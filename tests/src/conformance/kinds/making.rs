//! The arguments of a process, as Lava's constructor would take them.

use std::collections::HashSet;

use anyhow::{Context, Result, bail, ensure};
use lava::proc::SignMode;
use ndarray::{ArrayD, Ix2};
use serde_json::{Map, Value};

use super::super::adapted_var::unscaled;
use super::super::array;
use super::super::build::Built;
use super::super::file::{Process, Watched};
use super::super::var::{AnyVar, Net, Number, numbers};

/// The arguments of a process, and what surrounds it in its trace.
pub struct Making<'a> {
    /// The network that it is added to.
    pub net: &'a Net,
    /// Its name, and the arguments of its constructor.
    pub process: &'a Process,
    /// The arrays that arguments refer to.
    pub inputs: &'a Map<String, Value>,
    /// The Vars, `process.var`, that the schedule sets.
    pub set: &'a HashSet<&'a str>,
    /// The processes that there are so far.
    pub others: &'a Built,
    /// The member of another process that its RefPort is connected to.
    pub watched: Option<Watched<'a>>,
}

impl Making<'_> {
    /// Fails where an argument is not one of `known`.
    ///
    /// # Errors
    /// Names that argument.
    pub fn check_args(&self, known: &[&str]) -> Result<()> {
        let common = ["name", "log_config"];
        let mut given = self.process.args.keys().map(String::as_str);
        let unknown = given.find(|arg| !known.contains(arg) && !common.contains(arg));
        unknown.map_or(Ok(()), |arg| bail!("unknown argument `{arg}`"))
    }

    /// Returns `true` if the schedule sets the Var `name`.
    pub fn sets(&self, name: &str) -> bool {
        self.set
            .contains(format!("{}.{name}", self.process.name).as_str())
    }

    /// The Var that the process's RefPort is connected to.
    ///
    /// # Errors
    /// If it is connected to none.
    pub fn referred(&self) -> Result<&dyn AnyVar> {
        let watched = self.watched.context("its RefPort is not connected")?;
        self.others.watched(watched)
    }

    /// Returns `true` if a connection only ever receives spikes. Lava decides in every step whether
    /// messages are spikes or numbers, by `num_message_bits`; here the type says it, and only those
    /// for numbers look at `num_message_bits`.
    ///
    /// # Errors
    /// If it is no whole number.
    pub fn spikes(&self) -> Result<bool> {
        let bits: i32 = self.whole("num_message_bits")?.unwrap_or(0);
        Ok(bits == 0 && !self.sets("num_message_bits"))
    }

    /// Returns `true` if an argument is there, and not null.
    pub fn given(&self, name: &str) -> bool {
        self.arg(name).is_some()
    }

    /// An argument, unless it is absent or null.
    fn arg(&self, name: &str) -> Option<&Value> {
        self.process.args.get(name).filter(|value| !value.is_null())
    }

    fn read<X>(&self, name: &str, read: impl FnOnce(&Value) -> Result<X>) -> Result<Option<X>> {
        let value = self.arg(name).map(read).transpose();
        value.with_context(|| format!("argument `{name}`"))
    }

    fn array(&self, value: &Value) -> Result<ArrayD<f64>> {
        let Some(input) = value.get("$input") else {
            return array::parse(value);
        };
        let name = input.as_str().context("$input is not a name")?;
        let input = self
            .inputs
            .get(name)
            .with_context(|| format!("no input `{name}`"))?;
        for key in input.as_object().into_iter().flat_map(Map::keys) {
            ensure!(
                key == "layout" || key == "data",
                "input `{name}`: unknown key `{key}`"
            );
        }
        let layout = input.get("layout").and_then(Value::as_str);
        ensure!(
            layout == Some("[step][...]"),
            "input `{name}`: layout {layout:?}"
        );
        let data = input
            .get("data")
            .with_context(|| format!("input `{name}` has no data"))?;
        Ok(array::time_last(array::parse(data)?))
    }

    /// An array, or a number, that the constructor needs, in Lava's layout.
    ///
    /// # Errors
    /// If it is absent or not made of numbers that fit `T`.
    pub fn required<T: Number>(&self, name: &str) -> Result<ArrayD<T>> {
        let values = self.read(name, |value| numbers(&self.array(value)?))?;
        values.with_context(|| format!("no argument `{name}`"))
    }

    /// An array, or a number, that may be absent.
    ///
    /// # Errors
    /// If it is not made of numbers that fit `T`.
    pub fn values<T: Number>(&self, name: &str, default: T) -> Result<ArrayD<T>> {
        let values = self.read(name, |value| numbers(&self.array(value)?))?;
        Ok(values.unwrap_or_else(|| ndarray::arr0(default).into_dyn()))
    }

    /// [`values`](Making::values) of a Var that Lava's models hold as it is given, and that is
    /// therefore not rounded.
    ///
    /// # Errors
    /// If it is not made of numbers that fit `T`, or rounding would change one.
    pub fn unrounded<T: Number>(&self, name: &str, default: T) -> Result<ArrayD<T>> {
        let exact = |value: &Value| {
            let given = self.array(value)?;
            let loss = given
                .iter()
                .find(|number| T::WHOLE && number.fract() != 0.0);
            loss.map_or(Ok(()), |number| bail!("{number} in fixed point"))
        };
        self.read(name, exact)?;
        self.values(name, default)
    }

    /// [`unrounded`](Making::unrounded) values that Lava multiplies by a power of two before it
    /// rounds them, in units in which they are not multiplied.
    ///
    /// # Errors
    /// If they are not made of numbers that fit `T`, or there is no such number.
    pub fn scaled<T: Number>(&self, name: &str, exponent: i32, default: T) -> Result<ArrayD<T>> {
        let values = self.read(name, |value| {
            let given = self.array(value)? * 2.0_f64.powi(exponent);
            numbers(&unscaled(&given, exponent, T::WHOLE)?)
        })?;
        Ok(values.unwrap_or_else(|| ndarray::arr0(default).into_dyn()))
    }

    /// Real and imaginary parts of an array, or a number, that may be absent; `$complex` is a
    /// pair of them.
    ///
    /// # Errors
    /// If it is made of something else.
    pub fn complex(&self, name: &str) -> Result<Option<[ArrayD<f64>; 2]>> {
        self.read(name, |value| {
            let [re, im] = [0, 1].map(|part| self.array(&part_of(value, part)));
            Ok([re?, im?])
        })
    }

    /// Samples with labels: a list of pairs.
    ///
    /// # Errors
    /// If it is absent or something else.
    pub fn pairs(&self, name: &str) -> Result<Vec<(ArrayD<f64>, ArrayD<f64>)>> {
        let pair = |pair: &Value| match pair.as_array().map(Vec::as_slice) {
            Some([first, second]) => Ok((self.array(first)?, self.array(second)?)),
            _ => bail!("not a pair"),
        };
        let pairs = self.read(name, |value| {
            let pairs = value.as_array().context("not a list")?;
            pairs.iter().map(pair).collect()
        })?;
        pairs.with_context(|| format!("no argument `{name}`"))
    }

    /// A truth value that may be absent.
    ///
    /// # Errors
    /// If it is something else.
    pub fn truth(&self, name: &str) -> Result<Option<bool>> {
        self.read(name, |value| match value {
            Value::Bool(truth) => Ok(*truth),
            other => match other.as_f64() {
                Some(number) => Ok(number != 0.0),
                None => bail!("{other} is no truth value"),
            },
        })
    }

    /// A whole number that may be absent.
    ///
    /// # Errors
    /// If it is something else, or does not fit.
    pub fn whole<X: TryFrom<i64>>(&self, name: &str) -> Result<Option<X>> {
        self.read(name, |value| {
            let fits = value.as_i64().and_then(|number| X::try_from(number).ok());
            fits.with_context(|| format!("{value} is no whole number that it takes"))
        })
    }

    /// A [`whole`](Making::whole) number with a default.
    ///
    /// # Errors
    /// If it is something else, or does not fit.
    pub fn whole_or<X: TryFrom<i64>>(&self, name: &str, default: X) -> Result<X> {
        Ok(self.whole(name)?.unwrap_or(default))
    }

    /// The signs that weights may have.
    ///
    /// # Errors
    /// If `sign_mode` is no sign mode.
    pub fn sign_mode(&self) -> Result<Option<SignMode>> {
        Ok(match self.member("sign_mode")? {
            None => None,
            Some("NULL") => Some(SignMode::Null),
            Some("MIXED") => Some(SignMode::Mixed),
            Some("EXCITATORY") => Some(SignMode::Excitatory),
            Some("INHIBITORY") => Some(SignMode::Inhibitory),
            Some(other) => bail!("unknown sign mode {other}"),
        })
    }

    /// A whole number for either of two axes: a list, or one number for both.
    ///
    /// # Errors
    /// If it is something else.
    pub fn pair(&self, name: &str) -> Result<Option<[usize; 2]>> {
        if !self.given(name) {
            return Ok(None);
        }
        match self.shape(name)?[..] {
            [both] => Ok(Some([both, both])),
            [x, y] => Ok(Some([x, y])),
            ref more => bail!("argument `{name}`: {} numbers, not two", more.len()),
        }
    }

    /// The shape and the stored entries of a matrix: all of one in SciPy's CSR format, those that
    /// are not 0 of an array.
    ///
    /// # Errors
    /// If it is absent or something else.
    pub fn entries(&self, name: &str) -> Result<([usize; 2], Vec<([usize; 2], f64)>)> {
        let entries = self.read(name, |value| match value.get("$csr") {
            Some(csr) => array::csr(csr),
            None => {
                let matrix = self.array(value)?.into_dimensionality::<Ix2>()?;
                let entries = matrix.indexed_iter().filter(|(_, entry)| **entry != 0.0);
                let entries = entries.map(|((row, column), entry)| ([row, column], *entry));
                Ok((matrix.dim().into(), entries.collect()))
            }
        })?;
        entries.with_context(|| format!("no argument `{name}`"))
    }

    /// A number that may be absent, alone or in an array of one.
    ///
    /// # Errors
    /// If it is something else.
    pub fn number(&self, name: &str) -> Result<Option<f64>> {
        self.read(name, |value| {
            let values = self.array(value)?;
            ensure!(values.len() == 1, "{} numbers, not one", values.len());
            values.first().copied().context("not a number")
        })
    }

    /// An argument that is an object of its own.
    pub fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.arg(name).and_then(Value::as_object)
    }

    /// The extents of a population: a list, or one number.
    ///
    /// # Errors
    /// If it is absent or something else.
    pub fn shape(&self, name: &str) -> Result<Vec<usize>> {
        let extent = |value: &Value| {
            let extent = value
                .as_u64()
                .and_then(|extent| usize::try_from(extent).ok());
            extent.with_context(|| format!("{value} is no extent"))
        };
        let shape = self.read(name, |value| match value {
            Value::Array(extents) => extents.iter().map(extent).collect(),
            single => Ok(vec![extent(single)?]),
        })?;
        let shape = shape.with_context(|| format!("no argument `{name}`"))?;
        array::check_size(&shape)?;
        Ok(shape)
    }

    /// [`shape`](Making::shape) that may be absent.
    ///
    /// # Errors
    /// If it is something else.
    pub fn shape_or(&self, name: &str, default: &[usize]) -> Result<Vec<usize>> {
        match self.arg(name) {
            Some(_) => self.shape(name),
            None => Ok(default.to_vec()),
        }
    }

    /// The name of an enum's member, without the enum: `MIXED` for `SignMode.MIXED`.
    ///
    /// # Errors
    /// If it is something else.
    pub fn member(&self, name: &str) -> Result<Option<&str>> {
        let value = self.arg(name).map(|value| {
            let path = value.get("$enum").and_then(Value::as_str);
            let path = path.with_context(|| format!("argument `{name}`: {value} is no $enum"))?;
            Ok(path.rsplit('.').next().unwrap_or(path))
        });
        value.transpose()
    }
}

/// The function that adds a process for spikes or for numbers, as its arguments say.
macro_rules! by_message {
    ($add:ident, $number:ty) => {
        |making| {
            if making.spikes()? {
                $add::<$number, Spike>(making)
            } else {
                $add::<$number, $number>(making)
            }
        }
    };
}

/// A builder of synapses with the arguments that say how Loihi stores weights, and with its name.
macro_rules! stored {
    ($builder:expr, $making:expr) => {
        $builder
            .num_message_bits($making.whole_or("num_message_bits", 0)?)
            .weight_exp($making.whole_or("weight_exp", 0)?)
            .num_weight_bits($making.whole_or("num_weight_bits", 8)?)
            .sign_mode($making.sign_mode()?)
            .name(&$making.process.name)
    };
}

pub(super) use {by_message, stored};

/// The real part, 0, or the imaginary one, 1, of everything in nested lists.
fn part_of(value: &Value, part: usize) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| part_of(item, part)).collect(),
        Value::Object(_) if value.get("$complex").is_some() => value["$complex"][part].clone(),
        Value::Number(_) if part == 1 => Value::from(0),
        other => other.clone(),
    }
}

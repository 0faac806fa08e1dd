//! The weights of synapses by the distance of their neurons.

use super::error::FieldError;

/// The border of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Border {
    /// The field ends: nothing is beyond it.
    #[default]
    Open,
    /// The field is a ring, in each axis: the last neuron is a neighbour of the first.
    Circular,
}

/// The weight of a synapse by the distance of its neurons, a sum of Gaussians and a constant.
///
#[cfg_attr(doc, doc = include_str!("../../pictures/field_kernel.svg"))]
///
/// ```text
/// w(d) = a · exp(−½ Σ dₖ²/σₖ²) + b · exp(−½ Σ dₖ²/ρₖ²) + g
/// ```
///
/// | | a, σ | b, ρ | g | the field keeps |
/// |---|---|---|---|---|
/// | [`selective`](FieldKernel::selective) | > 0 | 0 | < 0 | one peak |
/// | [`multi_peak`](FieldKernel::multi_peak) | > 0 | < 0, ρ > σ | 0 | several peaks, some distance apart |
/// | [`gaussian`](FieldKernel::gaussian) | any | 0 | 0 | |
///
/// Gaussians end at three widths. Source: the kernels of Intel's lava-dnf, after Amari (1977), Biol. Cybern. 27.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldKernel {
    gaussians: Vec<Gaussian>,
    constant: f64,
    border: Border,
}

#[derive(Clone, Debug, PartialEq)]
struct Gaussian {
    amplitude: f64,
    widths: Vec<f64>,
}

#[cfg(feature = "store")]
crate::storable!(
    enum Border {
        Open,
        Circular,
    }
);
#[cfg(feature = "store")]
crate::storable!(struct Gaussian { amplitude, widths });
#[cfg(feature = "store")]
crate::storable!(struct FieldKernel { gaussians, constant, border });

/// Widths after which a Gaussian is 0.
const LIMIT: f64 = 3.0;

impl FieldKernel {
    /// A Gaussian of `amplitude`, with a width for each axis of the field.
    pub fn gaussian(amplitude: f64, widths: impl Into<Vec<f64>>) -> FieldKernel {
        FieldKernel {
            gaussians: vec![Gaussian {
                amplitude,
                widths: widths.into(),
            }],
            constant: 0.0,
            border: Border::Open,
        }
    }

    /// Local excitation and global inhibition: of several inputs, one wins. `inhibition` is negative.
    pub fn selective(excitation: f64, widths: impl Into<Vec<f64>>, inhibition: f64) -> FieldKernel {
        let mut kernel = FieldKernel::gaussian(excitation, widths);
        kernel.constant = inhibition;
        kernel
    }

    /// Local excitation, and inhibition that reaches further: peaks at some distance stand side by side.
    /// `inhibition` is negative.
    pub fn multi_peak(
        excitation: f64,
        widths: impl Into<Vec<f64>>,
        inhibition: f64,
        inhibition_widths: impl Into<Vec<f64>>,
    ) -> FieldKernel {
        let mut kernel = FieldKernel::gaussian(excitation, widths);
        kernel.gaussians.push(Gaussian {
            amplitude: inhibition,
            widths: inhibition_widths.into(),
        });
        kernel
    }

    /// Sets the border of the field.
    #[must_use]
    pub fn border(mut self, border: Border) -> FieldKernel {
        self.border = border;
        self
    }

    /// Fails unless there is a positive width for each axis.
    pub(super) fn check(&self, shape: &[usize]) -> Result<(), FieldError> {
        for Gaussian { widths, .. } in &self.gaussians {
            if widths.len() != shape.len() {
                return Err(FieldError::Kernel {
                    widths: widths.len(),
                    shape: shape.to_vec(),
                });
            }
            if let Some(width) = widths
                .iter()
                .find(|width| !(**width > 0.0 && width.is_finite()))
            {
                return Err(FieldError::Width(*width));
            }
        }
        Ok(())
    }

    /// The weight between two places of a field.
    ///
    /// ```
    /// use lava::dnf::FieldKernel;
    ///
    /// let kernel = FieldKernel::selective(1.0, [2.0], -0.25);
    /// assert_eq!(kernel.weight(&[10], &[4], &[4]), 0.75);
    /// assert_eq!(kernel.weight(&[10], &[0], &[9]), -0.25);
    /// ```
    pub fn weight(&self, shape: &[usize], from: &[usize], to: &[usize]) -> f64 {
        let distance = |axis: usize| {
            let apart = from[axis].abs_diff(to[axis]);
            match self.border {
                Border::Open => apart as f64,
                Border::Circular => apart.min(shape[axis] - apart) as f64,
            }
        };
        let gaussians = self.gaussians.iter().map(|Gaussian { amplitude, widths }| {
            let ratios = widths.iter().enumerate();
            let square: f64 = ratios
                .map(|(axis, width)| (distance(axis) / width).powi(2))
                .sum();
            if square > LIMIT * LIMIT {
                return 0.0;
            }
            amplitude * (-0.5 * square).exp()
        });
        gaussians.sum::<f64>() + self.constant
    }
}

//! Weights as a synapse stores them.

/// Weights of a matrix for Loihi's synapses: shifted to the left as far as they fit into 8 bits, with the
/// exponent that takes the shift back, and without the low bits that are 0 in all of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StoredWeights {
    pub(super) weights: Vec<i32>,
    pub(super) bits: u32,
    pub(super) exponent: i32,
}

/// The weights of a matrix as lava-dl's reader stores them.
pub(super) fn stored(weights: &[i32]) -> StoredWeights {
    let most = weights.iter().copied().max().unwrap_or(0);
    let least = weights.iter().copied().min().unwrap_or(0);
    let is_mixed = least < 0 && most >= 0;
    let clipped: Vec<i32> = match is_mixed && (most > 254 || least < -256) {
        true => weights
            .iter()
            .map(|weight| (*weight).clamp(-256, 254))
            .collect(),
        false => weights.to_vec(),
    };
    let (most, least) = (
        f64::from(clipped.iter().copied().max().unwrap_or(0)),
        f64::from(clipped.iter().copied().min().unwrap_or(0)),
    );
    let (scale, signed) = match (most, least) {
        (most, least) if most < 0.0 => (-256.0 / least, 0),
        (most, least) if least >= 0.0 => (255.0 / most, 0),
        (most, least) => ((127.0 / most).min(-128.0 / least), 1),
    };
    // Weights that are all 0 have no scale.
    let scale_bits = if scale.is_finite() {
        (scale.log2().floor() as i32 + signed).max(0)
    } else {
        0
    };
    let zeros = clipped
        .iter()
        .fold(0, |bits, weight| bits | weight)
        .trailing_zeros()
        .min(8) as i32;
    StoredWeights {
        weights: clipped.iter().map(|weight| weight << scale_bits).collect(),
        bits: (8 - scale_bits - (zeros - signed)).clamp(0, 8) as u32,
        exponent: -scale_bits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_shifted_as_far_as_they_fit() {
        let stored = stored(&[10, -10, 4]);
        // 127/10 = 12.7: 3 bits, and one for the sign.
        assert_eq!((stored.weights, stored.exponent), (vec![160, -160, 64], -4));
        // Of 8 bits, 4 are shifted out, and none of the low ones is 0 in all weights but one.
        assert_eq!(stored.bits, 4);
    }

    #[test]
    fn weights_of_one_sign_have_a_bit_more() {
        assert_eq!(stored(&[0, 255]).exponent, 0);
        assert_eq!(stored(&[0, 100]).weights, [0, 200]);
        assert_eq!(stored(&[-256, -1]).exponent, 0);
        assert_eq!(
            stored(&[0, 0]),
            StoredWeights {
                weights: vec![0, 0],
                bits: 0,
                exponent: 0
            }
        );
    }
}

//! Compressed messages: numbers packed into as few 32-bit words as they need.

use std::iter::zip;

/// Format in which a [`DeltaEncoder`](super::DeltaEncoder) packs the changes of a step into a
/// message.
///
/// A compressed message has one axis: `w`, then `w` *data words*, then `w` *index words*, then
/// zeros up to the fixed length of the port's messages. Data and index words correspond to each
/// other, or their four bytes do, the lowest first.
///
/// | | data word | index word | `w` for *n* elements |
/// |---|---|---|---|
/// | `Dense32` | | | no compression: the elements in their own shape |
/// | `Sparse32` | nonzero element | its row-major index | at most *n* |
/// | `Packed4` | elements 8k … 8k + 3 | elements 8k + 4 … 8k + 7 | ⌈*n*/8⌉ |
/// | `DeltaSparse8` | four nonzero elements | number of zeros before each | at most ⌈*n*/4⌉ |
///
/// In `DeltaSparse8`, an index byte of 255 is an escape: its data byte is the number of runs of 255
/// elements to skip. If the first nonzero element is the 256th or a later one, a 0 for the first
/// element precedes it.
///
/// Packed elements have 8 bits, of which the highest is the sign; higher bits are cut off.
///
/// Source: words as in Intel's Lava, `DENSE`, `SPARSE`, `PACKED_4` and `DELTA_SPARSE_8`. Lava sends
/// them on separate channels, and a pair of zeros if there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// No compression.
    #[default]
    Dense32,
    /// Nonzero elements and their indices in 32 bits.
    Sparse32,
    /// All elements in 8 bits.
    Packed4,
    /// Nonzero elements in 8 bits and the distances between them in 8 bits.
    DeltaSparse8,
}

#[cfg(feature = "store")]
crate::storable!(
    enum Compression {
        Dense32,
        Sparse32,
        Packed4,
        DeltaSparse8,
    }
);

/// Index byte that skips elements.
const ESCAPE: usize = 0xFF;

impl Compression {
    /// Returns the shape of the messages for elements of shape `shape`.
    pub fn shape(self, shape: &[usize]) -> Vec<usize> {
        match self.words(shape.iter().product()) {
            None => shape.to_vec(),
            Some(words) => vec![1 + 2 * words],
        }
    }

    /// Returns the most data words that `elements` elements may need, or `None` without
    /// compression.
    fn words(self, elements: usize) -> Option<usize> {
        match self {
            Compression::Dense32 => None,
            Compression::Sparse32 => Some(elements),
            Compression::Packed4 => Some(elements.div_ceil(8)),
            Compression::DeltaSparse8 => Some(elements.div_ceil(4)),
        }
    }

    /// Packs `values` into `message`, which is zero before.
    pub(super) fn encode(self, values: &[i32], message: &mut [i32]) {
        let mut words = Words::new(message);
        let present = (0..).zip(values).filter(|(_, value)| **value != 0);
        match self {
            Compression::Dense32 => return message.copy_from_slice(values),
            Compression::Sparse32 => present.for_each(|(index, value)| words.push(*value, index)),
            Compression::Packed4 => {
                for eight in values.chunks(8) {
                    let (data, index) = eight.split_at(eight.len().min(4));
                    words.push(packed(data), packed(index));
                }
            }
            Compression::DeltaSparse8 => {
                let mut bytes = Bytes::new(words);
                let mut next = 0;
                for (index, value) in present {
                    bytes.element(*value, &mut next, index as usize);
                }
                words = bytes.finish();
            }
        }
        words.finish();
    }

    /// Unpacks a message into `values`, which has as many elements as were packed.
    ///
    /// ```
    /// use lava::proc::io::Compression;
    ///
    /// // Two words: −1 and 7 at the indices 1 and 4.
    /// let mut values = [0; 6];
    /// Compression::Sparse32.decode(&[2, -1, 7, 1, 4, 0, 0], &mut values)?;
    /// assert_eq!(values, [0, -1, 0, 0, 7, 0]);
    /// # Ok::<(), lava::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the message is not one of `values.len()` elements.
    pub fn decode(self, message: &[i32], values: &mut [i32]) -> crate::Result<()> {
        values.fill(0);
        let done = match (self, halves(message)) {
            (Compression::Dense32, _) if message.len() == values.len() => {
                values.copy_from_slice(message);
                Some(())
            }
            (Compression::Sparse32, Some((data, index))) => zip(data, index)
                .try_for_each(|(data, index)| put(values, usize::try_from(*index).ok()?, *data)),
            (Compression::Packed4, Some((data, index))) => {
                let words = zip(data, index).flat_map(|(data, index)| [*data, *index]);
                let bytes = words.flat_map(i32::to_le_bytes);
                let enough = 8 * data.len() >= values.len();
                zip(values, bytes).for_each(|(value, byte)| *value = i32::from(byte as i8));
                enough.then_some(())
            }
            (Compression::DeltaSparse8, Some((data, index))) => delta_sparse(data, index, values),
            (Compression::Dense32, _) | (_, None) => None,
        };
        done.ok_or_else(|| crate::Error::model(format!("not a message of {self:?} compression")))
    }
}

/// Returns the data and the index words of a message, or `None` if it is malformed.
fn halves(message: &[i32]) -> Option<(&[i32], &[i32])> {
    let (words, rest) = message.split_first()?;
    let words = usize::try_from(*words).ok()?;
    let both = rest.get(..words.checked_mul(2)?)?;
    Some(both.split_at(words))
}

/// Iterates over the bytes of words, the lowest first.
fn bytes(words: &[i32]) -> impl Iterator<Item = u8> {
    words.iter().copied().flat_map(i32::to_le_bytes)
}

fn put(values: &mut [i32], index: usize, value: i32) -> Option<()> {
    *values.get_mut(index)? = value;
    Some(())
}

fn delta_sparse(data: &[i32], index: &[i32], values: &mut [i32]) -> Option<()> {
    let mut next = 0_usize;
    for (data, index) in zip(bytes(data), bytes(index)) {
        if usize::from(index) == ESCAPE {
            next += ESCAPE * usize::from(data);
            continue;
        }
        next += usize::from(index);
        // Zeros only fill the last word.
        if data != 0 {
            put(values, next, i32::from(data as i8))?;
        }
        next += 1;
    }
    Some(())
}

/// Packs the lowest bytes of up to four numbers into a word, the first into the lowest byte.
fn packed(values: &[i32]) -> i32 {
    let mut bytes = [0; 4];
    for (byte, value) in zip(&mut bytes, values) {
        *byte = *value as u8;
    }
    i32::from_le_bytes(bytes)
}

/// Writer of a message, word by word. Index words are written to their position in a message of the
/// greatest length, and moved at the end.
struct Words<'a> {
    message: &'a mut [i32],
    capacity: usize,
    count: usize,
}

impl<'a> Words<'a> {
    fn new(message: &'a mut [i32]) -> Words<'a> {
        Words {
            capacity: message.len() / 2,
            count: 0,
            message,
        }
    }

    fn push(&mut self, data: i32, index: i32) {
        self.message[1 + self.count] = data;
        self.message[1 + self.capacity + self.count] = index;
        self.count += 1;
    }

    fn finish(self) {
        let Words {
            message,
            capacity,
            count,
        } = self;
        let index = 1 + capacity..1 + capacity + count;
        message[0] = count as i32;
        message.copy_within(index.clone(), 1 + count);
        message[index.start.max(1 + 2 * count)..index.end].fill(0);
    }
}

/// Writer of words, byte by byte.
struct Bytes<'a> {
    words: Words<'a>,
    data: [u8; 4],
    index: [u8; 4],
    count: usize,
}

impl<'a> Bytes<'a> {
    fn new(words: Words<'a>) -> Bytes<'a> {
        Bytes {
            words,
            data: [0; 4],
            index: [0; 4],
            count: 0,
        }
    }

    /// Writes the element at `index`; all elements before `next` have been written.
    fn element(&mut self, value: i32, next: &mut usize, index: usize) {
        if *next == 0 && index >= ESCAPE {
            self.push(0, 0);
            *next = 1;
        }
        let zeros = index - *next;
        if zeros >= ESCAPE {
            self.skip(zeros / ESCAPE);
        }
        self.push(value as u8, (zeros % ESCAPE) as u8);
        *next = index + 1;
    }

    /// Skips `ESCAPE` elements `times` times.
    fn skip(&mut self, times: usize) {
        for _ in 0..times / ESCAPE {
            self.push(ESCAPE as u8, ESCAPE as u8);
        }
        self.push((times % ESCAPE) as u8, ESCAPE as u8);
    }

    fn push(&mut self, data: u8, index: u8) {
        self.data[self.count] = data;
        self.index[self.count] = index;
        self.count += 1;
        if self.count == self.data.len() {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let [data, index] = [self.data, self.index].map(i32::from_le_bytes);
        self.words.push(data, index);
        (self.data, self.index, self.count) = ([0; 4], [0; 4], 0);
    }

    fn finish(mut self) -> Words<'a> {
        if self.count > 0 {
            self.flush();
        }
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Compression; 4] = [
        Compression::Dense32,
        Compression::Sparse32,
        Compression::Packed4,
        Compression::DeltaSparse8,
    ];

    fn encoded(compression: Compression, values: &[i32]) -> Vec<i32> {
        let mut message = vec![0; compression.shape(&[values.len()])[0]];
        compression.encode(values, &mut message);
        message
    }

    /// Up to 2000 numbers of 8 bits, most of them 0.
    fn values() -> impl Strategy<Value = Vec<i32>> {
        let few = (1_usize..2000).prop_flat_map(|len| {
            let element = (0..len, -128_i32..128);
            (Just(len), prop::collection::vec(element, 0..12))
        });
        let few = few.prop_map(|(len, elements)| {
            let mut values = vec![0; len];
            for (index, value) in elements {
                values[index] = value;
            }
            values
        });
        prop_oneof![few, prop::collection::vec(-128_i32..128, 1..100)]
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(values in values()) {
            for compression in ALL {
                let mut unpacked = vec![1; values.len()];
                compression.decode(&encoded(compression, &values), &mut unpacked)?;
                prop_assert_eq!(&unpacked, &values, "{:?}", compression);
            }
        }

        #[test]
        fn a_message_ends_with_zeros(values in values()) {
            for compression in &ALL[1..] {
                let message = encoded(*compression, &values);
                let meant = 1 + 2 * message[0] as usize;
                prop_assert!(message[meant..].iter().all(|word| *word == 0));
            }
        }

        #[test]
        fn nonsense_is_refused_or_read(
            message in prop::collection::vec(prop_oneof![0..9_i32, any::<i32>()], 0..20),
            len in 1_usize..20,
        ) {
            for compression in ALL {
                drop(compression.decode(&message, &mut vec![0; len]));
            }
        }

        #[test]
        fn packing_keeps_the_lowest_bytes(values in prop::array::uniform4(any::<i32>())) {
            let wide = values.iter().rev().fold(0_i64, |word, value| {
                word * 256 + i64::from(*value).rem_euclid(256)
            });
            prop_assert_eq!(i64::from(packed(&values)).rem_euclid(1 << 32), wide);
        }
    }

    #[test]
    fn distant_elements_need_an_escape() {
        let mut values = vec![0; 1000];
        (values[3], values[400], values[655]) = (5, 6, 7);
        let message = encoded(Compression::DeltaSparse8, &values);
        // 5 after 3 zeros; 396 zeros are 255 and 141; 254 need no escape.
        let expected = [1, 0x07_06_01_05, i32::from_le_bytes([3, 255, 141, 254])];
        assert_eq!(message[..3], expected);
    }

    #[test]
    fn a_distant_first_element_comes_after_a_zero() {
        let mut values = vec![0; 300];
        values[299] = -1;
        let message = encoded(Compression::DeltaSparse8, &values);
        // A zero; 298 zeros are 255 and 43.
        let (data, index) = ([0, 1, 255, 0], [0, 255, 43, 0]);
        assert_eq!(
            message[..3],
            [1, i32::from_le_bytes(data), i32::from_le_bytes(index)]
        );
    }
}

//! Delay lines: messages that a model accumulates over several steps.

use std::iter;

use ndarray::{ArrayD, IxDyn};

use lava_core::data::{Dims, Element, FromInit, Init, VarField};

/// The messages of this step and of the steps to come: a model adds to all of them and sends the
/// first. As a Var it has the axes of a message and then one of steps, `[…, steps]`.
///
/// In [`pending`](DelayLine::pending), element `e` of the message that is sent `s` steps from now has
/// the offset `s * len + e`, where `len` is the number of elements of a message. If the messages need
/// not be a Var, a port that writes [ahead](super::Out::accumulate_ahead) holds them without a copy.
///
/// ```
/// use lava::model::{DelayLine, FromInit};
/// use lava::process::{Dims, Init, VarField};
///
/// let dims = Dims::from([2, 3]); // two elements, three steps
/// let mut line = DelayLine::from_init(&Init::new(0), &dims);
/// line.pending()[2 + 1] = 7; // in the next step, element 1
/// line.advance();
/// assert_eq!(line.message(), [0, 7]);
/// assert_eq!(line.read(&dims), ndarray::arr2(&[[0, 0, 0], [7, 0, 0]]).into_dyn());
/// ```
#[derive(Clone, Debug)]
pub struct DelayLine<T> {
    /// Twice as many messages as steps, so that the pending ones are always contiguous; the others
    /// are zeros.
    messages: Vec<T>,
    /// The number of elements of a message.
    len: usize,
    steps: usize,
    /// The index of this step's message.
    now: usize,
}

impl<T: Element> DelayLine<T> {
    /// The message of this step.
    #[inline(always)]
    pub fn message(&self) -> &[T] {
        &self.messages[self.now * self.len..][..self.len]
    }

    /// The pending messages, `steps * len` elements, this step's message first.
    #[inline(always)]
    pub fn pending(&mut self) -> &mut [T] {
        &mut self.messages[self.now * self.len..][..self.steps * self.len]
    }

    /// The number of pending messages.
    pub(crate) fn steps(&self) -> usize {
        self.steps
    }

    /// Drops the message of this step: every other is one step nearer, and the last is zeros.
    pub fn advance(&mut self) {
        let DelayLine { len, steps, .. } = *self;
        let next = (self.now + 1) * len;
        self.messages[next - len..next].fill(T::default());
        self.now += 1;
        if self.now > steps {
            self.messages.copy_within(next.., 0);
            self.messages[steps * len..].fill(T::default());
            self.now = 0;
        }
    }

    /// The pending messages in the order of the Var: the steps of each element are contiguous.
    fn elements(&self) -> impl Iterator<Item = T> {
        let now = &self.messages[self.now * self.len..];
        (0..self.len).flat_map(move |element| {
            let steps = (0..self.steps).map(move |step| step * self.len + element);
            steps.map(move |offset| now[offset])
        })
    }
}

impl<T: Element> FromInit<T> for DelayLine<T> {
    fn from_init(init: &Init<T>, dims: &Dims) -> Self {
        let steps = dims.as_slice().last().map_or(1, |steps| *steps).max(1);
        let mut line = DelayLine {
            messages: vec![T::default(); 2 * dims.len()],
            len: dims.len() / steps,
            steps,
            now: 0,
        };
        line.write(init, dims);
        line
    }
}

impl<T: Element> VarField<T> for DelayLine<T> {
    fn read(&self, dims: &Dims) -> ArrayD<T> {
        ArrayD::from_shape_vec(IxDyn(dims.as_slice()), self.elements().collect())
            .expect("as many elements as the Var has")
    }

    fn write(&mut self, value: &Init<T>, dims: &Dims) {
        let (len, steps) = (self.len, self.steps);
        let Some(values) = value.broadcast(dims) else {
            return;
        };
        let pending = self.pending();
        let elements = (0..len).flat_map(|element| iter::repeat_n(element, steps));
        for ((element, step), value) in elements.zip((0..steps).cycle()).zip(&values) {
            pending[step * len + element] = *value;
        }
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        for (out, value) in out.iter_mut().zip(self.elements()) {
            *out = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::arr2;

    use super::*;

    #[test]
    fn messages_come_nearer_step_by_step() {
        for steps in [1, 2, 5] {
            let dims = Dims::from([3, steps]);
            let mut line = DelayLine::from_init(&Init::new(0), &dims);
            let mut sent = Vec::new();
            for step in 0..23 {
                line.advance();
                let last = (steps - 1) * 3;
                line.pending()[last + step % 3] += step as i32 + 1;
                sent.push(line.message().to_vec());
            }
            for (step, message) in sent.iter().enumerate() {
                let mut expected = [0; 3];
                if let Some(added) = (step + 1).checked_sub(steps) {
                    expected[added % 3] = added as i32 + 1;
                }
                assert_eq!(message[..], expected, "{steps} steps, step {step}");
            }
        }
    }

    #[test]
    fn what_is_written_is_read_wherever_the_line_has_got_to() {
        let dims = Dims::from([2, 3]);
        let mut line = DelayLine::from_init(&Init::new(0), &dims);
        let value = arr2(&[[1, 2, 3], [4, 5, 6]]);
        for _ in 0..10 {
            line.write(&Init::new(&value), &dims);
            assert_eq!(line.read(&dims), value.clone().into_dyn());
            line.advance();
            let moved = arr2(&[[2, 3, 0], [5, 6, 0]]);
            let mut copied = [0; 6];
            line.copy_to(&mut copied, &dims);
            assert_eq!(copied[..], moved.into_raw_vec_and_offset().0[..]);
        }
    }
}

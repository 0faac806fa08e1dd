//! Sets of numbers, a bit for each.

/// Returns `true` if a number is marked.
#[inline(always)]
pub(super) fn is_marked(words: &[u64], number: u32) -> bool {
    words[number as usize / 64] >> (number % 64) & 1 == 1
}

/// Marks a number. Returns `true` if it was not marked before.
#[inline(always)]
pub(super) fn mark(words: &mut [u64], number: u32) -> bool {
    let is_new = !is_marked(words, number);
    words[number as usize / 64] |= 1 << (number % 64);
    is_new
}

/// Numbers that were drawn: a bit for each that there is, so that they need not be sorted.
pub(super) struct Marks {
    words: Vec<u64>,
    marked: usize,
    /// The numbers that were drawn again, once for each time.
    again: Vec<u32>,
}

impl Marks {
    /// The words that numbers below `all` take: listing them looks at each.
    pub(super) fn words(all: u32) -> usize {
        (all as usize).div_ceil(64)
    }

    pub(super) fn new(all: u32) -> Marks {
        Marks {
            words: vec![0; Marks::words(all)],
            marked: 0,
            again: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.marked + self.again.len()
    }

    /// Adds a number; another time only if it may be added several times.
    #[inline(always)]
    pub(super) fn add(&mut self, number: u32, several: bool) {
        if mark(&mut self.words, number) {
            self.marked += 1;
        } else if several {
            self.again.push(number);
        }
    }

    /// Lists the numbers, ascending.
    pub(super) fn list(mut self, out: &mut Vec<u32>) {
        self.again.sort_unstable();
        let mut again = self.again.into_iter().peekable();
        for (first, mut word) in (0..).step_by(64).zip(self.words) {
            while word != 0 {
                let number = first + word.trailing_zeros();
                word &= word - 1;
                out.push(number);
                while again.next_if_eq(&number).is_some() {
                    out.push(number);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::Random;
    use super::*;

    #[test]
    fn marks_list_what_sorting_would() {
        for (all, draws) in [(1, 5), (64, 64), (65, 200), (1000, 100)] {
            let mut random = Random::new(7, all);
            let drawn: Vec<u32> = (0..draws).map(|_| random.below(all as u32)).collect();
            for several in [true, false] {
                let mut marks = Marks::new(all as u32);
                drawn.iter().for_each(|number| marks.add(*number, several));
                let mut sorted = drawn.clone();
                sorted.sort_unstable();
                if !several {
                    sorted.dedup();
                }
                assert_eq!(marks.len(), sorted.len());
                let mut listed = Vec::new();
                marks.list(&mut listed);
                assert_eq!(listed, sorted, "{draws} of {all}");
            }
        }
    }
}

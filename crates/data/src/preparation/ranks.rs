//! Quantiles of a window that moves over a plane.

/// Some of the values of a plane, and their quantiles (T. Huang, G. Yang, G. Tang, "A fast two-dimensional median
/// filtering algorithm", 1979; here by ranks, so that the quantiles are exact).
pub(crate) struct Ranks<const N: usize> {
    /// The values of the plane, the least first.
    sorted: Vec<f32>,
    /// The place of each pixel among them.
    places: Vec<u32>,
    /// A bit for each rank: whether its value is in the window.
    words: Vec<u64>,
    count: usize,
    quantiles: [Quantile; N],
}

/// A quantile, and where it was found last.
struct Quantile {
    fraction: f64,
    word: usize,
    /// How many values of the window lie in words below.
    below: usize,
}

impl<const N: usize> Ranks<N> {
    /// An empty window on a plane, whose quantiles of these fractions are asked for.
    pub(crate) fn of(values: &[f32], fractions: [f64; N]) -> Self {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
        let mut places = vec![0; values.len()];
        for (rank, at) in (0..).zip(&order) {
            places[*at] = rank;
        }
        Self {
            sorted: order.iter().map(|at| values[*at]).collect(),
            places,
            words: vec![0; values.len().div_ceil(64)],
            count: 0,
            quantiles: fractions.map(|fraction| Quantile {
                fraction,
                word: 0,
                below: 0,
            }),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.words.fill(0);
        self.count = 0;
        for quantile in &mut self.quantiles {
            (quantile.word, quantile.below) = (0, 0);
        }
    }

    /// Adds a pixel that is not in the window.
    pub(crate) fn add(&mut self, at: usize) {
        let (word, bit) = self.place(at);
        self.words[word] |= bit;
        self.count += 1;
        for quantile in &mut self.quantiles {
            quantile.below += usize::from(word < quantile.word);
        }
    }

    /// Removes a pixel that is in the window.
    pub(crate) fn remove(&mut self, at: usize) {
        let (word, bit) = self.place(at);
        self.words[word] &= !bit;
        self.count -= 1;
        for quantile in &mut self.quantiles {
            quantile.below -= usize::from(word < quantile.word);
        }
    }

    fn place(&self, at: usize) -> (usize, u64) {
        let rank = self.places[at] as usize;
        (rank / 64, 1 << (rank % 64))
    }

    /// The values that the fractions of those in the window are less than; 0 if it is empty.
    pub(crate) fn quantiles(&mut self) -> [f32; N] {
        let mut found = [0.0; N];
        let Some(last) = self.count.checked_sub(1) else {
            return found;
        };
        for (found, quantile) in found.iter_mut().zip(&mut self.quantiles) {
            let at = (last as f64 * quantile.fraction).round() as usize;
            let rank = quantile.find(&self.words, at);
            *found = self.sorted[rank];
        }
        found
    }
}

impl Quantile {
    /// The rank of the value in the window of which `at` others are lower.
    fn find(&mut self, words: &[u64], at: usize) -> usize {
        let ones = |word: usize| words[word].count_ones() as usize;
        while self.below > at {
            self.word -= 1;
            self.below -= ones(self.word);
        }
        while self.below + ones(self.word) <= at {
            self.below += ones(self.word);
            self.word += 1;
        }
        let mut word = words[self.word];
        for _ in self.below..at {
            word &= word - 1;
        }
        64 * self.word + word.trailing_zeros() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_moving_window_are_those_of_its_sorted_values() {
        let values: Vec<f32> = (0..500).map(|at| ((at * 7919) % 101) as f32).collect();
        let mut window = Ranks::of(&values, [0.0, 0.35, 0.5, 1.0]);
        assert_eq!(window.quantiles().to_vec(), [0.0; 4].to_vec());
        for at in 0..500 {
            window.add(at);
            if at >= 90 {
                window.remove(at - 90);
            }
            let mut sorted = values[at.saturating_sub(89)..=at].to_vec();
            sorted.sort_by(f32::total_cmp);
            let last = (sorted.len() - 1) as f64;
            let expected =
                [0.0, 0.35, 0.5, 1.0].map(|share| sorted[(last * share).round() as usize]);
            assert_eq!(window.quantiles().to_vec(), expected.to_vec(), "{at}");
        }
    }
}

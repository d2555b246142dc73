//! The shape of a network in the kernels: where its numbers are in the buffers, and how the work is
//! divided.

use data::PIXELS;

/// Units (threads) of a cube, a multiple of every subgroup's size.
pub(crate) const CUBE_UNITS: u32 = 256;
/// The same as an index.
pub(crate) const UNITS: usize = CUBE_UNITS as usize;
/// Images and units of the first layer whose sums one unit of a cube holds in registers.
pub(crate) const TILE_IMAGES: usize = 4;
pub(crate) const TILE_UNITS: usize = 5;
/// Pixels whose gradients one unit of a cube holds in registers, for [`TILE_UNITS`] units each.
pub(crate) const TILE_PIXELS: usize = 8;
/// Iterations of an inner loop that are written out at most: their numbers are loaded at the same time. More were no
/// faster on an H100, and take long to compile.
const UNROLLED: usize = 5;
/// The arrays of the state, each with a number for each parameter: weights, first and second moments, and
/// gradients of the batch's earlier blocks.
pub(crate) const SECTIONS: usize = 4;
/// Before the rows of a block: its number of images, and whether it is its batch's first or last.
pub(crate) const BLOCK_HEADER: usize = 2;
/// Before the factors of a network's blocks: Adam's five coefficients.
pub(crate) const ADAM_FACTORS: usize = 5;
/// The factors of a block: one over the images of its batch, and the learning rate.
pub(crate) const BLOCK_FACTORS: usize = 2;

/// The sizes of the layers, and the sizes of the parts in which a cube works; known when a kernel is
/// compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    /// Units of the hidden layers.
    pub(crate) units: [usize; 2],
    pub(crate) outputs: usize,
    /// Images of a block, a multiple of [`TILE_IMAGES`].
    pub(crate) images: usize,
    /// Parts of an image's pixels that are summed separately.
    pub(crate) parts: usize,
}

impl Shape {
    /// Chooses the largest block that fits into so many bytes of shared memory, if one does.
    pub(crate) fn fitting(units: [usize; 2], outputs: usize, shared_memory: usize) -> Option<Self> {
        let fits = |shape: &Self| shape.shared_bytes() <= shared_memory;
        [32, 16, 8, TILE_IMAGES].into_iter().find_map(|images| {
            let shape = |parts| Self {
                images,
                parts,
                ..Self::smallest(units, outputs)
            };
            // As many parts as there are units that would have nothing to do.
            let parts = [4, 2].into_iter().map(shape);
            let mut parts = parts.filter(|shape| shape.items() <= UNITS);
            parts.find(fits).or(Some(shape(1)).filter(fits))
        })
    }

    /// The shape that needs the least shared memory.
    pub(crate) fn smallest(units: [usize; 2], outputs: usize) -> Self {
        Self {
            units,
            outputs,
            images: TILE_IMAGES,
            parts: 1,
        }
    }

    /// Units of the first layer, filled up to whole tiles.
    pub(crate) fn stride(&self) -> usize {
        self.units[0].next_multiple_of(TILE_UNITS)
    }

    /// Tiles of units of the first layer.
    pub(crate) fn groups(&self) -> usize {
        self.stride() / TILE_UNITS
    }

    /// Items of the first layer's forward pass: tiles of images and units, times parts.
    pub(crate) fn items(&self) -> usize {
        self.images / TILE_IMAGES * self.groups() * self.parts
    }

    // The parameters of a network; the first kernel, `[stride, 400]`, is at 0.

    pub(crate) fn bias1(&self) -> usize {
        self.stride() * PIXELS
    }

    pub(crate) fn kernel2(&self) -> usize {
        self.bias1() + self.units[0]
    }

    pub(crate) fn bias2(&self) -> usize {
        self.kernel2() + self.units[0] * self.units[1]
    }

    pub(crate) fn kernel3(&self) -> usize {
        self.bias2() + self.units[1]
    }

    pub(crate) fn bias3(&self) -> usize {
        self.kernel3() + self.units[1] * self.outputs
    }

    /// Parameters, with those of the units that fill up the last tile.
    pub(crate) fn parameters(&self) -> usize {
        self.bias3() + self.outputs
    }

    /// Numbers of a network's state.
    pub(crate) fn state(&self) -> usize {
        SECTIONS * self.parameters()
    }

    // The numbers of a block in shared memory; the activations of the second layer,
    // `[images, units]`, are at 0. Before them the partial sums of the first layer are there,
    // `[images, stride, parts]`.

    pub(crate) fn deltas2(&self) -> usize {
        self.images * self.units[1]
    }

    pub(crate) fn deltas1(&self) -> usize {
        2 * self.images * self.units[1]
    }

    /// The logits and then the gradients before the last sigmoid.
    pub(crate) fn deltas3(&self) -> usize {
        self.deltas1() + self.images * self.stride()
    }

    pub(crate) fn losses(&self) -> usize {
        self.deltas3() + self.images * self.outputs
    }

    pub(crate) fn correct(&self) -> usize {
        self.losses() + self.images
    }

    pub(crate) fn scratch(&self) -> usize {
        let sums = self.images * self.stride() * self.parts;
        sums.max(self.correct() + self.images)
    }

    /// The activations of the first layer, `[images, stride]`.
    pub(crate) fn activations1(&self) -> usize {
        self.images * self.stride()
    }

    /// Bytes of shared memory: the arrays above, and the row and the weight of each image.
    pub(crate) fn shared_bytes(&self) -> usize {
        4 * (self.scratch() + self.activations1() + 2 * self.images)
    }

    /// Classes of the images.
    pub(crate) fn classes(&self) -> usize {
        self.outputs.max(2)
    }

    /// Numbers of a block's rows.
    pub(crate) fn block_rows(&self) -> usize {
        BLOCK_HEADER + self.images
    }

    /// The factors of a network before those of its blocks: Adam's, and the weight of each class.
    pub(crate) fn network_factors(&self) -> usize {
        ADAM_FACTORS + self.classes()
    }

    /// The iterations of all loops that a unit runs through for one block, at most.
    pub(crate) fn loop_iterations(&self) -> usize {
        let [first, second] = self.units;
        let Self {
            images, outputs, ..
        } = *self;
        let rounds = |items: usize, iterations: usize| items.div_ceil(UNITS) * (1 + iterations);
        rounds(self.items(), PIXELS / self.parts)
            + rounds(self.activations1(), 0)
            + rounds(images * second, first)
            + rounds(images * outputs, second)
            + outputs
            + rounds(images * second, outputs)
            + rounds(self.activations1(), second)
            + rounds((second + 1) * outputs, images)
            + images
            + rounds(PIXELS / TILE_PIXELS * self.groups(), images)
            + rounds(first + (first + 1) * second, images)
            + 1
    }
}

/// How many of so many iterations are written out one after the other: a divisor of their number.
pub(crate) fn unrolled(iterations: usize) -> usize {
    let counts = (1..=UNROLLED).rev();
    let mut divisors = counts.filter(|count| iterations.is_multiple_of(*count));
    divisors.next().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lab_s_network_fits_into_the_shared_memory_that_webgpu_guarantees() {
        // 16,384 bytes; 8 groups of 4 images times 5 groups of 5 units times 4 parts are 160 units.
        for outputs in [1, 10] {
            let shape = Shape::fitting([25, 15], outputs, 16_384).unwrap();
            assert_eq!((shape.images, shape.parts), (32, 4));
            assert_eq!(shape.items(), 160);
            assert!(shape.shared_bytes() <= 16_384, "{shape:?}");
        }
        // None of a unit that fills up a tile.
        let parameters = |outputs| {
            Shape::fitting([25, 15], outputs, 16_384)
                .unwrap()
                .parameters()
        };
        assert_eq!([parameters(1), parameters(10)], [10_431, 10_575]);
    }

    #[test]
    fn the_iterations_that_are_written_out_divide_their_number() {
        let counts = [100, 400, 25, 32, 16, 4, 9, 7, 1].map(unrolled);
        assert_eq!(counts, [5, 5, 5, 4, 4, 4, 3, 1, 1]);
    }

    #[test]
    fn larger_layers_have_smaller_blocks_and_too_large_ones_none() {
        let images = |units, bytes| Shape::fitting(units, 10, bytes).map(|shape| shape.images);
        assert_eq!(images([64, 64], 49_152), Some(32));
        assert_eq!(images([64, 64], 16_384), Some(8));
        assert_eq!(images([300, 100], 16_384), Some(4));
        assert_eq!(images([2000, 100], 16_384), None);
        assert_eq!(images([25, 15], 1_000), None);
    }

    #[test]
    fn the_arrays_of_a_network_and_of_a_block_do_not_overlap() {
        let shape = Shape::fitting([7, 3], 2, 16_384).unwrap();
        // 10 x 400 pixels, 7 units, 7 x 3, 3, 3 x 2 and 2.
        assert_eq!(shape.stride(), 10);
        let offsets = [
            shape.bias1(),
            shape.kernel2(),
            shape.bias2(),
            shape.kernel3(),
            shape.bias3(),
            shape.parameters(),
        ];
        assert_eq!(offsets, [4000, 4007, 4028, 4031, 4037, 4039]);
        let of_block = [
            shape.deltas2(),
            shape.deltas1(),
            shape.deltas3(),
            shape.losses(),
            shape.correct(),
        ];
        assert_eq!(of_block, [96, 192, 512, 576, 608]);
        // The partial sums are longer: 32 x 10 x 4.
        assert_eq!(shape.scratch(), 1280);
    }
}

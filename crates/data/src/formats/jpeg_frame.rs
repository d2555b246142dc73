//! The headers of a JPEG file: the picture's and those of its scans.
//!
//! Source: ITU-T T.81, sections B.2.2 (frame), B.2.3 (scan) and A.2 (order of the blocks).

use crate::formats::jpeg_scan::{Band, Pass};

/// The header of the picture.
pub(super) struct Frame {
    is_progressive: bool,
    /// Height and width.
    size: [usize; 2],
    pub(super) components: Vec<Component>,
}

/// Brightness or a colour.
pub(super) struct Component {
    id: u8,
    /// Blocks per unit, vertically and horizontally.
    pub(super) sampling: [usize; 2],
    /// Blocks, vertically and horizontally, of a scan of this component alone.
    blocks: [usize; 2],
    /// For each block, a bit for each coefficient that differs from zero; empty unless progressive.
    pub(super) nonzero: Vec<u64>,
    pub(super) has_mean: bool,
}

/// A component in a scan, and the numbers of its tables.
pub(super) struct Part {
    pub(super) component: usize,
    pub(super) tables: [usize; 2],
}

impl Frame {
    /// Parses the frame header; `None` for a picture that the decoder does not read.
    pub(super) fn parse(segment: &[u8], is_progressive: bool) -> Option<Self> {
        let (&[precision, y1, y0, x1, x0, count], rest) = segment.split_first_chunk()?;
        let size = [[y1, y0], [x1, x0]].map(|side| usize::from(u16::from_be_bytes(side)));
        let (described, _) = rest.as_chunks::<3>();
        let described = described.get(..count.into())?;
        let sampling = |&[_, factors, _]: &[u8; 3]| [factors & 15, factors >> 4].map(usize::from);
        let largest = [0, 1].map(|axis| described.iter().map(sampling).map(|it| it[axis]).max());
        let [Some(v), Some(h)] = largest else {
            return None;
        };
        let is_valid = |factor: &usize| (1..=4).contains(factor);
        if precision != 8
            || size.contains(&0)
            || !described.iter().all(|it| sampling(it).iter().all(is_valid))
        {
            return None;
        }
        let component = |it: &[u8; 3]| {
            let sampling = sampling(it);
            let blocks = [0, 1].map(|axis| {
                (size[axis] * sampling[axis])
                    .div_ceil([v, h][axis])
                    .div_ceil(8)
            });
            let bitmaps = if is_progressive {
                blocks[0] * blocks[1]
            } else {
                0
            };
            Component {
                id: it[0],
                sampling,
                blocks,
                nonzero: vec![0; bitmaps],
                has_mean: false,
            }
        };
        Some(Self {
            is_progressive,
            size,
            components: described.iter().map(component).collect(),
        })
    }

    /// Parses the header of a scan.
    pub(super) fn parse_scan(&self, header: &[u8]) -> Option<(Vec<Part>, Pass)> {
        let (count, rest) = header.split_first()?;
        let (parts, rest) = rest.split_at_checked(2 * usize::from(*count))?;
        let (parts, _) = parts.as_chunks();
        let parts: Option<Vec<Part>> = parts.iter().map(|part| self.parse_part(*part)).collect();
        let parts = parts.filter(|parts| (1..=4).contains(&parts.len()))?;
        let [start, end, bits] = *rest.first_chunk()?;
        let pass = match (self.is_progressive, start, bits >> 4) {
            (false, ..) => Pass::Sequential,
            (true, 0, 0) => Pass::FirstMean,
            (true, 0, _) => Pass::RefinedMean,
            (true, 1..=63, _) if end < start || end > 63 || parts.len() > 1 => return None,
            (true, 1..=63, 0) => Pass::FirstBand(Band { start, end }),
            (true, 1..=63, _) => Pass::RefinedBand(Band { start, end }),
            (true, ..) => return None,
        };
        Some((parts, pass))
    }

    fn parse_part(&self, [id, tables]: [u8; 2]) -> Option<Part> {
        let mut components = self.components.iter();
        let component = components.position(|component| component.id == id)?;
        let tables = [tables >> 4, tables & 15].map(usize::from);
        let exist = tables.iter().all(|table| *table < 4);
        exist.then_some(Part { component, tables })
    }

    /// The units of a scan, vertically and horizontally.
    pub(super) fn units(&self, parts: &[Part]) -> [usize; 2] {
        if let [part] = parts {
            return self.components[part.component].blocks;
        }
        let components = &self.components;
        [0, 1].map(|axis| {
            let factors = components.iter().map(|component| component.sampling[axis]);
            self.size[axis].div_ceil(8 * factors.max().unwrap_or(1))
        })
    }
}

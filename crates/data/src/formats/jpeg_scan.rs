//! One scan of a JPEG file: walks over the codes of its blocks without decoding the picture.
//!
//! Source: ITU-T T.81, sections F.2.2 (sequential) and G.1.2 (progressive).

use crate::formats::jpeg_bits::{Bits, Flaw, HuffmanTable};

/// What a scan holds of each block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// All coefficients.
    Sequential,
    /// The first bits of the mean.
    FirstMean,
    /// One more bit of the mean.
    RefinedMean,
    /// The first bits of the coefficients in a band.
    FirstBand(Band),
    /// One more bit of the coefficients in a band.
    RefinedBand(Band),
}

/// Coefficients of a block, in zigzag order; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) start: u8,
    pub(super) end: u8,
}

/// The Huffman codes of a component.
#[derive(Clone, Copy)]
pub(super) struct Codes<'a> {
    /// None if the file defines none.
    pub(super) mean: Option<&'a HuffmanTable>,
    pub(super) band: Option<&'a HuffmanTable>,
}

/// Walks over blocks; holds what a block hands on to the next ones.
pub(super) struct Walker {
    pass: Pass,
    /// The blocks that follow in which the band ends at its start.
    empty_blocks: u32,
}

impl Walker {
    pub(super) fn new(pass: Pass) -> Self {
        Self {
            pass,
            empty_blocks: 0,
        }
    }

    /// Says whether the data may end here.
    pub(super) fn is_complete(&self) -> bool {
        self.empty_blocks == 0
    }

    /// Walks over a block. `nonzero` has a bit for each coefficient that earlier scans made different from zero.
    pub(super) fn block(
        &mut self,
        bits: &mut Bits<'_>,
        codes: Codes<'_>,
        nonzero: &mut u64,
    ) -> Result<(), Flaw> {
        let code = |table: Option<&'_ HuffmanTable>, bits: &mut Bits<'_>| match table {
            Some(table) => table.decode(bits),
            None => Err(bits.flaw()),
        };
        let mean = |bits: &mut Bits<'_>| {
            let length = code(codes.mean, bits)?;
            skip_value(bits, length)
        };
        let band = |bits: &mut Bits<'_>| code(codes.band, bits);
        match self.pass {
            Pass::Sequential => {
                mean(bits)?;
                sequential(bits, band)
            }
            Pass::FirstMean => mean(bits),
            Pass::RefinedMean => bits.skip(1),
            Pass::FirstBand(range) => self.first_band(bits, range, band, nonzero),
            Pass::RefinedBand(range) => self.refined_band(bits, range, band, nonzero),
        }
    }

    fn first_band(
        &mut self,
        bits: &mut Bits<'_>,
        Band { start, end }: Band,
        code: impl Fn(&mut Bits<'_>) -> Result<u8, Flaw>,
        nonzero: &mut u64,
    ) -> Result<(), Flaw> {
        if self.empty_blocks > 0 {
            self.empty_blocks -= 1;
            return Ok(());
        }
        let mut at = start;
        while at <= end {
            let (zeros, length) = split(code(bits)?);
            match (zeros, length) {
                (15, 0) => at += 16,
                (run, 0) => {
                    self.empty_blocks = run_length(bits, run)? - 1;
                    return Ok(());
                }
                (zeros, length) => {
                    at += zeros;
                    if at > end {
                        return Err(bits.flaw());
                    }
                    skip_value(bits, length)?;
                    *nonzero |= 1 << at;
                    at += 1;
                }
            }
        }
        Ok(())
    }

    fn refined_band(
        &mut self,
        bits: &mut Bits<'_>,
        Band { start, end }: Band,
        code: impl Fn(&mut Bits<'_>) -> Result<u8, Flaw>,
        nonzero: &mut u64,
    ) -> Result<(), Flaw> {
        let mut at = start;
        while at <= end && self.empty_blocks == 0 {
            let (mut zeros, length) = split(code(bits)?);
            if length == 0 && zeros < 15 {
                self.empty_blocks = run_length(bits, zeros)?;
                break;
            }
            if length > 0 {
                // The sign of a coefficient that becomes 1 or -1.
                bits.skip(1)?;
            }
            while at <= end {
                if *nonzero & (1 << at) != 0 {
                    bits.skip(1)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                at += 1;
            }
            if length > 0 {
                if at > end {
                    return Err(bits.flaw());
                }
                *nonzero |= 1 << at;
            }
            at += 1;
        }
        if self.empty_blocks > 0 {
            for at in at..=end {
                bits.skip(u32::from(*nonzero & (1 << at) != 0))?;
            }
            self.empty_blocks -= 1;
        }
        Ok(())
    }
}

/// Walks over all coefficients but the first.
fn sequential(
    bits: &mut Bits<'_>,
    code: impl Fn(&mut Bits<'_>) -> Result<u8, Flaw>,
) -> Result<(), Flaw> {
    let mut at = 1;
    while at < 64 {
        match split(code(bits)?) {
            (15, 0) => at += 16,
            (_, 0) => return Ok(()),
            (zeros, length) => {
                at += zeros + 1;
                if at > 64 {
                    return Err(bits.flaw());
                }
                skip_value(bits, length)?;
            }
        }
    }
    Ok(())
}

/// Splits a value into the zeros before a coefficient and the coefficient's number of bits.
fn split(value: u8) -> (u8, u8) {
    (value >> 4, value & 15)
}

/// Skips the bits of a coefficient, at most 16.
fn skip_value(bits: &mut Bits<'_>, length: u8) -> Result<(), Flaw> {
    if length > 16 {
        return Err(bits.flaw());
    }
    bits.skip(length.into())
}

/// Reads how many blocks, this one included, are empty from here on: at least one.
fn run_length(bits: &mut Bits<'_>, length: u8) -> Result<u32, Flaw> {
    Ok((1 << length) + u32::from(bits.take(length.into())?))
}

//! Checks that the data of a JPEG picture is whole, because the decoder fills in grey for what is missing.
//!
//! Every code of every block is walked over: each stretch between two markers must hold exactly its blocks. So a file is
//! refused wherever it is cut, and also most files with a hole or wrong bytes. Not refused are wrong bytes that by chance
//! make the same number of blocks, and what follows the end of the picture, where phones store more.
//!
//! Source: ITU-T T.81, section B.2 (markers).

use crate::formats::jpeg_bits::{Bits, Flaw, HuffmanTable};
use crate::formats::jpeg_frame::Frame;
use crate::formats::jpeg_scan::{Codes, Pass, Walker};

/// More scans than this are refused by the decoder.
const MAX_SCANS: usize = 100;

/// Finds out whether a JPEG file is cut short or damaged. Files of kinds that the decoder does not read pass.
///
/// The time is in O(bytes + scans * blocks); the memory is 8 bytes for each block of 64 pixels.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Flaw> {
    let mut file = File::new(bytes);
    loop {
        match file.next_marker()? {
            0xd9 => return file.check_complete(),
            // Markers without a segment: restart, start of image, TEM.
            0xd0..=0xd8 | 0x01 => {}
            marker @ 0xc0..=0xc2 => {
                let segment = file.segment()?;
                match Frame::parse(segment, marker == 0xc2) {
                    Some(frame) if file.frame.is_none() => file.frame = Some(frame),
                    _ => return Ok(()),
                }
            }
            0xc4 => file.read_huffman_tables()?,
            0xdd => {
                if let [high, low, ..] = *file.segment()? {
                    file.restart_interval = u16::from_be_bytes([high, low]).into();
                }
            }
            // Lossless, hierarchical and arithmetic coding, and a height that follows later.
            0xc3 | 0xc5..=0xcf | 0xdc => return Ok(()),
            0xda => {
                if file.scans == MAX_SCANS {
                    return Ok(());
                }
                file.scans += 1;
                file.walk_scan()?;
            }
            _ => _ = file.segment()?,
        }
    }
}

/// A file, read from marker to marker.
struct File<'a> {
    bytes: &'a [u8],
    position: usize,
    frame: Option<Frame>,
    /// The tables of means and of bands, by number.
    tables: [[Option<HuffmanTable>; 4]; 2],
    /// Units between two restart markers; 0 without such markers.
    restart_interval: usize,
    scans: usize,
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            position: 0,
            frame: None,
            tables: Default::default(),
            restart_interval: 0,
            scans: 0,
        }
    }

    fn damaged(&self) -> Flaw {
        Flaw::Damaged { at: self.position }
    }

    /// Finds the next marker and returns its second byte; the first is FF.
    fn next_marker(&mut self) -> Result<u8, Flaw> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let pairs = rest.iter().zip(rest.iter().skip(1));
        let found = pairs
            .enumerate()
            .find(|(_, (first, second))| **first == 0xff && !matches!(**second, 0 | 0xff));
        let (offset, (_, marker)) = found.ok_or(Flaw::CutShort)?;
        self.position += offset + 2;
        Ok(*marker)
    }

    /// Reads the segment that follows a marker, without its length.
    fn segment(&mut self) -> Result<&'a [u8], Flaw> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let [high, low, ..] = *rest else {
            return Err(Flaw::CutShort);
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length < 2 {
            return Err(self.damaged());
        }
        let segment = rest.get(2..length).ok_or(Flaw::CutShort)?;
        self.position += length;
        Ok(segment)
    }

    fn read_huffman_tables(&mut self) -> Result<(), Flaw> {
        let mut rest = self.segment()?;
        while let Some((&[place], more)) = rest.split_first_chunk() {
            let (counts, more) = more.split_first_chunk().ok_or_else(|| self.damaged())?;
            let length = counts.iter().map(|count| usize::from(*count)).sum();
            let (values, more) = more
                .split_at_checked(length)
                .ok_or_else(|| self.damaged())?;
            let table = HuffmanTable::new(counts, values).ok_or_else(|| self.damaged())?;
            let (class, number) = (usize::from(place >> 4), usize::from(place & 15));
            let damaged = self.damaged();
            let tables = self.tables.get_mut(class);
            *tables
                .and_then(|tables| tables.get_mut(number))
                .ok_or(damaged)? = Some(table);
            rest = more;
        }
        Ok(())
    }

    /// Walks over all blocks of a scan.
    fn walk_scan(&mut self) -> Result<(), Flaw> {
        let header = self.segment()?;
        let damaged = self.damaged();
        let frame = self.frame.as_mut().ok_or(damaged)?;
        let (parts, pass) = frame.parse_scan(header).ok_or(damaged)?;
        let units = frame.units(&parts);
        let mut walker = Walker::new(pass);
        let mut bits = Bits::new(self.bytes, self.position);
        for unit in 0..units[0] * units[1] {
            let is_restart = self.restart_interval > 0 && unit % self.restart_interval == 0;
            if is_restart && unit > 0 {
                let number = (unit / self.restart_interval - 1) % 8;
                let position = end(bits, &walker)?;
                bits = Bits::new(self.bytes, skip_restart(self.bytes, position, number)?);
                walker = Walker::new(pass);
            }
            for part in &parts {
                let component = &mut frame.components[part.component];
                let codes = Codes {
                    mean: self.tables[0][part.tables[0]].as_ref(),
                    band: self.tables[1][part.tables[1]].as_ref(),
                };
                let blocks = match parts.len() {
                    1 => 1,
                    _ => component.sampling[0] * component.sampling[1],
                };
                for _ in 0..blocks {
                    let mut unused = 0;
                    // Bands are coded in scans of one component, where a unit is a block.
                    let nonzero = component.nonzero.get_mut(unit).unwrap_or(&mut unused);
                    walker.block(&mut bits, codes, nonzero)?;
                }
            }
        }
        self.position = end(bits, &walker)?;
        for part in parts {
            frame.components[part.component].has_mean |=
                matches!(pass, Pass::Sequential | Pass::FirstMean);
        }
        Ok(())
    }

    /// Checks at the end of the picture that every component was there.
    fn check_complete(&self) -> Result<(), Flaw> {
        let components = self.frame.iter().flat_map(|frame| &frame.components);
        if self.frame.is_some() && components.into_iter().all(|component| component.has_mean) {
            Ok(())
        } else {
            Err(Flaw::CutShort)
        }
    }
}

/// Ends a stretch of data and returns the position of the marker that follows.
fn end(bits: Bits<'_>, walker: &Walker) -> Result<usize, Flaw> {
    if !walker.is_complete() {
        return Err(bits.flaw());
    }
    bits.end()
}

/// Skips the restart marker of this number.
fn skip_restart(bytes: &[u8], position: usize, number: usize) -> Result<usize, Flaw> {
    let rest = bytes.get(position..).unwrap_or_default();
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    match rest.get(fill) {
        Some(&marker) if fill > 0 && usize::from(marker) == 0xd0 + number => {
            Ok(position + fill + 1)
        }
        Some(_) => Err(Flaw::Damaged { at: position }),
        None => Err(Flaw::CutShort),
    }
}

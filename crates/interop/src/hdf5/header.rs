//! Object headers: the messages that describe a group or an array (section IV.A.1).

use super::bytes::{Bytes, Cursor};
use super::error::Hdf5Error;

/// The most blocks of one header; h5py's have one to three.
const MAX_BLOCKS: usize = 64;

/// The most messages of one header; those of Keras 2's models have a dozen.
const MAX_MESSAGES: usize = 10_000;

/// Kinds of messages (section IV.A.2).
pub(super) mod kind {
    pub(crate) const DATASPACE: u16 = 0x01;
    pub(crate) const LINK_INFO: u16 = 0x02;
    pub(crate) const DATATYPE: u16 = 0x03;
    pub(crate) const FILL_VALUE: u16 = 0x05;
    pub(crate) const LINK: u16 = 0x06;
    pub(crate) const EXTERNAL_FILES: u16 = 0x07;
    pub(crate) const LAYOUT: u16 = 0x08;
    pub(crate) const GROUP_INFO: u16 = 0x0a;
    pub(crate) const FILTERS: u16 = 0x0b;
    pub(crate) const ATTRIBUTE: u16 = 0x0c;
    pub(crate) const CONTINUATION: u16 = 0x10;
    pub(crate) const SYMBOL_TABLE: u16 = 0x11;
    pub(crate) const ATTRIBUTE_INFO: u16 = 0x15;
}

/// A part of a header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) kind: u16,
    /// The message stands elsewhere, and this is where.
    is_shared: bool,
    data: &'a [u8],
}

impl<'a> Message<'a> {
    /// The bytes of the message, if they are here.
    pub(super) fn data(&self) -> Result<Cursor<'a>, Hdf5Error> {
        if self.is_shared {
            return Err(Hdf5Error::unsupported(
                "it has a type or a shape that several arrays share",
            ));
        }
        Ok(Cursor::new(self.data))
    }
}

/// How messages are written: by version 1 or by version 2, with their order or without.
#[derive(Clone, Copy)]
enum Style {
    One,
    Two { has_order: bool },
}

/// Reads the messages of the header at an address, of all its blocks.
pub(super) fn read<'a>(file: &Bytes<'a>, at: u64) -> Result<Vec<Message<'a>>, Hdf5Error> {
    let start = file.slice(at, 4, "an object header")?;
    let (style, first) = match start {
        b"OHDR" => version_two(file, at)?,
        [1, ..] => version_one(file, at)?,
        _ => {
            return Err(Hdf5Error::damaged(format!(
                "an object header was expected at byte {at}"
            )));
        }
    };
    let mut messages = Vec::new();
    let mut blocks = vec![first];
    let mut next = 0;
    while let Some(&block) = blocks.get(next) {
        next += 1;
        let before = messages.len();
        read_block(block, style, &mut messages)?;
        for message in &messages[before..] {
            if message.kind != kind::CONTINUATION {
                continue;
            }
            let mut data = message.data()?;
            let (at, length) = (data.u64()?, data.u64()?);
            if blocks.len() == MAX_BLOCKS {
                return Err(Hdf5Error::damaged(format!(
                    "an object header has more than {MAX_BLOCKS} blocks"
                )));
            }
            blocks.push(continuation(file, at, length, style)?);
        }
    }
    Ok(messages)
}

/// The first block of a header of version 1.
fn version_one<'a>(file: &Bytes<'a>, at: u64) -> Result<(Style, &'a [u8]), Hdf5Error> {
    const PREFIX: u64 = 16;
    let mut prefix = Cursor::new(file.slice(at, PREFIX, "an object header")?);
    prefix.skip(8)?; // Its version, the numbers of messages and of links to it.
    let length = prefix.u32()?.into();
    let block = file.slice(at.saturating_add(PREFIX), length, "an object header")?;
    Ok((Style::One, block))
}

/// The first block of a header of version 2.
fn version_two<'a>(file: &Bytes<'a>, at: u64) -> Result<(Style, &'a [u8]), Hdf5Error> {
    /// Signature, version and flags.
    const PREFIX: u64 = 6;
    const HAS_ORDER: u8 = 1 << 2;
    const HAS_PHASES: u8 = 1 << 4;
    const HAS_TIMES: u8 = 1 << 5;
    let prefix = file.slice(at, PREFIX, "an object header")?;
    let [version, flags] = [prefix[4], prefix[5]];
    if version != 2 {
        return Err(Hdf5Error::damaged(format!(
            "an object header has version {version}"
        )));
    }
    let times = if flags & HAS_TIMES == 0 { 0 } else { 16 };
    let phases = if flags & HAS_PHASES == 0 { 0 } else { 4 };
    let width = 1 << (flags & 3);
    let at_length = at.saturating_add(PREFIX + times + phases);
    let length = file.slice(at_length, width, "an object header")?;
    let length = Cursor::new(length).sized(flags)?;
    let block = file.slice(at_length.saturating_add(width), length, "an object header")?;
    let has_order = flags & HAS_ORDER != 0;
    Ok((Style::Two { has_order }, block))
}

/// A further block.
fn continuation<'a>(
    file: &Bytes<'a>,
    at: u64,
    length: u64,
    style: Style,
) -> Result<&'a [u8], Hdf5Error> {
    let what = "a continued object header";
    match style {
        Style::One => file.slice(at, length, what),
        Style::Two { .. } => {
            let block = file.signed(at, *b"OCHK", length, what)?.rest();
            // The last four bytes are a checksum.
            let end = block.len().checked_sub(4);
            end.map(|end| &block[..end])
                .ok_or_else(|| Hdf5Error::damaged("a continued object header is too short"))
        }
    }
}

/// Reads the messages of a block, which may end with a gap shorter than the start of a message.
fn read_block<'a>(
    block: &'a [u8],
    style: Style,
    messages: &mut Vec<Message<'a>>,
) -> Result<(), Hdf5Error> {
    const SHARED: u8 = 1 << 1;
    let start = match style {
        Style::One => 8,
        Style::Two { has_order: false } => 4,
        Style::Two { has_order: true } => 6,
    };
    let mut block = Cursor::new(block);
    while block.rest().len() >= start {
        let kind = match style {
            Style::One => block.u16()?,
            Style::Two { .. } => block.u8()?.into(),
        };
        let length = block.u16()?;
        let flags = block.u8()?;
        block.skip(match style {
            Style::One => 3,
            Style::Two { has_order: false } => 0,
            Style::Two { has_order: true } => 2,
        })?;
        if messages.len() == MAX_MESSAGES {
            return Err(Hdf5Error::damaged(format!(
                "an object header has more than {MAX_MESSAGES} messages"
            )));
        }
        messages.push(Message {
            kind,
            is_shared: flags & SHARED != 0,
            data: block.take(length.into())?,
        });
    }
    Ok(())
}

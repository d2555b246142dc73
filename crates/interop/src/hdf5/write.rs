//! Writes a file of groups and 32-bit floats, with texts as attributes.
//!
//! Superblock 0 and object headers 1 have no checksums, groups have their links in their headers, and no date is written:
//! the same content gives the same bytes.

use super::bytes::UNDEFINED;
use super::header::kind;

/// A group to write.
#[derive(Debug, Default)]
pub(crate) struct Group<'a> {
    /// Names and texts.
    pub(crate) attributes: Vec<(&'a str, String)>,
    /// Names, at most 255 bytes long, and what they mean.
    pub(crate) members: Vec<(String, Node<'a>)>,
}

/// A member of a group to write.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    Group(Group<'a>),
    /// A shape and its numbers in C order.
    Array(Vec<usize>, &'a [f32]),
}

/// The length of a superblock of version 0.
const SUPERBLOCK: usize = 96;

/// Makes the file with this root.
pub(crate) fn write(root: &Group<'_>) -> Vec<u8> {
    let mut file = vec![0; SUPERBLOCK];
    let root = write_group(&mut file, root);
    let end = file.len() as u64;
    file[..SUPERBLOCK].copy_from_slice(&superblock(root, end));
    file
}

fn superblock(root: u64, end: u64) -> Vec<u8> {
    let mut bytes = b"\x89HDF\r\n\x1a\n".to_vec();
    // Versions of parts, sizes of addresses and lengths (8), of leaves (4) and of other nodes (16) of B-trees, flags.
    bytes.extend([0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0]);
    // The file begins at 0 and has no list of free space; its end; it has no driver. The root has no name.
    for number in [0, UNDEFINED, end, UNDEFINED, 0, root] {
        bytes.extend(number.to_le_bytes());
    }
    // Nothing of the root is repeated here.
    bytes.resize(SUPERBLOCK, 0);
    bytes
}

/// Writes a group after its members; returns its address.
fn write_group(file: &mut Vec<u8>, group: &Group<'_>) -> u64 {
    let mut messages = vec![
        // Versions and flags; neither a heap of links nor an index of names.
        (
            kind::LINK_INFO,
            [
                &[0, 0][..],
                &UNDEFINED.to_le_bytes(),
                &UNDEFINED.to_le_bytes(),
            ]
            .concat(),
        ),
        (kind::GROUP_INFO, vec![0, 0]),
    ];
    for (name, node) in &group.members {
        let at = match node {
            Node::Group(group) => write_group(file, group),
            Node::Array(shape, numbers) => write_array(file, shape, numbers),
        };
        messages.push((kind::LINK, link(name, at)));
    }
    let attributes = group.attributes.iter();
    messages.extend(attributes.map(|(name, text)| (kind::ATTRIBUTE, attribute(name, text))));
    write_header(file, messages)
}

/// A hard link: version 1, a name of one byte's length.
fn link(name: &str, at: u64) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "names are short")]
    let length = name.len() as u8;
    [&[1, 0, length][..], name.as_bytes(), &at.to_le_bytes()].concat()
}

/// An attribute of version 1: a text of fixed length in UTF-8, ended by a zero.
fn attribute(name: &str, text: &str) -> Vec<u8> {
    let name = [name.as_bytes(), &[0]].concat();
    let text = [text.as_bytes(), &[0]].concat();
    let mut message = vec![1, 0];
    message.extend(length_of(&name));
    // The lengths of type and shape.
    message.extend([8, 0, 8, 0]);
    message.extend(name);
    pad(&mut message);
    // Class 3 of version 1, UTF-8.
    message.extend([0x13, 0x10, 0, 0]);
    #[expect(clippy::cast_possible_truncation, reason = "texts are short")]
    message.extend((text.len() as u32).to_le_bytes());
    message.extend(shape(&[]));
    message.extend(text);
    message
}

/// Writes numbers and then the header of their array; returns its address.
fn write_array(file: &mut Vec<u8>, lengths: &[usize], numbers: &[f32]) -> u64 {
    let at = file.len() as u64;
    file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    let length = file.len() as u64 - at;
    pad(file);
    // Class 1 of version 1, little-endian, sign in bit 31; 4 bytes, 32 bits from 0, exponent of 8 bits from 23,
    // mantissa of 23 bits from 0, bias 127.
    let datatype = [
        0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0,
    ];
    // Version 3, contiguous.
    let layout = [&[3, 1][..], &at.to_le_bytes(), &length.to_le_bytes()].concat();
    write_header(
        file,
        vec![
            (kind::DATASPACE, shape(lengths)),
            (kind::DATATYPE, datatype.to_vec()),
            // Version 2, space is reserved when numbers are written, no value to fill it with.
            (kind::FILL_VALUE, vec![2, 2, 2, 0]),
            (kind::LAYOUT, layout),
        ],
    )
}

/// A shape of version 1.
fn shape(lengths: &[usize]) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "there are at most two")]
    let mut message = vec![1, lengths.len() as u8, 0, 0, 0, 0, 0, 0];
    for &length in lengths {
        message.extend((length as u64).to_le_bytes());
    }
    message
}

/// Writes an object header of version 1; returns its address.
fn write_header(file: &mut Vec<u8>, messages: Vec<(u16, Vec<u8>)>) -> u64 {
    let at = file.len() as u64;
    #[expect(clippy::cast_possible_truncation, reason = "there are a dozen")]
    let count = messages.len() as u16;
    let mut block = Vec::new();
    for (kind, mut data) in messages {
        pad(&mut data);
        block.extend(kind.to_le_bytes());
        block.extend(length_of(&data));
        // No flags.
        block.extend([0; 4]);
        block.extend(data);
    }
    file.extend([1, 0]);
    file.extend(count.to_le_bytes());
    // One link leads to it.
    file.extend(1_u32.to_le_bytes());
    #[expect(clippy::cast_possible_truncation, reason = "a dozen short messages")]
    file.extend((block.len() as u32).to_le_bytes());
    file.extend([0; 4]);
    file.extend(block);
    at
}

/// The length of a part of a message.
fn length_of(bytes: &[u8]) -> [u8; 2] {
    #[expect(clippy::cast_possible_truncation, reason = "names and texts are short")]
    let length = bytes.len() as u16;
    length.to_le_bytes()
}

/// Fills up to a multiple of eight.
fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(8), 0);
}

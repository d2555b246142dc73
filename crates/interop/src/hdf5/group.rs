//! The members of a group: links with names (sections III.A to III.D, IV.A.2.c and IV.A.2.g).

use super::bytes::{Bytes, Cursor, UNDEFINED};
use super::error::Hdf5Error;
use super::header::{Message, kind};

/// The longest name of a member.
const MAX_NAME: usize = 1024;

/// The most members; models here have about ten layers.
const MAX_MEMBERS: usize = 10_000;

/// A member of a group: its name and the address of its header.
pub(super) type Link = (String, u64);

/// Lists the members of the group with this header, in the order of the file.
///
/// # Errors
///
/// [`Hdf5Error::Unsupported`] if one is a soft or external link, or if there are so many that they are indexed.
pub(super) fn links(file: &Bytes<'_>, header: &[Message<'_>]) -> Result<Vec<Link>, Hdf5Error> {
    let mut links = Vec::new();
    for message in header {
        match message.kind {
            kind::SYMBOL_TABLE => {
                let mut data = message.data()?;
                let (tree, heap) = (data.u64()?, data.u64()?);
                let names = local_heap(file, heap)?;
                tree_node(file, tree, None, names, &mut links)?;
            }
            kind::LINK_INFO => check_not_dense(message.data()?)?,
            kind::LINK => links.push(link(message.data()?)?),
            _ => {}
        }
    }
    Ok(links)
}

/// The names of a group's members, each ended by a zero.
fn local_heap<'a>(file: &Bytes<'a>, at: u64) -> Result<&'a [u8], Hdf5Error> {
    let mut heap = file.signed(at, *b"HEAP", 32, "a heap of names")?;
    heap.skip(4)?; // Its version.
    let length = heap.u64()?;
    heap.skip(8)?; // Its free space.
    file.slice(heap.u64()?, length, "a heap of names")
}

/// Collects the links of a node of a B-tree, whose level is one below that of its parent.
fn tree_node(
    file: &Bytes<'_>,
    at: u64,
    expected: Option<u8>,
    names: &[u8],
    links: &mut Vec<Link>,
) -> Result<(), Hdf5Error> {
    const PREFIX: u64 = 24;
    let what = "a B-tree node of a group";
    let mut node = file.signed(at, *b"TREE", PREFIX, what)?;
    let (of, level, entries) = (node.u8()?, node.u8()?, node.u16()?);
    if of != 0 || expected.is_some_and(|expected| expected != level) {
        return Err(Hdf5Error::damaged(format!(
            "the B-tree node at byte {at} is of another kind or level"
        )));
    }
    // Keys and children in turn, and a last key.
    let children = file.slice(at.saturating_add(PREFIX), u64::from(entries) * 16, what)?;
    for pair in children.chunks_exact(16) {
        let mut pair = Cursor::new(pair);
        pair.skip(8)?;
        let child = pair.u64()?;
        match level.checked_sub(1) {
            Some(below) => tree_node(file, child, Some(below), names, links)?,
            None => symbol_node(file, child, names, links)?,
        }
    }
    Ok(())
}

/// Collects the links of a leaf.
fn symbol_node(
    file: &Bytes<'_>,
    at: u64,
    names: &[u8],
    links: &mut Vec<Link>,
) -> Result<(), Hdf5Error> {
    const PREFIX: u64 = 8;
    const ENTRY: u64 = 40;
    const SOFT: u32 = 2;
    let what = "a symbol table";
    let mut node = file.signed(at, *b"SNOD", PREFIX, what)?;
    node.skip(2)?; // Its version.
    let entries = u64::from(node.u16()?) * ENTRY;
    let mut entries = Cursor::new(file.slice(at.saturating_add(PREFIX), entries, what)?);
    while !entries.rest().is_empty() {
        if links.len() == MAX_MEMBERS {
            return Err(Hdf5Error::damaged(format!(
                "a group has more than {MAX_MEMBERS} members"
            )));
        }
        let name = name_at(names, entries.u64()?)?;
        let header = entries.u64()?;
        if entries.u32()? == SOFT {
            return Err(other_link(&name, "a soft link"));
        }
        entries.skip(20)?;
        links.push((name, header));
    }
    Ok(())
}

fn name_at(names: &[u8], at: u64) -> Result<String, Hdf5Error> {
    let rest = usize::try_from(at).ok().and_then(|at| names.get(at..));
    let name = rest.and_then(|rest| rest.split(|&byte| byte == 0).next());
    let outside = || Hdf5Error::damaged("the name of a member is not in the heap of its group");
    text(name.ok_or_else(outside)?)
}

fn text(name: &[u8]) -> Result<String, Hdf5Error> {
    let text = std::str::from_utf8(name).ok();
    let text = text.filter(|text| !text.is_empty() && text.len() <= MAX_NAME);
    let text = text.ok_or_else(|| Hdf5Error::damaged("the name of a member is no text"))?;
    Ok(text.to_owned())
}

/// Refuses groups whose links are in a heap with an index.
fn check_not_dense(mut info: Cursor<'_>) -> Result<(), Hdf5Error> {
    const HAS_ORDER: u8 = 1;
    info.skip(1)?; // Its version.
    if info.u8()? & HAS_ORDER != 0 {
        info.skip(8)?;
    }
    if info.u64()? != UNDEFINED {
        return Err(Hdf5Error::unsupported(
            "it has a group with an index of its members, as h5py writes with libver=\"latest\"",
        ));
    }
    Ok(())
}

/// Reads a link message.
fn link(mut link: Cursor<'_>) -> Result<Link, Hdf5Error> {
    const HAS_ORDER: u8 = 1 << 2;
    const HAS_KIND: u8 = 1 << 3;
    const HAS_CHARACTERS: u8 = 1 << 4;
    link.skip(1)?; // Its version.
    let flags = link.u8()?;
    let kind = if flags & HAS_KIND == 0 { 0 } else { link.u8()? };
    if flags & HAS_ORDER != 0 {
        link.skip(8)?;
    }
    if flags & HAS_CHARACTERS != 0 {
        link.skip(1)?;
    }
    let length = usize::try_from(link.sized(flags)?).unwrap_or(usize::MAX);
    let name = text(link.take(length)?)?;
    match kind {
        0 => Ok((name, link.u64()?)),
        1 => Err(other_link(&name, "a soft link")),
        64 => Err(other_link(&name, "a link to another file")),
        _ => Err(other_link(&name, "a link of an unknown kind")),
    }
}

fn other_link(name: &str, kind: &str) -> Hdf5Error {
    Hdf5Error::unsupported(format!("its member {name:?} is {kind}"))
}

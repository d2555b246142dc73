//! A file, its root, and the groups and arrays in it (sections II.A and II.B).

use super::array::{self, Array};
use super::attribute;
use super::bytes::{Bytes, Cursor};
use super::error::Hdf5Error;
use super::group::{self, Link};
use super::header::{self, Message, kind};

/// The first bytes of a file.
const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// A file in memory.
pub(crate) struct File<'a> {
    bytes: Bytes<'a>,
    root: u64,
}

/// A group or an array of a file.
pub(crate) struct Object<'a> {
    bytes: &'a Bytes<'a>,
    /// The names of groups from the root, separated by `/`; empty for the root.
    path: String,
    header: Vec<Message<'a>>,
}

impl<'a> File<'a> {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`Hdf5Error::Damaged`] if it is none or is cut short, [`Hdf5Error::Unsupported`] if its addresses have other than 8
    /// bytes.
    pub(crate) fn open(all: &'a [u8]) -> Result<Self, Hdf5Error> {
        let bytes = Bytes::new(all);
        let mut superblock = Cursor::new(all);
        if superblock.take(8)? != SIGNATURE {
            return Err(Hdf5Error::damaged("it does not begin as an HDF5 file"));
        }
        let version = superblock.u8()?;
        let (sizes, before_base) = match version {
            0 | 1 => {
                superblock.skip(4)?; // Versions of parts.
                // Then the sizes of B-trees and flags; version 1 has one size more.
                (superblock.take(3)?, if version == 0 { 8 } else { 12 })
            }
            2 | 3 => (superblock.take(3)?, 0),
            _ => {
                return Err(Hdf5Error::unsupported(format!(
                    "it is HDF5 with a superblock of version {version}"
                )));
            }
        };
        if sizes[..2] != [8, 8] {
            return Err(Hdf5Error::unsupported(format!(
                "it is HDF5 with addresses of {} and lengths of {} bytes",
                sizes[0], sizes[1]
            )));
        }
        superblock.skip(before_base)?;
        let (base, _free_space_or_extension, end) =
            (superblock.u64()?, superblock.u64()?, superblock.u64()?);
        if base != 0 {
            return Err(Hdf5Error::unsupported("it is HDF5 with a user block"));
        }
        if end > bytes.len() {
            let found = bytes.len();
            return Err(Hdf5Error::damaged(format!(
                "it has {found} of {end} bytes; it is cut short"
            )));
        }
        if version < 2 {
            superblock.skip(16)?; // Driver information, and the name of the root.
        }
        let root = superblock.u64()?;
        Ok(Self { bytes, root })
    }

    /// The root group.
    pub(crate) fn root(&'a self) -> Result<Object<'a>, Hdf5Error> {
        Object::read(&self.bytes, String::new(), self.root)
    }
}

impl<'a> Object<'a> {
    fn read(bytes: &'a Bytes<'a>, path: String, at: u64) -> Result<Self, Hdf5Error> {
        let header = header::read(bytes, at)?;
        Ok(Self {
            bytes,
            path,
            header,
        })
    }

    /// The names of groups from the root and its own, separated by `/`; empty for the root.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is an array of numbers, and no group.
    pub(crate) fn is_array(&self) -> bool {
        let mut messages = self.header.iter();
        messages.any(|message| message.kind == kind::LAYOUT)
    }

    /// The members of a group, in the order of the file.
    pub(crate) fn members(&self) -> Result<Vec<Member<'a>>, Hdf5Error> {
        let links = group::links(self.bytes, &self.header)?;
        let members = links.into_iter().map(|link| self.member_of(link));
        Ok(members.collect())
    }

    /// The member with a name.
    pub(crate) fn member(&self, name: &str) -> Result<Option<Object<'a>>, Hdf5Error> {
        let mut members = self.members()?.into_iter();
        let found = members.find(|member| member.name == name);
        found.map(Member::open).transpose()
    }

    fn member_of(&self, (name, at): Link) -> Member<'a> {
        let path = match self.path.as_str() {
            "" => name.clone(),
            before => format!("{before}/{name}"),
        };
        Member {
            bytes: self.bytes,
            name,
            path,
            at,
        }
    }

    /// The texts of an attribute, one if it is no list; `None` if there is no such attribute.
    pub(crate) fn texts(&self, attribute: &str) -> Result<Option<Vec<String>>, Hdf5Error> {
        attribute::texts(self.bytes, &self.header, attribute)
    }

    /// The text of an attribute, the first if it is a list.
    pub(crate) fn text(&self, attribute: &str) -> Result<Option<String>, Hdf5Error> {
        let texts = self.texts(attribute)?;
        Ok(texts.and_then(|texts| texts.into_iter().next()))
    }

    /// The numbers of an array.
    pub(crate) fn array(&self) -> Result<Array, Hdf5Error> {
        array::read(self.bytes, &self.header, &self.path)
    }
}

/// A member of a group that is not read yet.
pub(crate) struct Member<'a> {
    bytes: &'a Bytes<'a>,
    pub(crate) name: String,
    path: String,
    at: u64,
}

impl<'a> Member<'a> {
    /// Reads its header.
    pub(crate) fn open(self) -> Result<Object<'a>, Hdf5Error> {
        Object::read(self.bytes, self.path, self.at)
    }
}

//! State dicts of `PyTorch`, as `torch.save(model.state_dict(), "model.pt")` writes them since version 1.6.
//!
//! Such a file is a zip archive: the bytes of each array, and a pickle, a program for a small machine that builds
//! dictionaries of them. Python's machine can call any function. Ours knows only what a state dict needs, makes values of
//! its own instead of Python's objects, and refuses everything else by name; nothing of the file is ever run.

mod global;
mod machine;
mod pickle;
mod refusal;
mod tensor;
mod value;

use crate::archive::{Archive, MAX_BYTES};
use crate::element::ByteOrder;
use crate::error::InteropError;
use crate::format::Format;
use crate::named_array::{self, NamedArray};
use crate::network::Network;

use pickle::Pickled;
use refusal::{INSTEAD, shown};
use tensor::Storages;
use value::{Object, Value};

/// The most bytes of a pickle. That of a network here has about 1,000, and a checkpoint of Lightning 20,000.
const MAX_PICKLE: usize = 1024 * 1024;

/// The keys of a checkpoint under which its state dict is: Lightning's, and those of `PyTorch`'s tutorials.
const STATE_DICTS: [&str; 3] = ["state_dict", "model_state_dict", "model"];

/// Reads a state dict, or a checkpoint with one.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if it is a whole model or has anything else than a state dict has,
/// [`InteropError::Damaged`] and [`InteropError::TooLarge`] if it is damaged, and those of
/// [`network_of`](named_array::network_of).
pub(crate) fn read(bytes: &[u8]) -> Result<Network, InteropError> {
    let mut archive = Archive::open(bytes, Format::PyTorch)?;
    let folder = folder(&archive)?;
    let pickle = archive.read(&format!("{folder}data.pkl"))?;
    if pickle.len() > MAX_PICKLE {
        return Err(InteropError::TooLarge {
            found: pickle.len() as u64,
            limit: MAX_PICKLE as u64,
        });
    }
    let order = byte_order(&mut archive, &folder)?;
    let pickled = pickle::load(&pickle)?;
    let entries = state_dict(&pickled)?;
    let mut storages = Storages::new(archive, folder, order);
    let mut left = usize::try_from(MAX_BYTES).unwrap_or(usize::MAX) / size_of::<f32>();
    let mut arrays = Vec::new();
    for (key, value) in entries {
        let name = key.text().unwrap_or("(no text)");
        let Some(Object::Tensor(tensor)) = pickled.object(value) else {
            return Err(no_tensor(name));
        };
        let (shape, values) = tensor::values(tensor, name, &mut storages, &mut left)?;
        arrays.push(NamedArray {
            name: name.to_owned(),
            shape,
            values,
        });
    }
    named_array::network_of(arrays)
}

/// The folder of the archive, with its slash, in which everything is.
fn folder(archive: &Archive) -> Result<String, InteropError> {
    let pickles = archive.names().filter_map(|name| {
        let folder = name.strip_suffix("data.pkl")?;
        (folder.is_empty() || folder.ends_with('/')).then(|| folder.to_owned())
    });
    let pickles: Vec<String> = pickles.collect();
    <[String; 1]>::try_from(pickles)
        .map(|[folder]| folder)
        .map_err(|found| {
            let reason = format!("it has {} entries named data.pkl", found.len());
            InteropError::damaged(Format::PyTorch, reason)
        })
}

/// The byte order of the machine that wrote the file, which versions before 2.1 do not say: it was little-endian.
fn byte_order(archive: &mut Archive, folder: &str) -> Result<ByteOrder, InteropError> {
    let name = format!("{folder}byteorder");
    if !archive.names().any(|known| known == name) {
        return Ok(ByteOrder::Little);
    }
    match archive.read(&name)?.as_slice() {
        b"little" => Ok(ByteOrder::Little),
        b"big" => Ok(ByteOrder::Big),
        _ => Err(InteropError::damaged(
            Format::PyTorch,
            "its byte order is neither little nor big",
        )),
    }
}

/// The entries of the dictionary of arrays: the outermost, or that of a checkpoint.
fn state_dict(pickled: &Pickled) -> Result<&[(Value, Value)], InteropError> {
    let outermost = dict(pickled, &pickled.root).ok_or_else(|| InteropError::Unsupported {
        what: "it holds no dictionary".to_owned(),
        instead: INSTEAD,
    })?;
    let inner = STATE_DICTS.iter().find_map(|name| {
        let mut entries = outermost.iter();
        let (_key, value) = entries.find(|(key, _)| key.text() == Some(name))?;
        dict(pickled, value)
    });
    Ok(inner.unwrap_or(outermost))
}

fn dict<'a>(pickled: &'a Pickled, value: &Value) -> Option<&'a [(Value, Value)]> {
    match pickled.object(value) {
        Some(Object::Dict(entries)) => Some(entries),
        _ => None,
    }
}

fn no_tensor(name: &str) -> InteropError {
    let name = shown(name);
    InteropError::Unsupported {
        what: format!("its entry {name:?} is no tensor"),
        instead: INSTEAD,
    }
}

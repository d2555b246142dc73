//! The machine that a pickle is a program for, with the instructions that state dicts need.
//!
//! Every instruction adds a few values at most, so that the memory of stack, memo and objects is in proportion to the
//! length of the pickle, which is limited. No instruction repeats others, so that each program ends.

use std::rc::Rc;

use crate::error::InteropError;

use super::global::Global;
use super::machine::{Machine, damaged, no_values};
use super::refusal::shown;
use super::value::{Object, Storage, Tensor, Value};

/// What a pickle has made.
pub(super) struct Pickled {
    /// The value that is left at the end.
    pub(super) root: Value,
    objects: Vec<Object>,
}

impl Pickled {
    /// The object of a value, if it has one.
    pub(super) fn object(&self, value: &Value) -> Option<&Object> {
        match value {
            Value::Object(number) => self.objects.get(*number),
            _ => None,
        }
    }
}

/// Runs a pickle.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if it names a function or class that a state dict does not need, and
/// [`InteropError::Damaged`] if it has another instruction, or takes values that are not there.
pub(super) fn load(bytes: &[u8]) -> Result<Pickled, InteropError> {
    let mut machine = Machine::new(bytes);
    loop {
        let place = bytes.len() - machine.program.len();
        let [instruction] = machine.array()?;
        if instruction == b'.' {
            let root = machine.pop()?;
            let objects = machine.objects;
            return Ok(Pickled { root, objects });
        }
        machine.step(instruction, place)?;
    }
}

impl Machine<'_> {
    /// Runs an instruction; their names are those of Python's `pickletools`.
    fn step(&mut self, instruction: u8, place: usize) -> Result<(), InteropError> {
        match instruction {
            // PROTO and FRAME: versions, and lengths of parts.
            0x80 => drop(self.array::<1>()?),
            0x95 => drop(self.array::<8>()?),
            // Numbers: BININT, BININT1, BININT2, LONG1, BINFLOAT.
            b'J' => {
                let integer = i32::from_le_bytes(self.array()?);
                self.stack.push(Value::Integer(integer.into()));
            }
            b'K' => {
                let [byte] = self.array()?;
                self.stack.push(Value::Integer(byte.into()));
            }
            b'M' => {
                let integer = u16::from_le_bytes(self.array()?);
                self.stack.push(Value::Integer(integer.into()));
            }
            0x8a => self.long()?,
            b'G' => {
                self.array::<8>()?;
                self.stack.push(Value::Other);
            }
            // NONE, NEWTRUE, NEWFALSE.
            b'N' | 0x88 | 0x89 => self.stack.push(Value::Other),
            // BINUNICODE, SHORT_BINUNICODE.
            b'X' => {
                let length = u32::from_le_bytes(self.array()?);
                self.text(length)?;
            }
            0x8c => {
                let [length] = self.array()?;
                self.text(length.into())?;
            }
            // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, and MARK and TUPLE.
            b')' => self.push_object(Object::Tuple(Vec::new())),
            0x85..=0x87 => {
                let values = self.pop_many(usize::from(instruction - 0x84))?;
                self.push_object(Object::Tuple(values));
            }
            b'(' => self.marks.push(self.stack.len()),
            b't' => {
                let values = self.pop_group()?;
                self.push_object(Object::Tuple(values));
            }
            // EMPTY_LIST, APPEND, APPENDS.
            b']' => self.push_object(Object::List(Vec::new())),
            b'a' => {
                let values = self.pop_many(1)?;
                self.append(values)?;
            }
            b'e' => {
                let values = self.pop_group()?;
                self.append(values)?;
            }
            // EMPTY_DICT, SETITEM, SETITEMS.
            b'}' => self.push_object(Object::Dict(Vec::new())),
            b's' => {
                let values = self.pop_many(2)?;
                self.set_items(values)?;
            }
            b'u' => {
                let values = self.pop_group()?;
                self.set_items(values)?;
            }
            // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET.
            b'q' => {
                let [number] = self.array()?;
                self.remember(number.into())?;
            }
            b'r' => {
                let number = u32::from_le_bytes(self.array()?);
                self.remember(number)?;
            }
            0x94 => {
                let number = u32::try_from(self.memo.len()).map_err(|_| no_values())?;
                self.remember(number)?;
            }
            b'h' => {
                let [number] = self.array()?;
                self.recall(number.into())?;
            }
            b'j' => {
                let number = u32::from_le_bytes(self.array()?);
                self.recall(number)?;
            }
            // GLOBAL, STACK_GLOBAL, REDUCE, BUILD, BINPERSID.
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.stack
                    .push(Value::Global(Global::find(&module, &name)?));
            }
            0x93 => {
                let values = self.pop_many(2)?;
                let [Value::Text(module), Value::Text(name)] = &values[..] else {
                    return Err(no_values());
                };
                self.stack.push(Value::Global(Global::find(module, name)?));
            }
            b'R' => self.call()?,
            b'b' => self.set_state()?,
            b'Q' => self.storage()?,
            other => {
                let what = format!("its pickle has the instruction {other:#04x} at byte {place}");
                return Err(damaged(&format!("{what}, which no state dict has")));
            }
        }
        Ok(())
    }

    fn text(&mut self, length: u32) -> Result<(), InteropError> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let text = std::str::from_utf8(self.bytes(length)?);
        let text = Rc::from(text.map_err(|_| damaged("a text of its pickle is not UTF-8"))?);
        self.stack.push(Value::Text(text));
        Ok(())
    }

    /// An integer of some bytes, the lowest first; larger ones than 64 bits are nothing that a network needs.
    fn long(&mut self) -> Result<(), InteropError> {
        let [length] = self.array()?;
        let bytes = self.bytes(length.into())?;
        let value = match bytes.last() {
            None => Value::Integer(0),
            Some(_) if bytes.len() > 8 => Value::Other,
            Some(highest) => {
                let sign = if *highest < 128 { 0 } else { u8::MAX };
                let mut whole = [sign; 8];
                whole[..bytes.len()].copy_from_slice(bytes);
                Value::Integer(i64::from_le_bytes(whole))
            }
        };
        self.stack.push(value);
        Ok(())
    }

    fn append(&mut self, values: Vec<Value>) -> Result<(), InteropError> {
        match self.top()? {
            Object::List(list) => list.extend(values),
            _ => return Err(no_values()),
        }
        Ok(())
    }

    /// Adds keys and values in turn to a dictionary.
    fn set_items(&mut self, values: Vec<Value>) -> Result<(), InteropError> {
        let is_even = values.len().is_multiple_of(2);
        match self.top()? {
            Object::Dict(entries) if is_even => {
                let mut values = values.into_iter();
                while let (Some(key), Some(value)) = (values.next(), values.next()) {
                    entries.push((key, value));
                }
            }
            _ => return Err(no_values()),
        }
        Ok(())
    }

    /// Does what the function or class on the stack does with a tuple of arguments.
    fn call(&mut self) -> Result<(), InteropError> {
        let arguments = self.pop_tuple()?;
        let Value::Global(global) = self.pop()? else {
            return Err(no_values());
        };
        match (global, arguments.as_slice()) {
            (Global::OrderedDict, []) => self.push_object(Object::Dict(Vec::new())),
            (Global::Tensor, [storage, offset, shape, strides, ..]) => {
                let tensor = self.tensor(storage, offset, [shape, strides]);
                self.push_object(Object::Tensor(tensor.ok_or_else(no_values)?));
            }
            // The tensor itself; the other arguments are about its gradient.
            (Global::Parameter, [tensor @ Value::Object(_), ..]) => self.stack.push(tensor.clone()),
            _ => return Err(no_values()),
        }
        Ok(())
    }

    fn tensor(
        &self,
        storage: &Value,
        offset: &Value,
        [shape, strides]: [&Value; 2],
    ) -> Option<Tensor> {
        let Some(Object::Storage(storage)) = self.object(storage) else {
            return None;
        };
        Some(Tensor {
            storage: storage.clone(),
            offset: offset.count()?,
            shape: self.counts(shape)?,
            strides: self.counts(strides)?,
        })
    }

    fn counts(&self, tuple: &Value) -> Option<Vec<usize>> {
        let Some(Object::Tuple(values)) = self.object(tuple) else {
            return None;
        };
        values.iter().map(Value::count).collect()
    }

    /// Sets attributes of a dictionary: those of a state dict are the versions of its layers, which we do not need.
    fn set_state(&mut self) -> Result<(), InteropError> {
        self.pop()?;
        match self.top()? {
            Object::Dict(_) => Ok(()),
            _ => Err(no_values()),
        }
    }

    /// Refers to a storage: ("storage", its class, its key, the device, its numbers).
    fn storage(&mut self) -> Result<(), InteropError> {
        let reference = self.pop_tuple()?;
        let [
            Value::Text(what),
            Value::Global(kind),
            Value::Text(key),
            _device,
            length,
        ] = &reference[..]
        else {
            return Err(no_values());
        };
        let is_storage = matches!(kind, Global::Storage(_) | Global::OtherStorage);
        let length = length.count();
        let (true, "storage", Some(length)) = (is_storage, &**what, length) else {
            let what = shown(what);
            return Err(damaged(&format!(
                "its pickle refers to a {what:?}, not to a storage"
            )));
        };
        self.push_object(Object::Storage(Storage {
            key: key.clone(),
            kind: *kind,
            length,
        }));
        Ok(())
    }
}

//! The machine that a pickle is a program for, with the instructions that state dicts need.
//!
//! Every instruction adds a few values at most, so that the memory of stack, memo and objects is in proportion to the
//! length of the pickle, which is limited. No instruction repeats others, so that each program ends.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::error::InteropError;
use crate::format::Format;

use super::global::Global;
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
    let mut machine = Machine {
        program: bytes,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: BTreeMap::new(),
        objects: Vec::new(),
    };
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

struct Machine<'a> {
    /// What is left of the pickle.
    program: &'a [u8],
    stack: Vec<Value>,
    /// The lengths of the stack at which a group of values begins.
    marks: Vec<usize>,
    /// Values that are used again, by number.
    memo: BTreeMap<u32, Value>,
    objects: Vec<Object>,
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

    /// Takes bytes of the program.
    fn bytes(&mut self, length: usize) -> Result<&[u8], InteropError> {
        let parts = self.program.split_at_checked(length);
        let (taken, rest) = parts.ok_or_else(|| damaged("its pickle is cut short"))?;
        self.program = rest;
        Ok(taken)
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], InteropError> {
        let parts = self.program.split_first_chunk();
        let (taken, rest) = parts.ok_or_else(|| damaged("its pickle is cut short"))?;
        self.program = rest;
        Ok(*taken)
    }

    /// Takes bytes up to a line feed.
    fn line(&mut self) -> Result<String, InteropError> {
        let end = self.program.iter().position(|byte| *byte == b'\n');
        let end = end.ok_or_else(|| damaged("its pickle is cut short"))?;
        let line = String::from_utf8_lossy(self.bytes(end)?).into_owned();
        self.array::<1>()?;
        Ok(line)
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

    /// The place on the stack below which an instruction takes nothing.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Value, InteropError> {
        let has_value = self.stack.len() > self.floor();
        has_value
            .then(|| self.stack.pop())
            .flatten()
            .ok_or_else(no_values)
    }

    /// Takes values, in the order in which they were pushed.
    fn pop_many(&mut self, count: usize) -> Result<Vec<Value>, InteropError> {
        let start = self.stack.len().checked_sub(count);
        let start = start.filter(|start| *start >= self.floor());
        Ok(self.stack.split_off(start.ok_or_else(no_values)?))
    }

    /// Takes the values since the last mark.
    fn pop_group(&mut self) -> Result<Vec<Value>, InteropError> {
        let start = self.marks.pop().ok_or_else(no_values)?;
        Ok(self.stack.split_off(start))
    }

    fn push_object(&mut self, object: Object) {
        self.stack.push(Value::Object(self.objects.len()));
        self.objects.push(object);
    }

    /// The object of the uppermost value, which stays there.
    fn top(&mut self) -> Result<&mut Object, InteropError> {
        let is_there = self.stack.len() > self.floor();
        match self.stack.last() {
            Some(Value::Object(number)) if is_there => {
                self.objects.get_mut(*number).ok_or_else(no_values)
            }
            _ => Err(no_values()),
        }
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

    fn remember(&mut self, number: u32) -> Result<(), InteropError> {
        let value = self.stack.last().cloned().ok_or_else(no_values)?;
        self.memo.insert(number, value);
        Ok(())
    }

    fn recall(&mut self, number: u32) -> Result<(), InteropError> {
        let value = self.memo.get(&number).cloned().ok_or_else(no_values)?;
        self.stack.push(value);
        Ok(())
    }

    /// Takes a tuple's values.
    fn pop_tuple(&mut self) -> Result<Vec<Value>, InteropError> {
        match self.pop()? {
            Value::Object(number) => match self.objects.get(number) {
                Some(Object::Tuple(values)) => Ok(values.clone()),
                _ => Err(no_values()),
            },
            _ => Err(no_values()),
        }
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

    fn object(&self, value: &Value) -> Option<&Object> {
        match value {
            Value::Object(number) => self.objects.get(*number),
            _ => None,
        }
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

fn no_values() -> InteropError {
    damaged("its pickle takes values that are not there or of another kind")
}

fn damaged(reason: &str) -> InteropError {
    InteropError::damaged(Format::PyTorch, reason)
}

//! The memory of the machine that a pickle is a program for: its stack, its memo and its objects.

use std::collections::BTreeMap;

use crate::error::InteropError;
use crate::format::Format;

use super::value::{Object, Value};

/// The state of the machine.
pub(super) struct Machine<'a> {
    /// What is left of the pickle.
    pub(super) program: &'a [u8],
    pub(super) stack: Vec<Value>,
    /// The lengths of the stack at which a group of values begins.
    pub(super) marks: Vec<usize>,
    /// Values that are used again, by number.
    pub(super) memo: BTreeMap<u32, Value>,
    pub(super) objects: Vec<Object>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(program: &'a [u8]) -> Self {
        Self {
            program,
            stack: Vec::new(),
            marks: Vec::new(),
            memo: BTreeMap::new(),
            objects: Vec::new(),
        }
    }

    /// Takes bytes of the program.
    pub(super) fn bytes(&mut self, length: usize) -> Result<&[u8], InteropError> {
        let parts = self.program.split_at_checked(length);
        let (taken, rest) = parts.ok_or_else(|| damaged("its pickle is cut short"))?;
        self.program = rest;
        Ok(taken)
    }

    pub(super) fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], InteropError> {
        let parts = self.program.split_first_chunk();
        let (taken, rest) = parts.ok_or_else(|| damaged("its pickle is cut short"))?;
        self.program = rest;
        Ok(*taken)
    }

    /// Takes bytes up to a line feed.
    pub(super) fn line(&mut self) -> Result<String, InteropError> {
        let end = self.program.iter().position(|byte| *byte == b'\n');
        let end = end.ok_or_else(|| damaged("its pickle is cut short"))?;
        let line = String::from_utf8_lossy(self.bytes(end)?).into_owned();
        self.array::<1>()?;
        Ok(line)
    }

    /// The place on the stack below which an instruction takes nothing.
    pub(super) fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    pub(super) fn pop(&mut self) -> Result<Value, InteropError> {
        let has_value = self.stack.len() > self.floor();
        has_value
            .then(|| self.stack.pop())
            .flatten()
            .ok_or_else(no_values)
    }

    /// Takes values, in the order in which they were pushed.
    pub(super) fn pop_many(&mut self, count: usize) -> Result<Vec<Value>, InteropError> {
        let start = self.stack.len().checked_sub(count);
        let start = start.filter(|start| *start >= self.floor());
        Ok(self.stack.split_off(start.ok_or_else(no_values)?))
    }

    /// Takes the values since the last mark.
    pub(super) fn pop_group(&mut self) -> Result<Vec<Value>, InteropError> {
        let start = self.marks.pop().ok_or_else(no_values)?;
        Ok(self.stack.split_off(start))
    }

    pub(super) fn push_object(&mut self, object: Object) {
        self.stack.push(Value::Object(self.objects.len()));
        self.objects.push(object);
    }

    /// The object of the uppermost value, which stays there.
    pub(super) fn top(&mut self) -> Result<&mut Object, InteropError> {
        let is_there = self.stack.len() > self.floor();
        match self.stack.last() {
            Some(Value::Object(number)) if is_there => {
                self.objects.get_mut(*number).ok_or_else(no_values)
            }
            _ => Err(no_values()),
        }
    }

    pub(super) fn remember(&mut self, number: u32) -> Result<(), InteropError> {
        let value = self.stack.last().cloned().ok_or_else(no_values)?;
        self.memo.insert(number, value);
        Ok(())
    }

    pub(super) fn recall(&mut self, number: u32) -> Result<(), InteropError> {
        let value = self.memo.get(&number).cloned().ok_or_else(no_values)?;
        self.stack.push(value);
        Ok(())
    }

    /// Takes a tuple's values.
    pub(super) fn pop_tuple(&mut self) -> Result<Vec<Value>, InteropError> {
        match self.pop()? {
            Value::Object(number) => match self.objects.get(number) {
                Some(Object::Tuple(values)) => Ok(values.clone()),
                _ => Err(no_values()),
            },
            _ => Err(no_values()),
        }
    }

    pub(super) fn object(&self, value: &Value) -> Option<&Object> {
        match value {
            Value::Object(number) => self.objects.get(*number),
            _ => None,
        }
    }
}

pub(super) fn no_values() -> InteropError {
    damaged("its pickle takes values that are not there or of another kind")
}

pub(super) fn damaged(reason: &str) -> InteropError {
    InteropError::damaged(Format::PyTorch, reason)
}

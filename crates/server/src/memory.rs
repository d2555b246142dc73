//! Memory for what clients send and are sent, shared by all requests: a client that is slow on purpose keeps some of it,
//! and never more than there is.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that are counted as one.
const UNIT: usize = 1024;

/// So many bytes in all.
pub(crate) struct Memory(Arc<Semaphore>);

/// A part of them, free again when it is dropped.
#[derive(Default)]
pub(crate) struct Held(Option<OwnedSemaphorePermit>);

impl Memory {
    /// Memory of so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let units = bytes.div_ceil(UNIT).min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Semaphore::new(units)))
    }

    /// Lets a part grow to so many bytes; says whether there are as many.
    pub(crate) fn grow(&self, held: &mut Held, bytes: usize) -> bool {
        let units = held.0.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = bytes.div_ceil(UNIT).saturating_sub(units);
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        let Ok(more) = Arc::clone(&self.0).try_acquire_many_owned(missing) else {
            return false;
        };
        match &mut held.0 {
            Some(permit) => permit.merge(more),
            None => held.0 = Some(more),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, Memory};

    #[test]
    fn gives_what_there_is_and_takes_it_back() {
        let memory = Memory::new(10 * 1024);
        let (mut first, mut second) = (Held::default(), Held::default());
        assert!(memory.grow(&mut first, 1));
        assert!(memory.grow(&mut first, 6 * 1024));
        assert!(memory.grow(&mut first, 5 * 1024));
        assert!(!memory.grow(&mut second, 5 * 1024));
        assert!(memory.grow(&mut second, 4 * 1024));
        assert!(!memory.grow(&mut first, usize::MAX));
        drop(first);
        assert!(memory.grow(&mut second, 10 * 1024));
    }
}

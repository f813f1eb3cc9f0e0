//! What the functions of every kind call, the same for all of them.

use std::cell::{Cell, RefCell};

#[derive(Debug)]
pub struct World {
    pub depth: Cell<u64>,
    pub left: Cell<u64>,
    pub log: RefCell<Vec<u64>>,
}

#[derive(Debug)]
pub struct Handle(u64);

#[derive(Debug)]
pub struct Refused(pub u64);

impl World {
    #[inline(never)]
    pub fn look(&self, at: u64) -> u64 {
        self.log.borrow().len() as u64 + at
    }

    #[inline(never)]
    pub fn open(&self, name: u64) -> Result<Handle, Refused> {
        if name == 0 { Err(Refused(name)) } else { Ok(Handle(name)) }
    }

    #[inline(never)]
    pub fn record(&self, entry: u64) -> Result<(), Refused> {
        self.log.borrow_mut().push(entry);
        Ok(())
    }
}

impl Handle {
    #[inline(never)]
    pub fn read(&mut self) -> Result<u64, Refused> {
        self.0.checked_sub(1).ok_or(Refused(self.0))
    }

    #[inline(never)]
    pub fn close(&mut self) -> Result<(), Refused> {
        self.0.checked_add(1).map(drop).ok_or(Refused(self.0))
    }
}

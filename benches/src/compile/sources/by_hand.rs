pub struct Nested__<'a> {
    world: &'a World,
    before: u64,
    pub depth: u64,
}

pub fn nested__(world: &World, by: u64) -> Nested__<'_> {
    let before = world.depth.get();
    world.depth.set(before + by + __);
    Nested__ { world, before, depth: world.depth.get() }
}

impl Drop for Nested__<'_> {
    fn drop(&mut self) {
        self.world.depth.set(self.before);
    }
}

pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    let nested = nested__(world, by);
    Ok(world.look(nested.depth))
}
// next
pub struct Opened__ {
    pub handle: Handle,
    closed: bool,
}

pub fn opened__(world: &World, name: u64) -> Result<Opened__, Refused> {
    let handle = world.open(name + __)?;
    Ok(Opened__ { handle, closed: false })
}

impl Opened__ {
    pub fn close(mut self) -> Result<(), Refused> {
        self.closed = true;
        self.handle.close()
    }
}

impl Drop for Opened__ {
    fn drop(&mut self) {
        if !self.closed {
            let _ = self.handle.close();
        }
    }
}

pub fn use__(world: &World, name: u64) -> Result<u64, Refused> {
    let mut opened = opened__(world, name)?;
    let read = opened.handle.read()?;
    opened.close()?;
    Ok(read)
}
// next
pub struct Saved__<'a, T: Copy> {
    place: &'a Cell<T>,
    pub draft: T,
    completed: bool,
}

pub fn saved__<T: Copy + std::fmt::Debug>(place: &Cell<T>, draft: T) -> Saved__<'_, T> {
    Saved__ { place, draft, completed: false }
}

impl<T: Copy> Saved__<'_, T> {
    pub fn complete(mut self) {
        self.completed = true;
    }
}

impl<T: Copy> Drop for Saved__<'_, T> {
    fn drop(&mut self) {
        if self.completed {
            self.place.set(self.draft);
        }
    }
}

pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    let mut saved = saved__(&world.depth, by);
    saved.draft += __;
    let seen = world.look(saved.draft);
    saved.complete();
    Ok(seen)
}
// next
pub struct Leased__<'a> {
    world: &'a World,
    before: u64,
    pub size: u64,
}

impl World {
    pub fn leased__(&self, size: u64) -> Result<Leased__<'_>, Refused> {
        let before = self.left.get();
        self.left.set(before.checked_sub(size + __).ok_or(Refused(size))?);
        Ok(Leased__ { world: self, before, size })
    }
}

impl Leased__<'_> {
    pub fn complete(self) -> Result<(), Refused> {
        self.world.record(self.size)
    }
}

impl Drop for Leased__<'_> {
    fn drop(&mut self) {
        self.world.left.set(self.before);
    }
}

pub fn use__(world: &World, size: u64) -> Result<u64, Refused> {
    let leased = world.leased__(size)?;
    let seen = world.look(leased.size);
    leased.complete()?;
    Ok(seen)
}

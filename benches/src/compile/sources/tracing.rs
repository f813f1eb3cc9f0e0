#[tracing::instrument]
pub fn nested__(world: &World, by: u64) -> u64 {
    let before = world.depth.get();
    world.depth.set(before + by + __);
    let seen = world.look(world.depth.get());
    world.depth.set(before);
    seen
}

pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    Ok(nested__(world, by))
}
// next
#[tracing::instrument]
pub fn opened__(world: &World, name: u64) -> Result<u64, Refused> {
    let mut handle = world.open(name + __)?;
    let read = handle.read();
    let closed = handle.close();
    let read = read?;
    closed?;
    Ok(read)
}

pub fn use__(world: &World, name: u64) -> Result<u64, Refused> {
    opened__(world, name)
}
// next
#[tracing::instrument]
pub fn saved__<T: Copy + std::fmt::Debug + Into<u64>>(place: &Cell<T>, draft: T) -> u64 {
    let seen = draft.into() + __;
    place.set(draft);
    seen
}

pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    Ok(world.look(saved__(&world.depth, by)))
}
// next
impl World {
    #[tracing::instrument]
    pub fn leased__(&self, size: u64) -> Result<u64, Refused> {
        let before = self.left.get();
        self.left.set(before.checked_sub(size + __).ok_or(Refused(size))?);
        let seen = self.look(size);
        let recorded = self.record(size);
        self.left.set(before);
        recorded?;
        Ok(seen)
    }
}

pub fn use__(world: &World, size: u64) -> Result<u64, Refused> {
    world.leased__(size)
}

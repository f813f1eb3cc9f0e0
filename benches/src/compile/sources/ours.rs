#[context_manager]
pub fn nested__(world: &World, by: u64) -> u64 {
    let before = world.depth.get();
    world.depth.set(before + by + __);
    yield_point!(world.depth.get());
    world.depth.set(before);
}
// next
#[context_manager]
pub fn opened__(world: &World, name: u64) -> Result<Handle, Refused> {
    let mut handle = world.open(name + __)?;
    yield_point!(handle);
    handle.close()
}
// next
#[context_manager]
pub fn saved__<T: Copy + std::fmt::Debug>(place: &Cell<T>, draft: T) -> T {
    if yield_point!(draft).is_completed() {
        place.set(draft);
    }
}
// next
impl World {
    #[context_manager]
    pub fn leased__(&self, size: u64) -> Result<u64, Refused> {
        let before = self.left.get();
        self.left.set(before.checked_sub(size + __).ok_or(Refused(size))?);
        let recorded = match yield_point!(size) {
            Exit::Completed => self.record(size),
            _ => Ok(()),
        };
        self.left.set(before);
        recorded
    }
}

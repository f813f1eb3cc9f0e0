#[async_trait::async_trait(?Send)]
pub trait Nested__ {
    async fn nested__(world: &World, by: u64) -> u64 {
        let before = world.depth.get();
        world.depth.set(before + by + __);
        let seen = world.look(world.depth.get());
        world.depth.set(before);
        seen
    }
}

impl Nested__ for World {}

pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    Ok(ready(World::nested__(world, by)))
}
// next
#[async_trait::async_trait(?Send)]
pub trait Opened__ {
    async fn opened__(world: &World, name: u64) -> Result<u64, Refused> {
        let mut handle = world.open(name + __)?;
        let read = handle.read();
        let closed = handle.close();
        let read = read?;
        closed?;
        Ok(read)
    }
}

impl Opened__ for World {}

pub fn use__(world: &World, name: u64) -> Result<u64, Refused> {
    ready(World::opened__(world, name))
}
// next
#[async_trait::async_trait(?Send)]
pub trait Saved__ {
    async fn saved__<T: Copy + std::fmt::Debug + Into<u64>>(place: &Cell<T>, draft: T) -> u64 {
        let seen = draft.into() + __;
        place.set(draft);
        seen
    }
}

impl Saved__ for World {}

pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    Ok(world.look(ready(World::saved__(&world.depth, by))))
}
// next
#[async_trait::async_trait(?Send)]
pub trait Leased__ {
    async fn leased__(world: &World, size: u64) -> Result<u64, Refused> {
        let before = world.left.get();
        world.left.set(before.checked_sub(size + __).ok_or(Refused(size))?);
        let seen = world.look(size);
        let recorded = world.record(size);
        world.left.set(before);
        recorded?;
        Ok(seen)
    }
}

impl Leased__ for World {}

pub fn use__(world: &World, size: u64) -> Result<u64, Refused> {
    ready(World::leased__(world, size))
}

pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    Ok(nested__(world, by).with(|depth| world.look(*depth)))
}
// next
pub fn use__(world: &World, name: u64) -> Result<u64, Refused> {
    opened__(world, name).try_with(|handle| handle.read())
}
// next
pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    Ok(saved__(&world.depth, by).with(|draft| {
        *draft += __;
        world.look(*draft)
    }))
}
// next
pub fn use__(world: &World, size: u64) -> Result<u64, Refused> {
    world.leased__(size).with(|size| world.look(*size))
}

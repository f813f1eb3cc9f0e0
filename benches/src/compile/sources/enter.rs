pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    enter!(depth = nested__(world, by));
    Ok(world.look(*depth))
}
// next
pub fn use__(world: &World, name: u64) -> Result<u64, Refused> {
    enter!(handle = opened__(world, name)?);
    handle.read()
}
// next
pub fn use__(world: &World, by: u64) -> Result<u64, Refused> {
    enter!(draft = saved__(&world.depth, by));
    *draft += __;
    Ok(world.look(*draft))
}
// next
pub fn use__(world: &World, size: u64) -> Result<u64, Refused> {
    enter!(size = world.leased__(size)?);
    Ok(world.look(*size))
}

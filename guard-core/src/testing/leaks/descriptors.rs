use std::collections::BTreeMap;
use std::format;
use std::fs;
use std::string::String;
use std::vec::Vec;

use super::{Leak, procfs, sockets};

#[cfg(any(target_os = "linux", target_os = "android"))]
const OPEN: &str = "/proc/self/fd";
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const OPEN: &str = "/dev/fd";

/// Which open file it is, whatever its path is called by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    place: (u64, u64),
    /// Many kinds that have no file share one place.
    anonymous: Option<String>,
}

/// What is open, by the number of the descriptor.
///
/// The listing has a descriptor itself, which is no more by the time that each is looked at.
pub(super) fn now() -> BTreeMap<u32, Identity> {
    let numbers = procfs::numbers(OPEN).into_iter();
    numbers
        .filter_map(|number| Some((number, identity(&format!("{OPEN}/{number}"))?)))
        .collect()
}

/// A file that was open before may have another number by now.
pub(super) fn leaked(before: &BTreeMap<u32, Identity>) -> impl Iterator<Item = Leak> {
    let now = now();
    let mut gone: Vec<_> = differing(before, &now)
        .map(|(_, identity)| identity)
        .collect();
    let new = differing(&now, before).filter(|(_, identity)| {
        let moved = gone.iter().position(|gone| gone == identity);
        moved.map(|at| gone.swap_remove(at)).is_none()
    });
    let numbers: Vec<_> = new.map(|(number, _)| *number).collect();
    numbers.into_iter().filter_map(|number| {
        let target = target(&format!("{OPEN}/{number}"))?;
        Some(Leak::Descriptor { number, target })
    })
}

/// What is in the one and not in the other.
fn differing<'o>(
    one: &'o BTreeMap<u32, Identity>,
    other: &BTreeMap<u32, Identity>,
) -> impl Iterator<Item = (&'o u32, &'o Identity)> {
    one.iter()
        .filter(|(number, identity)| other.get(number) != Some(identity))
}

#[cfg(unix)]
pub(super) fn identity(link: &str) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;

    let file = fs::metadata(link).ok()?;
    let link = fs::read_link(link).ok();
    let text = link.map(|link| link.to_string_lossy().into_owned());
    Some(Identity {
        place: (file.dev(), file.ino()),
        anonymous: text.filter(|text| text.starts_with("anon_inode:")),
    })
}

#[cfg(not(unix))]
pub(super) fn identity(_: &str) -> Option<Identity> {
    None
}

/// What a descriptor points to, as a person would say it. `None` when it has gone.
pub(super) fn target(link: &str) -> Option<String> {
    match fs::read_link(link) {
        Ok(target) => {
            let target = target.to_string_lossy().into_owned();
            Some(sockets::described(&target).unwrap_or(target))
        }
        Err(_) => kind(link),
    }
}

#[cfg(unix)]
fn kind(link: &str) -> Option<String> {
    use std::os::unix::fs::FileTypeExt;

    let kind = fs::metadata(link).ok()?.file_type();
    let name = match () {
        () if kind.is_socket() => "socket",
        () if kind.is_fifo() => "pipe",
        () if kind.is_dir() => "directory",
        () if kind.is_file() => "file",
        () => "device",
    };
    Some(String::from(name))
}

#[cfg(not(unix))]
fn kind(_: &str) -> Option<String> {
    None
}

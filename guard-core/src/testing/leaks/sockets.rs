//! The addresses of sockets, from the tables of the network that the process is in.

use std::format;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::string::String;
use std::vec::Vec;

use super::procfs;

/// A TCP socket in this state waits for connections.
const LISTENS: &str = "0A";

// Input:  socket:[4711]
// Output: socket 127.0.0.1:4000 to 127.0.0.1:50312 (tcp)
/// `None` for what is no socket, or is in none of the tables.
pub(super) fn described(target: &str) -> Option<String> {
    let inode = target.strip_prefix("socket:[")?.strip_suffix(']')?;
    let mut internet = ["tcp", "tcp6", "udp", "udp6"].into_iter();
    internet
        .find_map(|table| internet_socket(table, inode))
        .or_else(|| unix_socket(inode))
}

fn row(table: &str, inode: &str, column: usize) -> Option<Vec<String>> {
    let text = procfs::text(format!("/proc/self/net/{table}"))?;
    let rows = text.lines().skip(1).map(|row| row.split_whitespace());
    rows.map(|row| row.map(String::from).collect::<Vec<_>>())
        .find(|row| row.get(column).is_some_and(|found| found == inode))
}

fn internet_socket(table: &str, inode: &str) -> Option<String> {
    let row = row(table, inode, 9)?;
    let (local, remote) = (address(&row[1])?, address(&row[2])?);
    let protocol = &table[..3];
    Some(match () {
        () if protocol == "tcp" && row[3] == LISTENS => {
            format!("socket that listens at {local} ({protocol})")
        }
        () if remote.port() == 0 => format!("socket {local} ({protocol})"),
        () => format!("socket {local} to {remote} ({protocol})"),
    })
}

fn unix_socket(inode: &str) -> Option<String> {
    let row = row("unix", inode, 6)?;
    let path = row.get(7..)?.join(" ");
    Some(match path.as_str() {
        "" => String::from("socket (unix)"),
        path => format!("socket {path} (unix)"),
    })
}

// Input:  0100007F:0FA0
// Output: 127.0.0.1:4000
/// Addresses are in words as this machine has them, of what is in network order.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let words = (0..ip.len() / 8).map(|word| ip.get(word * 8..word * 8 + 8));
    let bytes: Vec<u8> = words
        .map(|word| u32::from_str_radix(word?, 16).ok().map(u32::to_ne_bytes))
        .collect::<Option<Vec<_>>>()?
        .concat();
    let ip = match <[u8; 4]>::try_from(&*bytes) {
        Ok(four) => IpAddr::V4(Ipv4Addr::from(four)),
        Err(_) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(&*bytes).ok()?)),
    };
    Some(SocketAddr::new(ip, port))
}

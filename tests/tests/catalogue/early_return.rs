//! **`?` between acquiring and registering.** The socket is open, and the guard that closes it is made
//! once the greeting was exchanged, so that a greeting that fails leaves the socket open. It is met in
//! constructors that do two things that can fail. Found by an error at the second of them.

use std::io;

use guard_core::testing::{Faults, Handle};

/// Closes a connection when it is dropped.
struct Connection {
    socket: Handle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.socket.close();
    }
}

fn connect(faults: &Faults) -> io::Result<Handle> {
    faults.point("connect")?;
    Ok(faults.tracker().handle("socket"))
}

fn greet(socket: &Handle, faults: &Faults) -> io::Result<()> {
    socket.touch();
    Ok(faults.point("greet")?)
}

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let socket = connect(faults)?;
    greet(&socket, faults)?;
    let connection = Connection { socket };
    connection.socket.touch();
    Ok(faults.point("request")?)
}

pub(crate) fn mended(faults: &Faults) -> io::Result<()> {
    let socket = connect(faults)?;
    let connection = Connection { socket };
    greet(&connection.socket, faults)?;
    connection.socket.touch();
    Ok(faults.point("request")?)
}

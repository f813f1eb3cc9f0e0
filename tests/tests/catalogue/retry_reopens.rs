//! **A retry that opens another one.** Each attempt connects, and an attempt that fails later on leaves
//! its connection behind. With a server that is down for an hour that is some thousands. Met in all
//! loops with `continue`. Found by an error in the first attempt, after which the second succeeds.

use std::io;

use guard_core::testing::{Faults, Handle};

fn shake_hands(connection: &Handle, faults: &Faults) -> io::Result<()> {
    connection.touch();
    Ok(faults.point("handshake")?)
}

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let mut attempts = 0;
    let connection = loop {
        let connection = faults.tracker().handle("connection");
        attempts += 1;
        match shake_hands(&connection, faults) {
            Ok(()) => break connection,
            Err(_) if attempts < 3 => {}
            Err(error) => {
                connection.close();
                return Err(error);
            }
        }
    };
    connection.close();
    Ok(())
}

pub(crate) fn mended(faults: &Faults) -> io::Result<()> {
    let mut attempts = 0;
    let _connection = loop {
        // Closed when it is dropped.
        let connection = faults.tracker().open("connection");
        attempts += 1;
        match shake_hands(&connection, faults) {
            Ok(()) => break connection,
            Err(error) if attempts == 3 => return Err(error),
            Err(_) => {}
        }
    };
    Ok(())
}

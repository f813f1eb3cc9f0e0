//! **A guard that nobody owns.** The server has its handlers, each handler has its server, and so the
//! port stays taken for as long as the process lives. Met with `Rc` and `Arc` that point both ways, and
//! with `mem::forget`, `Box::leak` and `ManuallyDrop`. Found as a socket that is open afterwards.

use std::cell::RefCell;
use std::io;
use std::net::TcpListener;
use std::rc::{Rc, Weak};

struct Server<H> {
    listener: TcpListener,
    handlers: RefCell<Vec<H>>,
}

impl<H> Server<H> {
    fn bind() -> io::Result<Rc<Self>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let handlers = RefCell::default();
        Ok(Rc::new(Server { listener, handlers }))
    }
}

pub(crate) mod buggy {
    use super::{Rc, Server, io};

    struct Handler {
        server: Rc<Server<Handler>>,
    }

    pub(crate) fn serve() -> io::Result<u16> {
        let server = Server::bind()?;
        let handler = Handler {
            server: server.clone(),
        };
        server.handlers.borrow_mut().push(handler);
        let handlers = server.handlers.borrow();
        Ok(handlers[0].server.listener.local_addr()?.port())
    }
}

pub(crate) mod mended {
    use super::{Rc, Server, Weak, io};

    struct Handler {
        server: Weak<Server<Handler>>,
    }

    pub(crate) fn serve() -> io::Result<u16> {
        let server = Server::bind()?;
        let handler = Handler {
            server: Rc::downgrade(&server),
        };
        server.handlers.borrow_mut().push(handler);
        let handlers = server.handlers.borrow();
        let upgraded = handlers[0].server.upgrade();
        let server = upgraded.ok_or(io::ErrorKind::NotConnected)?;
        Ok(server.listener.local_addr()?.port())
    }
}

//! Expansions as a reviewer reads them, under `tests/snapshots/`.
//!
//! `GUARD_BLESS=1 cargo test -p guard-macros` writes them anew.

use std::path::Path;
use std::{env, fs};

use quote::quote;

use super::expand;

fn check(name: &str, function: &proc_macro2::TokenStream) {
    check_expansion(name, expand(function));
}

fn check_expansion(name: &str, expansion: proc_macro2::TokenStream) {
    let expansion = syn::parse2(expansion).expect("the expansion parses");
    let expansion = prettyplease::unparse(&expansion);
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(name)
        .with_extension("rs");
    if env::var_os("GUARD_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(&path, &expansion).expect("the snapshot can be written");
    }
    let snapshot = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        snapshot == expansion,
        "{name} expands to something else than its snapshot, namely:\n{expansion}"
    );
}

#[test]
fn infallible() {
    check(
        "infallible",
        &quote! {
            /// Counts those who are inside.
            pub fn counted(inside: &Cell<usize>) {
                inside.set(inside.get() + 1);
                yield_point!();
                inside.set(inside.get() - 1);
            }
        },
    );
}

#[test]
fn fallible() {
    check(
        "fallible",
        &quote! {
            fn database(name: &str) -> Result<Connection, DbError> {
                let conn = Connection::open(name)?;
                yield_point!(conn);
                conn.close()?;
                Ok(())
            }
        },
    );
}

#[test]
fn method_with_patterns() {
    check(
        "method_with_patterns",
        &quote! {
            pub(crate) unsafe fn lent<'s>(&'s mut self, (first, _): (A, B), mut count: u8) -> &'s mut T {
                count += 1;
                yield_point!(self.slot(first, count));
            }
        },
    );
}

#[test]
fn generic() {
    check(
        "generic",
        &quote! {
            fn pushed<T: Clone, const N: usize>(stack: &mut Vec<T>, values: [T; N], done: impl FnOnce())
            where
                T: Send,
            {
                stack.extend(values);
                let exit = yield_point!();
                drop(exit);
                done();
            }
        },
    );
}

#[test]
fn retry_loop() {
    check(
        "retry_loop",
        &quote! {
            fn connected(url: &Url) -> io::Result<TcpStream> {
                for delay in DELAYS {
                    if let Ok(stream) = TcpStream::connect(url) {
                        yield_point!(stream);
                        return stream.shutdown(Shutdown::Both);
                    }
                    sleep(delay);
                }
                Err(io::ErrorKind::TimedOut.into())
            }
        },
    );
}

#[test]
fn exit_halves_by_outcome() {
    check(
        "exit_halves_by_outcome",
        &quote! {
            fn transaction(conn: &mut Connection) -> Result<Transaction<'_>, DbError> {
                let tx = conn.begin()?;
                match yield_point!(tx) {
                    Exit::Completed => tx.commit(),
                    Exit::Failed(error) => return Err(tx.give_up(error)),
                    _ => tx.roll_back(),
                }
            }
        },
    );
}

#[test]
fn asynchronous() {
    check(
        "asynchronous",
        &quote! {
            async fn connection(address: &str) -> io::Result<TcpStream> {
                let mut stream = TcpStream::connect(address).await?;
                yield_point!(stream);
                stream.shutdown().await
            }
        },
    );
}

#[test]
fn finished_elsewhere() {
    let expansion = crate::context_manager_impl(
        quote!(finish_on = runtime.clone()),
        &quote! {
            pub async fn session(self: Arc<Self>, runtime: Handle) {
                yield_point!();
                self.close().await;
            }
        },
    );
    check_expansion("finished_elsewhere", expansion);
}

#[test]
fn recorded() {
    let expansion = crate::context_manager_impl(
        quote!(fields(path = %path.display())),
        &quote! {
            fn scratch(path: &Path) -> io::Result<()> {
                fs::create_dir(path)?;
                yield_point!();
                fs::remove_dir_all(path)
            }
        },
    );
    check_expansion("recorded", expansion);
}

#[test]
fn asynchronous_mistake() {
    check(
        "asynchronous_mistake",
        &quote! {
            pub async fn forgetful(name: &str) -> Result<File, io::Error> {
                File::open(name).await
            }
        },
    );
}

#[test]
fn mistake() {
    check(
        "mistake",
        &quote! {
            pub fn forgetful(name: &str) -> Result<File, io::Error> {
                if name.is_empty() {
                    return Ok(());
                }
                yield_point!(File::open(name)?);
                Ok(())
            }
        },
    );
}

#[test]
fn within() {
    let expansion = crate::within::within(
        quote!(db = database(name)?, timing(db)),
        &quote! {
            /// Loads all rows.
            pub fn load(name: &str) -> Result<Vec<Row>, LoadError> {
                Ok(db.rows()?.collect())
            }
        },
    );
    check_expansion("within", expansion);
}

#[test]
fn within_async() {
    let expansion = crate::within::within(
        quote!(db = database(name)?),
        &quote! {
            async fn load(name: &str) -> Result<impl Rows, LoadError> {
                db.rows().await
            }
        },
    );
    check_expansion("within_async", expansion);
}

#[test]
fn within_async_infallible() {
    let expansion = crate::within::within(
        quote!((reader, _) = connection(), logged("load")),
        &quote! {
            async fn load(&mut self) {
                self.rows = reader.rows().await;
            }
        },
    );
    check_expansion("within_async_infallible", expansion);
}

// Every name that generated code could be tempted to use is another thing here.
#![allow(non_camel_case_types, unused)]

struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct Vec;
struct String;
struct Pin;
struct PhantomData;
struct MaybeUninit;
struct Exit;
struct Context;
struct Guard;
struct Plain;
struct Body;
struct Returns;
struct usize_;
type Box = ();
type u8 = ();
type bool_ = ();
trait Future {}
trait FnOnce {}
trait Drop {}
trait Send {}
trait Sized_ {}
trait Clone {}
trait Copy {}
trait Default {}
trait From {}
trait Into {}
trait Iterator {}
trait Deref {}
fn drop() {}
fn pin() {}
fn forget() {}
mod mem {}
mod future {}
mod pin {}

macro_rules! unreachable {
    () => {
        compile_error!("not ours")
    };
}
macro_rules! unimplemented {
    () => {
        compile_error!("not ours")
    };
}
macro_rules! panic {
    () => {
        compile_error!("not ours")
    };
}
macro_rules! pin {
    () => {
        compile_error!("not ours")
    };
}
macro_rules! matches {
    () => {
        compile_error!("not ours")
    };
}

include!("../../tests/worlds/shapes.rs");

fn main() {
    check();
}

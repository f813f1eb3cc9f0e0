struct Mine;

impl guard_core::Returns for Mine {
    type Value = u32;
    type Error = String;
    type Output = ();
    type Wrapped<Q> = Q;
    fn output(_: Result<(), String>) {}
    fn wrap<Q>(_: Result<Q, String>) -> Q {
        loop {}
    }
}

fn main() {}

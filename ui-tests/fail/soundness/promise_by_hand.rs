fn main() {
    let _promise = guard_core::__private::Promise(());
}

//! Nothing in the expansions knows the crate by the name that it was published with.

use guard_world_renamed::{Log, number, parsed, reexported};

#[test]
fn the_forms_of_entering_work() -> Result<(), std::num::ParseIntError> {
    let log = Log::default();
    assert_eq!(number(&log).with(|number| *number), 1);
    {
        guards::enter!(number = number(&log));
        guards::enter!(parsed = parsed("4")?);
        assert_eq!(*number + *parsed, 5);
    }
    let sum = guards::with!(number = number(&log), parsed = parsed("5")? => { *number + *parsed });
    assert_eq!(sum, 6);
    let guard = reexported::number().enter();
    assert_eq!(*guard, 2);
    guards::Guard::exit(guard);
    assert_eq!(
        *log.borrow(),
        ["enter", "exit", "enter", "exit", "enter", "exit"]
    );
    Ok(())
}

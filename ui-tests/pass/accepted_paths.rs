//! Functions that the check of the paths accepts, drawn at random by its oracle.
#![allow(unused, non_upper_case_globals)]
#![cfg_attr(rustfmt, rustfmt_skip)]
use guard_core::{context_manager, yield_point};
type E = u8;
const e: E = 1;
fn step() -> Result<(), E> {
    Ok(())
}
async fn wait() -> Result<(), E> {
    Ok(())
}
fn cond() -> bool {
    true
}
fn x() -> u8 {
    0
}
fn seen(_: impl Sized) -> u8 {
    0
}
fn y() -> Option<u8> {
    None
}
fn main() {}
#[context_manager]
fn f0() {
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {}
        _ => panic!(),
    }
    'l0: loop {
        step();
    }
    if cond() {
        let _ = cond() && yield_point!().is_completed();
    }
    match x() {
        0 => {}
        _ => panic!(),
    }
}
#[context_manager]
async fn a0() {
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {}
        _ => panic!(),
    }
    'l0: loop {
        wait().await;
    }
    if cond() {
        let _ = cond() && yield_point!().is_completed();
    }
    match x() {
        0 => {}
        _ => panic!(),
    }
}
#[context_manager]
fn f1() {
    {}
    'l0: loop {}
    if cond() {
        'l0: while yield_point!().is_completed() && cond() {
            step();
        }
    } else {}
}
#[context_manager]
async fn a1() {
    {}
    'l0: loop {}
    if cond() {
        'l0: while yield_point!().is_completed() && cond() {
            wait().await;
        }
    } else {}
}
#[context_manager]
fn f2() {
    {}
    'l0: loop {}
    let Some(z) = y() else {
        match seen(yield_point!()) {
            0 => {}
            _ => panic!(),
        }
        step();
        panic!();
    };
    match x() {
        0 => {
            if cond() {
                'l0: loop {
                    'l1: {}
                }
            } else {}
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a2() {
    {}
    'l0: loop {}
    let Some(z) = y() else {
        match seen(yield_point!()) {
            0 => {}
            _ => panic!(),
        }
        wait().await;
        panic!();
    };
    match x() {
        0 => {
            if cond() {
                'l0: loop {
                    'l1: {}
                }
            } else {}
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f3() {
    'l0: loop {}
    match seen(yield_point!()) {
        0 => if cond() && let Some(z) = y() {}
        _ => panic!(),
    }
    'l0: {
        match x() {
            0 => {
                'l1: {}
                let g = || {
                    if cond() {
                        return Err(e);
                    }
                    step()?;
                    Ok(2)
                };
            }
            1 => {
                break 'l0;
                let exit = (yield_point!(), 1);
            }
            2 => {
                let g = || {
                    if cond() {
                        return Err(e);
                    }
                    step()?;
                    Ok(2)
                };
            }
            _ => panic!(),
        }
    }
}
#[context_manager]
async fn a3() {
    'l0: loop {}
    match seen(yield_point!()) {
        0 => if cond() && let Some(z) = y() {}
        _ => panic!(),
    }
    'l0: {
        match x() {
            0 => {
                'l1: {}
                let g = || {
                    if cond() {
                        return Err(e);
                    }
                    step()?;
                    Ok(2)
                };
            }
            1 => {
                break 'l0;
                let exit = (yield_point!(), 1);
            }
            2 => {
                let g = || {
                    if cond() {
                        return Err(e);
                    }
                    step()?;
                    Ok(2)
                };
            }
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f4() -> Result<(), E> {
    'l0: loop {
        loop {}
    }
    'l0: while yield_point!().is_completed() && cond() {}
    if cond() {
        match x() {
            0 => Ok(()),
            _ => panic!(),
        }
    } else {
        match x() {
            0 => Ok(()),
            _ => panic!(),
        }
    }
}
#[context_manager]
async fn a4() -> Result<(), E> {
    'l0: loop {
        loop {}
    }
    'l0: while yield_point!().is_completed() && cond() {}
    if cond() {
        match x() {
            0 => Ok(()),
            _ => panic!(),
        }
    } else {
        match x() {
            0 => Ok(()),
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f5() {
    'l0: loop {
        step();
        step();
    }
    'l0: while yield_point!().is_completed() && cond() {
        step();
        yield_point!();
    }
    match x() {
        0 => 'l0: while cond() {}
        _ => panic!(),
    }
}
#[context_manager]
async fn a5() {
    'l0: loop {
        wait().await;
        wait().await;
    }
    'l0: while yield_point!().is_completed() && cond() {
        wait().await;
        yield_point!();
    }
    match x() {
        0 => 'l0: while cond() {}
        _ => panic!(),
    }
}
#[context_manager]
fn f6() -> Result<(), E> {
    let Some(z) = y() else {
        step();
        panic!();
    };
    'l0: loop {
        step()?;
    }
    match x() {
        0 => Err(e),
        1 => {
            match x() {
                7 if yield_point!().is_completed() => {}
                0 => {}
                1 => {
                    'l0: while yield_point!().is_completed() && cond() {}
                    'l0: {
                        yield_point!();
                    }
                }
                2 => {
                    step();
                }
                _ => panic!(),
            }
            match x() {
                0 => {
                    match seen(yield_point!()) {
                        0 => {}
                        1 => {}
                        2 => {
                            let Some(z) = y() else {
                                return Err(e);
                                return Ok(());
                                panic!();
                            };
                        }
                        _ => panic!(),
                    }
                    Ok(())
                }
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a6() -> Result<(), E> {
    let Some(z) = y() else {
        wait().await;
        panic!();
    };
    'l0: loop {
        wait().await?;
    }
    match x() {
        0 => Err(e),
        1 => {
            match x() {
                7 if yield_point!().is_completed() => {}
                0 => {}
                1 => {
                    'l0: while yield_point!().is_completed() && cond() {}
                    'l0: {
                        yield_point!();
                    }
                }
                2 => {
                    wait().await;
                }
                _ => panic!(),
            }
            match x() {
                0 => {
                    match seen(yield_point!()) {
                        0 => {}
                        1 => {}
                        2 => {
                            let Some(z) = y() else {
                                return Err(e);
                                return Ok(());
                                panic!();
                            };
                        }
                        _ => panic!(),
                    }
                    Ok(())
                }
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f7() -> Result<(), E> {
    'l0: loop {
        unsafe {}
        'l1: loop {
            break 'l1;
        }
    }
    match x() {
        0 => {
            if cond() {
                let _ = cond() && yield_point!().is_completed();
                step();
            } else {
                step();
            }
            'l0: {}
        }
        _ => panic!(),
    }
    match x() {
        0 => Ok(()),
        1 => {
            let _ = cond() && yield_point!().is_completed();
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a7() -> Result<(), E> {
    'l0: loop {
        unsafe {}
        'l1: loop {
            break 'l1;
        }
    }
    match x() {
        0 => {
            if cond() {
                let _ = cond() && yield_point!().is_completed();
                wait().await;
            } else {
                wait().await;
            }
            'l0: {}
        }
        _ => panic!(),
    }
    match x() {
        0 => Ok(()),
        1 => {
            let _ = cond() && yield_point!().is_completed();
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f8() -> Result<(), E> {
    'l0: loop {
        'l1: loop {
            continue 'l1;
        }
    }
    'l0: {}
    if cond() {
        Ok(())
    } else {
        'l0: loop {}
        match x() {
            0 => {
                match x() {
                    0 => {
                        if cond() {
                            step();
                        } else {
                            step();
                        }
                    }
                    1 => {
                        match seen(yield_point!()) {
                            0 => {
                                let _ = cond() && yield_point!().is_completed();
                                step()?;
                            }
                            1 => {
                                let exit = (yield_point!(), 1);
                                step()?;
                            }
                            _ => panic!(),
                        }
                        {
                            yield_point!();
                            yield_point!();
                        }
                    }
                    _ => panic!(),
                }
                Err(e)
            }
            1 => Ok(()),
            _ => panic!(),
        }
    }
}
#[context_manager]
async fn a8() -> Result<(), E> {
    'l0: loop {
        'l1: loop {
            continue 'l1;
        }
    }
    'l0: {}
    if cond() {
        Ok(())
    } else {
        'l0: loop {}
        match x() {
            0 => {
                match x() {
                    0 => {
                        if cond() {
                            wait().await;
                        } else {
                            wait().await;
                        }
                    }
                    1 => {
                        match seen(yield_point!()) {
                            0 => {
                                let _ = cond() && yield_point!().is_completed();
                                wait().await?;
                            }
                            1 => {
                                let exit = (yield_point!(), 1);
                                wait().await?;
                            }
                            _ => panic!(),
                        }
                        {
                            yield_point!();
                            yield_point!();
                        }
                    }
                    _ => panic!(),
                }
                Err(e)
            }
            1 => Ok(()),
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f9() {
    {
        step();
    }
    {
        'l0: for z in y() {
            yield_point!();
            return;
        }
    }
    match x() {
        0 => {
            'l0: loop {}
            match x() {
                0 => {
                    'l0: loop {
                        'l1: loop {
                            yield_point!();
                            step();
                        }
                    }
                }
                1 => {}
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a9() {
    {
        wait().await;
    }
    {
        'l0: for z in y() {
            yield_point!();
            return;
        }
    }
    match x() {
        0 => {
            'l0: loop {}
            match x() {
                0 => {
                    'l0: loop {
                        'l1: loop {
                            yield_point!();
                            wait().await;
                        }
                    }
                }
                1 => {}
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f10() -> Result<(), E> {
    match seen(yield_point!()) {
        0 => {}
        1 => {}
        _ => panic!(),
    }
    let Some(z) = y() else {
        step();
        panic!();
    };
    match x() {
        0 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
async fn a10() -> Result<(), E> {
    match seen(yield_point!()) {
        0 => {}
        1 => {}
        _ => panic!(),
    }
    let Some(z) = y() else {
        wait().await;
        panic!();
    };
    match x() {
        0 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f11() {
    'l0: loop {}
    'l0: loop {
        yield_point!();
    }
    {}
    if cond() {} else {}
}
#[context_manager]
async fn a11() {
    'l0: loop {}
    'l0: loop {
        yield_point!();
    }
    {}
    if cond() {} else {}
}
#[context_manager]
fn f12() -> Result<(), E> {
    unsafe {
        yield_point!();
    }
    match x() {
        0 => {
            'l0: while cond() {}
            if cond() { Ok(()) } else { Ok(()) }
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a12() -> Result<(), E> {
    unsafe {
        yield_point!();
    }
    match x() {
        0 => {
            'l0: while cond() {}
            if cond() { Ok(()) } else { Ok(()) }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f13() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        step()?;
    }
    'l0: {
        'l1: loop {}
        if cond() {
            yield_point!();
        }
    }
    let Some(z) = y() else {
        return Err(e);
        panic!();
    };
    match x() {
        0 => {
            'l0: {}
            Ok(())
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
async fn a13() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        wait().await?;
    }
    'l0: {
        'l1: loop {}
        if cond() {
            yield_point!();
        }
    }
    let Some(z) = y() else {
        return Err(e);
        panic!();
    };
    match x() {
        0 => {
            'l0: {}
            Ok(())
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f14() -> Result<(), E> {
    if cond() {
        match x() {
            0 => {
                return Err(e);
            }
            _ => panic!(),
        }
        Ok(())
    } else {
        let exit = (yield_point!(), 1);
        Ok(())
    }
}
#[context_manager]
async fn a14() -> Result<(), E> {
    if cond() {
        match x() {
            0 => {
                return Err(e);
            }
            _ => panic!(),
        }
        Ok(())
    } else {
        let exit = (yield_point!(), 1);
        Ok(())
    }
}
#[context_manager]
fn f15() -> Result<(), E> {
    std::process::exit(1);
    'l0: for z in y() {
        step()?;
        step();
    }
    'l0: while cond() {}
    match x() {
        0 => {
            match x() {
                0 => {}
                1 => {
                    'l0: while yield_point!().is_completed() && cond() {
                        step();
                    }
                }
                _ => panic!(),
            }
            if cond() {
                Ok(())
            } else {
                match seen(yield_point!()) {
                    0 => {}
                    _ => panic!(),
                }
                Err(e)
            }
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
async fn a15() -> Result<(), E> {
    std::process::exit(1);
    'l0: for z in y() {
        wait().await?;
        wait().await;
    }
    'l0: while cond() {}
    match x() {
        0 => {
            match x() {
                0 => {}
                1 => {
                    'l0: while yield_point!().is_completed() && cond() {
                        wait().await;
                    }
                }
                _ => panic!(),
            }
            if cond() {
                Ok(())
            } else {
                match seen(yield_point!()) {
                    0 => {}
                    _ => panic!(),
                }
                Err(e)
            }
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f16() -> Result<(), E> {
    {
        'l0: loop {
            let g = || {
                if cond() {
                    return Err(e);
                }
                step()?;
                Ok(2)
            };
        }
        yield_point!();
    }
    'l0: {
        break 'l0;
    }
    match x() {
        0 => {
            match x() {
                0 => {
                    step();
                }
                _ => panic!(),
            }
            Err(e)
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a16() -> Result<(), E> {
    {
        'l0: loop {
            let g = || {
                if cond() {
                    return Err(e);
                }
                step()?;
                Ok(2)
            };
        }
        yield_point!();
    }
    'l0: {
        break 'l0;
    }
    match x() {
        0 => {
            match x() {
                0 => {
                    wait().await;
                }
                _ => panic!(),
            }
            Err(e)
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f17() -> Result<(), E> {
    'l0: loop {}
    match x() {
        0 => {}
        1 => {
            yield_point!();
            match x() {
                0 => {
                    yield_point!();
                }
                1 => {
                    yield_point!();
                }
                _ => panic!(),
            }
        }
        2 => {
            yield_point!();
        }
        _ => panic!(),
    }
    if cond() {
        match x() {
            0 => {}
            _ => panic!(),
        }
        Ok(())
    } else {
        Ok(())
    }
}
#[context_manager]
async fn a17() -> Result<(), E> {
    'l0: loop {}
    match x() {
        0 => {}
        1 => {
            yield_point!();
            match x() {
                0 => {
                    yield_point!();
                }
                1 => {
                    yield_point!();
                }
                _ => panic!(),
            }
        }
        2 => {
            yield_point!();
        }
        _ => panic!(),
    }
    if cond() {
        match x() {
            0 => {}
            _ => panic!(),
        }
        Ok(())
    } else {
        Ok(())
    }
}
#[context_manager]
fn f18() {
    match seen(yield_point!()) {
        0 => {}
        1 => {}
        _ => panic!(),
    }
    match x() {
        0 => {}
        _ => panic!(),
    }
}
#[context_manager]
async fn a18() {
    match seen(yield_point!()) {
        0 => {}
        1 => {}
        _ => panic!(),
    }
    match x() {
        0 => {}
        _ => panic!(),
    }
}
#[context_manager]
fn f19() -> Result<(), E> {
    'l0: for z in y() {}
    'l0: loop {
        'l1: loop {}
    }
    match x() {
        0 => {
            let _ = cond() && yield_point!().is_completed();
            yield_point!();
        }
        _ => panic!(),
    }
    if cond() {
        'l0: while yield_point!().is_completed() && cond() {
            step()?;
        }
        Ok(())
    } else {
        Err(e)
    }
}
#[context_manager]
async fn a19() -> Result<(), E> {
    'l0: for z in y() {}
    'l0: loop {
        'l1: loop {}
    }
    match x() {
        0 => {
            let _ = cond() && yield_point!().is_completed();
            yield_point!();
        }
        _ => panic!(),
    }
    if cond() {
        'l0: while yield_point!().is_completed() && cond() {
            wait().await?;
        }
        Ok(())
    } else {
        Err(e)
    }
}
#[context_manager]
fn f20() -> Result<(), E> {
    if cond() && yield_point!().is_completed() && cond() {
        'l0: loop {}
        match x() {
            0 => {
                yield_point!();
                yield_point!();
            }
            _ => panic!(),
        }
    }
    if cond() && let Some(z) = y() {
        'l0: loop {}
    }
    if cond() {
        'l0: loop {
            match x() {
                0 => {}
                _ => panic!(),
            }
            todo!();
        }
        if cond() {
            yield_point!();
            Ok(())
        } else {
            Ok(())
        }
    } else {
        unsafe {}
        Err(e)
    }
}
#[context_manager]
async fn a20() -> Result<(), E> {
    if cond() && yield_point!().is_completed() && cond() {
        'l0: loop {}
        match x() {
            0 => {
                yield_point!();
                yield_point!();
            }
            _ => panic!(),
        }
    }
    if cond() && let Some(z) = y() {
        'l0: loop {}
    }
    if cond() {
        'l0: loop {
            match x() {
                0 => {}
                _ => panic!(),
            }
            todo!();
        }
        if cond() {
            yield_point!();
            Ok(())
        } else {
            Ok(())
        }
    } else {
        unsafe {}
        Err(e)
    }
}
#[context_manager]
fn f21() -> Result<(), E> {
    'l0: while yield_point!().is_completed() && cond() {
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
        return Ok(());
    }
    'l0: loop {}
    if cond() && yield_point!().is_completed() && cond() {}
    if cond() {
        if cond() { Ok(()) } else { Err(e) }
    } else {
        unsafe {
            step();
            match seen(yield_point!()) {
                0 => {
                    step()?;
                    step();
                }
                1 => {}
                2 => {}
                _ => panic!(),
            }
        }
        if cond() {
            let Some(z) = y() else {
                return Ok(());
                panic!();
            };
            Ok(())
        } else {
            Err(e)
        }
    }
}
#[context_manager]
async fn a21() -> Result<(), E> {
    'l0: while yield_point!().is_completed() && cond() {
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
        return Ok(());
    }
    'l0: loop {}
    if cond() && yield_point!().is_completed() && cond() {}
    if cond() {
        if cond() { Ok(()) } else { Err(e) }
    } else {
        unsafe {
            wait().await;
            match seen(yield_point!()) {
                0 => {
                    wait().await?;
                    wait().await;
                }
                1 => {}
                2 => {}
                _ => panic!(),
            }
        }
        if cond() {
            let Some(z) = y() else {
                return Ok(());
                panic!();
            };
            Ok(())
        } else {
            Err(e)
        }
    }
}
#[context_manager]
fn f22() {
    'l0: loop {}
    if cond() {
        let Some(z) = y() else {
            step();
            panic!();
        };
    } else {
        match x() {
            0 => {}
            1 => 'l0: {
                let exit = (yield_point!(), 1);
            }
            _ => panic!(),
        }
    }
}
#[context_manager]
async fn a22() {
    'l0: loop {}
    if cond() {
        let Some(z) = y() else {
            wait().await;
            panic!();
        };
    } else {
        match x() {
            0 => {}
            1 => 'l0: {
                let exit = (yield_point!(), 1);
            }
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f23() -> Result<(), E> {
    'l0: while yield_point!().is_completed() && cond() {
        'l1: {
            break 'l0;
        }
        yield_point!();
    }
    'l0: loop {}
    if cond() {
        step()?;
        Ok(())
    } else {
        Ok(())
    }
}
#[context_manager]
async fn a23() -> Result<(), E> {
    'l0: while yield_point!().is_completed() && cond() {
        'l1: {
            break 'l0;
        }
        yield_point!();
    }
    'l0: loop {}
    if cond() {
        wait().await?;
        Ok(())
    } else {
        Ok(())
    }
}
#[context_manager]
fn f24() {
    'l0: loop {}
    'l0: loop {
        yield_point!();
    }
    match x() {
        0 => {
            match x() {
                0 => {}
                1 => {}
                _ => panic!(),
            }
        }
        1 => {
            match seen(yield_point!()) {
                0 => {
                    unsafe {}
                    yield_point!();
                }
                1 => {
                    yield_point!();
                    step();
                }
                2 => {
                    if cond() {
                        return;
                    } else {
                        let g = || {
                            if cond() {
                                return Err(e);
                            }
                            step()?;
                            Ok(2)
                        };
                    }
                }
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a24() {
    'l0: loop {}
    'l0: loop {
        yield_point!();
    }
    match x() {
        0 => {
            match x() {
                0 => {}
                1 => {}
                _ => panic!(),
            }
        }
        1 => {
            match seen(yield_point!()) {
                0 => {
                    unsafe {}
                    yield_point!();
                }
                1 => {
                    yield_point!();
                    wait().await;
                }
                2 => {
                    if cond() {
                        return;
                    } else {
                        let g = || {
                            if cond() {
                                return Err(e);
                            }
                            step()?;
                            Ok(2)
                        };
                    }
                }
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f25() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        'l0: while cond() {
            continue 'l0;
            yield_point!();
        }
        {
            match x() {
                0 => {
                    yield_point!();
                    step();
                }
                1 => {
                    yield_point!();
                }
                2 => {
                    yield_point!();
                    step();
                }
                _ => panic!(),
            }
            step();
        }
    }
    'l0: loop {
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
    }
    Ok(())
}
#[context_manager]
async fn a25() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        'l0: while cond() {
            continue 'l0;
            yield_point!();
        }
        {
            match x() {
                0 => {
                    yield_point!();
                    wait().await;
                }
                1 => {
                    yield_point!();
                }
                2 => {
                    yield_point!();
                    wait().await;
                }
                _ => panic!(),
            }
            wait().await;
        }
    }
    'l0: loop {
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
    }
    Ok(())
}
#[context_manager]
fn f26() {
    let Some(z) = y() else {
        step();
        yield_point!();
        step();
        panic!();
    };
    'l0: for z in y() {
        {}
        break 'l0;
    }
    'l0: loop {}
    match x() {
        0 => {
            unsafe { loop {} }
            if cond() {
                if cond() {}
            } else {
                unsafe {
                    let g = || {
                        if cond() {
                            return Err(e);
                        }
                        step()?;
                        Ok(2)
                    };
                    let exit = (yield_point!(), 1);
                }
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a26() {
    let Some(z) = y() else {
        wait().await;
        yield_point!();
        wait().await;
        panic!();
    };
    'l0: for z in y() {
        {}
        break 'l0;
    }
    'l0: loop {}
    match x() {
        0 => {
            unsafe { loop {} }
            if cond() {
                if cond() {}
            } else {
                unsafe {
                    let g = || {
                        if cond() {
                            return Err(e);
                        }
                        step()?;
                        Ok(2)
                    };
                    let exit = (yield_point!(), 1);
                }
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f27() -> Result<(), E> {
    'l0: {}
    {}
    yield_point!();
    if cond() { Ok(()) } else { Err(e) }
}
#[context_manager]
async fn a27() -> Result<(), E> {
    'l0: {}
    {}
    yield_point!();
    if cond() { Ok(()) } else { Err(e) }
}
#[context_manager]
fn f28() {
    'l0: loop {}
    unsafe {}
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {
            return;
        }
        1 => {
            if cond() {
                let exit = (yield_point!(), 1);
            } else {
                yield_point!();
                step();
            }
            step();
        }
        _ => panic!(),
    }
    if cond() {
        if cond() {
            if cond() {
                let _ = cond() && yield_point!().is_completed();
            }
        } else {
            match seen(yield_point!()) {
                0 => {
                    return;
                }
                1 => {}
                _ => panic!(),
            }
        }
    } else {
        match seen(yield_point!()) {
            0 => {}
            _ => panic!(),
        }
        if cond() {
            if cond() && let Some(z) = y() {
                yield_point!();
            }
        } else {}
    }
}
#[context_manager]
async fn a28() {
    'l0: loop {}
    unsafe {}
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {
            return;
        }
        1 => {
            if cond() {
                let exit = (yield_point!(), 1);
            } else {
                yield_point!();
                wait().await;
            }
            wait().await;
        }
        _ => panic!(),
    }
    if cond() {
        if cond() {
            if cond() {
                let _ = cond() && yield_point!().is_completed();
            }
        } else {
            match seen(yield_point!()) {
                0 => {
                    return;
                }
                1 => {}
                _ => panic!(),
            }
        }
    } else {
        match seen(yield_point!()) {
            0 => {}
            _ => panic!(),
        }
        if cond() {
            if cond() && let Some(z) = y() {
                yield_point!();
            }
        } else {}
    }
}
#[context_manager]
fn f29() -> Result<(), E> {
    'l0: loop {
        step();
    }
    step();
    match x() {
        0 => {
            yield_point!();
        }
        1 => {}
        _ => panic!(),
    }
    match x() {
        0 => {
            match seen(yield_point!()) {
                0 => {
                    if cond() && yield_point!().is_completed() && cond() {
                        yield_point!();
                    }
                }
                1 => {}
                _ => panic!(),
            }
            if cond() {
                Ok(())
            } else {
                'l0: {}
                Ok(())
            }
        }
        1 => {
            if cond() {
                'l0: {}
                Ok(())
            } else {
                'l0: loop {
                    if cond() {
                        step();
                    } else {
                        step();
                    }
                }
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a29() -> Result<(), E> {
    'l0: loop {
        wait().await;
    }
    wait().await;
    match x() {
        0 => {
            yield_point!();
        }
        1 => {}
        _ => panic!(),
    }
    match x() {
        0 => {
            match seen(yield_point!()) {
                0 => {
                    if cond() && yield_point!().is_completed() && cond() {
                        yield_point!();
                    }
                }
                1 => {}
                _ => panic!(),
            }
            if cond() {
                Ok(())
            } else {
                'l0: {}
                Ok(())
            }
        }
        1 => {
            if cond() {
                'l0: {}
                Ok(())
            } else {
                'l0: loop {
                    if cond() {
                        wait().await;
                    } else {
                        wait().await;
                    }
                }
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f30() {
    yield_point!();
    'l0: loop {}
    let Some(z) = y() else {
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
        'l0: {
            step();
        }
        return;
        panic!();
    };
    match x() {
        0 => if cond() {} else {}
        _ => panic!(),
    }
}
#[context_manager]
async fn a30() {
    yield_point!();
    'l0: loop {}
    let Some(z) = y() else {
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
        'l0: {
            wait().await;
        }
        return;
        panic!();
    };
    match x() {
        0 => if cond() {} else {}
        _ => panic!(),
    }
}
#[context_manager]
fn f31() -> Result<(), E> {
    'l0: {
        step();
        if cond() {
            yield_point!();
            step();
        }
    }
    'l0: loop {}
    match x() {
        0 => {
            match seen(yield_point!()) {
                0 => {
                    let _ = cond() && yield_point!().is_completed();
                    let g = || {
                        if cond() {
                            return Err(e);
                        }
                        step()?;
                        Ok(2)
                    };
                }
                1 => {
                    step();
                }
                _ => panic!(),
            }
            match x() {
                0 => {
                    'l0: for z in y() {
                        if cond() && let Some(z) = y() {
                            step();
                        }
                        step();
                    }
                    Ok(())
                }
                _ => panic!(),
            }
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
async fn a31() -> Result<(), E> {
    'l0: {
        wait().await;
        if cond() {
            yield_point!();
            wait().await;
        }
    }
    'l0: loop {}
    match x() {
        0 => {
            match seen(yield_point!()) {
                0 => {
                    let _ = cond() && yield_point!().is_completed();
                    let g = || {
                        if cond() {
                            return Err(e);
                        }
                        step()?;
                        Ok(2)
                    };
                }
                1 => {
                    wait().await;
                }
                _ => panic!(),
            }
            match x() {
                0 => {
                    'l0: for z in y() {
                        if cond() && let Some(z) = y() {
                            wait().await;
                        }
                        wait().await;
                    }
                    Ok(())
                }
                _ => panic!(),
            }
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f32() {
    match x() {
        0 => {
            'l0: loop {}
            'l0: loop {
                yield_point!();
            }
        }
        1 => {}
        _ => panic!(),
    }
    'l0: loop {}
    'l0: while yield_point!().is_completed() && cond() {
        let exit = (yield_point!(), 1);
    }
    if cond() {
        if cond() {} else {
            match x() {
                0 => {
                    step();
                    yield_point!();
                }
                1 => {}
                2 => {
                    let exit = (yield_point!(), 1);
                }
                _ => panic!(),
            }
            step();
        }
        if cond() {
            if cond() {} else {
                'l0: {}
                let Some(z) = y() else {
                    let _ = cond() && yield_point!().is_completed();
                    step();
                    std::process::exit(1);
                    panic!();
                };
            }
        } else {
            let Some(z) = y() else {
                step();
                step();
                panic!();
            };
        }
    } else {}
}
#[context_manager]
async fn a32() {
    match x() {
        0 => {
            'l0: loop {}
            'l0: loop {
                yield_point!();
            }
        }
        1 => {}
        _ => panic!(),
    }
    'l0: loop {}
    'l0: while yield_point!().is_completed() && cond() {
        let exit = (yield_point!(), 1);
    }
    if cond() {
        if cond() {} else {
            match x() {
                0 => {
                    wait().await;
                    yield_point!();
                }
                1 => {}
                2 => {
                    let exit = (yield_point!(), 1);
                }
                _ => panic!(),
            }
            wait().await;
        }
        if cond() {
            if cond() {} else {
                'l0: {}
                let Some(z) = y() else {
                    let _ = cond() && yield_point!().is_completed();
                    wait().await;
                    std::process::exit(1);
                    panic!();
                };
            }
        } else {
            let Some(z) = y() else {
                wait().await;
                wait().await;
                panic!();
            };
        }
    } else {}
}
#[context_manager]
fn f33() -> Result<(), E> {
    'l0: for z in y() {}
    {
        yield_point!();
        todo!();
    }
    if cond() {
        'l0: while yield_point!().is_completed() && cond() {}
        Ok(())
    } else {
        if cond() {
            yield_point!();
            Err(e)
        } else {
            Ok(())
        }
    }
}
#[context_manager]
async fn a33() -> Result<(), E> {
    'l0: for z in y() {}
    {
        yield_point!();
        todo!();
    }
    if cond() {
        'l0: while yield_point!().is_completed() && cond() {}
        Ok(())
    } else {
        if cond() {
            yield_point!();
            Err(e)
        } else {
            Ok(())
        }
    }
}
#[context_manager]
fn f34() -> Result<(), E> {
    'l0: loop {}
    yield_point!();
    match x() {
        0 => {
            if cond() && let Some(z) = y() {
                step();
            }
            yield_point!();
        }
        1 => {
            yield_point!();
        }
        2 => {
            'l0: loop {
                yield_point!();
                yield_point!();
            }
        }
        _ => panic!(),
    }
    Ok(())
}
#[context_manager]
async fn a34() -> Result<(), E> {
    'l0: loop {}
    yield_point!();
    match x() {
        0 => {
            if cond() && let Some(z) = y() {
                wait().await;
            }
            yield_point!();
        }
        1 => {
            yield_point!();
        }
        2 => {
            'l0: loop {
                yield_point!();
                yield_point!();
            }
        }
        _ => panic!(),
    }
    Ok(())
}
#[context_manager]
fn f35() -> Result<(), E> {
    match x() {
        0 => {
            step();
            'l0: {
                step();
                yield_point!();
            }
        }
        _ => panic!(),
    }
    'l0: loop {}
    'l0: while yield_point!().is_completed() && cond() {}
    match x() {
        0 => {
            'l0: loop {
                yield_point!();
                yield_point!();
            }
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a35() -> Result<(), E> {
    match x() {
        0 => {
            wait().await;
            'l0: {
                wait().await;
                yield_point!();
            }
        }
        _ => panic!(),
    }
    'l0: loop {}
    'l0: while yield_point!().is_completed() && cond() {}
    match x() {
        0 => {
            'l0: loop {
                yield_point!();
                yield_point!();
            }
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f36() {
    if cond() {}
    'l0: loop {}
    if cond() {} else {
        if cond() {
            yield_point!();
            step();
        } else {
            let exit = (yield_point!(), 1);
        }
    }
}
#[context_manager]
async fn a36() {
    if cond() {}
    'l0: loop {}
    if cond() {} else {
        if cond() {
            yield_point!();
            wait().await;
        } else {
            let exit = (yield_point!(), 1);
        }
    }
}
#[context_manager]
fn f37() -> Result<(), E> {
    'l0: while yield_point!().is_completed() && cond() {
        'l1: loop {}
        'l1: while cond() {}
    }
    if cond() {
        let Some(z) = y() else {
            'l0: while cond() {}
            step();
            panic!();
        };
        Err(e)
    } else {
        Ok(())
    }
}
#[context_manager]
async fn a37() -> Result<(), E> {
    'l0: while yield_point!().is_completed() && cond() {
        'l1: loop {}
        'l1: while cond() {}
    }
    if cond() {
        let Some(z) = y() else {
            'l0: while cond() {}
            wait().await;
            panic!();
        };
        Err(e)
    } else {
        Ok(())
    }
}
#[context_manager]
fn f38() -> Result<(), E> {
    {
        let _ = cond() && yield_point!().is_completed();
    }
    'l0: loop {}
    if cond() {
        unsafe {
            yield_point!();
        }
    }
    if cond() {
        if cond() && yield_point!().is_completed() && cond() {
            step();
        }
        if cond() {
            if cond() && yield_point!().is_completed() && cond() {
                yield_point!();
            }
            Err(e)
        } else {
            if cond() {
                match x() {
                    7 if yield_point!().is_completed() => {}
                    0 => {
                        step();
                    }
                    _ => panic!(),
                }
                step();
            } else {
                let exit = (yield_point!(), 1);
            }
            Ok(())
        }
    } else {
        'l0: loop {
            step();
        }
        Ok(())
    }
}
#[context_manager]
async fn a38() -> Result<(), E> {
    {
        let _ = cond() && yield_point!().is_completed();
    }
    'l0: loop {}
    if cond() {
        unsafe {
            yield_point!();
        }
    }
    if cond() {
        if cond() && yield_point!().is_completed() && cond() {
            wait().await;
        }
        if cond() {
            if cond() && yield_point!().is_completed() && cond() {
                yield_point!();
            }
            Err(e)
        } else {
            if cond() {
                match x() {
                    7 if yield_point!().is_completed() => {}
                    0 => {
                        wait().await;
                    }
                    _ => panic!(),
                }
                wait().await;
            } else {
                let exit = (yield_point!(), 1);
            }
            Ok(())
        }
    } else {
        'l0: loop {
            wait().await;
        }
        Ok(())
    }
}
#[context_manager]
fn f39() -> Result<(), E> {
    'l0: loop {
        'l1: loop {}
        step();
    }
    'l0: {
        yield_point!();
    }
    if cond() && let Some(z) = y() {
        step()?;
        let exit = (yield_point!(), 1);
    }
    match x() {
        0 => {
            match x() {
                0 => {}
                1 => {
                    yield_point!();
                }
                _ => panic!(),
            }
            if cond() {
                Ok(())
            } else {
                if cond() {
                    if cond() {}
                    yield_point!();
                } else {
                    'l0: loop {
                        step();
                        step();
                    }
                    'l0: for z in y() {}
                }
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a39() -> Result<(), E> {
    'l0: loop {
        'l1: loop {}
        wait().await;
    }
    'l0: {
        yield_point!();
    }
    if cond() && let Some(z) = y() {
        wait().await?;
        let exit = (yield_point!(), 1);
    }
    match x() {
        0 => {
            match x() {
                0 => {}
                1 => {
                    yield_point!();
                }
                _ => panic!(),
            }
            if cond() {
                Ok(())
            } else {
                if cond() {
                    if cond() {}
                    yield_point!();
                } else {
                    'l0: loop {
                        wait().await;
                        wait().await;
                    }
                    'l0: for z in y() {}
                }
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f40() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        step();
    }
    'l0: loop {
        {
            yield_point!();
        }
        return Err(e);
    }
    'l0: while yield_point!().is_completed() && cond() {}
    match x() {
        0 => {
            let Some(z) = y() else {
                'l0: while cond() {
                    yield_point!();
                    yield_point!();
                }
                match x() {
                    7 if yield_point!().is_completed() => {}
                    0 => {
                        let g = || {
                            if cond() {
                                return Err(e);
                            }
                            step()?;
                            Ok(2)
                        };
                    }
                    1 => {
                        let exit = (yield_point!(), 1);
                        step();
                    }
                    _ => panic!(),
                }
                return Ok(());
                panic!();
            };
            Ok(())
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
async fn a40() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        wait().await;
    }
    'l0: loop {
        {
            yield_point!();
        }
        return Err(e);
    }
    'l0: while yield_point!().is_completed() && cond() {}
    match x() {
        0 => {
            let Some(z) = y() else {
                'l0: while cond() {
                    yield_point!();
                    yield_point!();
                }
                match x() {
                    7 if yield_point!().is_completed() => {}
                    0 => {
                        let g = || {
                            if cond() {
                                return Err(e);
                            }
                            step()?;
                            Ok(2)
                        };
                    }
                    1 => {
                        let exit = (yield_point!(), 1);
                        wait().await;
                    }
                    _ => panic!(),
                }
                return Ok(());
                panic!();
            };
            Ok(())
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f41() -> Result<(), E> {
    'l0: loop {
        let Some(z) = y() else {
            yield_point!();
            step();
            step();
            panic!();
        };
    }
    let Some(z) = y() else {
        yield_point!();
        step();
        panic!();
    };
    if cond() {}
    match x() {
        0 => {
            if cond() {
                yield_point!();
                yield_point!();
            } else {}
            match x() {
                0 => {
                    if cond() {
                        'l0: while yield_point!().is_completed() && cond() {
                            'l1: for z in y() {}
                            yield_point!();
                        }
                        if cond() && yield_point!().is_completed() && cond() {}
                    } else {}
                    Err(e)
                }
                _ => panic!(),
            }
        }
        1 => Err(e),
        _ => panic!(),
    }
}
#[context_manager]
async fn a41() -> Result<(), E> {
    'l0: loop {
        let Some(z) = y() else {
            yield_point!();
            wait().await;
            wait().await;
            panic!();
        };
    }
    let Some(z) = y() else {
        yield_point!();
        wait().await;
        panic!();
    };
    if cond() {}
    match x() {
        0 => {
            if cond() {
                yield_point!();
                yield_point!();
            } else {}
            match x() {
                0 => {
                    if cond() {
                        'l0: while yield_point!().is_completed() && cond() {
                            'l1: for z in y() {}
                            yield_point!();
                        }
                        if cond() && yield_point!().is_completed() && cond() {}
                    } else {}
                    Err(e)
                }
                _ => panic!(),
            }
        }
        1 => Err(e),
        _ => panic!(),
    }
}
#[context_manager]
fn f42() {
    unsafe {
        yield_point!();
    }
    if cond() {
        match x() {
            0 => {}
            1 => {
                'l0: loop {
                    step();
                    step();
                }
            }
            2 => {}
            _ => panic!(),
        }
    } else {
        if cond() && let Some(z) = y() {}
    }
}
#[context_manager]
async fn a42() {
    unsafe {
        yield_point!();
    }
    if cond() {
        match x() {
            0 => {}
            1 => {
                'l0: loop {
                    wait().await;
                    wait().await;
                }
            }
            2 => {}
            _ => panic!(),
        }
    } else {
        if cond() && let Some(z) = y() {}
    }
}
#[context_manager]
fn f43() -> Result<(), E> {
    match x() {
        0 => {
            {
                let exit = (yield_point!(), 1);
            }
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a43() -> Result<(), E> {
    match x() {
        0 => {
            {
                let exit = (yield_point!(), 1);
            }
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f44() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        'l0: for z in y() {
            return Err(e);
            let _ = cond() && yield_point!().is_completed();
        }
    }
    'l0: loop {}
    'l0: while cond() {
        step();
    }
    if cond() {
        'l0: loop {
            step();
        }
        Ok(())
    } else {
        Ok(())
    }
}
#[context_manager]
async fn a44() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        'l0: for z in y() {
            return Err(e);
            let _ = cond() && yield_point!().is_completed();
        }
    }
    'l0: loop {}
    'l0: while cond() {
        wait().await;
    }
    if cond() {
        'l0: loop {
            wait().await;
        }
        Ok(())
    } else {
        Ok(())
    }
}
#[context_manager]
fn f45() -> Result<(), E> {
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {
            step();
        }
        1 => {
            std::process::exit(1);
        }
        2 => {
            step();
        }
        _ => panic!(),
    }
    'l0: {
        return Err(e);
        return Err(e);
    }
    if cond() {
        if cond() {
            Ok(())
        } else {
            if cond() && let Some(z) = y() {}
            Ok(())
        }
    } else {
        Ok(())
    }
}
#[context_manager]
async fn a45() -> Result<(), E> {
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {
            wait().await;
        }
        1 => {
            std::process::exit(1);
        }
        2 => {
            wait().await;
        }
        _ => panic!(),
    }
    'l0: {
        return Err(e);
        return Err(e);
    }
    if cond() {
        if cond() {
            Ok(())
        } else {
            if cond() && let Some(z) = y() {}
            Ok(())
        }
    } else {
        Ok(())
    }
}
#[context_manager]
fn f46() -> Result<(), E> {
    {
        'l0: loop {
            step();
        }
    }
    if cond() {
        if cond() {
            'l0: while yield_point!().is_completed() && cond() {
                yield_point!();
                step();
            }
        }
        Ok(())
    } else {
        'l0: loop {
            'l1: while yield_point!().is_completed() && cond() {
                break 'l0;
                step();
            }
        }
        if cond() {
            if cond() && yield_point!().is_completed() && cond() {}
            Ok(())
        } else {
            match x() {
                7 if yield_point!().is_completed() => {}
                0 => {
                    yield_point!();
                }
                1 => 'l0: while cond() {}
                _ => panic!(),
            }
            Ok(())
        }
    }
}
#[context_manager]
async fn a46() -> Result<(), E> {
    {
        'l0: loop {
            wait().await;
        }
    }
    if cond() {
        if cond() {
            'l0: while yield_point!().is_completed() && cond() {
                yield_point!();
                wait().await;
            }
        }
        Ok(())
    } else {
        'l0: loop {
            'l1: while yield_point!().is_completed() && cond() {
                break 'l0;
                wait().await;
            }
        }
        if cond() {
            if cond() && yield_point!().is_completed() && cond() {}
            Ok(())
        } else {
            match x() {
                7 if yield_point!().is_completed() => {}
                0 => {
                    yield_point!();
                }
                1 => 'l0: while cond() {}
                _ => panic!(),
            }
            Ok(())
        }
    }
}
#[context_manager]
fn f47() -> Result<(), E> {
    'l0: loop {
        match x() {
            0 => {
                step()?;
            }
            1 => {
                yield_point!();
            }
            2 => {}
            _ => panic!(),
        }
        match x() {
            0 => {
                step()?;
                loop {}
            }
            _ => panic!(),
        }
    }
    match x() {
        0 => {
            'l0: while cond() {}
            if cond() {
                if cond() {} else {}
                Ok(())
            } else {
                'l0: loop {
                    step()?;
                }
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
async fn a47() -> Result<(), E> {
    'l0: loop {
        match x() {
            0 => {
                wait().await?;
            }
            1 => {
                yield_point!();
            }
            2 => {}
            _ => panic!(),
        }
        match x() {
            0 => {
                wait().await?;
                loop {}
            }
            _ => panic!(),
        }
    }
    match x() {
        0 => {
            'l0: while cond() {}
            if cond() {
                if cond() {} else {}
                Ok(())
            } else {
                'l0: loop {
                    wait().await?;
                }
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f48() {
    'l0: loop {}
    if cond() {
        match x() {
            7 if yield_point!().is_completed() => {}
            0 => {
                let _ = cond() && yield_point!().is_completed();
            }
            _ => panic!(),
        }
    } else {
        'l0: loop {
            yield_point!();
        }
    }
}
#[context_manager]
async fn a48() {
    'l0: loop {}
    if cond() {
        match x() {
            7 if yield_point!().is_completed() => {}
            0 => {
                let _ = cond() && yield_point!().is_completed();
            }
            _ => panic!(),
        }
    } else {
        'l0: loop {
            yield_point!();
        }
    }
}
#[context_manager]
fn f49() {
    'l0: loop {
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
    }
    match x() {
        0 => {
            'l0: for z in y() {
                return;
                yield_point!();
            }
        }
        1 => {
            yield_point!();
            yield_point!();
        }
        2 => {
            step();
        }
        _ => panic!(),
    }
    if cond() {
        match x() {
            0 => {}
            1 => {
                match seen(yield_point!()) {
                    0 => {}
                    1 => {
                        let exit = (yield_point!(), 1);
                    }
                    2 => {}
                    _ => panic!(),
                }
            }
            _ => panic!(),
        }
    } else {
        if cond() {
            'l0: loop {
                yield_point!();
                'l1: while cond() {
                    let g = || {
                        if cond() {
                            return Err(e);
                        }
                        step()?;
                        Ok(2)
                    };
                    yield_point!();
                }
            }
        } else {
            'l0: loop {
                yield_point!();
            }
        }
    }
}
#[context_manager]
async fn a49() {
    'l0: loop {
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
    }
    match x() {
        0 => {
            'l0: for z in y() {
                return;
                yield_point!();
            }
        }
        1 => {
            yield_point!();
            yield_point!();
        }
        2 => {
            wait().await;
        }
        _ => panic!(),
    }
    if cond() {
        match x() {
            0 => {}
            1 => {
                match seen(yield_point!()) {
                    0 => {}
                    1 => {
                        let exit = (yield_point!(), 1);
                    }
                    2 => {}
                    _ => panic!(),
                }
            }
            _ => panic!(),
        }
    } else {
        if cond() {
            'l0: loop {
                yield_point!();
                'l1: while cond() {
                    let g = || {
                        if cond() {
                            return Err(e);
                        }
                        step()?;
                        Ok(2)
                    };
                    yield_point!();
                }
            }
        } else {
            'l0: loop {
                yield_point!();
            }
        }
    }
}
#[context_manager]
fn f50() {
    'l0: loop {
        step();
    }
    'l0: while yield_point!().is_completed() && cond() {
        return;
    }
    match x() {
        0 => {}
        _ => panic!(),
    }
}
#[context_manager]
fn f51() {
    if cond() && let Some(z) = y() {
        loop {}
        'l0: loop {
            step();
        }
    }
    if cond() {} else {
        step();
        if cond() {}
    }
    {
        yield_point!();
    }
    if cond() {} else {
        let Some(z) = y() else {
            step();
            panic!();
        };
    }
}
#[context_manager]
fn f52() {
    unsafe {
        'l0: loop {}
        'l0: while yield_point!().is_completed() && cond() {
            continue 'l0;
        }
    }
    'l0: loop {}
    'l0: loop {
        if cond() {
            continue 'l0;
        } else {
            yield_point!();
        }
    }
    if cond() {} else {
        match x() {
            0 => {}
            1 => {
                let _ = cond() && yield_point!().is_completed();
                step();
            }
            _ => panic!(),
        }
        match x() {
            0 => {}
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f53() -> Result<(), E> {
    if cond() && let Some(z) = y() {
        step();
        yield_point!();
    }
    'l0: loop {}
    match seen(yield_point!()) {
        0 => {}
        1 => {
            panic!();
        }
        _ => panic!(),
    }
    match x() {
        0 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f54() -> Result<(), E> {
    {
        yield_point!();
        step();
    }
    match x() {
        0 => Ok(()),
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f55() -> Result<(), E> {
    'l0: loop {
        step();
    }
    'l0: {
        yield_point!();
        if cond() && let Some(z) = y() {}
    }
    if cond() {
        unsafe {
            yield_point!();
        }
        match x() {
            0 => Ok(()),
            1 => {
                match x() {
                    7 if yield_point!().is_completed() => {}
                    0 => unsafe {}
                    1 => {}
                    2 => {
                        match x() {
                            0 => {
                                let exit = (yield_point!(), 1);
                                'l0: while cond() {
                                    step();
                                    yield_point!();
                                }
                            }
                            1 => {}
                            2 => {
                                yield_point!();
                            }
                            _ => panic!(),
                        }
                    }
                    _ => panic!(),
                }
                Err(e)
            }
            _ => panic!(),
        }
    } else {
        match x() {
            0 => Ok(()),
            1 => {
                if cond() && yield_point!().is_completed() && cond() {
                    if cond() {
                        let exit = (yield_point!(), 1);
                        yield_point!();
                    } else {
                        step();
                        let Some(z) = y() else {
                            step();
                            panic!();
                        };
                    }
                }
                Ok(())
            }
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f56() -> Result<(), E> {
    match x() {
        0 => {
            'l0: {
                'l1: loop {}
                step();
            }
            Ok(())
        }
        1 => {
            if cond() {
                if cond() {
                    step();
                    let exit = (yield_point!(), 1);
                } else {
                    yield_point!();
                }
                Err(e)
            } else {
                unsafe {
                    yield_point!();
                }
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f57() -> Result<(), E> {
    match seen(yield_point!()) {
        0 => {
            if cond() {
                step();
            }
            if cond() {}
        }
        _ => panic!(),
    }
    {
        step();
        if cond() {}
    }
    if cond() {
        'l0: loop {}
        Err(e)
    } else {
        Ok(())
    }
}
#[context_manager]
fn f58() -> Result<(), E> {
    'l0: loop {
        step();
    }
    'l0: for z in y() {}
    if cond() && let Some(z) = y() {
        if cond() {
            step();
            step();
        } else {
            yield_point!();
            step();
        }
        yield_point!();
    }
    match x() {
        0 => {
            if cond() {
                match x() {
                    0 => {
                        return Ok(());
                        'l0: for z in y() {
                            step();
                        }
                    }
                    1 => {
                        match x() {
                            7 if yield_point!().is_completed() => {}
                            0 => {}
                            _ => panic!(),
                        }
                    }
                    2 => {}
                    _ => panic!(),
                }
                Ok(())
            } else {
                match x() {
                    7 if yield_point!().is_completed() => {}
                    0 => {
                        yield_point!();
                        unreachable!();
                    }
                    _ => panic!(),
                }
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f59() -> Result<(), E> {
    match x() {
        0 => {
            step();
        }
        1 => {
            yield_point!();
        }
        2 => {
            let Some(z) = y() else {
                yield_point!();
                step();
                step();
                panic!();
            };
        }
        _ => panic!(),
    }
    match x() {
        0 => {
            step();
            'l0: loop {
                step();
            }
        }
        _ => panic!(),
    }
    'l0: loop {
        yield_point!();
    }
    if cond() {
        Ok(())
    } else {
        if cond() {} else {
            step()?;
        }
        Err(e)
    }
}
#[context_manager]
fn f60() -> Result<(), E> {
    unsafe { 'l0: loop {} }
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {}
        _ => panic!(),
    }
    match x() {
        0 => {
            match seen(yield_point!()) {
                0 => {}
                1 => {
                    step()?;
                    step();
                }
                2 => {
                    let exit = (yield_point!(), 1);
                    let exit = (yield_point!(), 1);
                }
                _ => panic!(),
            }
            if cond() { Ok(()) } else { Ok(()) }
        }
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f61() {
    match seen(yield_point!()) {
        0 => {
            if cond() && let Some(z) = y() {
                step();
                step();
            }
        }
        _ => panic!(),
    }
    step();
    match x() {
        0 => {}
        1 => if cond() {} else {}
        _ => panic!(),
    }
}
#[context_manager]
fn f62() -> Result<(), E> {
    'l0: loop {
        step();
    }
    yield_point!();
    match x() {
        0 => {
            'l0: loop {
                yield_point!();
            }
            if cond() {
                if cond() {} else {}
                Ok(())
            } else {
                Ok(())
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f63() -> Result<(), E> {
    {}
    if cond() {
        {
            yield_point!();
        }
        Ok(())
    } else {
        Err(e)
    }
}
#[context_manager]
fn f64() -> Result<(), E> {
    {
        yield_point!();
    }
    if cond() {
        if cond() && let Some(z) = y() {
            if cond() {} else {}
            return Err(e);
        }
        Ok(())
    } else {
        Err(e)
    }
}
#[context_manager]
fn f65() -> Result<(), E> {
    'l0: for z in y() {}
    yield_point!();
    match x() {
        0 => {
            if cond() {
                'l0: loop {}
                Ok(())
            } else {
                let Some(z) = y() else {
                    return Ok(());
                    panic!();
                };
                Ok(())
            }
        }
        1 => {
            unsafe {
                return Ok(());
            }
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f66() -> Result<(), E> {
    unsafe {
        'l0: loop {}
        step();
    }
    if cond() {
        'l0: for z in y() {
            step()?;
        }
    }
    step()?;
    match x() {
        0 => Ok(()),
        1 => {
            if cond() {
                yield_point!();
                let _ = cond() && yield_point!().is_completed();
            } else {}
            match x() {
                0 => Err(e),
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f67() {
    if cond() {
        step();
        yield_point!();
    }
    'l0: loop {}
    match x() {
        0 => {
            'l0: for z in y() {
                let _ = cond() && yield_point!().is_completed();
                'l1: while yield_point!().is_completed() && cond() {}
            }
        }
        1 => {
            'l0: loop {
                loop {}
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f68() -> Result<(), E> {
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {}
        1 => 'l0: while cond() {}
        2 => {
            step();
        }
        _ => panic!(),
    }
    'l0: loop {}
    let Some(z) = y() else {
        match seen(yield_point!()) {
            0 => {
                return Ok(());
                step();
            }
            1 => {
                let _ = cond() && yield_point!().is_completed();
            }
            2 => {}
            _ => panic!(),
        }
        if cond() {
            yield_point!();
        } else {}
        return Ok(());
        panic!();
    };
    if cond() {
        {}
        if cond() { Ok(()) } else { Ok(()) }
    } else {
        Ok(())
    }
}
#[context_manager]
fn f69() -> Result<(), E> {
    'l0: loop {
        'l1: loop {}
    }
    match x() {
        0 => {
            step();
            yield_point!();
        }
        _ => panic!(),
    }
    match x() {
        0 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f70() {
    match seen(yield_point!()) {
        0 => {
            unsafe {
                step();
            }
        }
        _ => panic!(),
    }
    'l0: while cond() {
        return;
        break 'l0;
    }
    if cond() {} else {}
}
#[context_manager]
fn f71() -> Result<(), E> {
    'l0: loop {}
    if cond() {
        Err(e)
    } else {
        if cond() {
            Ok(())
        } else {
            if cond() {
                if cond() {
                    yield_point!();
                    step();
                } else {}
            }
            Err(e)
        }
    }
}
#[context_manager]
fn f72() {
    'l0: loop {}
    match seen(yield_point!()) {
        0 => {
            if cond() && let Some(z) = y() {
                yield_point!();
            }
            if cond() {
                step();
            }
        }
        _ => panic!(),
    }
    match x() {
        0 => {
            'l0: while cond() {
                let exit = (yield_point!(), 1);
            }
        }
        1 => if cond() {} else {}
        _ => panic!(),
    }
}
#[context_manager]
fn f73() {
    'l0: loop {
        step();
    }
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {
            yield_point!();
            yield_point!();
        }
        1 => {
            match x() {
                0 => {
                    let exit = (yield_point!(), 1);
                    yield_point!();
                }
                _ => panic!(),
            }
        }
        2 => {
            'l0: loop {
                continue 'l0;
            }
        }
        _ => panic!(),
    }
    match x() {
        0 => {}
        1 => {
            'l0: for z in y() {
                yield_point!();
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f74() {
    'l0: loop {}
    'l0: loop {
        if cond() {}
        let exit = (yield_point!(), 1);
    }
    'l0: while yield_point!().is_completed() && cond() {
        yield_point!();
        step();
    }
    match x() {
        0 => 'l0: loop {}
        _ => panic!(),
    }
}
#[context_manager]
fn f75() -> Result<(), E> {
    {
        panic!();
    }
    yield_point!();
    if cond() {
        match x() {
            0 => Ok(()),
            1 => {
                'l0: for z in y() {
                    step();
                }
                Ok(())
            }
            _ => panic!(),
        }
    } else {
        step();
        match x() {
            0 => Ok(()),
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f76() {
    'l0: loop {}
    {
        yield_point!();
    }
}
#[context_manager]
fn f77() -> Result<(), E> {
    if cond() {
        match x() {
            0 => {
                'l0: loop {}
                Err(e)
            }
            _ => panic!(),
        }
    } else {
        'l0: while yield_point!().is_completed() && cond() {
            return Err(e);
        }
        Ok(())
    }
}
#[context_manager]
fn f78() {
    'l0: loop {}
    yield_point!();
    match x() {
        0 => {
            return;
        }
        1 => {}
        _ => panic!(),
    }
    match x() {
        0 => unsafe {}
        _ => panic!(),
    }
}
#[context_manager]
fn f79() {
    if cond() && let Some(z) = y() {}
    'l0: loop {
        if cond() {}
    }
    'l0: while yield_point!().is_completed() && cond() {}
    match x() {
        0 => if cond() {} else {}
        1 => {
            let Some(z) = y() else {
                match x() {
                    7 if yield_point!().is_completed() => {}
                    0 => {
                        let exit = (yield_point!(), 1);
                    }
                    1 => {
                        unsafe {
                            step();
                            yield_point!();
                        }
                        yield_point!();
                    }
                    _ => panic!(),
                }
                return;
                panic!();
            };
            match x() {
                0 => 'l0: while yield_point!().is_completed() && cond() {}
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f80() -> Result<(), E> {
    if cond() {
        step();
        unsafe {
            yield_point!();
        }
    }
    Err(e)
}
#[context_manager]
fn f81() -> Result<(), E> {
    'l0: for z in y() {}
    'l0: loop {}
    match x() {
        0 => {
            match x() {
                0 => {
                    if cond() {} else {
                        'l0: for z in y() {
                            step()?;
                            if cond() && yield_point!().is_completed() && cond() {
                                let exit = (yield_point!(), 1);
                            }
                        }
                        yield_point!();
                    }
                    Err(e)
                }
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f82() -> Result<(), E> {
    'l0: loop {
        'l1: {
            let exit = (yield_point!(), 1);
        }
        break 'l0;
    }
    'l0: loop {}
    if cond() {
        Ok(())
    } else {
        if cond() && let Some(z) = y() {}
        Ok(())
    }
}
#[context_manager]
fn f83() -> Result<(), E> {
    match x() {
        0 => {
            'l0: for z in y() {}
            if cond() && let Some(z) = y() {
                yield_point!();
            }
        }
        1 => {}
        2 => {
            yield_point!();
            match x() {
                0 => {
                    match x() {
                        0 => {}
                        _ => panic!(),
                    }
                }
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
    'l0: loop {}
    if cond() && let Some(z) = y() {
        match x() {
            0 => {}
            1 => {
                yield_point!();
                yield_point!();
            }
            _ => panic!(),
        }
        let exit = (yield_point!(), 1);
    }
    match x() {
        0 => {
            match x() {
                0 => Err(e),
                1 => Ok(()),
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f84() -> Result<(), E> {
    if cond() {
        yield_point!();
        Ok(())
    } else {
        'l0: loop {
            let Some(z) = y() else {
                step();
                panic!();
            };
            step();
        }
        match x() {
            0 => Ok(()),
            1 => {
                'l0: loop {}
                Ok(())
            }
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f85() {
    let Some(z) = y() else {
        yield_point!();
        if cond() {
            'l0: loop {
                step();
            }
            yield_point!();
        }
        step();
        panic!();
    };
    'l0: loop {
        step();
    }
    if cond() {
        'l0: loop {
            step();
        }
    } else {
        match x() {
            0 => {}
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f86() -> Result<(), E> {
    'l0: loop {
        step();
    }
    if cond() && yield_point!().is_completed() && cond() {}
    'l0: while yield_point!().is_completed() && cond() {
        step();
    }
    if cond() {
        if cond() {
            yield_point!();
            step();
        } else {
            match x() {
                0 => {
                    yield_point!();
                }
                _ => panic!(),
            }
            step()?;
        }
        Ok(())
    } else {
        match x() {
            0 => Ok(()),
            1 => {
                if cond() {
                    step();
                }
                Ok(())
            }
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f87() -> Result<(), E> {
    'l0: loop {
        step();
    }
    match x() {
        0 => {}
        1 => {
            let exit = (yield_point!(), 1);
        }
        _ => panic!(),
    }
    if cond() { Ok(()) } else { Ok(()) }
}
#[context_manager]
fn f88() -> Result<(), E> {
    unsafe {}
    'l0: {
        unsafe {
            let exit = (yield_point!(), 1);
            return Err(e);
        }
        step();
    }
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {
            yield_point!();
            step();
        }
        _ => panic!(),
    }
    match x() {
        0 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f89() {
    'l0: loop {
        unsafe {}
        step();
    }
    let Some(z) = y() else {
        return;
        panic!();
    };
    if cond() && let Some(z) = y() {
        let exit = (yield_point!(), 1);
    }
    match x() {
        0 => {
            'l0: for z in y() {
                step();
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f90() -> Result<(), E> {
    if cond() {
        yield_point!();
    }
    'l0: loop {}
    match x() {
        7 if yield_point!().is_completed() => {}
        0 => {
            if cond() && let Some(z) = y() {
                yield_point!();
                yield_point!();
            }
        }
        _ => panic!(),
    }
    if cond() {
        'l0: loop {}
        if cond() {
            unsafe {
                step();
            }
            Ok(())
        } else {
            Ok(())
        }
    } else {
        match x() {
            0 => Ok(()),
            1 => {
                'l0: loop {}
                Ok(())
            }
            _ => panic!(),
        }
    }
}
#[context_manager]
fn f91() {
    'l0: loop {}
    match x() {
        0 => {}
        1 => {
            match seen(yield_point!()) {
                0 => {
                    step();
                }
                _ => panic!(),
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f92() -> Result<(), E> {
    match x() {
        0 => {
            step();
            yield_point!();
        }
        1 => {
            yield_point!();
            'l0: loop {}
        }
        _ => panic!(),
    }
    match x() {
        0 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f93() -> Result<(), E> {
    match x() {
        0 => 'l0: {
            yield_point!();
            step();
        }
        1 => {
            std::process::exit(1);
            unsafe {
                let exit = (yield_point!(), 1);
                yield_point!();
            }
        }
        _ => panic!(),
    }
    match x() {
        0 => {
            'l0: {
                break 'l0;
                'l1: {
                    yield_point!();
                    return Ok(());
                }
            }
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f94() -> Result<(), E> {
    'l0: loop {}
    yield_point!();
    'l0: while cond() {
        let exit = (yield_point!(), 1);
    }
    if cond() {
        Ok(())
    } else {
        yield_point!();
        Ok(())
    }
}
#[context_manager]
fn f95() -> Result<(), E> {
    'l0: loop {}
    if cond() {} else {
        yield_point!();
        let g = || {
            if cond() {
                return Err(e);
            }
            step()?;
            Ok(2)
        };
    }
    match x() {
        0 => {
            match x() {
                7 if yield_point!().is_completed() => {}
                0 => {}
                _ => panic!(),
            }
            Ok(())
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f96() {
    step();
    match x() {
        0 => {
            unsafe {
                yield_point!();
                step();
            }
        }
        _ => panic!(),
    }
}
#[context_manager]
fn f97() -> Result<(), E> {
    unsafe {
        yield_point!();
    }
    match x() {
        0 => Err(e),
        1 => Ok(()),
        _ => panic!(),
    }
}
#[context_manager]
fn f98() {
    'l0: loop {}
    if cond() && yield_point!().is_completed() && cond() {
        step();
        'l0: {
            step();
        }
    }
    if cond() {} else {}
}
#[context_manager]
fn f99() {
    if cond() {
        yield_point!();
        match x() {
            0 => {
                step();
                step();
            }
            _ => panic!(),
        }
    } else {
        std::process::exit(1);
    }
    'l0: while cond() {
        std::process::exit(1);
    }
    {
        step();
    }
}

//! **Memory that is leaked for its lifetime.** `Box::leak` gives the `&'static str` that a signature asks
//! for, once for each request. Met in programs that read their options with it, when the code is moved
//! into a server. Found by a counting allocator, as a block of that size.

use std::collections::HashMap;

pub(crate) fn buggy(paths: &[&str]) -> usize {
    let mut hits: HashMap<&'static str, usize> = HashMap::new();
    for path in paths {
        let path = Box::leak(path.to_lowercase().into_boxed_str());
        *hits.entry(path).or_default() += 1;
    }
    hits.len()
}

pub(crate) fn mended(paths: &[&str]) -> usize {
    let mut hits: HashMap<String, usize> = HashMap::new();
    for path in paths {
        *hits.entry(path.to_lowercase()).or_default() += 1;
    }
    hits.len()
}

//! Finds cleanup that silently fails or never runs, before production does. Needs the feature
//! `testing`.


//! A caller of edition 2021.

include!("../../shapes.rs");

//! Tests of the feature `tracing` alone, under `tests`.

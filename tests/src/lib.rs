//! Home of the whole-story tests; see `stories/`.

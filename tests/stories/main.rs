//! Whole stories, told through the real interfaces.

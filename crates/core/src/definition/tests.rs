//! The language from the outside: what loads, and what is said about what does not.

use super::*;

pub(crate) const SAMPLE: &str = include_str!("testdata/sample.yaml");

#[test]
fn the_sample_loads() {
    let checked = check(SAMPLE);
    assert_eq!(checked.diagnostics, []);
    let definition = checked.definition.unwrap();
    assert_eq!(definition.stages.len(), 3);
    assert_eq!(definition.deliverables.len(), 5);
    assert_eq!(definition.gates["launch"].seats.len(), 2);
}

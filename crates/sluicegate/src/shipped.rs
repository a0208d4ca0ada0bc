//! The workflows that come with the program, so that it needs no files.

use std::path::Path;

use crate::failure::{Failure, Result};

/// File name and content.
const SHIPPED: &[(&str, &str)] = &[
    ("npi-medtech.yaml", include_str!("../../../workflows/npi-medtech.yaml")),
    ("npi-express.yaml", include_str!("../../../workflows/npi-express.yaml")),
    ("healthcare-software.yaml", include_str!("../../../workflows/healthcare-software.yaml")),
    ("strategic-plan.yaml", include_str!("../../../workflows/strategic-plan.yaml")),
];

/// The shipped workflows, then those of a folder in the order of their names.
pub(crate) fn workflows(folder: Option<&Path>) -> Result<Vec<(String, String)>> {
    let shipped = SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let mut all: Vec<(String, String)> = shipped.collect();
    let Some(folder) = folder else { return Ok(all) };
    let entries = std::fs::read_dir(folder);
    let entries = entries.map_err(|error| Failure::unavailable(folder.display(), error))?;
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "yaml" || end == "yml"));
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file);
        let text = text.map_err(|error| Failure::unavailable(file.display(), error))?;
        all.push((file.display().to_string(), text));
    }
    Ok(all)
}

/// The shipped workflow of this key.
pub(crate) fn source(key: &str) -> Option<&'static str> {
    let name = format!("{key}.yaml");
    SHIPPED.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shipped_workflow_loads_and_is_named_after_its_key() {
        for (file, text) in SHIPPED {
            let definition = sluicegate_core::definition::load(text).unwrap();
            assert_eq!(format!("{}.yaml", definition.key), *file);
        }
    }

    #[test]
    fn every_file_of_the_folder_is_shipped() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../workflows");
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        for name in names.filter(|name| name.rsplit('.').next() == Some("yaml")) {
            assert!(SHIPPED.iter().any(|(file, _)| *file == name), "{name} is not shipped");
        }
    }
}

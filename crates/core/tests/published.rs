//! What we compute, against values that others have published.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use sluicegate_core::{
    audit::{AddCheckpoint, Checkpoint, KeyKind, Note, PublicKey},
    digest::Digest,
    merkle::{
        Frontier, Hash, leaf_hash,
        proof::{self, Leaves},
    },
};

/// The leaves, paths and proofs of the tests of Google's certificate-transparency code, which the
/// libraries for RFC 6962 and RFC 9162 have taken over.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
/// Of a leaf, counted from 0, in a tree of a size.
const PATHS: [(u64, u64, &[&str]); 5] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];
/// From a size to a size.
const PROOFS: [(u64, u64, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn over(part: &Leaves) -> Hash {
    let mut frontier = Frontier::default();
    let place = |n: u64| usize::try_from(n).unwrap();
    LEAVES[place(part.start)..place(part.end)].iter().for_each(|it| frontier.push(leaf_hash(it)));
    frontier.root()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| *text.parse::<Digest>().unwrap().bytes()).collect()
}

#[test]
fn paths_and_proofs_are_those_of_certificate_transparency() {
    for (leaf, size, published) in PATHS {
        let published = hashes(published);
        let parts = proof::inclusion(leaf, size).unwrap();
        assert_eq!(parts.iter().map(over).collect::<Vec<_>>(), published, "{leaf} of {size}");
        let hash = leaf_hash(LEAVES[usize::try_from(leaf).unwrap()]);
        assert!(proof::includes(leaf, size, &hash, &published, &over(&(0..size))));
    }
    for (from, to, published) in PROOFS {
        let published = hashes(published);
        let parts = proof::consistency(from, to).unwrap();
        assert_eq!(parts.iter().map(over).collect::<Vec<_>>(), published, "{from} to {to}");
        let (old, new) = (over(&(0..from)), over(&(0..to)));
        assert!(proof::extends((from, &old), (to, &new), &published));
    }
}

/// From the tests of transparency-dev/formats: the keys of a log and of a witness.
#[test]
fn ids_of_keys_are_those_that_others_give_them() {
    for (text, kind) in [
        ("TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6", KeyKind::Note),
        (
            "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
            KeyKind::Cosignature,
        ),
    ] {
        let key: PublicKey = text.parse().unwrap();
        assert_eq!((key.kind(), key.to_string().as_str()), (kind, text));
    }
}

/// The example of C2SP tlog-witness.
const REQUEST: &str = "old 20852014\n\
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
    5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
    /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\
    \n\
    example.com/behind-the-sofa\n\
    20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
    \n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
const COSIGNED: &str = "— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==\n";
/// The example of C2SP signed-note: its text has a blank line of its own.
const POEM: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

#[test]
fn the_examples_of_the_specifications_are_read_and_written_again() {
    let request: AddCheckpoint = REQUEST.parse().unwrap();
    assert_eq!((request.old, request.proof.len()), (20_852_014, 4));
    assert_eq!(request.to_string(), REQUEST);
    let checkpoint = Checkpoint::read(&request.note.text).unwrap();
    assert_eq!((checkpoint.size, checkpoint.text()), (20_852_163, request.note.text.clone()));
    assert_eq!(request.note.signatures.len(), 2);
    let cosigned: sluicegate_core::audit::Signature = COSIGNED.trim_end().parse().unwrap();
    assert_eq!((cosigned.bytes.len(), cosigned.to_string().as_str()), (8 + 64, COSIGNED));
    let poem: Note = POEM.parse().unwrap();
    assert!(poem.text.ends_with("di sole:\n\ned è subito sera.\n"));
    assert_eq!(poem.to_string(), POEM);
}

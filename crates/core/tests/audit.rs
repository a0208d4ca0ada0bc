//! The formats of the record against others who have read the same specifications, and files that
//! somebody has meddled with.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use proptest::prelude::*;
use sluicegate_core::{
    audit::{
        AddCheckpoint, Checkpoint, Finding, KeyKind, Kind, Note, PublicKey, SecretKey, Seen,
        Verified, Verifier, WitnessRefusal, file, hashes_to_base64,
    },
    digest::Digest,
    merkle::{
        Frontier, Hash, empty_root, leaf_hash, node_hash,
        proof::{self, Leaves},
    },
};

fn key() -> SecretKey {
    SecretKey::new("sluicegate.example/log", KeyKind::Note, [7; 32]).unwrap()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

fn range(leaves: &[Hash], part: &Leaves) -> Hash {
    let hash = |tree: &proof::Subtree| {
        let start = usize::try_from(tree.start).unwrap();
        proof::root_of(leaves[start..start + (1 << tree.height)].to_vec())
    };
    proof::joined(&proof::subtrees(part.clone()).iter().map(hash).collect::<Vec<_>>())
}

/// PATH and PROOF as RFC 6962 section 2.1 writes them down, with nothing of ours.
mod rfc {
    use super::*;

    pub(super) fn root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(split(leaves.len()));
                node_hash(&root(left), &root(right))
            }
        }
    }

    fn split(size: usize) -> usize {
        size.next_power_of_two() / 2
    }

    pub(super) fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let (left, right) = leaves.split_at(split(leaves.len()));
        let (mut found, other) = if m < left.len() {
            (path(m, left), root(right))
        } else {
            (path(m - left.len(), right), root(left))
        };
        found.push(other);
        found
    }

    pub(super) fn proof(m: usize, leaves: &[Hash]) -> Vec<Hash> {
        if m == 0 || m == leaves.len() { Vec::new() } else { subproof(m, leaves, true) }
    }

    fn subproof(m: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
        if m == leaves.len() {
            return if known { Vec::new() } else { vec![root(leaves)] };
        }
        let (left, right) = leaves.split_at(split(leaves.len()));
        let (mut found, other) = if m <= left.len() {
            (subproof(m, left, known), root(right))
        } else {
            (subproof(m - left.len(), right, false), root(left))
        };
        found.push(other);
        found
    }
}

#[test]
fn proofs_are_those_of_the_rfc_at_every_size() {
    for size in 0..70_u64 {
        let all = leaves(size);
        let root = rfc::root(&all);
        assert_eq!(range(&all, &(0..size)), root);
        for m in 0..size {
            let at = usize::try_from(m).unwrap();
            let ours: Vec<Hash> =
                proof::inclusion(m, size).unwrap().iter().map(|part| range(&all, part)).collect();
            assert_eq!(ours, rfc::path(at, &all), "leaf {m} of {size}");
            assert!(proof::includes(m, size, &all[at], &ours, &root));
            assert!(!proof::includes((m + 1) % (size + 1), size, &all[at], &ours, &root));
        }
        assert_eq!(proof::inclusion(size, size), None);
        for from in 0..=size {
            let at = usize::try_from(from).unwrap();
            let old = rfc::root(&all[..at]);
            let parts = proof::consistency(from, size).unwrap();
            let ours: Vec<Hash> = parts.iter().map(|part| range(&all, part)).collect();
            assert_eq!(ours, rfc::proof(at, &all), "from {from} to {size}");
            assert!(proof::extends((from, &old), (size, &root), &ours));
            let other = leaf_hash(b"another");
            let trivial = from == 0 || from == size;
            assert!(trivial || !proof::extends((from, &old), (size, &other), &ours));
            assert!(!proof::extends((from, &other), (size, &root), &ours));
        }
        assert_eq!(proof::consistency(size + 1, size), None);
    }
}

proptest! {
    #[test]
    fn others_accept_our_proofs(size in 1..5000_u64, at in any::<u64>(), from in any::<u64>()) {
        use tlog_tiles::tlog;
        let all = leaves(size);
        let (at, from) = (at % size, from % size + 1);
        let theirs = |hash: Hash| tlog::Hash(hash);
        let root = range(&all, &(0..size));
        let ours = |parts: Vec<Leaves>| -> Vec<Hash> {
            parts.iter().map(|part| range(&all, part)).collect()
        };
        let path = ours(proof::inclusion(at, size).unwrap());
        let leaf = all[usize::try_from(at).unwrap()];
        let given: Vec<_> = path.iter().copied().map(theirs).collect();
        tlog::check_record(&given, size, theirs(root), at, theirs(leaf)).unwrap();
        let old = range(&all, &(0..from));
        let path = ours(proof::consistency(from, size).unwrap());
        let given: Vec<_> = path.iter().copied().map(theirs).collect();
        tlog::check_tree(&given, size, theirs(root), from, theirs(old)).unwrap();
    }
}

/// From the documentation of Go's `golang.org/x/mod/sumdb/note`.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETERS: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn a_note_is_read_and_signed_as_gos_own_package_does() {
    let key: PublicKey = PETER.parse().unwrap();
    let secret: SecretKey = PETERS.parse().unwrap();
    assert_eq!((key.to_string(), secret.secret_text()), (PETER.into(), PETERS.into()));
    assert_eq!(*secret.public(), key);
    let note: Note = NOTE.parse().unwrap();
    assert_eq!(note.check(&key), Ok(()));
    assert_eq!(note.to_string(), NOTE);
    assert_eq!(Note::sign(note.text.clone(), &secret), note);
    assert!(PETER.replace("c74f20a3", "c74f20a4").parse::<PublicKey>().is_err());
    for bad in ["", "no signature\n", "a\n\n- b AAAA\n", "a\n\n— b c d\n", "a\n\n— b AAAAAAAA"]
    {
        assert!(bad.parse::<Note>().is_err(), "{bad:?}");
    }
}

#[test]
fn others_read_our_checkpoints() {
    let key = key();
    let note = Checkpoint::signed(20_852_163, leaf_hash(b"root"), &key);
    let theirs = signed_note::Note::from_bytes(note.to_string().as_bytes()).unwrap();
    let verifier = signed_note::StandardVerifier::new(&key.public().to_string()).unwrap();
    let known = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    let (good, unknown) = theirs.verify(&known).unwrap();
    assert_eq!((good.len(), unknown.len()), (1, 0));
    let read = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!(read.origin(), "sluicegate.example/log");
    assert_eq!((read.size(), read.hash().0), (20_852_163, leaf_hash(b"root")));
    let opened = Checkpoint::open(&note, key.public()).unwrap();
    assert_eq!(opened.text(), note.text);
}

#[test]
fn a_checkpoint_of_another_key_or_log_is_refused() {
    let note = Checkpoint::signed(3, leaf_hash(b"root"), &key());
    let other = SecretKey::new("sluicegate.example/log", KeyKind::Note, [8; 32]).unwrap();
    assert!(Checkpoint::open(&note, other.public()).is_err());
    let forged = Note { text: note.text.replace("\n3\n", "\n4\n"), ..note.clone() };
    assert!(Checkpoint::open(&forged, key().public()).is_err());
    let elsewhere = Checkpoint { origin: "elsewhere".into(), size: 3, root: [0; 32] };
    let signed = Note::sign(elsewhere.text(), &key());
    assert!(Checkpoint::open(&signed, key().public()).is_err());
    for text in ["a\n03\n", "a\n3\nAAAA\n", "\n3\n", "a\nb\nc\n"] {
        assert_eq!(Checkpoint::read(text), None, "{text:?}");
    }
}

#[test]
fn a_witness_signs_with_its_time() {
    let witness = SecretKey::new("witness.example/w1", KeyKind::Cosignature, [9; 32]).unwrap();
    let mut note = Checkpoint::signed(3, leaf_hash(b"root"), &key());
    let line = note.cosign(1_800_000_000, &witness);
    note.signatures.push(line.clone());
    let read: Note = note.to_string().parse().unwrap();
    assert_eq!(read.check(witness.public()), Ok(()));
    assert_eq!(read.check(key().public()), Ok(()));
    // The message as the specification writes it, checked by the other crate.
    let signed = format!("cosignature/v1\ntime 1800000000\n{}", note.text);
    let verifier = {
        let text = witness.public().to_string();
        let key = text.rsplit('+').next().unwrap();
        let mut bytes = sluicegate_core::audit::from_base64(key).unwrap();
        bytes[0] = 1;
        let key = SecretKey::new("witness.example/w1", KeyKind::Note, [9; 32]).unwrap();
        assert_eq!(
            key.public().to_string().rsplit('+').next().unwrap(),
            sluicegate_core::audit::base64(&bytes)
        );
        signed_note::StandardVerifier::new(&key.public().to_string()).unwrap()
    };
    assert!(signed_note::Verifier::verify(&verifier, signed.as_bytes(), &line.bytes[8..]));
    let mut late = line;
    late.bytes[7] ^= 1;
    let forged = Note { signatures: vec![late], ..note };
    assert!(forged.check(witness.public()).is_err());
}

#[test]
fn a_witness_signs_only_what_extends_what_it_has_signed() {
    let (key, all) = (key(), leaves(20));
    let keys = [key.public().clone()];
    let root = |size| range(&all, &(0..size));
    let ask = |old, size| {
        let parts = proof::consistency(old, size).unwrap_or_default();
        let proof = parts.iter().map(|part| range(&all, part)).collect();
        let request =
            AddCheckpoint { old, proof, note: Checkpoint::signed(size, root(size), &key) };
        let read: AddCheckpoint = request.to_string().parse().unwrap();
        assert_eq!(read, request);
        read
    };
    let seen = |size| Some(Seen { size, root: root(size) });
    assert_eq!(ask(0, 7).judge(&keys, None).unwrap().size, 7);
    assert_eq!(ask(7, 20).judge(&keys, seen(7)).unwrap().root, root(20));
    assert_eq!(ask(7, 7).judge(&keys, seen(7)).unwrap().size, 7);
    let refused = |request: AddCheckpoint, seen| request.judge(&keys, seen).unwrap_err();
    assert_eq!(refused(ask(3, 7), seen(5)), WitnessRefusal::Conflict { size: 5 });
    assert_eq!(refused(ask(0, 7), seen(5)), WitnessRefusal::Conflict { size: 5 });
    // A log that was put back, or that has another past.
    assert_eq!(refused(ask(5, 7), seen(9)), WitnessRefusal::Conflict { size: 9 });
    let other = Some(Seen { size: 7, root: leaf_hash(b"other") });
    assert_eq!(refused(ask(7, 7), other), WitnessRefusal::Fork { size: 7 });
    assert_eq!(refused(ask(7, 20), other), WitnessRefusal::Inconsistent);
    assert_eq!(refused(ask(20, 7), seen(20)), WitnessRefusal::Malformed);
    let stranger = SecretKey::new("sluicegate.example/log", KeyKind::Note, [8; 32]).unwrap();
    let forged = AddCheckpoint { note: Checkpoint::signed(7, root(7), &stranger), ..ask(0, 7) };
    assert_eq!(refused(forged, None), WitnessRefusal::Untrusted);
    let stranger = SecretKey::new("elsewhere", KeyKind::Note, [7; 32]).unwrap();
    let unknown = AddCheckpoint { note: Checkpoint::signed(7, root(7), &stranger), ..ask(0, 7) };
    assert_eq!(refused(unknown, None), WitnessRefusal::UnknownLog);
    let body = ask(7, 20).to_string();
    for bad in ["", "old 07\n\n", "new 7\n", &body.replace("old 7", "old 07"), &body[..20]] {
        assert!(bad.parse::<AddCheckpoint>().is_err(), "{bad:?}");
    }
}

/// A log as it would be stored.
fn records(size: u64) -> Vec<String> {
    let record = |n: u64| {
        let named = Digest::salted([3; 16], b"\"text\"");
        format!(r#"{{"stream":"s","version":{},"at":"t","event":{{"text":"{named}"}}}}"#, n + 1)
    };
    (0..size).map(record).collect()
}

fn header(size: u64, root: Hash) -> file::Header {
    file::Header {
        format: file::FORMAT.into(),
        scope: file::Scope::Whole,
        checkpoint: Checkpoint::signed(size, root, &key()).to_string(),
        peaks: None,
        chosen: None,
    }
}

fn ended(mut lines: Vec<String>, contents: u64) -> Vec<String> {
    let header = Digest::of(lines[0].trim_end().as_bytes());
    let records = lines.iter().filter(|line| line.starts_with("{\"position\"")).count() as u64;
    let end = file::Totals { records, contents, header };
    lines.push(file::line(&file::End { end }));
    lines
}

/// As an exporter writes it; a content follows every tenth record.
fn whole(records: &[String]) -> Vec<String> {
    let size = records.len() as u64;
    let hashes: Vec<Hash> = records.iter().map(|record| leaf_hash(record.as_bytes())).collect();
    let mut frontier = Frontier::default();
    for hash in &hashes {
        frontier.push(*hash);
    }
    let peaks = Some(hashes_to_base64(frontier.peaks()));
    let mut lines = vec![file::line(&file::Header { peaks, ..header(size, frontier.root()) })];
    let mut contents = 0;
    for step in file::Outline::new(size) {
        match step {
            file::Step::Nodes(node) => {
                let height = file::row_below(node.height).unwrap();
                let row = (node.start..node.start + (1 << node.height)).step_by(1 << height);
                let row: Vec<Hash> =
                    row.map(|start| range(&hashes, &(start..start + (1 << height)))).collect();
                lines.push(file::nodes_line(node, &row));
            }
            file::Step::Records(leaves) => {
                for leaf in leaves {
                    let record = &records[usize::try_from(leaf).unwrap()];
                    lines.push(file::record_line(leaf + 1, None, record));
                    if leaf % 10 == 0 {
                        let digest = Digest::salted([3; 16], b"\"text\"");
                        lines.push(file::content_line(&digest, &[3; 16], "\"text\""));
                        contents += 1;
                    }
                }
            }
        }
    }
    ended(lines, contents)
}

fn part(records: &[String], chosen: &[u64], picked: bool) -> Vec<String> {
    let size = records.len() as u64;
    let hashes: Vec<Hash> = records.iter().map(|record| leaf_hash(record.as_bytes())).collect();
    let stream = Some("s".to_owned());
    let chosen_of =
        file::Chosen { first: chosen[0], last: *chosen.last().unwrap(), stream, picked };
    let header = file::Header {
        scope: file::Scope::Part,
        chosen: Some(chosen_of),
        ..header(size, range(&hashes, &(0..size)))
    };
    let mut lines = vec![file::line(&header)];
    for position in chosen {
        let proof = proof::inclusion(position - 1, size).unwrap();
        let proof: Vec<Hash> = proof.iter().map(|part| range(&hashes, part)).collect();
        let record = &records[usize::try_from(position - 1).unwrap()];
        lines.push(file::record_line(*position, Some(&proof), record));
    }
    ended(lines, 0)
}

fn verify(file: &[u8]) -> Result<Verified, Finding> {
    let mut verifier = Verifier::new(key().public().clone(), Vec::new());
    let mut lines = file.split_inclusive(|byte| *byte == b'\n');
    lines.try_for_each(|line| verifier.line(line.strip_suffix(b"\n").unwrap_or(line)))?;
    verifier.finish()
}

fn joined(lines: &[String]) -> Vec<u8> {
    lines.concat().into_bytes()
}

#[test]
fn a_whole_log_verifies_at_every_size() {
    for size in (0..12).chain([255, 256, 257, 511, 700, 1024]) {
        let found = verify(&joined(&whole(&records(size)))).unwrap();
        assert_eq!((found.size, found.records, found.last.unwrap_or(0)), (size, size, size));
    }
    // Deeper than two rows.
    let found = verify(&joined(&whole(&records(66_000)))).unwrap();
    assert_eq!((found.records, found.contents), (66_000, 6_600));
}

/// Where the line of a record is.
fn line_of(lines: &[String], position: u64) -> usize {
    lines.iter().position(|line| line.starts_with(&format!("{{\"position\":{position},"))).unwrap()
}

#[test]
fn the_first_record_that_was_meddled_with_is_named() {
    let clean = whole(&records(600));
    let found = |lines: &[String]| {
        let finding = verify(&joined(lines)).unwrap_err();
        (finding.kind, finding.position.unwrap())
    };
    // In the middle of a row, at its borders, and at the end of the log.
    for position in [3, 100, 256, 257, 512, 513, 598] {
        let at = line_of(&clean, position);
        let mut altered = clean.clone();
        altered[at] = altered[at].replace("\"at\":\"t\"", "\"at\":\"u\"");
        assert_eq!(found(&altered), (Kind::Altered, position));
        let mut missing = clean.clone();
        missing.remove(at);
        assert_eq!(found(&missing), (Kind::Missing, position));
        let mut inserted = clean.clone();
        inserted.insert(at, clean[at].replace("\"at\":\"t\"", "\"at\":\"u\""));
        let kind = verify(&joined(&inserted)).unwrap_err();
        assert_eq!((kind.kind, kind.position), (Kind::Inserted, Some(position)), "{kind}");
        let mut doubled = clean.clone();
        doubled.insert(at + 1, clean[at].clone());
        let kind = found(&doubled);
        assert_eq!(kind, (Kind::Inserted, position + 1));
    }
    for (first, second) in [(3, 4), (100, 103), (513, 514), (597, 600)] {
        let mut swapped = clean.clone();
        swapped.swap(line_of(&clean, first), line_of(&clean, second));
        assert_eq!(found(&swapped), (Kind::Reordered, first));
    }
    let mut short = clean.clone();
    short.drain(line_of(&clean, 590)..clean.len() - 1);
    assert_eq!(found(&short), (Kind::Missing, 590));
    short.pop();
    assert_eq!(found(&short), (Kind::Missing, 590));
    // Whoever has the database can make every hash anew, but not the signature.
    let mut other = records(600);
    other[99] = other[99].replace("\"at\":\"t\"", "\"at\":\"u\"");
    let mut forged = whole(&other);
    forged[0] = clean[0].clone();
    assert!(verify(&joined(&forged)).is_err());
}

#[test]
fn contents_are_those_that_the_record_names() {
    let clean = whole(&records(20));
    let at = clean.iter().position(|line| line.starts_with("{\"content\"")).unwrap();
    let with = |line: String| {
        let mut lines = clean.clone();
        lines[at] = line;
        verify(&joined(&lines)).unwrap_err().kind
    };
    assert_eq!(with(clean[at].replace("text", "Text")), Kind::Content);
    let other = Digest::salted([3; 16], b"1");
    assert_eq!(with(file::content_line(&other, &[3; 16], "1")), Kind::Content);
    assert_eq!(with(clean[at].to_uppercase()), Kind::Shape);
}

#[test]
fn a_part_shows_some_records_alone() {
    let all = records(600);
    let found = verify(&joined(&part(&all, &[17], false))).unwrap();
    assert_eq!((found.records, found.first, found.last), (1, Some(17), Some(17)));
    let clean = part(&all, &[100, 101, 102, 103], false);
    assert_eq!(verify(&joined(&clean)).unwrap().records, 4);
    let found = |lines: &[String]| verify(&joined(lines)).unwrap_err();
    let mut altered = clean.clone();
    altered[2] = altered[2].replace("\"at\":\"t\"", "\"at\":\"u\"");
    assert_eq!((found(&altered).kind, found(&altered).position), (Kind::Altered, Some(101)));
    let mut missing = clean.clone();
    missing.remove(2);
    assert_eq!(found(&missing).kind, Kind::Missing);
    let mut swapped = clean;
    swapped.swap(2, 3);
    assert_eq!(found(&swapped).kind, Kind::Missing);
    // From the beginning of the log on, the first version of a stream is known to be missing, too.
    assert_eq!(verify(&joined(&part(&all, &[1, 2], false))).unwrap().records, 2);
    let mut headless = part(&all, &[1, 2, 3], false);
    headless.remove(1);
    assert_eq!(found(&headless).kind, Kind::Missing);
}

#[test]
fn what_was_picked_may_have_gaps_and_nothing_else() {
    let all = records(600);
    let clean = part(&all, &[5, 100, 599], true);
    let verified = verify(&joined(&clean)).unwrap();
    assert_eq!((verified.records, verified.first, verified.last), (3, Some(5), Some(599)));
    assert_eq!(verify(&joined(&part(&all, &[5, 100], false))).unwrap_err().kind, Kind::Missing);
    let found = |lines: &[String]| verify(&joined(lines)).unwrap_err();
    let mut swapped = clean.clone();
    swapped.swap(2, 3);
    assert_eq!((found(&swapped).kind, found(&swapped).position), (Kind::Reordered, Some(100)));
    let mut doubled = clean.clone();
    doubled.insert(2, clean[1].clone());
    assert_eq!(found(&doubled).kind, Kind::Reordered);
    let mut altered = clean;
    altered[2] = altered[2].replace("\"at\":\"t\"", "\"at\":\"u\"");
    assert_eq!((found(&altered).kind, found(&altered).position), (Kind::Altered, Some(100)));
}

/// Deterministic, and different in every place.
fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    }
}

#[test]
fn every_flipped_byte_is_found() {
    let mut dice = dice(20_270_101);
    let size = 270;
    for lines in [whole(&records(size)), part(&records(size), &[7, 8, 9, 10, 11], false)] {
        let clean = joined(&lines);
        verify(&clean).unwrap();
        // The first and the last line are not among records; of the rest, some by chance.
        let end = clean.len() - lines.last().unwrap().len();
        let by_chance: Vec<usize> = (0..60).map(|_| dice(clean.len())).collect();
        for at in
            (0..lines[0].len()).step_by(13).chain((end..clean.len()).step_by(3)).chain(by_chance)
        {
            let mut flipped = clean.clone();
            flipped[at] ^= 1 << dice(8);
            assert!(verify(&flipped).is_err(), "byte {at} of {}", clean.len());
        }
    }
}

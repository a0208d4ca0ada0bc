#!/usr/bin/env python3
"""Checks a record of Sluicegate without Sluicegate.

    python3 check_record.py FILE KEY [WITNESS_KEY ...]

FILE is an export (`sluicegate audit export`, `sluicegate audit prove`, GET /v1/audit/record.jsonl), or the
answer of GET /v1/events/POSITION/proof or GET /v1/audit/consistency. KEY is the text that `sluicegate audit
key` prints; every witness that is named must have signed as well.

It needs Python 3.9 and nothing else. It is written after RFC 6962 (the tree), RFC 9162 section 2.1 (how
proofs are checked), RFC 8032 (Ed25519) and C2SP signed-note, tlog-checkpoint and tlog-cosignature, and
shares no code with Sluicegate.
"""

import base64
import hashlib
import json
import sys


class Wrong(Exception):
    """Something is not as it was signed."""


def require(holds, why):
    if not holds:
        raise Wrong(why)


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf(record):
    return sha256(b"\x00" + record)


def node(left, right):
    return sha256(b"\x01" + left + right)


def unbase64(text):
    return base64.b64decode(text, validate=True)


# Ed25519, RFC 8032 section 5.1. Points are (x, y, z, t) with x = X/Z, y = Y/Z, x * y = T/Z.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(one, other):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, point):
    total = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def equal(one, other):
    return all((one[i] * other[2] - other[i] * one[2]) % P == 0 for i in (0, 1))


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    require(y < P, "a key or a signature is no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    require((x * x - square) % P == 0, "a key or a signature is no point of the curve")
    require(x != 0 or sign == 0, "a key or a signature is no point of the curve")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def ed25519(key, message, signature):
    if len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    return equal(times(s, BASE), add(point(r), times(k, point(key))))


# Notes and checkpoints.


def checkpoint(note, key):
    """Origin, size and root of a checkpoint that this key has signed."""
    name, number, material = key.strip().split("+", 2)
    material = unbase64(material)
    known = sha256(name.encode() + b"\n" + material)[:4].hex() == number
    require(known and len(material) == 33, "the key's id is not that of its name and its bytes")
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, blob = line.split(" ")
        blob = unbase64(blob)
        if (dash, signer, blob[:4].hex()) != ("\N{EM DASH}", name, number):
            continue
        message, signature = text.encode(), blob[4:]
        if material[0] == 4:
            seconds, signature = int.from_bytes(blob[4:12], "big"), blob[12:]
            message = f"cosignature/v1\ntime {seconds}\n".encode() + message
        require(ed25519(material[1:], message, signature), f"the signature of {name} is forged")
        origin, size, root = text.split("\n")[:3]
        require(material[0] == 4 or origin == name, "the checkpoint is of another log")
        return origin, int(size), unbase64(root)
    raise Wrong(f"{name} has not signed the checkpoint")


def signed(note, keys):
    return [checkpoint(note, key) for key in keys][0]


# The tree.


def push(peaks, found):
    """Adds a leaf to the roots of the full subtrees so far, the largest first."""
    height = 0
    while peaks and peaks[-1][0] == height:
        found = node(peaks.pop()[1], found)
        height += 1
    peaks.append((height, found))


def root_over(peaks):
    if not peaks:
        return sha256(b"")
    found = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        found = node(left, found)
    return found


def includes(place, size, found, proof, root):
    """RFC 9162 section 2.1.3.2."""
    require(0 <= place < size, "the record is not within the log that was signed")
    last = size - 1
    for other in proof:
        require(last > 0, "the proof is too long")
        if place & 1 or place == last:
            found = node(other, found)
            while not place & 1 and place > 0:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, other)
        place, last = place >> 1, last >> 1
    require(last == 0 and found == root, "a record is not the one that was signed")


def extends(small, small_root, large, large_root, proof):
    """RFC 9162 section 2.1.4.2."""
    if small == large:
        require(not proof and small_root == large_root, "one size has two roots")
        return
    if small == 0:
        require(not proof and small_root == sha256(b""), "this is not the root of nothing")
        return
    place, last = small - 1, large - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    path = [small_root, *proof] if place == 0 else list(proof)
    require(path, "the proof is too short")
    old = new = path[0]
    for other in path[1:]:
        require(last > 0, "the proof is too long")
        if place & 1 or place == last:
            old, new = node(other, old), node(other, new)
            while not place & 1 and place > 0:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, other)
        place, last = place >> 1, last >> 1
    fits = last == 0 and old == small_root and new == large_root
    require(fits, "the larger log is not the smaller one with more appended")


# Files.


def check_export(lines, keys):
    """The lines named `nodes` are not needed: they help to say where a file is wrong."""
    first = next(lines)
    header = json.loads(first)
    require(header["format"] == "sluicegate-record/1", "this format is not known")
    _, size, root = signed(header["checkpoint"], keys)
    whole, peaks, before, record, counted = header["scope"] == "whole", [], 0, b"", [0, 0]
    for line in lines:
        line = line.removesuffix(b"\n")
        if line.startswith(b'{"position":'):
            read = json.loads(line)
            record = line[line.index(b'"record":') + 9 : -1]
            counted[0] += 1
            require(read["position"] > before, "a record is not in its order")
            before = read["position"]
            if whole:
                require(before == counted[0], f"record {counted[0]} is missing")
                push(peaks, leaf(record))
            else:
                proof = unbase64(read["proof"])
                proof = [proof[at : at + 32] for at in range(0, len(proof), 32)]
                includes(before - 1, size, leaf(record), proof, root)
        elif line.startswith(b'{"content":'):
            read, body = json.loads(line), line[line.index(b'"body":') + 7 : -1]
            counted[1] += 1
            found = sha256(bytes.fromhex(read["salt"]) + body).hex()
            require(found == read["content"], f"a text of record {before} is not the recorded one")
            require(found.encode() in record, f"record {before} does not name this text")
        elif line.startswith(b'{"end":'):
            end = json.loads(line)["end"]
            require([end["records"], end["contents"]] == counted, "lines are missing")
            require(end["header"] == sha256(first.removesuffix(b"\n")).hex(), "another first line")
            require(not whole or counted[0] == size, "records are missing at the end")
            require(not whole or root_over(peaks) == root, "the records are not those signed")
            require(next(lines, None) is None, "something follows the end")
            return f"{counted[0]} records and {counted[1]} texts, of a log of {size} events"
        else:
            require(line.startswith(b'{"nodes":'), "a line is none of a record")
    raise Wrong("the file breaks off")


def check_proof(read, keys):
    _, size, root = signed(read["checkpoint"]["note"], keys)
    proof = [unbase64(text) for text in read["hashes"]]
    includes(read["position"] - 1, size, leaf(read["record"].encode()), proof, root)
    return f"event {read['position']} is in the log of {size} events"


def check_consistency(read):
    old, new = bytes.fromhex(read["from_root"]), bytes.fromhex(read["to_root"])
    extends(read["from"], old, read["to"], new, [unbase64(text) for text in read["hashes"]])
    return f"the log of {read['to']} events begins with that of {read['from']}; compare the roots"


def check(file, keys):
    with open(file, "rb") as lines:
        start = lines.readline()
        lines.seek(0)
        if start.startswith(b'{"format":'):
            return check_export(iter(lines), keys)
        read = json.load(lines)
        return check_consistency(read) if "from_root" in read else check_proof(read, keys)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        print("ok:", check(sys.argv[1], sys.argv[2:]))
    except (Wrong, ValueError, KeyError, IndexError, TypeError, StopIteration) as wrong:
        sys.exit(f"WRONG: {wrong!r}" if not isinstance(wrong, Wrong) else f"WRONG: {wrong}")

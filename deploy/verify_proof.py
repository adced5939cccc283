# ruff: noqa: BLE001, INP001, PLR2004, PTH123, T201
"""Checks a proof that an event stands in an audit log: python3 verify_proof.py FILE KEY

KEY is the log's public key (name+id+key), which the hospital publishes apart from the file. This script uses nothing of
the software that keeps the log; it needs Python 3.8 and the package cryptography. Exit status 0: proved, 1: not proved.
"""

import base64
import hashlib
import json
import sys
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NAMES = ["format", "event", "payload", "position", "proof", "checkpoint", "key"]


def main(arguments: list) -> int:
    if len(arguments) != 2:
        sys.exit(__doc__)
    try:
        with open(arguments[0], encoding="utf-8", newline="") as file:
            text = file.read()
        print(check(text, arguments[1].strip()))
    except Exception as error:  # whatever it is, nothing was proved
        print(f"NOT PROVED: {str(error) or 'The signature of the checkpoint is wrong.'}")
        return 1
    return 0


def check(text: str, key: str) -> str:
    proof = json.loads(text)
    # One form only, so that no byte of the file can be changed unnoticed.
    require(json.dumps(proof, indent=1, ensure_ascii=False) + "\n" == text, "The file is not in its one form.")
    require(list(proof) == NAMES and proof["format"] == "lm-pathways audit proof 1", "This is no proof of that form.")
    require(proof["key"] == key, "The file names another key than the one given.")
    origin, size, root, signed_at = opened(proof["checkpoint"], key)
    payload, position = decoded(proof["payload"]), proof["position"]
    require(type(position) is int and 0 <= position < size, "The position is not in the log.")
    found = climbed(hashlib.sha256(b"\0" + payload).digest(), position, size, [decoded(one) for one in proof["proof"]])
    require(found == root, "The event does not lead to the root that was signed.")
    event = json.loads(payload)
    plain = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    require(plain.encode() == payload, "The payload could be read in two ways.")
    require(event["id"] == proof["event"], "The payload is of another event.")
    happened = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(event["at_us"] // 1_000_000))
    return (
        f"Proved: event {event['id']} ({event['action']} by {event['actor_name'] or 'nobody known'} at {happened})"
        f" stands at position {position} of the {size} events of {origin}, as signed at {signed_at}.\n"
        f"What was sealed: {payload.decode('utf-8')}"
    )


def opened(note: str, key: str) -> tuple:
    name, key_id, public = key.split("+", 2)
    raw = decoded(public)
    digest = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
    require(raw[:1] == b"\1" and digest == key_id, "The key is damaged.")
    text, _, signature = note.rpartition("\n\n")
    text += "\n"
    words = signature.split(" ")
    require(len(words) == 3 and words[:2] == ["\u2014", name] and words[2][-1:] == "\n", "The checkpoint is unsigned.")
    signed = decoded(words[2][:-1])
    require(signed[:4].hex() == key_id, "The checkpoint is signed with another key.")
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signed[4:], text.encode())
    origin, size, root, signed_at = text.split("\n")[:4]
    require(origin == name, "The checkpoint is of another log than the key.")
    return origin, int(size), decoded(root), signed_at.replace("time ", "", 1)


def climbed(found: bytes, position: int, size: int, path: list) -> bytes:
    """RFC 9162, section 2.1.3.2: from the leaf to the root."""
    last = size - 1
    for sibling in path:
        require(last > 0, "The proof is too long.")
        if position & 1 or position == last:
            found = hashlib.sha256(b"\1" + sibling + found).digest()
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + sibling).digest()
        position, last = position >> 1, last >> 1
    require(last == 0, "The proof is too short.")
    return found


def decoded(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    require(base64.b64encode(raw).decode() == text, "Base64 that is not in its one form.")
    return raw


def require(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""audit.notes: signed notes and checkpoints, readable by any other program that knows the C2SP forms."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle import leaf_hash
from audit.notes import BadNote, CheckpointText, Signer, Verifier, note_hash, opened, signed

# The published example of the format.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
NOTE = TEXT + "\n" + SIGNATURE

ORIGIN = "lm-pathways.test/audit"
OURS = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
CHECKPOINT = CheckpointText(
    ORIGIN, 4711, leaf_hash(b"one"), datetime(2026, 11, 22, 10, 42, 7, tzinfo=UTC), leaf_hash(b"two")
)


class TestPublishedExample:
    def test_the_key_is_read_and_written(self) -> None:
        peter = Verifier.parse(PETER)
        assert (peter.name, peter.id.hex(), str(peter)) == ("PeterNeumann", "c74f20a3", PETER)

    def test_the_note_is_opened(self) -> None:
        peter = Verifier.parse(PETER)
        assert opened(NOTE, [OURS.verifier, peter]) == (TEXT, (peter,))

    def test_the_same_signature_is_made(self) -> None:
        secret = base64.b64decode(PETERS_SECRET)[1:]
        peter = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(secret))
        assert str(peter.verifier) == PETER
        assert signed(TEXT, [peter]) == NOTE


class TestNotes:
    def test_two_keys_sign_one_note(self) -> None:
        note = signed("text\n", [OURS, OTHER])
        assert opened(note, [OTHER.verifier]) == ("text\n", (OTHER.verifier,))
        assert opened(note, [OTHER.verifier, OURS.verifier])[1] == (OURS.verifier, OTHER.verifier)

    def test_a_text_with_empty_lines_in_it(self) -> None:
        assert opened(signed("one\n\ntwo\n", [OURS]), [OURS.verifier])[0] == "one\n\ntwo\n"

    @pytest.mark.parametrize("text", ["", "no line break", "an empty line at its end\n\n"])
    def test_a_text_that_cannot_be_a_note(self, text: str) -> None:
        with pytest.raises(BadNote):
            signed(text, [OURS])

    def test_nobody_that_is_known_has_signed(self) -> None:
        with pytest.raises(BadNote, match="None of the known keys"):
            opened(NOTE, [OURS.verifier])

    def test_a_wrong_signature_of_a_known_key_is_not_outweighed_by_a_right_one(self) -> None:
        note = signed("text\n", [OURS]) + OTHER.signature_line("another text\n")
        with pytest.raises(BadNote, match="is wrong"):
            opened(note, [OURS.verifier, OTHER.verifier])

    @pytest.mark.parametrize(
        "note",
        [
            "",
            "\n\n",
            TEXT,
            TEXT + SIGNATURE,
            NOTE.removesuffix("\n"),
            NOTE + "\n",
            NOTE + "more\n",
            NOTE.replace("—", "-"),
            NOTE.replace("x08go", "x08g!"),
            TEXT + "\n— PeterNeumann\n",
            TEXT + "\n— PeterNeumann eA==\n",
            NOTE.replace("problem,", "problem;"),
            NOTE.replace("\n", "\r\n"),
            NOTE.replace("problem,", "problem,\x00"),
            NOTE.replace("problem,", "problem,\ud800"),
            NOTE.replace("— Peter", "—\u2028Peter"),
        ],
        ids=range(16),
    )
    def test_what_is_no_note_is_refused(self, note: str) -> None:
        with pytest.raises(BadNote):
            opened(note, [Verifier.parse(PETER)])

    @given(st.data())
    def test_a_changed_note_is_refused_and_nothing_else_happens(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(NOTE) - 1))
        put = data.draw(st.text(max_size=3).filter(lambda text: text != NOTE[place]))
        with pytest.raises(BadNote):
            opened(NOTE[:place] + put + NOTE[place + 1 :], [Verifier.parse(PETER)])

    @given(st.text())
    def test_any_text_is_refused_and_nothing_else_happens(self, text: str) -> None:
        with pytest.raises(BadNote):
            opened(text, [OURS.verifier])
        with pytest.raises(BadNote):
            Verifier.parse(text)
        with pytest.raises(BadNote):
            CheckpointText.parse(text)


class TestKeys:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "PeterNeumann",
            PETER.replace("c74f20a3", "c74f20a4"),
            PETER.replace("Neumann", "Newman"),
            PETER.replace("ARpc", "AQpc"),
            PETER[:-4],
            PETER + "AAAA",
            PETER.replace("ARpc", "Ahpc"),
            PETER.replace("ARpc", "ä"),
        ],
        ids=range(9),
    )
    def test_what_is_no_public_key(self, text: str) -> None:
        with pytest.raises(BadNote, match="no public key"):
            Verifier.parse(text)

    def test_a_key_goes_through_its_file(self) -> None:
        again = Signer.from_pem(ORIGIN, OURS.to_pem())
        assert again.verifier == OURS.verifier == Verifier.parse(str(OURS.verifier))
        assert Signer.new(ORIGIN).verifier != Signer.new(ORIGIN).verifier

    def test_what_is_no_signing_key(self) -> None:
        curve = generate_private_key(SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        locked = OURS.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"word"),
        )
        for pem in (b"", b"nothing", curve, locked, OURS.to_pem()[:-40]):
            with pytest.raises(BadNote, match="signing key"):
                Signer.from_pem(ORIGIN, pem)


class TestCheckpoints:
    @pytest.mark.parametrize("previous", [b"", leaf_hash(b"two")], ids=["the first", "a later one"])
    def test_there_and_back(self, previous: bytes) -> None:
        said = CheckpointText(ORIGIN, 1, CHECKPOINT.root, CHECKPOINT.time, previous)
        note = signed(str(said), [OURS])
        text, _ = opened(note, [OURS.verifier])
        assert CheckpointText.parse(text) == said
        assert len(note_hash(note)) == 32

    def test_the_words(self) -> None:
        lines = str(CHECKPOINT).splitlines()
        assert lines[:2] == [ORIGIN, "4711"]
        assert base64.b64decode(lines[2]) == CHECKPOINT.root
        assert lines[3] == "time 2026-11-22T10:42:07Z"
        assert lines[4].startswith("previous ")

    @pytest.mark.parametrize(
        ("said", "instead"),
        [
            ("4711", "04711"),
            ("4711", "-4711"),
            ("4711", "4_711"),
            ("4711", "４７１１"),
            ("4711", str(2**63)),
            ("4711", "9" * 5000),
            ("4711", "many"),
            ("time 2026-11-22T10:42:07Z\n", ""),
            ("T10", " 10"),
            ("11-22", "11-31"),
            ("previous", "Previous"),
            ("previous", "time"),
            ("=\ntime", "\ntime"),
            ("\ntime", "AAAA\ntime"),
            ("07Z\n", "07Z\nmore words\n"),
            ("07Z\n", "07Z\nword\n"),
            ("07Z\n", "07Z\r\n"),
        ],
        ids=range(17),
    )
    def test_there_is_one_form_only(self, said: str, instead: str) -> None:
        text = str(CHECKPOINT).replace(said, instead)
        assert text != str(CHECKPOINT)
        with pytest.raises(BadNote):
            CheckpointText.parse(text)

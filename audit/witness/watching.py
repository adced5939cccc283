"""Watches a log from another host: takes a checkpoint only when it is signed, new, and grown from the last one taken.

What was taken is kept in the folder of the witness, signed by the witness too: `00000000000000004711.txt`. Two notes
that contradict each other are kept under `evidence/`: they prove that the log was cut off or rewritten, or its key
stolen.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from audit.files import write_whole
from audit.merkle import BadProof, check_consistency
from audit.notes import BadNote, CheckpointText, Signer, Verifier, note_hash
from audit.witness.sources import FolderLog, HttpLog, NotAnswered

NAME = "lm-pathways-witness"
NAME_WITHOUT_PROOFS = "lm-pathways-witness-of-a-folder"  # so that its signature is not taken for more than it says
OWN_KEY, OWN_PUBLIC_KEY, EVIDENCE = "witness-key.pem", "witness-public-key.txt", "evidence"


CLOCKS_DIFFER = timedelta(minutes=2)


class Alarm(RuntimeError):
    """Somebody has to look at once; the sentence says at what."""


@dataclass(frozen=True, slots=True)
class Taken:
    text: CheckpointText
    note: str

    @property
    def given(self) -> str:
        """As the log gave it, without the witness's own signature."""
        lines = self.note.splitlines(keepends=True)
        return "".join(lines[:-1] if lines[-1].startswith(f"— {NAME}") else lines)


@dataclass(frozen=True, slots=True)
class Witness:
    log: HttpLog | FolderLog
    keys: Sequence[Verifier]
    state: Path
    own: Signer

    def look(self, *, now: datetime, stale: timedelta) -> CheckpointText:
        """Take the newest checkpoint. Raises Alarm."""
        last = self._last()
        newest = self._newest(last)
        if last is None:
            self._keep(newest)
        elif newest.text.size < last.text.size:
            raise self._contradiction("shrink", last, newest, "The log shrank")
        elif newest.text != last.text:
            self._compare(last, newest)
            self._keep(newest)
        if newest.text.time - now > CLOCKS_DIFFER:
            raise Alarm(
                f"The newest checkpoint is of {newest.text.time:%d-%b-%Y %H:%M:%S} UTC, which is still to come: "
                "with it nobody would see that sealing has stopped. Compare the clocks of both machines."
            )
        if now - newest.text.time > stale:
            raise Alarm(
                f"The newest checkpoint is of {newest.text.time:%d-%b-%Y %H:%M:%S} UTC: sealing has stopped, "
                "or the log hides what is new."
            )
        return newest.text

    def _newest(self, last: Taken | None) -> Taken:
        try:
            note = self.log.checkpoint()
        except NotAnswered as problem:
            raise Alarm(f"The log does not answer: {problem}") from problem
        try:
            said, signers = CheckpointText.opened(note, self.keys)
        except (BadNote, ValueError) as problem:
            raise Alarm(f"The log gives a checkpoint that is not genuine: {problem}") from problem
        if said.origin not in {key.name for key in signers}:
            raise Alarm(f"The checkpoint is about {said.origin!r}, and its keys are of another log.")
        if last and said.origin != last.text.origin:
            raise Alarm(f"This is another log: {said.origin!r} instead of {last.text.origin!r}.")
        return Taken(said, note)

    def _compare(self, last: Taken, newest: Taken) -> None:
        old, new = last.text, newest.text
        try:
            if isinstance(self.log, FolderLog):
                self._follow(last, self.log.between(old.size, new.size))
            else:
                proof = self.log.consistency(old.size, new.size) if old.size < new.size else []
                check_consistency(old.size, old.root, new.size, new.root, proof)
        except NotAnswered as problem:
            raise Alarm(f"The log does not prove that it grew from {old.size} to {new.size}: {problem}") from problem
        except BadProof as problem:
            raise self._contradiction("fork", last, newest, "The log was rewritten") from problem

    def _follow(self, last: Taken, notes: Sequence[str]) -> None:
        """Without proofs, every checkpoint names the one before it. Raises BadProof, NotAnswered."""
        before = note_hash(last.given)
        if not notes or note_hash(notes[0]) != before:
            raise BadProof("The folder has another checkpoint of the size that was taken last.")
        for note in notes[1:]:
            try:
                said, _ = CheckpointText.opened(note, self.keys)
            except (BadNote, ValueError) as problem:
                raise NotAnswered(f"a checkpoint between them is not genuine: {problem}") from problem
            if said.previous != before:
                raise BadProof(f"The checkpoint at {said.size} does not follow the one before it.")
            before = note_hash(note)

    def _contradiction(self, kind: str, last: Taken, newest: Taken, what: str) -> Alarm:
        folder = self.state / EVIDENCE
        name = hashlib.sha256((last.note + newest.note).encode()).hexdigest()[:16]
        folder.mkdir(mode=0o700, exist_ok=True)
        for part, taken in (("before", last), ("after", newest)):
            write_whole(folder / f"{kind}-{name}-{part}.txt", taken.note)
        return Alarm(
            f"{what}: it had {last.text.size} events and a checkpoint that the newest one, of {newest.text.size} "
            f"events, contradicts. Both are kept in {folder} as {kind}-{name}-*.txt. Leave the log as it is."
        )

    def _last(self) -> Taken | None:
        paths = sorted(path for path in self.state.glob("*.txt") if path.stem.isdigit())
        if not paths:
            return None
        try:
            note = paths[-1].read_text(encoding="utf-8")
            said, _ = CheckpointText.opened(note, (self.own.verifier,))
            return Taken(said, note)
        except (OSError, ValueError) as problem:  # BadNote is one
            raise Alarm(f"{paths[-1]} was altered, and cannot be compared with: {problem}") from problem

    def _keep(self, taken: Taken) -> None:
        signed = taken.note + self.own.signature_line(str(taken.text))
        write_whole(self.state / f"{taken.text.size:020d}.txt", signed)


def own_key(state: Path, name: str = NAME) -> Signer:
    """Of this witness, made at its first start. Raises OSError, BadNote."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = state / OWN_KEY
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as pem:
            pem.write(Signer.new(name).to_pem())
    except FileExistsError:
        pass
    own = Signer.from_pem(name, path.read_bytes())
    (state / OWN_PUBLIC_KEY).write_text(f"{own.verifier}\n", encoding="utf-8")
    return own

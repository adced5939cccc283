"""What happens in the handbook besides commands: a visit in the browser, a machine that loses its power."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drills.handbook import visits
from drills.handbook.archives import next_version
from drills.handbook.browser import ASKED_AGAIN
from drills.handbook.carrying_out import DoesNotWork, Report
from drills.handbook.machines import ADDRESSES, Hospital

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = re.compile(r"\b(?:[A-Z2-9]{4}-){4}[A-Z2-9]{4}\b")
LEAST_SAVES = 20
SECONDS_TO_REACH = 60.0


@dataclass(slots=True)
class Reader:
    """Whoever follows the handbook: what they know, and which machine answers for the site's name."""

    archive: Path  # of `./dev wheelhouse`
    known: dict[str, Any] = field(default_factory=dict)
    address: str = ADDRESSES["app1"]
    saves: int = 0
    asked_again: int = 0  # pages that answered 503, and were asked again as they say
    saving: "subprocess.Popen[str] | None" = None

    def moments(self) -> Mapping[str, Callable[[Hospital, Report], None]]:
        return {
            "the program arrives": lambda place, _: self.bring(place, self.archive),
            "a newer version arrives": lambda place, _: self.bring(
                place, next_version(self.archive, place.folder / "next")
            ),
            "first administrator": self.first_administrator,
            "first clinician": lambda place, _: self.visit(place, visits.first_clinician),
            "first patient": lambda place, _: self.visit(place, visits.first_patient),
            "a save": lambda place, _: self.visit(place, visits.save),
            "somebody saves all the time": self.begin_saving,
            "nobody noticed": self.end_saving,
            "look": lambda place, _: self.visit(place, visits.look),
            "app1 loses its power while somebody saves": self.lose_app1,
            "the name leads to app2": lambda *_: setattr(self, "address", ADDRESSES["app2"]),
            "app1 starts without its network": lambda place, _: self.start_alone(place, "app1"),
            "app1 gets its network back": lambda place, _: self.back_on_the_network(place, "app1"),
        }

    def bring(self, place: Hospital, archive: Path) -> None:
        folder = place.folder / "desk" / "home/admin/program"
        folder.mkdir(exist_ok=True)
        for older in folder.iterdir():
            older.unlink()
        (folder / archive.name).write_bytes(archive.read_bytes())
        place.machines["desk"].call(["chown", "--recursive", "admin:", "/home/admin/program"])

    def first_administrator(self, place: Hospital, report: Report) -> None:
        code = CODE.search(report.output)
        if code is None:
            raise DoesNotWork(f"No one-time code was printed: {report.output}")
        self.known["code"] = code[0]
        self.visit(place, visits.first_administrator)

    def visit(self, place: Hospital, what: Callable[..., Any]) -> None:
        done = self.begun(place, what)
        self.finish(done, what.__name__)

    def finish(self, done: "subprocess.Popen[str]", name: str) -> None:
        output, problem = done.communicate(timeout=300)
        if done.returncode != 0:
            raise DoesNotWork(f"The visit {name} failed: {problem[-2000:]}")
        self.asked_again += problem.count(ASKED_AGAIN)
        self.known |= json.loads(output.splitlines()[-1])
        self.saves = max(self.saves, self.known.get("number", 0))

    def begun(self, place: Hospital, what: Callable[..., Any]) -> "subprocess.Popen[str]":
        space = place.machines["desk"].space
        command = ["ip", "netns", "exec", space, sys.executable, "-m", "drills.handbook", what.__name__]
        begun = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert begun.stdin is not None  # noqa: S101 (narrowing)
        authority = (place.folder / "desk/home/admin/certificates/authority.pem").read_text(encoding="utf-8")
        begun.stdin.write(f"{json.dumps({**self.known, 'authority': authority, 'address': self.address})}\n")
        begun.stdin.flush()
        return begun

    def begin_saving(self, place: Hospital, report: Report) -> None:
        self.saving = self.begun(place, visits.save_meanwhile)

    def end_saving(self, place: Hospital, report: Report) -> None:
        if self.saving is None:
            raise DoesNotWork("Nobody has begun to save.")
        self.finish(self.saving, "save_meanwhile")
        self.saving = None
        if self.known["refusals"] or self.known["meanwhile"] < LEAST_SAVES:
            raise DoesNotWork(f"{self.known['meanwhile']} saves meanwhile, refused: {self.known['refusals'][:5]}")

    def lose_app1(self, place: Hospital, report: Report) -> None:
        """In the middle of saves that are acknowledged one after the other."""
        first = self.known["number"]
        saving = self.begun(place, visits.save_until_it_fails)
        assert saving.stdout is not None  # noqa: S101 (narrowing)
        for line in saving.stdout:
            self.known |= json.loads(line)
            if self.known["number"] == first + LEAST_SAVES:
                place.network.plug("app1", up=False)  # who has no power answers nothing, not even with a refusal
                place.machines["app1"].lose_power()
        problem = saving.stderr.read() if saving.stderr else ""
        self.asked_again += problem.count(ASKED_AGAIN)
        if saving.wait(timeout=120) != 0 or self.known["number"] < first + LEAST_SAVES:
            raise DoesNotWork(f"Only {self.known['number'] - first} saves before the power was lost: {problem[-1500:]}")
        self.saves = self.known["number"]

    def back_on_the_network(self, place: Hospital, name: str) -> None:
        """A switch takes a moment until it hands anything on."""
        place.network.plug(name, up=True)
        reach = ["bash", "-c", "exec 3<>/dev/tcp/db2/22"]
        deadline = time.monotonic() + SECONDS_TO_REACH
        while place.machines[name].call(reach).returncode != 0:
            if time.monotonic() > deadline:
                raise DoesNotWork(f"{name} does not reach db2 although its network is back.")
            time.sleep(0.5)

    def start_alone(self, place: Hospital, name: str) -> None:
        place.network.plug(name, up=False)
        place.machines[name].start()

"""Machines in a box: Debian with its own systemd, joined by a network of their own that leads nowhere else."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from drills.handbook.images import POOL, CannotBuild, called

# The machines of the handbook. `desk` is the computer of whoever follows it.
ADDRESSES: Mapping[str, str] = {
    "desk": "10.77.0.10",
    "app1": "10.77.0.11",
    "db2": "10.77.0.12",
    "witness": "10.77.0.13",
    "app2": "10.77.0.14",
}
SITE = "lm.hospital.example"
ACCOUNTS = {name: ("admin",) if name == "desk" else ("root",) for name in ADDRESSES}
SECONDS_TO_START = 300.0  # without a network, services wait for it first
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(slots=True)
class Machine:
    name: str
    tree: Path
    space: str  # its network namespace
    pool: Path
    process: "subprocess.Popen[bytes] | None" = None
    leader: int = 0  # its process 1, as this computer counts

    def start(self) -> None:
        command = ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--console=pipe"]
        command += [f"--directory={self.tree}", f"--machine={self.space}", f"--hostname={self.name}"]
        command += [f"--network-namespace-path=/run/netns/{self.space}", f"--bind-ro={self.pool}:{POOL}"]
        command += ["--resolv-conf=off", "--timezone=off", "--link-journal=no"]
        with self.tree.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self.wait_until_up()

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise CannotBuild(f"The machine {self.name} ended while it started; see {self.tree}.log.")
            self.leader = first_child(self.process.pid)
            if self.leader and self.call(["systemctl", "is-system-running"]).stdout.strip() in {"running", "degraded"}:
                return
            time.sleep(0.3)
        raise CannotBuild(f"The machine {self.name} did not start within {SECONDS_TO_START} seconds.")

    def call(
        self, command: Sequence[str], *, given: str | None = None, seconds: float | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run something inside, with nothing of this computer's environment."""
        inside = ["nsenter", f"--target={self.leader}", "--all", "--wd=/", "env", "-i", f"PATH={PATH}"]
        inside += ["HOME=/root", "LANG=C.UTF-8", "TERM=dumb", *command]
        return subprocess.run(
            inside, input=given, capture_output=True, text=True, check=False, timeout=seconds, errors="replace"
        )

    def lose_power(self) -> None:
        """Nothing is told to end, nothing is flushed."""
        if self.process is None:
            return
        if self.leader:
            with suppress(ProcessLookupError):
                os.kill(self.leader, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait(timeout=60)
        self.process, self.leader = None, 0


def first_child(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
    return 0


@dataclass(frozen=True, slots=True)
class Network:
    """One bridge in a namespace of its own, and a namespace for each machine: no way leads out."""

    prefix: str

    def space(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def make(self) -> None:
        middle = self.space("net")
        called(["ip", "netns", "add", middle])
        called(["ip", "-n", middle, "link", "add", "bridge0", "type", "bridge"])
        called(["ip", "-n", middle, "link", "set", "bridge0", "up"])
        for name, address in ADDRESSES.items():
            space = self.space(name)
            called(["ip", "netns", "add", space])
            called(["ip", "-n", space, "link", "add", "host0", "type", "veth", "peer", "name", name, "netns", middle])
            called(["ip", "-n", middle, "link", "set", name, "master", "bridge0", "up"])
            called(["ip", "-n", space, "address", "add", f"{address}/24", "dev", "host0"])
            for device in ("lo", "host0"):
                called(["ip", "-n", space, "link", "set", device, "up"])

    def plug(self, name: str, *, up: bool) -> None:
        """Put the cable of a machine in, or pull it."""
        called(["ip", "-n", self.space("net"), "link", "set", name, "up" if up else "down"])

    def remove(self) -> None:
        for name in ("net", *ADDRESSES):
            subprocess.run(["ip", "netns", "delete", self.space(name)], capture_output=True, check=False)  # noqa: S607


@dataclass(slots=True)
class Hospital:
    """The machines, and what was given before the handbook's first line: names, and the administrator's key."""

    folder: Path
    network: Network
    machines: dict[str, Machine] = field(default_factory=dict)

    def furnish(self, clean: Path, pool: Path) -> None:
        names = "\n".join(f"{address} {name}" for name, address in ADDRESSES.items())
        hosts = f"127.0.0.1 localhost\n{names}\n{ADDRESSES['app1']} {SITE}\n"
        key = self.folder / "id_ed25519"
        called(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "admin@desk", "-f", key])
        for name in ADDRESSES:
            tree = self.folder / name
            called(["cp", "-a", "--reflink=auto", clean, tree])
            (tree / "etc/hostname").write_text(f"{name}\n")
            (tree / "etc/hosts").write_text(hosts)
            own = tree / "root/.ssh"
            own.mkdir(mode=0o700, exist_ok=True)
            shutil.copy(key.with_suffix(".pub"), own / "authorized_keys")
            self.machines[name] = Machine(name=name, tree=tree, space=self.network.space(name), pool=pool)
        self.furnish_desk(key)

    def furnish_desk(self, key: Path) -> None:
        tree = self.folder / "desk"
        called(["chroot", tree, "useradd", "--create-home", "--shell", "/bin/bash", "admin"])
        own = tree / "home/admin/.ssh"
        own.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(key, own / "id_ed25519")
        (own / "config").write_text("Host *\n  User root\n  StrictHostKeyChecking accept-new\n  LogLevel ERROR\n")
        called(["chroot", tree, "chown", "--recursive", "admin:", "/home/admin"])


@contextmanager
def hospital(folder: Path, clean: Path, pool: Path) -> Iterator[Hospital]:
    """Whatever happens, machines, namespaces and trees are gone afterwards."""
    made = Hospital(folder=folder, network=Network(prefix=f"lm{os.getpid()}"))
    folder.mkdir(parents=True)
    try:
        made.network.make()
        made.furnish(clean, pool)
        for machine in made.machines.values():
            machine.start()
        yield made
    finally:
        for machine in made.machines.values():
            with suppress(subprocess.TimeoutExpired):
                machine.lose_power()
        made.network.remove()
        subprocess.run(["rm", "--recursive", "--force", folder], check=False)  # noqa: S607 -- a hundred thousand files

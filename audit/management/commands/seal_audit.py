"""Seals the audit log: a service beside the server, and the only one that reads the signing key."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import Error

from audit.sealing import (
    AnotherSealerRuns,
    KeyUnusable,
    Sealer,
    SealingKeys,
    Stop,
    TreeTampered,
    only_sealer,
    read_keys,
    rotate,
    seal_everything,
)
from audit.sinks import FolderSink, Sink, SinkFailed, SyslogMisconfigured, configured_syslog, error_line, send_unsent

NO_DATABASE, UNUSABLE, ANOTHER, TAMPERED = 1, 2, 3, 4


class Command(BaseCommand):
    help = (
        "Seal the audit log every second and send its checkpoints out. Exit codes: 1 no database (with --once), "
        "2 unusable key or settings, 3 another sealer runs, 4 the log was altered."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="seal what waits, and end")
        parser.add_argument("--interval", type=float, default=1.0, metavar="SECONDS")
        parser.add_argument("--wait", action="store_true", help="take over when the sealer that runs now ends")
        parser.add_argument(
            "--rotate-to", type=Path, metavar="FILE", help="sign once with both keys, then with this one"
        )

    def handle(
        self, *arguments: Any, once: bool, interval: float, wait: bool, rotate_to: Path | None, **_: Any
    ) -> None:
        try:
            keys = read_keys()
            new = read_keys(rotate_to) if rotate_to else None
            syslog = configured_syslog(Path(settings.AUDIT_DIR))
        except (KeyUnusable, SyslogMisconfigured) as problem:
            raise CommandError(str(problem), returncode=UNUSABLE) from problem
        sinks: list[Sink] = [FolderSink(Path(settings.AUDIT_DIR) / "checkpoints"), *filter(None, [syslog])]
        try:
            if new:
                with only_sealer():
                    rotate(keys, new)
            if once:
                self._once(new or keys, sinks)
            else:
                self._serve(new or keys, sinks, interval, wait=wait)
        except AnotherSealerRuns as other:
            raise CommandError(str(other), returncode=ANOTHER) from other
        except TreeTampered as tampered:
            raise CommandError(f"ALARM: {tampered}", returncode=TAMPERED) from tampered
        except Error as error:
            raise CommandError(f"The database cannot be used: {error_line(error)}", returncode=NO_DATABASE) from error

    def _once(self, keys: SealingKeys, sinks: list[Sink]) -> None:
        with only_sealer():
            seal_everything(keys)
        for sink in sinks:
            try:
                while send_unsent(sink):
                    pass
            except SinkFailed as failed:
                self.stderr.write(f"ALARM: checkpoints are not sent out. {failed}")

    def _serve(self, keys: SealingKeys, sinks: list[Sink], interval: float, *, wait: bool) -> None:
        stop = Stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.ask())
        try:
            Sealer(keys, stop=stop, sinks=sinks, interval=max(interval, 0.01), wait=wait).run()
        finally:
            stop.close()

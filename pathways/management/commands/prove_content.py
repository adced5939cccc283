"""Proves the release in force and keeps the certificate, which plans then print."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from pathways.selectors import release_in_force
from pathways.selectors.checks import certificate_of
from pathways.services.certificates import NotProved, certify_release
from pathways.words import fingerprint


class Command(BaseCommand):
    help = "Prove the release in force, and keep the certificate. Done once per release; later runs change nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        in_force = release_in_force()
        if in_force is None:
            self.stdout.write("No release is in force, so there is nothing to prove.")
            return
        if certificate_of(in_force.record) is not None:
            return
        self.stdout.write(f"Proving {in_force.record} ...")
        try:
            certificate = certify_release(in_force.record, by=None)
        except NotProved as error:
            self.stderr.write("\n".join(("It is not proved, so it has no certificate:", *error.reasons)))
            return
        self.stdout.write(f"Proved; certificate {fingerprint(certificate.sha256)}.")

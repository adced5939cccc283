"""Everything between a checkout and a running training installation; a second run changes nothing."""

import contextlib
import hashlib

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from config.commands import act_as_command


def prepare() -> None:
    settings.VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("new_audit_signing_key", if_missing=True, verbosity=0)
    call_command("load_content")
    call_command("prove_content")
    call_command("make_demo_people")
    call_command("make_demo_patients")
    watch_the_guidance()
    collect_static()


def watch_the_guidance() -> None:
    """What timers do in a hospital. An alarm is on the pages and in the log, and keeps nothing from starting."""
    for command in ("run_canaries", "count_rule_firings"):
        with contextlib.suppress(CommandError, SystemExit):
            call_command(command)


def collect_static() -> None:
    """Collecting compresses every file, which takes seconds; it is skipped while no file has changed."""
    stamp = settings.STATIC_ROOT / "collected"
    current = static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == current:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(current, encoding="ascii")


def static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name}\0{storage.size(name)}\0{storage.get_modified_time(name)}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    django.setup()
    act_as_command("prepare")
    try:
        prepare()
    except CommandError as error:
        raise SystemExit(str(error)) from None

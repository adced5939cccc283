"""Who acts when a command runs: the command, started by an account of the operating system."""

import getpass

from audit.context import Program, set_process_actor
from audit.database.sqlite3.authorizer import guard_new_connections

BESIDE_THE_SERVER = frozenset({"db_worker"})  # does the application's own work, with no more rights than the server


def act_as_command(name: str) -> None:
    set_process_actor(Program(audit_id=f"command:{name}", audit_name=f"Command {name} ({_account()})"))
    if name in BESIDE_THE_SERVER:
        guard_new_connections()


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a number without a name
        return "unknown account"

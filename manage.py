#!/usr/bin/env python3
"""Django's command line; `./dev manage` runs it inside the project's environment."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Use `./dev manage …`, which brings its own environment.")
    from config.commands import act_as_command

    act_as_command(sys.argv[1] if len(sys.argv) > 1 else "help")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""Where Chromium is on this machine, if it is."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    return os.environ.get("LM_CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


def required() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}

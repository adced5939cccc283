"""What tests of the sealed log share: a folder of its own for keys and checkpoints, and a signing key in it."""

from pathlib import Path
from typing import Any

import pytest

from audit.sealing import SealingKeys, make_signing_key, read_keys, signing_key_file


@pytest.fixture
def audit_dir(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LM_AUDIT_SIGNING_KEY_FILE", raising=False)
    monkeypatch.delenv("LM_AUDIT_SYSLOG", raising=False)
    settings.AUDIT_DIR = tmp_path / "audit"
    return tmp_path / "audit"


@pytest.fixture
def keys(audit_dir: Path) -> SealingKeys:
    make_signing_key(signing_key_file())
    return read_keys()

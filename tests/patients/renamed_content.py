"""Newer guidance in which codes were renamed, as an editor's renaming leaves it."""

import json
import re
from collections.abc import Callable
from typing import Any

Change = Callable[[dict[str, Any]], None]


def everywhere(document: dict[str, Any], old: str, new: str) -> None:
    """In every condition, list and key of the document."""
    text = re.sub(rf"\b{old}\b", new, json.dumps(document))
    changed = json.loads(text)
    document.clear()
    document.update(changed)


def noted(document: dict[str, Any], **renaming: str) -> None:
    entries = document["vocabulary"].setdefault("renamed", [])
    entries.append({"key": f"renaming-{len(entries) + 1}", "reason": "A clearer name.", **renaming})


def finding_renamed(old: str, new: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        everywhere(document, old, new)
        noted(document, finding=old, to=new)

    return change


def option_renamed(finding: str, old: str, new: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        everywhere(document, old, new)
        noted(document, finding=finding, option=old, to=new)

    return change


def option_removed(finding: str, old: str, reason: str) -> Change:
    """An option that no rule asks for."""

    def change(document: dict[str, Any]) -> None:
        for one in document["vocabulary"]["findings"]:
            if one["code"] == finding:
                one["options"] = [option for option in one["options"] if option["code"] != old]
        noted(document, finding=finding, option=old, reason=reason)

    return change


def all_of(*changes: Change) -> Change:
    def change(document: dict[str, Any]) -> None:
        for one in changes:
            one(document)

    return change

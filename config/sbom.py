"""Writes down what the application is made of, as CycloneDX: `./dev sbom`. The same files give the same bytes."""

import hashlib
import importlib.util
import json
import re
import subprocess  # nosec B404
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / "var" / "sbom.cdx.json"
APPLICATION = "lm-pathways"


class NoBill(Exception):
    """Something that belongs into it cannot be found out."""


def bill_of_materials(root: Path = ROOT) -> dict[str, Any]:
    """Of requirements.txt, with the hashes that are accepted, and of what its libraries bring into the browser."""
    bill = of_requirements(root / "requirements.txt")
    version = re.search(r"^## (\d+\.\d+\.\d+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    if version is None:
        raise NoBill("CHANGELOG.md names no version.")
    bill["metadata"]["component"] = {
        "bom-ref": APPLICATION,
        "name": APPLICATION,
        "type": "application",
        "version": version.group(1),
    }
    bill["components"] = sorted([*bill["components"], *in_the_browser()], key=lambda one: str(one["bom-ref"]))
    references = [one["bom-ref"] for one in bill["components"]]
    bill["dependencies"] = [{"ref": APPLICATION, "dependsOn": references}, *({"ref": one} for one in references)]
    return bill


def of_requirements(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible", "--of", "JSON", str(path)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words  # nosec B603
    if made.returncode != 0:
        raise NoBill(made.stderr.strip() or "cyclonedx-py gave no answer.")
    bill: dict[str, Any] = json.loads(made.stdout)
    for one in bill.setdefault("components", []):  # left out where nothing is required
        one["bom-ref"] = one["purl"]  # and not the number of a line
        one.pop("description", None)
    return bill


def in_the_browser() -> list[dict[str, Any]]:
    """Scripts and styles of others that our pages load; they come inside Python packages, with their own versions."""
    return [
        component(
            "htmx.org",
            "django_htmx",
            "static/django_htmx/htmx-2.min.js",
            r'version:"(\d+\.\d+\.\d+)"',
        ),
        component(
            "bootstrap",
            "js_lib_bootstrap5",
            "static/js-lib-bootstrap5/css/bootstrap.min.css",
            r"Bootstrap\s+v(\d+\.\d+\.\d+)",
        ),
    ]


def component(name: str, package: str, file: str, pattern: str) -> dict[str, Any]:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise NoBill(f"{package} is not installed.")
    content = (Path(found.origin).parent / file).read_bytes()
    version = re.search(pattern, content.decode("utf-8"))
    if version is None:
        raise NoBill(f"{package}/{file} does not say which version it is.")
    purl = f"pkg:npm/{name}@{version.group(1)}"
    return {
        "bom-ref": purl,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}],
        "name": name,
        "properties": [{"name": "lm-pathways:comes-with", "value": f"{package}/{file}"}],
        "purl": purl,
        "type": "library",
        "version": version.group(1),
    }


def printed(bill: dict[str, Any]) -> str:
    return json.dumps(bill, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    try:
        bill = bill_of_materials()
    except NoBill as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(printed(bill), encoding="utf-8")
    sys.stdout.write(f"{len(bill['components'])} components: {WRITTEN.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Rules about the code that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "audit", "config", "pathways", "patients")
LONGEST_FILE = 400
SWAPS = {"innerHTML", "outerHTML", "none", "beforeend", "afterbegin", "beforebegin", "afterend", "delete"}
SWAP_MODIFIERS = {"swap", "settle", "scroll", "show", "focus-scroll", "ignoreTitle"}


def files(*patterns: str) -> list[Path]:
    found = {path for pattern in patterns for path in ROOT.glob(pattern) if "__pycache__" not in path.parts}
    assert found, f"nothing matches {patterns}"
    return sorted(found)


PYTHON = [path for package in PACKAGES for path in files(f"{package}/**/*.py")]
CODE = [path for path in PYTHON if "migrations" not in path.parts]
TEMPLATES = files("templates/**/*.html")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=named)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def markup(path: Path) -> str:
    """The template without its comments."""
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


# Python


@each([path for path in CODE if path.name == "views.py" or "views" in path.parts])
def test_views_do_not_touch_the_orm(path: Path) -> None:
    touched = [
        node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert not touched, f"{named(path)}: ask a selector instead, lines {touched}"
    assert "get_object_or_404" not in path.read_text(encoding="utf-8"), "a selector knows who may see it"


@each(CODE)
def test_markup_is_never_marked_safe(path: Path) -> None:
    called = {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
    }
    assert not called & {"mark_safe", "SafeString", "SafeText"}
    assert "mark_safe" not in path.read_text(encoding="utf-8")


@each(CODE)
def test_nothing_hangs_on_signals(path: Path) -> None:
    modules = {node.module for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)}
    assert not modules & {"django.db.models.signals", "django.dispatch", "django.contrib.auth.signals"}


@each([path for path in CODE if path.read_text(encoding="utf-8").strip()])
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@each(CODE)
def test_production_imports_no_tests(path: Path) -> None:
    for node in ast.walk(tree(path)):
        modules = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        assert not any(module.split(".")[0] in {"tests", "pytest"} for module in modules)


def service_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in CODE:
        if path.name == "services.py" or path.parent.name == "services":
            for node in tree(path).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{named(path)}:{node.name}", node


@pytest.mark.parametrize(
    ("name", "function"), list(service_functions()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_services_are_told_by_keyword_who_acts(name: str, function: ast.FunctionDef) -> None:
    assert "by" not in {argument.arg for argument in (*function.args.posonlyargs, *function.args.args)}


def calls(function: ast.FunctionDef) -> set[str]:
    return {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    }


def reaching(functions: dict[str, ast.FunctionDef], wanted: set[str]) -> set[str]:
    """The functions that call one of the wanted names, directly or through each other."""
    reached = set(wanted)
    while found := {name for name, node in functions.items() if name not in reached and calls(node) & reached}:
        reached |= found
    return reached


def test_every_service_audits() -> None:
    """Whoever is told who acts, and writes, also records it, itself or through another service.

    Steps that leave this to the service that takes them are used by services only.
    """
    services = [path for path in CODE if path.name == "services.py" or "services" in path.parts]
    functions = {node.name: node for path in services for node in tree(path).body if isinstance(node, ast.FunctionDef)}
    told = {name for name, node in functions.items() if "by" in {argument.arg for argument in node.args.kwonlyargs}}
    public = {name for name in told if not name.startswith("_")}
    writing = reaching(functions, {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create"})
    assert len(public & writing) > 5
    silent = (public & writing) - reaching(functions, {"record"})
    for path in set(CODE) - set(services):
        imported = {
            alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        assert not silent & imported, named(path)


FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "managers", "handlers"}


@each(PYTHON)
def test_files_are_named_by_what_is_in_them(path: Path) -> None:
    assert path.stem not in FORBIDDEN_NAMES


# Addresses


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from patterns(entry, address)
        else:
            yield address, entry


def test_ids_in_addresses_are_uuids() -> None:
    for address, pattern in patterns(get_resolver()):
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__
            assert kind in {"UUIDConverter", "SlugConverter", "StringConverter"}, address
            assert kind == "UUIDConverter" or not name.endswith(("id", "pk", "number")), address


def test_every_address_has_a_name_and_ends_with_a_slash() -> None:
    for address, pattern in patterns(get_resolver()):
        assert pattern.name, address
        expected_elsewhere = address in {"healthz", "readyz", "metrics"}  # by programs that monitor
        assert not address or expected_elsewhere or address.endswith(("/", ".css", ".txt", ".json")), address


# Templates


@each(TEMPLATES)
def test_the_first_line_is_the_contract(path: Path) -> None:
    assert re.match(r"\{# context: .+ \| .+ #\}$", path.read_text(encoding="utf-8").splitlines()[0])


@each(TEMPLATES)
def test_nothing_inline(path: Path) -> None:
    text = markup(path)
    assert not re.search(r"\sstyle\s*=", text), "no style attributes"
    assert not re.search(r"<style\b", text), "no style elements"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "no scripts inside the page"
    assert not re.search(r"\s(?:on[a-z]+|hx-on[:\w-]*|data-hx-on[:\w-]*)\s*=", text), "no handlers in attributes"
    assert not re.search(r"javascript:|['\"]js:", text), "no scripts in values"
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text), "no trigger filters, which are evaluated as code"


@each(TEMPLATES)
def test_nothing_is_marked_safe_in_templates(path: Path) -> None:
    assert not re.search(r"\|\s*safe(?:seq)?\b|autoescape", markup(path))


@each(TEMPLATES)
def test_swaps_are_words_that_htmx_knows(path: Path) -> None:
    for value in re.findall(r"hx-swap(?:-oob)?=\"([^\"]*)\"", markup(path)):
        word, *modifiers = value.split()
        assert word.partition(":")[0] in SWAPS | {"true"}, value
        assert {modifier.partition(":")[0] for modifier in modifiers} <= SWAP_MODIFIERS, value


@each(TEMPLATES)
def test_includes_are_closed(path: Path) -> None:
    for include in re.findall(r"\{% include [^%]*%\}", markup(path)):
        assert include.endswith(" only %}"), include


@each(TEMPLATES)
def test_templates_decide_and_repeat_and_nothing_else(path: Path) -> None:
    forbidden = r"\{%\s*(with|regroup|cycle|firstof|filter|widthratio|now|ifchanged|resetcycle|debug|lorem)\b"
    assert not re.findall(forbidden, markup(path))


@each(TEMPLATES)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    assert not re.search(r"(?:src|href|action|hx-(?:get|post))=\"(?:https?:)?//", markup(path))


def test_style_sheets_and_scripts_load_nothing_from_elsewhere() -> None:
    for path in files("static/**/*.css", "static/**/*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(\s*['\"]?(?:https?:|//|data:)|@import", text), named(path)
        assert not re.search(r"\beval\(|new Function\(|\.innerHTML\s*=|localStorage|sessionStorage", text), named(path)


# Everything


OURS = [
    f"{folder}/**/*.{kind}"
    for folder in (*PACKAGES, "templates", "static", "tests")
    for kind in ("py", "html", "css", "js")
]


@each(files("*.py", "dev", *OURS))
def test_files_stay_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{named(path)} has {lines} lines; split it by noun"


def test_the_project_stands_on_its_own() -> None:
    folders = ("accounts", "audit", "config", "pathways", "patients", "templates", "static", "docs", "deploy", ".ci")
    everything = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in [*everything, *files("*.md", "dev")]:
        if path.suffix in {".png", ".pyc", ".svg"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.\./shared|/work/|shared/(?:design|clinical)", text), named(path)

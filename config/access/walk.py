"""Every address of the URL configuration, with the names by which it is reversed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Route:
    """`name` is the declaration's: the name with its namespace, or the route itself where it has no name."""

    name: str
    route: str
    arguments: tuple[str, ...]
    is_named: bool


def routes() -> tuple[Route, ...]:
    return tuple(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, route, inner)
        else:
            yield _route(entry, route, namespaces)


def _route(entry: URLPattern, route: str, namespaces: tuple[str, ...]) -> Route:
    arguments = tuple(entry.pattern.converters) or tuple(re.findall(r"\?P<(\w+)>", route))
    name = ":".join((*namespaces, entry.name)) if entry.name else route
    return Route(name, route, arguments, is_named=bool(entry.name))

"""Reads from the environment who may ask for the numbers: networks, and a token in a file."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured

from config import env

THIS_MACHINE = ("127.0.0.0/8", "::1/128")
SHORTEST_TOKEN = 20

Network = IPv4Network | IPv6Network


def networks(name: str) -> tuple[Network, ...]:
    """This machine, and what the variable adds to it."""
    return tuple(network(name, word) for word in (*THIS_MACHINE, *env.words(name)))


def network(name: str, word: str) -> Network:
    try:
        return ip_network(word)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. Write networks such as 192.0.2.0/28, with commas.") from error


def token(name: str) -> str:
    given = env.secret(name, f"{name}_FILE")
    if given and len(given) < SHORTEST_TOKEN:
        raise ImproperlyConfigured(f"{name} is too short: at least {SHORTEST_TOKEN} random characters.")
    return given

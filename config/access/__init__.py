"""Who may come to which address: one declaration for each, compared in tests with the addresses and with the views."""

from config.access import audit, guidance, monitoring, patients, people
from config.access.rules import Address

ADDRESSES: dict[str, Address] = {
    one.name: one for group in (patients, people, guidance, audit, monitoring) for one in group.ADDRESSES
}
__all__ = ["ADDRESSES", "Address"]

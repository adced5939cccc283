"""What the log tells a witness."""

from audit.models import Checkpoint
from audit.tree import StoredTree, TreeDamaged, sealed_size


class NotGrownSo(ValueError):
    """The log has not these sizes, or its tree is damaged."""


def last_note() -> str | None:
    return Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()


def consistency_between(old: int, new: int) -> list[bytes]:
    """Raises NotGrownSo."""
    size = sealed_size()
    if new > size:
        raise NotGrownSo(f"The log has {size} events, not {new}.")
    try:
        return StoredTree(new).consistency(old)
    except TreeDamaged as damage:
        raise NotGrownSo(str(damage)) from damage

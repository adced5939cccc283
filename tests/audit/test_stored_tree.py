"""audit.tree: the stored tree answers as the whole tree would, with a few reads."""

from collections.abc import Container
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.merkle import CompactRange, check_consistency, check_inclusion, leaf_hash
from audit.models import Leaf, Node
from audit.tree import StoredTree, TreeDamaged, is_stored, sealed_size

SIZE = 66_000  # one node of level 16, and a ragged right edge


def hashed(position: int) -> bytes:
    return leaf_hash(b"event %d" % position)


def store(size: int, *, blocks: Container[int] = range(4)) -> dict[int, bytes]:
    """Fill the tables as the sealer does, leaves of these blocks of 256 only; returns some roots of the way."""
    grown, leaves, nodes, roots = CompactRange(), [], [], {}
    for position in range(size):
        digest = hashed(position)
        nodes += [
            Node(level=level, position=place, hash=root)
            for level, place, root in grown.append(digest)
            if is_stored(level)
        ]
        if position // 256 in blocks:
            leaves.append(Leaf(position=position, event_id=UUID(int=position), hash=digest))
            roots[position + 1] = grown.root()
    Node.objects.bulk_create(nodes)
    Leaf.objects.bulk_create(leaves)
    return roots


@pytest.mark.django_db
class TestStoredTree:
    def test_an_empty_tree(self) -> None:
        tree = StoredTree(sealed_size())
        assert (tree.size, tree.root(), tree.compact().roots) == (0, CompactRange().root(), [])

    def test_roots_and_proofs_at_every_size(self) -> None:
        roots = store(600)
        tree = StoredTree(sealed_size())
        for size in range(1, 601, 7):
            expected = CompactRange()
            for position in range(size):
                expected.append(hashed(position))
            assert tree.root(size) == expected.root()
            assert tree.compact(size).roots == expected.roots
        for position in range(0, 600, 13):
            proof = tree.inclusion(position, 600)
            check_inclusion(tree.leaf(position), position, 600, proof, roots[600])

    def test_a_large_tree_is_read_with_few_queries(self) -> None:
        roots = store(SIZE, blocks={0, 12_345 // 256, 255, SIZE // 256})
        sizes = sorted(roots)[::17]
        with CaptureQueriesContext(
            connection,
        ) as read:
            tree = StoredTree(sealed_size())
            assert tree.root() == roots[SIZE]
            proof = tree.inclusion(12_345)
        check_inclusion(hashed(12_345), 12_345, SIZE, proof, roots[SIZE])
        assert len(read) <= 7
        for old, new in pairwise(sizes):
            assert tree.root(old) == roots[old]
            check_consistency(old, roots[old], new, roots[new], tree.consistency(old, new))

    def test_a_tree_of_one_stored_block_exactly(self) -> None:
        roots = store(256)
        assert StoredTree(256).root() == roots[256]
        with pytest.raises(ValueError, match="has 256 leaves, not 257"):
            StoredTree(256).root(257)

    @pytest.mark.parametrize("missing", [0, 77, 299])
    def test_a_gap_is_reported(self, missing: int) -> None:
        Leaf.objects.bulk_create(
            Leaf(position=position, event_id=UUID(int=position), hash=hashed(position))
            for position in range(300)
            if position != missing
        )
        with pytest.raises(TreeDamaged, match="has a gap"):
            StoredTree(300).inclusion(missing - missing % 256)

    @pytest.mark.parametrize("value", [b"", b"short", b"x" * 33], ids=["nothing", "short", "long"])
    def test_what_is_no_hash_is_reported(self, value: bytes) -> None:
        Leaf.objects.create(position=0, event_id=UUID(int=0), hash=value)
        with pytest.raises(TreeDamaged, match="no hash"):
            StoredTree(1).root()

    @pytest.mark.only_on("sqlite")
    @pytest.mark.parametrize("value", ["'text'", "CAST(x'ff80' AS TEXT)", "17"], ids=["text", "not utf-8", "number"])
    def test_what_is_not_even_bytes_is_reported(self, value: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO audit_leaf (position, event_id, hash) VALUES (0, 'e', {value})")
        with pytest.raises(TreeDamaged, match="no hash"):
            StoredTree(1).root()

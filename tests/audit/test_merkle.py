"""audit.merkle against the vectors of certificate transparency, and against the definition of RFC 6962 word by word."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle import (
    EMPTY_ROOT,
    BadProof,
    CompactRange,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    inner_hash,
    leaf_hash,
    range_root,
)

PAYLOADS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAVES_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
LEAVES_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LEAVES_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
LEAVES_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
LARGEST = 70


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, as it stands there."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return inner_hash(defined_root(leaves[:middle]), defined_root(leaves[middle:]))


def defined_path(position: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    if position < middle:
        return [*defined_path(position, leaves[:middle]), defined_root(leaves[middle:])]
    return [*defined_path(position - middle, leaves[middle:]), defined_root(leaves[:middle])]


def defined_consistency(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if whole else [defined_root(leaves)]
    middle = split(len(leaves))
    if old <= middle:
        return [*defined_consistency(old, leaves[:middle], whole=whole), defined_root(leaves[middle:])]
    return [*defined_consistency(old - middle, leaves[middle:], whole=False), defined_root(leaves[:middle])]


def split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def over(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    return lambda level, first: defined_root(leaves[first : first + (1 << level)])


LEAVES = [leaf_hash(b"%d" % number) for number in range(LARGEST)]
DEFINED = [defined_root(LEAVES[:size]) for size in range(LARGEST + 1)]


class TestVectors:
    leaves = [leaf_hash(payload) for payload in PAYLOADS]

    def test_the_empty_tree(self) -> None:
        assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        assert CompactRange().root() == EMPTY_ROOT

    def test_roots(self) -> None:
        grown = CompactRange()
        for leaf, root in zip(self.leaves, ROOTS, strict=True):
            grown.append(leaf)
            assert grown.root().hex() == root
            assert range_root(0, grown.size, over(self.leaves)).hex() == root

    @pytest.mark.parametrize(
        ("position", "size", "proof"),
        [
            (0, 1, []),
            (0, 8, [LEAF_1, LEAVES_2_3, LEAVES_4_7]),
            (5, 8, [LEAF_4, LEAVES_6_7, ROOTS[3]]),
            (2, 3, [ROOTS[1]]),
            (1, 5, [ROOTS[0], LEAVES_2_3, LEAF_4]),
        ],
    )
    def test_inclusion(self, position: int, size: int, proof: list[str]) -> None:
        made = inclusion_proof(position, size, over(self.leaves))
        assert [one.hex() for one in made] == proof
        check_inclusion(self.leaves[position], position, size, made, bytes.fromhex(ROOTS[size - 1]))

    @pytest.mark.parametrize(
        ("old", "new", "proof"),
        [
            (1, 1, []),
            (1, 8, [LEAF_1, LEAVES_2_3, LEAVES_4_7]),
            (6, 8, [LEAVES_4_5, LEAVES_6_7, ROOTS[3]]),
            (2, 5, [LEAVES_2_3, LEAF_4]),
        ],
    )
    def test_consistency(self, old: int, new: int, proof: list[str]) -> None:
        made = consistency_proof(old, new, over(self.leaves))
        assert [one.hex() for one in made] == proof
        check_consistency(old, bytes.fromhex(ROOTS[old - 1]), new, bytes.fromhex(ROOTS[new - 1]), made)


class TestDefinition:
    def test_roots_of_every_size(self) -> None:
        grown = CompactRange()
        for size, leaf in enumerate(LEAVES, start=1):
            grown.append(leaf)
            assert grown.root() == DEFINED[size] == range_root(0, size, over(LEAVES))

    def test_full_subtrees_are_named_as_they_fill(self) -> None:
        grown, full = CompactRange(), {}
        for leaf in LEAVES:
            full.update({(level, place): root for level, place, root in grown.append(leaf)})
        expected = {
            (level, place): defined_root(LEAVES[place << level : (place + 1) << level])
            for level in range(1, 7)
            for place in range(LARGEST >> level)
        }
        assert full == expected

    def test_a_range_goes_on_from_any_size(self) -> None:
        for size in range(LARGEST):
            first = CompactRange()
            for leaf in LEAVES[:size]:
                first.append(leaf)
            again = CompactRange(size, first.roots)
            again.append(LEAVES[size])
            assert again.root() == DEFINED[size + 1]

    def test_a_range_with_the_wrong_number_of_roots(self) -> None:
        with pytest.raises(ValueError, match="3 leaves have 2 full subtrees, not 1"):
            CompactRange(3, [LEAVES[0]])

    def test_inclusion_of_every_leaf_at_every_size(self) -> None:
        for size in range(1, LARGEST + 1):
            for position in range(size):
                proof = inclusion_proof(position, size, over(LEAVES))
                assert proof == defined_path(position, LEAVES[:size])
                check_inclusion(LEAVES[position], position, size, proof, DEFINED[size])

    def test_consistency_of_every_two_sizes(self) -> None:
        for new in range(1, LARGEST + 1):
            for old in range(1, new + 1):
                proof = consistency_proof(old, new, over(LEAVES))
                assert proof == defined_consistency(old, LEAVES[:new])
                check_consistency(old, DEFINED[old], new, DEFINED[new], proof)

    def test_everything_is_consistent_with_nothing(self) -> None:
        check_consistency(0, EMPTY_ROOT, 7, DEFINED[7], [])
        with pytest.raises(BadProof):
            check_consistency(0, DEFINED[1], 7, DEFINED[7], [])

    @pytest.mark.parametrize(("position", "size"), [(-1, 3), (3, 3), (0, 0)])
    def test_there_is_no_such_leaf(self, position: int, size: int) -> None:
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(position, size, over(LEAVES))
        with pytest.raises(BadProof, match="no leaf"):
            check_inclusion(LEAVES[0], position, size, [], DEFINED[3])

    @pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
    def test_there_is_no_such_consistency(self, old: int, new: int) -> None:
        with pytest.raises(ValueError, match="no proof"):
            consistency_proof(old, new, over(LEAVES))

    def test_a_log_never_shrinks(self) -> None:
        with pytest.raises(BadProof, match="shrank from 4 to 3"):
            check_consistency(4, DEFINED[4], 3, DEFINED[3], [])

    def test_the_same_size_with_another_root_is_a_fork(self) -> None:
        with pytest.raises(BadProof, match="Two different logs"):
            check_consistency(3, DEFINED[3], 3, DEFINED[4], [])


@st.composite
def corrupted(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """The proof with one bit flipped, one hash missing, one too many, or two exchanged; never the proof itself."""
    changed = list(proof)
    ways = ["add"] + (["flip", "drop"] if proof else []) + (["swap"] if len(proof) > 1 else [])
    match draw(st.sampled_from(ways)):
        case "add":
            changed.insert(draw(st.integers(0, len(proof))), draw(st.binary(min_size=32, max_size=32)))
        case "flip":
            place, bit = draw(st.integers(0, len(proof) - 1)), draw(st.integers(0, 255))
            flipped = int.from_bytes(changed[place], "big") ^ (1 << bit)
            changed[place] = flipped.to_bytes(32, "big")
        case "drop":
            del changed[draw(st.integers(0, len(proof) - 1))]
        case "swap":
            place = draw(st.integers(0, len(proof) - 2))
            changed[place], changed[place + 1] = changed[place + 1], changed[place]
    return changed


@given(st.data())
def test_a_corrupted_proof_of_inclusion_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, LARGEST))
    position = data.draw(st.integers(0, size - 1))
    proof = data.draw(corrupted(inclusion_proof(position, size, over(LEAVES))))
    with pytest.raises(BadProof):
        check_inclusion(LEAVES[position], position, size, proof, DEFINED[size])


@given(st.data())
def test_a_corrupted_proof_of_consistency_is_refused(data: st.DataObject) -> None:
    old, new = sorted((data.draw(st.integers(1, LARGEST)), data.draw(st.integers(1, LARGEST))))
    proof = data.draw(corrupted(consistency_proof(old, new, over(LEAVES))))
    with pytest.raises(BadProof):
        check_consistency(old, DEFINED[old], new, DEFINED[new], proof)


def test_a_proof_holds_for_its_own_leaf_position_size_and_root_only() -> None:
    proof = inclusion_proof(10, 50, over(LEAVES))
    for leaf, position, root in (
        (LEAVES[11], 10, DEFINED[50]),
        (LEAVES[10], 11, DEFINED[50]),
        (LEAVES[10], 10, DEFINED[51]),
    ):
        with pytest.raises(BadProof):
            check_inclusion(leaf, position, 50, proof, root)


def test_roots_of_different_sizes_differ() -> None:
    assert all(one != other for one, other in pairwise(DEFINED))

"""The matrix is whole, and every test that it names is there."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.faults.matrix import MATRIX

TESTS = Path(__file__).parent.parent


def test_every_case_has_a_proof_or_says_why_not() -> None:
    assert [case.number for case in MATRIX] == list(range(1, 111))
    assert [case.number for case in MATRIX if not case.proofs and not case.notice] == []


def test_every_test_that_is_named_is_there() -> None:
    missing = []
    for proof in sorted({proof for case in MATRIX for proof in case.proofs}):
        file, name = proof.split("::")
        tree = ast.parse((TESTS / file).read_text())
        if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            missing.append(proof)
    assert missing == []

"""Equal inputs give equal fingerprints, in any process; different ones do not."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint, tree_fingerprint
from tests.conftest import ROOT

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(plain, plain)
def test_fingerprints_are_equal_exactly_when_the_values_are(one: object, other: object) -> None:
    same = repr(one) == repr(other)
    if same:
        assert fingerprint(one) == fingerprint(other)
    elif one != other:
        assert fingerprint(one) != fingerprint(other)


def test_neighbouring_values_do_not_run_into_each_other() -> None:
    marks = {
        fingerprint("ab", "c"),
        fingerprint("a", "bc"),
        fingerprint(["ab", "c"]),
        fingerprint("abc"),
        fingerprint("1"),
        fingerprint(1),
        fingerprint(True),
        fingerprint(None),
        fingerprint(),
    }
    assert len(marks) == 9


def test_the_order_of_keys_does_not_matter_and_the_order_of_a_list_does() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint([1, 2]) != fingerprint([2, 1])


def test_another_process_with_another_hash_seed_gives_the_same_fingerprint() -> None:
    values = "{'b': [1, None], 'a': 'Zoë'}"
    code = f"from insight_pipeline.kernel.fingerprint import fingerprint as f; print(f({values}))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)},
    )
    assert found.stdout.strip() == fingerprint({"a": "Zoë", "b": [1, None]})


def test_a_file_is_its_bytes_across_chunks(tmp_path: Path) -> None:
    data = bytes(range(256)) * 8200
    path = tmp_path / "a"
    path.write_bytes(data)
    assert file_sha256(path) == hashlib.sha256(data).hexdigest()


def test_a_tree_changes_with_a_name_with_content_and_with_a_new_file_only(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.sql").write_text("select 1")
    before = tree_fingerprint(tmp_path, "*.sql")
    (tmp_path / "note.md").write_text("not of the pattern")
    (tmp_path / "folder.sql").mkdir()
    assert tree_fingerprint(tmp_path, "*.sql") == before
    (tmp_path / "deep" / "a.sql").write_text("select 2")
    changed = tree_fingerprint(tmp_path, "*.sql")
    (tmp_path / "deep" / "a.sql").rename(tmp_path / "deep" / "b.sql")
    renamed = tree_fingerprint(tmp_path, "*.sql")
    (tmp_path / "c.sql").write_text("")
    assert len({before, changed, renamed, tree_fingerprint(tmp_path, "*.sql")}) == 4

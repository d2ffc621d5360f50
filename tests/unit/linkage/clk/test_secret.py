"""The shared secret: long, private, and never shown."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.clk.secret import Secret, read_secret

KEY = b"a-canary-secret-of-forty-bytes-or-more!!"


def write(folder: Path, key: bytes, mode: int) -> Path:
    path = folder / "partner.key"
    path.write_bytes(key)
    path.chmod(mode)
    return path


def test_the_line_end_of_an_editor_makes_no_difference(tmp_path: Path) -> None:
    assert read_secret(write(tmp_path, KEY + b"\r\n", 0o600)).check == Secret(KEY).check


@pytest.mark.parametrize(
    ("key", "mode", "words"),
    [(KEY, 0o644, "others may read"), (KEY[:31], 0o600, "31 bytes"), (b"", 0o640, "0 bytes")],
)
def test_a_secret_others_can_read_or_guess_is_refused_and_not_shown(
    tmp_path: Path, key: bytes, mode: int, words: str
) -> None:
    with pytest.raises(InsightError, match=words) as caught:
        read_secret(write(tmp_path, key, mode))
    assert "canary" not in str(caught.value)


def test_keys_are_hmac_of_their_use_and_the_secret_shows_nothing() -> None:
    secret = Secret(KEY)
    assert secret.derived("field x") == hmac.new(KEY, b"field x", hashlib.sha512).digest()
    assert secret.derived("field x") != secret.derived("field y")
    assert "canary" not in f"{secret} {secret!r} {secret.check}"

"""What a browser is told of a file and of what its page may do."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from insight_pipeline.publication.serving.headers import content_type, security_headers


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("site/index.html", "text/html; charset=utf-8"),
        ("site/style.css", "text/css; charset=utf-8"),
        ("site/explore/page.js", "text/javascript; charset=utf-8"),
        ("site/explore/engine.wasm", "application/wasm"),
        ("indicators.duckdb", "application/octet-stream"),
        ("indicators.parquet", "application/vnd.apache.parquet"),
        ("indicators.csv", "text/csv; charset=utf-8"),
        ("indicators.csv-metadata.json", "application/csvm+json"),
        ("release.json", "application/json"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
        ("anything.exe", "application/octet-stream"),
    ],
)
def test_a_file_has_the_type_its_name_ends_with(name: str, kind: str) -> None:
    assert content_type(PurePosixPath(name)) == kind


def policy(inside: str | None) -> dict[str, str]:
    text = security_headers(PurePosixPath(inside) if inside else None)["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in text.split(";"))


@pytest.mark.parametrize("inside", [None, "site/index.html", "site/explored.html", "explore/a.js"])
def test_pages_run_no_script_at_all(inside: str | None) -> None:
    told = policy(inside)
    assert told["default-src"] == "'none'"
    assert told["style-src"] == "'self'"
    assert not {"script-src", "worker-src", "connect-src"} & told.keys()


def test_the_query_page_alone_may_compile_webassembly_and_fetch_from_here() -> None:
    told = policy("site/explore/index.html")
    assert told["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert told["worker-src"] == told["connect-src"] == "'self'"
    assert told["default-src"] == "'none'"


@pytest.mark.parametrize("inside", [None, "site/index.html", "site/explore/index.html"])
def test_no_answer_may_be_framed_sniffed_or_sent_elsewhere(inside: str | None) -> None:
    headers = security_headers(PurePosixPath(inside) if inside else None)
    told = policy(inside)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert told["frame-ancestors"] == told["base-uri"] == told["form-action"] == "'none'"
    assert "unsafe-inline" not in str(told) and "http" not in str(told)

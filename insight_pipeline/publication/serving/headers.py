"""What browsers are told besides a file: its kind, and what its page may do.

Belongs here: content types and security headers. Does not belong here: sending them (handler.py).
Pages of the site need no script and get none. The query page, site/explore/, runs DuckDB-WASM: its
scripts may compile WebAssembly, start workers from here and fetch from here. Nothing may go
anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

EXPLORE = PurePosixPath("site/explore")
OTHER = "application/octet-stream"
_TEXT = "text/plain; charset=utf-8"
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".duckdb": OTHER,
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".map": "application/json",
        ".mjs": "text/javascript; charset=utf-8",
        ".parquet": "application/vnd.apache.parquet",
        ".png": "image/png",
        ".sql": _TEXT,
        ".svg": "image/svg+xml",
        ".txt": _TEXT,
        ".wasm": "application/wasm",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
# CSV on the Web has a type of its own for what describes a CSV file (W3C, section 6.1).
_METADATA, _METADATA_TYPE = ".csv-metadata.json", "application/csvm+json"

_PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:"
_EXPLORE_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
)
_EVERY_POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Of all answers. One origin that nobody frames, opens or embeds shares nothing with other pages of
# the same browser; and a type is what it is said to be.
_EVERY: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        # Kept, but asked for again each time: another home may have other pages at this address.
        "Cache-Control": "no-cache",
    }
)


def content_type(inside: PurePosixPath) -> str:
    """The media type of a file of a release, by the end of its name; bytes where it is unknown."""
    if inside.name.endswith(_METADATA):
        return _METADATA_TYPE
    return _TYPES.get(inside.suffix.lower(), OTHER if inside.suffix else _TEXT)


def security_headers(inside: PurePosixPath | None = None) -> dict[str, str]:
    """Headers of an answer with the file at `inside` of its release; None where it has no file."""
    is_explore = inside is not None and EXPLORE in inside.parents
    policy = _EXPLORE_POLICY if is_explore else _PAGE_POLICY
    return {**_EVERY, "Content-Security-Policy": f"{policy}; {_EVERY_POLICY}"}

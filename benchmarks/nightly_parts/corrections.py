"""One in a hundred rows corrected: the newest delivery of a feed, sent again with other values.

Belongs here: which feeds, which column, how many rows. Does not belong here: running a night. As
many rows are changed as 1 % of those the feed has standing; each takes its neighbour's value, so
that all values stay ones the contract allows. The same on every machine.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import polars as pl

ONE_IN = 100
SENT_AGAIN = "2026-10-20T09:00:00Z"
# People move house, and visits are booked under another activity: linkage and payload both change.
COLUMNS = {
    "activelife__members": "Postcode",
    "activelife__visits": "activity",
    "brightcare__client_level_data": "Postcode",
    "merebank__spells": "Postcode of Usual Address",
    "voices__experience_survey": "Postcode",
    "wellpath__referrals": "Postcode",
    "youthworks__activity": "Postcode",
}
Rows = list[dict[str, object]]


def send_corrections(home: Path) -> tuple[int, int]:
    """Write corrected deliveries into the inbox; rows changed and rows that stand in all feeds."""
    changed = standing = 0
    for path in sorted((home / "staging").glob("stg_*.parquet")):
        rows = pl.scan_parquet(path).select(pl.len()).collect().item()
        standing += rows
        stem = path.stem.removeprefix("stg_")
        if stem in COLUMNS:
            changed += _correct(home / "inbox", stem, COLUMNS[stem], -(-rows // ONE_IN))
    return changed, standing


def _correct(inbox: Path, stem: str, column: str, wanted: int) -> int:
    """Send the feed's newest delivery again with so many rows changed, or all it has."""
    manifest_path, manifest = max(_manifests(inbox, stem), key=lambda one: one[1]["submitted_at"])
    source = manifest_path.with_name(manifest["file"])
    target = inbox / manifest["provider"] / SENT_AGAIN[:10] / source.name
    target.parent.mkdir(exist_ok=True)
    changed = _FORMS[source.suffix](source, target, column, wanted)
    again = {**manifest, "submitted_at": SENT_AGAIN}
    target.with_name(manifest_path.name).write_text(json.dumps(again), encoding="utf-8")
    return changed


def _manifests(inbox: Path, stem: str) -> Iterator[tuple[Path, dict[str, str]]]:
    provider, dataset = stem.split("__")
    for path in (inbox / provider).rglob("*.manifest.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if manifest["dataset"] == dataset:
            yield path, manifest


def _changed(rows: Rows, column: str, wanted: int) -> int:
    """Evenly spread rows take the value of another row that has one."""
    full = [row for row in rows if row[column]]
    chosen = full[:: max(len(full) // wanted, 1)][:wanted]
    values = [row[column] for row in chosen]
    for row, value in zip(chosen, values[1:] + values[:1], strict=True):
        row[column] = value
    return len(chosen)


def _csv(source: Path, target: Path, column: str, wanted: int) -> int:
    text = source.read_bytes().decode("latin-1")  # bytes as they are, whatever they mean
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter)
    rows: Rows = list(reader)  # type: ignore[arg-type]
    changed = _changed(rows, column, wanted)
    out = StringIO(newline="")
    end = "\r\n" if "\r\n" in text else "\n"
    names = reader.fieldnames or []
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    target.write_bytes(out.getvalue().encode("latin-1"))
    return changed


def _ndjson(source: Path, target: Path, column: str, wanted: int) -> int:
    rows: Rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    changed = _changed(rows, column, wanted)
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return changed


def _parquet(source: Path, target: Path, column: str, wanted: int) -> int:
    frame = pl.read_parquet(source)
    rows: Rows = frame.to_dicts()
    changed = _changed(rows, column, wanted)
    pl.DataFrame(rows, schema=frame.schema).write_parquet(target)
    return changed


_FORMS = {".csv": _csv, ".txt": _csv, ".ndjson": _ndjson, ".parquet": _parquet}

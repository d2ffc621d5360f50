"""The file partners exchange: record ids, rows of bits, and what they were made by.

Belongs here: writing and reading it. Does not belong here: encoding or comparing. It holds no name
and no secret; record ids should be ones that mean nothing to the partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.linkage.clk.bits import WORD_BITS, Words, popcount

MARKS = ("clk_scheme", "clk_key_check", "clk_bits")


@dataclass(frozen=True)
class Encoded:
    """`rows` has a row of bits for each of `record_ids`, in the order of the ids."""

    record_ids: list[str]
    rows: Words
    scheme: str
    key_check: str


def write_encoded(encoded: Encoded, path: Path) -> None:
    """Parquet: record_id, clk (bits, least significant first), popcount; marks as metadata."""
    width = encoded.rows.shape[1] * WORD_BITS // 8
    little = np.ascontiguousarray(encoded.rows.astype("<u8"))
    clk = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), len(little), [None, pa.py_buffer(little.tobytes())]
    )
    counts = pa.array(popcount(encoded.rows), type=pa.int32())
    table = pa.table({"record_id": encoded.record_ids, "clk": clk, "popcount": counts})
    marks = (encoded.scheme, encoded.key_check, str(width * 8))
    with replacing_file(path) as work:
        pq.write_table(table.replace_schema_metadata(dict(zip(MARKS, marks, strict=True))), work)


def read_encoded(path: Path) -> Encoded:
    """A file that write_encoded wrote, rows sorted by record id."""
    try:
        table = pq.read_table(path)
    except pa.ArrowException:
        raise InsightError([_not_encoded(path)]) from None
    marks = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    if not set(MARKS) <= marks.keys() or {"record_id", "clk"} - set(table.column_names):
        raise InsightError([_not_encoded(path)])
    table = table.sort_by("record_id")
    width = int(marks["clk_bits"]) // 8
    clk = table["clk"].combine_chunks()
    raw = np.frombuffer(clk.buffers()[1], dtype=np.uint8, count=len(table) * width)
    rows = raw.view("<u8").astype(np.uint64).reshape(len(table), width // 8)
    ids = [str(name) for name in table["record_id"].to_pylist()]
    return Encoded(ids, rows, marks["clk_scheme"], marks["clk_key_check"])


def refuse_unlike(one: Encoded, other: Encoded) -> None:
    """Rows made in two ways would compare as strangers, silently: raise instead."""
    raise_all(
        Fault(
            where="the two files",
            expected=f"rows encoded with one {what}",
            found="two",
            consequence="nothing is linked: equal people would look unlike",
            next_step=step,
        )
        for what, step, differs in (
            (
                "scheme",
                "encode both with the same fields, options and version",
                one.scheme != other.scheme,
            ),
            ("secret", "encode both with the secret agreed on", one.key_check != other.key_check),
        )
        if differs
    )


def _not_encoded(path: Path) -> Fault:
    return Fault(
        where=f"the file {path.name}",
        expected="a file written by `insight clk encode`",
        found="another kind of file",
        consequence="nothing is linked",
        next_step="encode the table first, or ask the partner to",
    )

"""Sound records to columns of text, as fast as it goes.

Belongs here: parsing of records that csv_grammar has found sound, on which every parser agrees.
Does not belong here: what is not sound.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from insight_pipeline.landing.readers.csv_grammar import Grammar

SMALLEST_BLOCK = 1 << 20


def cells_of_lines(
    data: bytes, count: int, longest: int, columns: Sequence[str], grammar: Grammar
) -> pa.Table:
    """The cells of `count` lines, each a record with its line feed; an empty cell is null.

    longest: no line has more bytes.
    """
    if not (grammar.delimiter + grammar.quote).isascii():
        return cells_of_records(data.decode().removesuffix("\n").split("\n"), columns, grammar)
    quoted = bool(grammar.quote) and grammar.quote.encode() in data
    # The parser drops a byte order mark at the start; one that is part of a cell is no mark.
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    table = arrow_csv.read_csv(
        pa.BufferReader(mark + data),
        read_options=arrow_csv.ReadOptions(
            column_names=[str(position) for position in range(len(columns))],
            # No record may be longer than a block.
            block_size=max(SMALLEST_BLOCK, longest + len(mark) + 1),
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=grammar.delimiter,
            quote_char=grammar.quote if quoted else False,
            double_quote=True,
            escape_char=False,
            newlines_in_values=False,
            ignore_empty_lines=False,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={str(n): pa.large_string() for n in range(len(columns))},
            check_utf8=False,  # it has been
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    if table.num_rows != count:
        raise RuntimeError("the parser and the grammar differ about the number of records")
    return table.rename_columns(list(columns))


def cells_of_records(records: Sequence[str], columns: Sequence[str], grammar: Grammar) -> pa.Table:
    """The same, for records that may run over several lines; any delimiter and quote."""
    schema = dict.fromkeys(columns, pl.String)
    frame = pl.DataFrame(list(grammar.cells(records)), schema=schema, orient="row")
    return frame.with_columns(pl.all().replace("", None)).to_arrow()

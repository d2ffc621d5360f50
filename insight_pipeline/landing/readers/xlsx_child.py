"""Writes one sheet of a workbook to standard output as Arrow, in a process of its own.

Belongs here: the limits and the parsing they guard. One far cell makes a sheet of 17 billion cells,
and the parser ends the process when memory runs out: this one may die. Does not belong here: what
the cells mean. Run as a file, without the package: `python -P xlsx_child.py workbook sheet`.
"""

from __future__ import annotations

import resource
import sys

import fastexcel
import pyarrow as pa

MEMORY_BYTES = 4 << 30
CPU_SECONDS = 300
MISSING_SHEET = 3


def limit(kind: int, amount: int) -> None:
    """Lower a limit of this process; one that is lower already stays."""
    _, hard = resource.getrlimit(kind)
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(kind, (amount, amount))


def main(workbook: str, sheet: str) -> int:
    """Write the sheet's cells as text; an empty name stands for the first sheet."""
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_AS, MEMORY_BYTES)
    limit(resource.RLIMIT_CPU, CPU_SECONDS)
    book = fastexcel.read_excel(workbook)
    name = sheet or book.sheet_names[0]
    if name not in book.sheet_names:
        return MISSING_SHEET
    cells = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow()
    with pa.ipc.new_stream(sys.stdout.buffer, cells.schema) as writer:
        writer.write_batch(cells)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Opens every file of a finished release and reads all of it.

Belongs here: one reader per kind of file. Does not belong here: the process this runs in
(second_reading.py), or how the tables of the database must agree with each other (verify.py). A
fault says which file and what kind of error, never what the file holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import fastexcel
import lxml.html

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import parse_json
from insight_pipeline.publication.history import DESCRIPTION
from insight_pipeline.publication.releasing.checksums import files_of, wrong_checksums
from insight_pipeline.publication.verify import verify_release
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, literal

DATABASE = "indicators.duckdb"

Reader = Callable[[duckdb.DuckDBPyConnection, Path], object]


def read_release(folder: Path, settings: Settings) -> list[Fault]:
    """What is wrong with the files of a release; nothing when every one of them can be used.

    Read are every table, view, macro and column of the database, every column of CSV and Parquet,
    every sheet of a workbook, JSON and HTML as such, and the bytes of all files for SHA256SUMS.
    """
    faults = list(wrong_checksums(folder))
    with connect(settings) as connection:
        for path in files_of(folder):
            faults += _read(connection, path, path.relative_to(folder).as_posix())
    return faults + list(_unsound_database(folder, settings))


def _read(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> Iterable[Fault]:
    reader = READERS.get(path.suffix)
    try:
        found = reader(connection, path) if reader else None
    except Exception as error:
        # An engine's message can quote values: its kind must do.
        found = f"{type(error).__name__} while reading it"
    if isinstance(found, str):
        yield _fault(name, found)


def _unsound_database(folder: Path, settings: Settings) -> Iterable[Fault]:
    """Faults of the database, and of what release.json says of its rows."""
    try:
        rows = verify_release(folder, settings)
        path = folder / DESCRIPTION
        said = parse_json(path.read_text(encoding="utf-8"), str(path)).get("rows")
    except InsightError as error:
        yield from error.faults
        return
    except Exception as error:
        yield _fault(DATABASE, f"{type(error).__name__} while comparing it with the other files")
        return
    if said != rows:
        yield _fault(DESCRIPTION, "other numbers of rows than the database has")


def _columns(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Decode every value of every column."""
    connection.execute(f"select count(*), max(columns(*)::varchar) from {source}").fetchall()


def _csv(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    _columns(connection, f"read_csv({literal(str(path))}, header = true, all_varchar = true)")


def _parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    _columns(connection, f"read_parquet({literal(str(path))})")


def _workbook(connection: duckdb.DuckDBPyConnection, path: Path) -> str | None:
    book = fastexcel.read_excel(str(path))
    for name in book.sheet_names:
        book.load_sheet(name, header_row=None, dtypes="string").to_arrow()
    return None if book.sheet_names else "a workbook without sheets"


def _json(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    parse_json(path.read_text(encoding="utf-8"), path.name)


def _page(connection: duckdb.DuckDBPyConnection, path: Path) -> str | None:
    parser = lxml.html.HTMLParser(encoding="utf-8")
    page = lxml.html.document_fromstring(path.read_bytes(), parser=parser)
    has_title = bool((page.findtext(".//title") or "").strip())
    body = page.find("body")
    return None if has_title and body is not None and len(body) else "a page without title or body"


READERS: dict[str, Reader] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _workbook,
    ".json": _json,
    ".html": _page,
}


def _fault(name: str, found: str) -> Fault:
    return Fault(
        where=f"publication: {name} read back",
        expected="a file that opens and can be read to its end",
        found=found,
        consequence="the release is thrown away, the last one stays",
        next_step="check free disk space, then run again; report it when it happens twice",
    )

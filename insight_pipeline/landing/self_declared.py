"""Files that declare themselves: a manifest made from columns that say the same in every row.

Belongs here: making that manifest. Does not belong here: which columns those are (the contract).
Nothing is taken from a file's name or time: where the columns do not say it, the file is a fault.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.strict import load_json, validate
from insight_pipeline.landing.inbox import Feed
from insight_pipeline.landing.manifest import UNDECLARED, Manifest
from insight_pipeline.landing.reading import ReaderOptions, UnreadableError
from insight_pipeline.landing.reading_desk import shared_desk
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal


@dataclass(frozen=True)
class Declared:
    """A column that declares something: the names it may have, and its dates' strptime format."""

    names: tuple[str, ...]
    format: str | None = None


@dataclass(frozen=True)
class SelfDeclaring:
    """A feed whose rows declare their delivery.

    Where no column says the version, none is declared: a version filled in from the contract would
    depend on the night on which the file came.
    """

    feed: Feed
    period_from: Declared
    period_to: Declared
    submitted_at: Declared
    contract_version: Declared | None
    reader: ReaderOptions
    promised: tuple[str, ...]

    @property
    def mark(self) -> str:
        """Changes when the same bytes could declare something else."""
        columns = (self.period_from, self.period_to, self.submitted_at, self.contract_version)
        declared = [[*column.names, column.format] for column in columns if column]
        roles = [column is not None for column in columns]
        reading = [self.reader.model_dump_json(), *self.promised]
        return fingerprint(self.feed.stem, declared, roles, reading)


class Declarer:
    """Makes manifests for bare files, which are read at the desk where deliveries are judged.

    What a content declares is kept under its hash, so that no file is read every night.
    """

    def __init__(self, feeds: Sequence[SelfDeclaring], settings: Settings) -> None:
        self._by_feed = {declaring.feed: declaring for declaring in feeds}
        self._settings = settings

    @property
    def feeds(self) -> tuple[Feed, ...]:
        return tuple(self._by_feed)

    def manifest(self, feed: Feed, data: Path, sha256: str, name: str, where: str) -> Manifest:
        """What the rows of `data` declare, for a file called `name` with this hash."""
        kept = self._kept(feed, sha256)
        if kept.exists():
            return load_json(kept, Manifest).model_copy(update={"file": name})
        return self._read(self._by_feed[feed], data, name, where)

    def remember(self, feed: Feed, sha256: str, manifest: Manifest) -> None:
        """Keep what a content declares; only once its bytes are known to have this hash."""
        kept = self._kept(feed, sha256)
        if not kept.exists():
            with replacing_file(kept) as work:
                work.write_text(manifest.model_dump_json(indent=2), encoding="utf-8")

    def _kept(self, feed: Feed, sha256: str) -> Path:
        mark = fingerprint(sha256, self._by_feed[feed].mark)
        return self._settings.landing / "declared" / feed.stem / f"{mark}.json"

    def _read(self, declaring: SelfDeclaring, data: Path, name: str, where: str) -> Manifest:
        self._settings.temporary.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=self._settings.temporary) as folder,
            connect(self._settings) as connection,
        ):
            rows = Path(folder) / "rows.parquet"
            try:
                shared_desk().read(data, declaring.reader, declaring.promised, rows)
            except UnreadableError as error:
                found = f"a file that cannot be read ({error})"
                raise InsightError([_undeclared(where, found)]) from None
            except FileNotFoundError:
                found = "a file that went away while it was read"
                raise InsightError([_undeclared(where, found)]) from None
            except RuntimeError:
                # Ours to mend; but one file never stops the others.
                found = "a file on which our own reader failed, which is not its sender's fault"
                raise InsightError([_undeclared(where, found)]) from None
            source = f"read_parquet({literal(str(rows))})"
            return _manifest(_Rows(connection, source, where), declaring, name)


@dataclass(frozen=True)
class _Rows:
    """The rows of one bare file, to be asked what they declare."""

    connection: duckdb.DuckDBPyConnection
    source: str
    where: str

    def column(self, declared: Declared) -> str:
        """SQL name of the declaring column."""
        described = self.connection.execute(f"describe from {self.source}").fetchall()
        names = {str(row[0]).strip().casefold(): str(row[0]) for row in reversed(described)}
        for name in declared.names:
            if name.strip().casefold() in names:
                return identifier(names[name.strip().casefold()])
        raise InsightError([_undeclared(self.where, f"no column '{declared.names[0]}'")])

    def only(self, declared: Declared) -> str:
        """The one value that a column has in every row."""
        column = self.column(declared)
        query = f"select distinct trim({column}) from {self.source} limit 2"
        values = [row[0] for row in self.connection.execute(query).fetchall()]
        if len(values) != 1 or not values[0]:
            many = "no rows" if not values else "an empty cell" if None in values else "two values"
            found = f"{many} in column '{declared.names[0]}'"
            raise InsightError([_undeclared(self.where, found)])
        return str(values[0])

    def day(self, declared: Declared) -> date:
        value = self.only(declared)
        try:
            if declared.format:
                return datetime.strptime(value, declared.format).date()
            return date.fromisoformat(value)
        except ValueError:
            found = f"no date in column '{declared.names[0]}'"
            raise InsightError([_undeclared(self.where, found)]) from None

    def latest(self, declared: Declared) -> datetime:
        """The latest moment in a column; one without a time zone is in UTC."""
        column = self.column(declared)
        parsed = f"try_cast({column} as timestamptz)"
        if declared.format:
            parsed = f"try_strptime({column}, {literal(declared.format)})::timestamptz"
        row = self.connection.execute(
            f"select epoch_us(max({parsed})), "
            f"count(*) filter ({parsed} is null and {column} is not null) from {self.source}"
        ).fetchall()[0]
        if row[0] is None or row[1]:
            found = f"no time, or something that is none, in column '{declared.names[0]}'"
            raise InsightError([_undeclared(self.where, found)])
        seconds, microseconds = divmod(int(row[0]), 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


def _manifest(rows: _Rows, declaring: SelfDeclaring, name: str) -> Manifest:
    period_to = rows.day(declaring.period_to)
    stated = declaring.contract_version
    values = {
        "provider": declaring.feed.provider,
        "dataset": declaring.feed.dataset,
        "contract_version": rows.only(stated) if stated else UNDECLARED,
        "period_from": rows.day(declaring.period_from).isoformat(),
        "period_to": period_to.isoformat(),
        "submitted_at": rows.latest(declaring.submitted_at).isoformat(),
        "file": name,
    }
    return validate(values, Manifest, f"{rows.where} declaring columns")


def _undeclared(where: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected="a file whose columns declare its period and submission, the same in every row",
        found=found,
        consequence="nothing of this file is received; it stays in the inbox",
        next_step="correct the columns named, or send the file with a manifest",
    )

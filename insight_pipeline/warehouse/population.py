"""Linkage's people brought over under pseudonyms; the only bridge between the two zones.

Belongs here: replacing citizen keys by pseudonyms. Does not belong here: who is who. The table
record → citizen exists only while a warehouse is built, in the temporary folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.governance.pseudonym import key_fingerprint, load_key, pseudonymise
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.linkage.quality.uncertainty import export_draws
from insight_pipeline.linkage.store import hand_over
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.sources import Population

PURPOSE = "commissioning outcomes"
KEY = "citizen_key"
DRAWS = {"draw": pl.Int32, "record_id": pl.String, KEY: pl.String}


@contextmanager
def population(settings: Settings) -> Iterator[Population]:
    """Records and citizens under the pseudonyms of this installation's key, for a while."""
    key = load_key(settings.secrets)
    settings.temporary.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.temporary) as folder:
        handed = hand_over(settings.identity, Path(folder))
        records, citizens = pl.read_parquet(handed.record_citizen), pl.read_parquet(handed.citizen)
        draws = _draws(settings.identity, Path(folder) / "linkage_draw.parquet")
        keys = pl.concat([records[KEY], citizens[KEY], draws[KEY]]).drop_nulls().unique().sort()
        names = pl.DataFrame({KEY: keys, "citizen_id": pseudonymise(keys, key, PURPOSE)})
        yield Population(
            records=_under_pseudonyms(records, names, Path(folder) / "records.parquet"),
            citizens=_under_pseudonyms(citizens, names, Path(folder) / "citizens.parquet"),
            draws=_under_pseudonyms(draws, names, Path(folder) / "draws.parquet"),
            fingerprint=fingerprint(handed.fingerprint, key_fingerprint(key), PURPOSE),
            draws_fingerprint=file_sha256(Path(folder) / "linkage_draw.parquet"),
            event_key=pseudonymise(pl.Series(["event"]), key, PURPOSE)[0],
        )


def _draws(identity: Path, path: Path) -> pl.DataFrame:
    """Linkage's alternative people (draw, record_id, citizen_key); none in an older store."""
    with duckdb.connect(str(identity), read_only=True) as con:
        if not export_draws(con, path):
            pl.DataFrame(schema=DRAWS).write_parquet(path)
    return pl.read_parquet(path)


def _under_pseudonyms(frame: pl.DataFrame, names: pl.DataFrame, path: Path) -> Path:
    frame.join(names, on=KEY, how="left").drop(KEY).write_parquet(path)
    return path

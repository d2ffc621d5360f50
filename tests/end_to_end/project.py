"""Temporary projects and homes for end-to-end tests: built like a user would, file by file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import yaml

from insight_pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[2]


def copy_project(target: Path, *, providers: bool = True) -> Path:
    """The repository's contracts and SQL in `target`; without `providers` none of their files."""
    for folder in ("data_contracts", "dbt_like_sql"):
        shutil.copytree(REPOSITORY / folder, target / folder)
    if not providers:
        for path in [
            *(target / "data_contracts/providers").glob("*.odcs.yaml"),
            *(target / "dbt_like_sql/staging").glob("*.sql"),
        ]:
            path.unlink()
    return target


def settings_for(
    home: Path, project: Path = REPOSITORY, threads: int = 2, frequency: str | None = None
) -> Settings:
    """`frequency` of releases: the policy's own where none is given."""
    return Settings(
        home=home,
        project=project,
        threads=threads,
        memory_limit="4GB",
        release_frequency=frequency,
    )


def write_contract(
    project: Path,
    provider: str,
    dataset: str,
    columns: Iterable[str],
    key: str,
    reader: dict[str, Any],
) -> None:
    """A contract as short as the loader allows: every column text, `key` required."""
    stem = f"{provider}__{dataset}"
    custom = {
        "provider": provider,
        "providerName": provider.title(),
        "dataset": dataset,
        "nationalReturn": "none",
        "lawfulBasis": "UK GDPR Article 6(1)(e)",
        "controller": "Ashmere Council",
        "purposes": ["service_evaluation"],
        "specialCategory": False,
        "retention": "P1Y",
        "sharingAgreement": "none",
        "reader": reader,
        "resubmission": {"mode": "upsert", "key": [key]},
        "normalise": ["trim"],
    }
    contract = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": stem,
        "name": stem,
        "version": "1.0.0",
        "status": "active",
        "team": {"name": provider, "members": [{"username": f"data@{provider}.example"}]},
        "support": [{"channel": "help desk", "url": f"mailto:data@{provider}.example"}],
        "price": {"priceAmount": 0, "priceCurrency": "GBP", "priceUnit": "year"},
        "schema": [
            {
                "name": dataset,
                "logicalType": "object",
                "properties": [
                    {
                        "name": name,
                        "logicalType": "string",
                        "description": f"{name}.",
                        "classification": "personal",
                        "required": name == key,
                        "primaryKey": name == key,
                    }
                    for name in columns
                ],
            }
        ],
        "customProperties": [{"property": n, "value": v} for n, v in custom.items()],
    }
    path = project / f"data_contracts/providers/{stem}.odcs.yaml"
    path.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")


def write_manifest(file: Path, provider: str, dataset: str, **declared: Any) -> None:
    """The manifest of a drop, written last."""
    manifest = {
        "provider": provider,
        "dataset": dataset,
        "contract_version": "1.0.0",
        "period_from": "2025-01-01",
        "period_to": "2025-03-31",
        "submitted_at": "2025-04-07T09:00:00Z",
        "file": file.name,
        **declared,
    }
    file.with_name(f"{file.name}.manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def texts(database: Path) -> bytes:
    """Every text in every table of a database, a value a line."""
    columns = (
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where not internal and data_type like 'VARCHAR%'"
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        found = [
            row[0]
            for schema, table, column in connection.execute(columns).fetchall()
            for row in connection.execute(
                f'select distinct "{column}"::varchar from "{schema}"."{table}"'
            ).fetchall()
        ]
    return "\n".join(text for text in found if text is not None).encode()

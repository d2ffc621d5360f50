"""A project with one or two providers and a handful of people: a whole night in seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from insight_pipeline.settings import Settings
from tests.end_to_end.project import (
    REPOSITORY,
    copy_project,
    query,
    settings_for,
    write_contract,
    write_manifest,
)

COLUMNS = ("ref", "first_name", "last_name", "born", "number")
STAGING = """/*
description: People as {provider} knows them.
owner: data@{provider}.example
feeds: [person_evidence]
*/
with
source as (select * from accepted.{provider}__people)

select
    '{provider}:' || ref as record_id,
    '{provider}' as provider_id,
    first_name as given_name,
    null::varchar as middle_name,
    last_name as family_name,
    try_strptime(born, '%Y-%m-%d')::date as birth_date,
    null::varchar as sex_code,
    ['local:' || number]::varchar[] as trusted_ids,
    null::varchar as address_line,
    _delivery_id as delivery_id,
    _row as row_number
from source
"""
FIRST = ("Ada", "Omar", "Zoe", "Lena", "Tom", "Mia", "Ivor", "Nell")
LAST = ("Hughes", "Ali", "Nunez", "Price", "Okafor", "Wojcik", "Penhale")
NIGHT = """
import sys
from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.settings import load_settings
night = run_nightly(load_settings())
sys.exit(0 if night.succeeded else 1)
"""


def project_of(folder: Path, providers: dict[str, dict[str, Any] | None]) -> Settings:
    """A home and a project; provider → the server of its contract, or None for the inbox."""
    project = copy_project(folder / "project", providers=False)
    for provider, server in providers.items():
        write_contract(project, provider, "people", COLUMNS, "ref", {"format": "csv"})
        staging = project / f"dbt_like_sql/staging/stg_{provider}__people.sql"
        staging.write_text(STAGING.format(provider=provider), encoding="utf-8")
        if server is not None:
            path = project / f"data_contracts/providers/{provider}__people.odcs.yaml"
            contract = yaml.safe_load(path.read_text())
            contract["servers"] = [server]
            path.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")
    return settings_for(folder / "home", project)


def write_drop(folder: Path, provider: str, people: int, name: str = "people.csv") -> Path:
    """A file of people and its manifest; the same people whoever knows them."""
    rows = [
        f"P{i},{FIRST[i % 8]},{LAST[i % 7]},19{40 + i % 60}-0{1 + i % 9}-1{i % 10},{1000 + i}"
        for i in range(people)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    drop = folder / name
    drop.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    write_manifest(drop, provider, "people", rows=people)
    return drop


def keep_secret(settings: Settings, server: str, secret: dict[str, Any]) -> None:
    """The credentials of a server, as an operator keeps them."""
    path = settings.secrets / "servers" / f"{server}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps(secret), encoding="utf-8")
    path.chmod(0o600)


def start_night(settings: Settings, log: Path, **more: str) -> subprocess.Popen[bytes]:
    """The nightly in a process of its own; what it says goes to `log`."""
    environment = {**settings.environment(), "PYTHONPATH": str(REPOSITORY), **more}
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-c", NIGHT],
            env={**os.environ, **environment},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )


def people(settings: Settings) -> list[tuple[Any, ...]]:
    """Which records are one person: record ids, grouped as the night grouped them."""
    return query(
        settings.identity,
        "select string_agg(record_id, ' ' order by record_id) from person group by citizen_key "
        "order by 1",
    )

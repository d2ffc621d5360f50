"""Rules 1 and 3: a provider is two files, an indicator one, and nothing anywhere lists them."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest
import yaml

from insight_pipeline.contracts.promise.odcs_document import stem_of
from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.conventions.tree import PACKAGE, modules, write

SESSIONS = "swimclub__sessions"
INDICATOR = "swimming_kept_4w"
STAGING = f"""/*
description: Sessions at the pool of a fictional swimming club.
grain: one row per session
owner: data-engineering@ashmere.example
feeds: [service_event]
tests:
  - unique: [event_id]
*/
with
source as (select * from accepted.{SESSIONS})

select
    ('{SESSIONS}:' || visit_id)::varchar as event_id,
    ('swimclub:' || member_no)::varchar as record_id,
    'swimclub'::varchar as provider_id,
    'leisure'::varchar as service_code,
    'visit'::varchar as event_code,
    visited_at::date as event_from_date
from source
"""
# What each new file must bring about. Checks are (asset, check).
EXPECTED_ASSETS = {
    f"landing/{SESSIONS}",
    f"accepted/{SESSIONS}",
    f"staging/stg_{SESSIONS}",
    f"indicators/{INDICATOR}",
}
EXPECTED_CHECKS = {
    (f"accepted/{SESSIONS}", "promise_is_kept"),
    (f"staging/stg_{SESSIONS}", "unique_event_id"),
    (f"indicators/{INDICATOR}", "not_null_numerator_denominator"),
}
EXPECTED_LINKS = {
    (f"landing/{SESSIONS}", f"accepted/{SESSIONS}"),
    (f"accepted/{SESSIONS}", f"staging/stg_{SESSIONS}"),
    (f"staging/stg_{SESSIONS}", "feeds/service_event"),
    (f"indicators/{INDICATOR}", "indicators/figure"),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A copy of the contracts and the SQL; no home folder, inbox or database exists."""
    project = tmp_path / "project"
    for folder in ("data_contracts", "dbt_like_sql"):
        shutil.copytree(ROOT / folder, project / folder)
    return Settings(home=tmp_path / "home", project=project)


def add_a_provider(settings: Settings) -> None:
    """Two files: a contract like that of the leisure trust's visits, and its staging SQL."""
    model = settings.contracts / "providers" / "activelife__visits.odcs.yaml"
    contract = yaml.safe_load(model.read_text(encoding="utf-8"))
    contract["id"] = SESSIONS
    renamed = {"provider": "swimclub", "providerName": "Ashmere Swimming", "dataset": "sessions"}
    for item in contract["customProperties"]:
        item["value"] = renamed.get(item["property"], item["value"])
    text = yaml.safe_dump(contract, sort_keys=False)
    write(settings.contracts, f"providers/{SESSIONS}.odcs.yaml", text)
    write(settings.sql, f"staging/stg_{SESSIONS}.sql", STAGING)


def add_an_indicator(settings: Settings) -> None:
    """One file: the leisure indicator under another title."""
    model = settings.sql / "indicators" / "leisure_referral_kept_12w.sql"
    text = model.read_text(encoding="utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    text = text.replace(title, "title: People who still swim after four weeks")
    write(settings.sql, f"indicators/{INDICATOR}.sql", text)


def missing(settings: Settings) -> set[object]:
    """Which of the expected assets, checks, links and catalogue entries do not exist."""
    graph = build_definitions(settings).resolve_asset_graph()
    assets = {key.to_user_string() for key in graph.get_all_asset_keys()}
    checks = {(key.asset_key.to_user_string(), key.name) for key in graph.asset_check_keys}
    links = {
        (parent.to_user_string(), key.to_user_string())
        for key in graph.get_all_asset_keys()
        for parent in graph.get(key).parent_keys
    }
    entries = set(load_catalogue(settings).indicators)
    return (
        (EXPECTED_ASSETS - assets)
        | (EXPECTED_CHECKS - checks)
        | (EXPECTED_LINKS - links)
        | ({INDICATOR} - entries)
    )


def lists_by_hand(root: Path) -> list[str]:
    """Texts in the pipeline's code that name a provider, a feed or an indicator.

    The simulation is left out: it plays the providers.
    """
    stems = {stem_of(path) for path in (root / "data_contracts" / "providers").glob("*.odcs.yaml")}
    indicators = {path.stem for path in (root / "dbt_like_sql" / "indicators").glob("*.sql")}
    names = stems | indicators | {stem.partition("__")[0] for stem in stems}
    return [
        f"{name}:{node.lineno} names '{node.value}'"
        for name, tree in modules(root)
        if not name.startswith("simulation/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and any(part in names for part in node.value.replace(".", " ").split())
    ]


def test_a_new_provider_and_a_new_indicator_are_found_without_touching_code(
    settings: Settings,
) -> None:
    add_a_provider(settings)
    add_an_indicator(settings)
    assert missing(settings) == set()
    assert not settings.home.exists()


def test_without_their_files_neither_is_there(settings: Settings) -> None:
    everything = EXPECTED_ASSETS | EXPECTED_CHECKS | EXPECTED_LINKS | {INDICATOR}
    assert missing(settings) == everything


def test_a_provider_that_feeds_nothing_is_not_linked_to_the_events(settings: Settings) -> None:
    add_a_provider(settings)
    add_an_indicator(settings)
    file = settings.sql / "staging" / f"stg_{SESSIONS}.sql"
    file.write_text(STAGING.replace("feeds: [service_event]\n", ""), encoding="utf-8")
    assert missing(settings) == {(f"staging/stg_{SESSIONS}", "feeds/service_event")}


def test_no_code_names_a_provider_a_feed_or_an_indicator() -> None:
    assert not (faults := lists_by_hand(ROOT)), "\n".join(faults)


@pytest.mark.parametrize("name", ["activelife", "activelife__visits", "leisure_kept"])
def test_code_that_names_one_is_found_out(tmp_path: Path, name: str) -> None:
    write(tmp_path, "data_contracts/providers/activelife__visits.odcs.yaml", "")
    write(tmp_path, "dbt_like_sql/indicators/leisure_kept.sql", "")
    write(tmp_path, f"{PACKAGE}/defs/staging.py", f'FEEDS = ["other", "{name}"]\n')
    assert len(lists_by_hand(tmp_path)) == 1

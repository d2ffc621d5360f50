"""The default borough through the nightly: what comes out is held against what really happened."""

from __future__ import annotations

import json
import os
import pwd
import re
import sqlite3
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.cli.report import accounts
from insight_pipeline.governance.audit import read
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.indicators.explain import Slice, explain
from insight_pipeline.indicators.header import Statistic
from insight_pipeline.indicators.linkage_range import FIXED_DENOMINATOR
from insight_pipeline.linkage.quality.evaluate import pairwise
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from tests.end_to_end.boroughs import Borough
from tests.end_to_end.project import copy_project, query, texts

pytestmark = pytest.mark.end_to_end

FIGURE_KEY = ["indicator_id", "period_from", "period_to", "area_code", "provider_id"]
FIGURE_KEY += ["breakdown_type", "breakdown"]


@dataclass(frozen=True)
class Tolerance:
    """How far a count may be off: `share` of the true count, at least `count` cases.

    `whole`: how far all figures of an indicator and breakdown together, as a share, at least
    `whole_count` cases.

    Dirt holds about one row in a hundred back, and linkage misses about one pair of records in two
    hundred; an indicator that needs three matching events can lose three times that. A ward's
    figures also depend on the last address any provider knows: movers are counted where they were,
    once missing here and once too many there.
    """

    share: float
    count: int
    whole: float
    whole_count: int


TOLERANCE = {
    "total": Tolerance(0.04, 2, 0.03, 2),
    "provider": Tolerance(0.04, 2, 0.03, 2),
    "sex": Tolerance(0.05, 3, 0.05, 3),
    "age_band": Tolerance(0.05, 3, 0.05, 3),
    "area": Tolerance(0.10, 5, 0.10, 8),
    # Kinds of breakdown that only some indicators have: parts of all, as a provider is.
    "service": Tolerance(0.04, 2, 0.03, 2),
    "pathway": Tolerance(0.04, 2, 0.03, 2),
    "provider_pair": Tolerance(0.04, 2, 0.03, 2),
    "need": Tolerance(0.04, 2, 0.03, 2),
    # Small groups: those of a ward, and agencies that carers may be filed under.
    "need_area": Tolerance(0.10, 4, 0.10, 8),
    "unit": Tolerance(0.08, 4, 0.05, 4),
}
# What one case adds to a numerator that is no count of cases: the days of a usual wait.
ONE_CASE = {("hosp_discharge_delay", "numerator"): 6}
COUNTS = pl.col("numerator", "denominator", "numerator_found", "denominator_found")
WARDS = "select area_name from core.dim_area"


def nightly(settings: Settings) -> Result:
    """`insight nightly` as a user runs it, in this process."""
    return CliRunner(env=settings.environment()).invoke(main, ["nightly"])


def figures(borough: Borough) -> pl.DataFrame:
    """Every unsuppressed figure beside the truth, by key."""
    columns = [*FIGURE_KEY, "numerator", "denominator"]
    found = pl.DataFrame(
        query(
            borough.settings.warehouse,
            f"select {', '.join(columns)} from indicators.figure where not is_not_mature",
        ),
        schema=columns,
        orient="row",
        infer_schema_length=None,
    )
    true = pl.read_parquet(borough.truth / "indicator.parquet").filter(
        ~_is_100_by_definition(borough)
    )
    return true.join(found, on=FIGURE_KEY, how="full", coalesce=True, suffix="_found")


def _is_100_by_definition(borough: Borough) -> pl.Expr:
    """Rows by what a ratio is standardised for: the truth counts them, the project gives none."""
    headers = load_catalogue(borough.settings).indicators
    ratios = [name for name, header in headers.items() if header.statistic is Statistic.ISR]
    by_stratum = pl.col("breakdown_type").is_in(["sex", "age_band"])
    return pl.col("indicator_id").is_in(ratios) & by_stratum


def test_the_first_night_simulates_shows_progress_and_ends_with_what_people_need(
    borough: Borough,
) -> None:
    said = borough.output
    assert "The inbox is empty: simulating" in said
    assert " s  linkage " in said and " s  accepted__wellpath__referrals " in said
    for column in ("received", "accepted", "quarantined", "superseded", "rejected"):
        assert column in said
    assert "rows_as_declared" in said, "why a delivery was refused"
    for title in ("Care leavers in education", "95 % interval", "Community health referrals"):
        assert title in said
    assert str(borough.settings.published / "latest") in said
    assert "make ui" in said
    assert "Failed check" not in said


def test_every_figure_is_as_close_to_the_truth_as_dirt_and_linkage_allow(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    compared = figures(borough)
    assert compared.height > 1000
    assert compared["indicator_id"].n_unique() >= 14
    # A misread year of birth or a move can put somebody alone into an age band or a ward, or leave
    # it empty.
    one_sided = compared.filter(pl.any_horizontal(pl.all().is_null()))
    assert set(one_sided["breakdown_type"]) <= {"age_band", "area"}, "the same figures else"
    assert one_sided.filter(pl.max_horizontal(COUNTS) > 1).is_empty(), "but somebody alone"
    compared = compared.with_columns(COUNTS.fill_null(0))
    record_property("figure", f"figures against the truth:\n{_worst_by_breakdown(compared)}")
    assert outside_tolerance(compared) == []


@pytest.mark.parametrize(
    ("factor", "part"),
    [
        (1.1, "numerator"),
        *(
            pytest.param(factor, part, marks=pytest.mark.slow)
            for part, factor in (
                ("denominator", 1.1),
                *((part, f) for part in ("numerator", "denominator") for f in (0.0, 0.9)),
            )
        ),
    ],
)
def test_figures_that_are_wrong_would_be_seen(borough: Borough, part: str, factor: float) -> None:
    for indicator in figures(borough)["indicator_id"].unique().sort():
        wrong = pl.when(pl.col("indicator_id") == indicator).then(factor).otherwise(1.0)
        bent = (pl.col(f"{part}_found") * wrong).round().cast(pl.Int64)
        assert outside_tolerance(figures(borough).with_columns(bent.alias(f"{part}_found")))


def outside_tolerance(compared: pl.DataFrame) -> list[tuple[object, ...]]:
    """Figures further from the truth than allowed, and indicators that are so on the whole."""
    faults: list[tuple[object, ...]] = []
    for part in ("numerator", "denominator"):
        off = (pl.col(f"{part}_found") - pl.col(part)).abs()
        case = pl.col("indicator_id").replace_strict(
            {name: amount for (name, of), amount in ONE_CASE.items() if of == part}, default=1
        )
        assert set(compared["breakdown_type"]) == TOLERANCE.keys()
        for breakdown, tolerance in TOLERANCE.items():
            rows = compared.filter(pl.col("breakdown_type") == breakdown)
            allowed = (pl.col(part) * tolerance.share).clip(tolerance.count * case)
            faults += rows.filter(off > allowed).select(*FIGURE_KEY, part, f"{part}_found").rows()
            whole = rows.group_by("indicator_id").agg(
                off.sum().alias("off"), pl.col(part).sum().alias("all")
            )
            allowed = (pl.col("all") * tolerance.whole).clip(tolerance.whole_count * case)
            faults += whole.filter(pl.col("off") > allowed).rows()
    return faults


def _worst_by_breakdown(compared: pl.DataFrame) -> pl.DataFrame:
    off = {p: (pl.col(f"{p}_found") - pl.col(p)).abs() for p in ("numerator", "denominator")}
    compared = compared.with_columns(e.alias(f"{p}_off") for p, e in off.items())
    return compared.group_by("breakdown_type").agg(
        pl.len().alias("figures"),
        pl.col("denominator").sum(),
        pl.col("numerator_off").sum(),
        pl.col("denominator_off").sum(),
        pl.col("numerator_off").max().alias("numerator_worst"),
        pl.col("denominator_off").max().alias("denominator_worst"),
    )


def test_everybody_counted_in_a_figure_can_be_traced_to_a_row_that_was_received(
    borough: Borough,
) -> None:
    settings = borough.settings
    catalogue = load_catalogue(settings)
    lines = query(
        settings.warehouse,
        "select distinct on (indicator_id, breakdown_type) indicator_id, period_from, "
        "breakdown_type, breakdown from indicators.figure where numerator > 0 order by all",
    )
    models = {model.name: model for model in catalogue.models}
    seen = []
    with connect(settings, settings.warehouse, read_only=True) as connection:
        for name, period, kind, which in lines:
            behind = explain(connection, models[name], Slice(name, period, kind, which), {})
            members = behind.members.unique("member_id")
            if catalogue.indicators[name].statistic is not Statistic.MEAN:
                assert members["is_met"].sum() == behind.numerator, (name, kind)
            if catalogue.indicators[name].statistic not in FIXED_DENOMINATOR:
                assert members.height == behind.denominator, (name, kind)
            seen.append(behind.members.select("delivery_id", "row_number"))
    assert {line[0] for line in lines} == catalogue.indicators.keys()
    rows = pl.concat(seen).unique()
    received = pl.concat(
        [
            pl.scan_parquet(path).select(delivery_id="_delivery_id", row_number="_row").collect()
            for path in settings.accepted.glob("*/current.parquet")
        ]
    )
    assert rows.null_count().row(0) == (0, 0)
    assert rows.join(received, on=rows.columns, how="anti").is_empty()


def test_looking_behind_a_figure_takes_a_grant_and_leaves_a_line_in_the_log(
    borough: Borough, tmp_path: Path
) -> None:
    project = copy_project(tmp_path / "project")
    environment = {**borough.settings.environment(), "INSIGHT_PROJECT": str(project)}
    runner, before = CliRunner(env=environment), len(read(borough.settings.home / "audit"))
    figure = ["asc_home_91_days", "--period", "2025-04-01", "--purpose", "outcome_monitoring"]
    refused = runner.invoke(main, ["explain", *figure])
    assert refused.exit_code == 1
    assert "a grant for account" in refused.output
    user = pwd.getpwuid(os.getuid()).pw_name
    (project / "data_contracts" / "access.yaml").write_text(
        f"grants:\n  - user: {user}\n    purposes: [outcome_monitoring]\n"
        '    until: "2999-12-31"\n    granted_by: guardian@ashmere.example\n'
    )
    shown = runner.invoke(main, ["explain", *figure, "--json"])
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.output)
    assert len({m["citizen_id"] for m in told["members"]}) <= told["denominator"]
    assert all(member["file"] for member in told["members"])
    other = runner.invoke(main, ["explain", *figure[:-1], "commissioning"])
    assert other.exit_code == 1
    lines = read(borough.settings.home / "audit")[before:]
    assert [line.outcome for line in lines] == ["refused", "shown", "refused"]
    assert lines[1].citizens > 0
    assert runner.invoke(main, ["audit"]).exit_code == 0


def test_the_better_provider_of_a_relet_service_is_seen_to_be_better(borough: Borough) -> None:
    rows = query(
        borough.settings.warehouse,
        "select provider_id, sum(numerator) / sum(denominator) from indicators.figure "
        "where indicator_id = 'homeless_to_treatment_21d' and breakdown_type = 'provider' "
        "and not is_not_mature "
        "group by provider_id",
    )
    rates = dict(rows)
    assert rates["recoverwell"] - rates["newleaf"] > 0.10


def test_every_total_is_held_against_the_councils_plan_and_every_part_against_the_total(
    borough: Borough,
) -> None:
    rows = query(
        borough.settings.published / "latest" / "indicators.duckdb",
        "select indicator_id, breakdown_type = 'total', compared_outcome, benchmark_id "
        "from judgement",
    )
    headers = load_catalogue(borough.settings).indicators
    outcomes = {"better", "similar", "worse", "not_compared"}
    for is_total in (True, False):
        assert {outcome for _, total, outcome, _ in rows if total is is_total} == outcomes
    compared = {name for name, total, outcome, _ in rows if total and outcome != "not_compared"}
    assert compared == {name for name, header in headers.items() if header.target}
    plans = {header.target.name for header in headers.values() if header.target}
    assert {benchmark for _, total, _, benchmark in rows if total and benchmark} == plans


def test_records_of_one_person_are_found_and_twins_and_namesakes_are_kept_apart(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    found = pl.DataFrame(
        query(borough.settings.identity, "select record_id, citizen_key from person"),
        schema=["record_id", "citizen_key"],
        orient="row",
    )
    truth = pl.read_parquet(borough.truth / "record_person.parquet")
    linked = truth.join(found, on="record_id", how="inner")
    quality = pairwise(linked["citizen_key"], linked["person"])
    record_property(
        "figure",
        f"borough linkage: precision {quality.precision:.4f}, recall {quality.recall:.4f}",
    )
    # What is missing was quarantined: it never became evidence.
    assert linked.height > 0.99 * truth.height
    assert quality.precision >= 0.999
    assert quality.recall >= 0.97
    people = pl.read_parquet(borough.truth / "person.parquet")
    for group in ("twin_group", "same_name_group"):
        members = people.filter(pl.col(group).is_not_null()).select("person", group)
        mixed = (
            linked.join(members, on="person")
            .group_by(group, "citizen_key")
            .agg(pl.col("person").n_unique().alias("people"))
            .filter(pl.col("people") > 1)
        )
        assert members.height > 50
        assert mixed.is_empty(), f"{mixed.height} {group} mixed"


def test_every_delivery_fares_as_the_simulation_meant_it_to(borough: Borough) -> None:
    catalogue = load_catalogue(borough.settings)
    reasons = {
        reason
        for account in accounts(catalogue, borough.settings)
        if account.outcome == "refused"
        for reason in account.reasons
    }
    fates = pl.read_parquet(borough.truth / "delivery.parquet")["expected_fate"].to_list()
    refused = [a for a in accounts(catalogue, borough.settings) if a.outcome == "refused"]
    assert len(refused) == sum(fate.startswith("refused") for fate in fates)
    assert {"rows_as_declared", "declared_period", "contract_version"} <= reasons
    received = accounts(catalogue, borough.settings)
    assert len(received) == len(fates) - fates.count("duplicate")
    assert all(account.balances for account in received)
    assert sum(account.quarantined for account in received) > 0


def test_people_who_opted_out_are_in_no_figure_and_not_in_the_warehouse(borough: Borough) -> None:
    opted_out = query(
        borough.settings.identity,
        "select count(distinct citizen_key) from person "
        "where record_id in (select record_id from opt_out)",
    )[0][0]
    people = query(borough.settings.identity, "select count(distinct citizen_key) from person")
    citizens = query(borough.settings.warehouse, "select count(*) from core.dim_citizen")
    assert opted_out > 100
    assert citizens[0][0] == people[0][0] - opted_out


def test_no_identifier_is_in_the_warehouse_the_release_or_dagster(borough: Borough) -> None:
    people = pl.read_parquet(borough.truth / "person.parquet")
    numbers = {number.encode() for number in people["nhs_number"].drop_nulls()}
    # Long names only, and none that a ward, a provider or our own text bears as well.
    ours = "".join(
        path.read_text(encoding="utf-8")
        for folder in (borough.settings.contracts, borough.settings.sql)
        for path in folder.rglob("*.*")
    )
    wards = " ".join(row[0] for row in query(borough.settings.warehouse, WARDS))
    names = {
        name.encode()
        for name in people["family_name"].unique().to_list()
        if len(name) > 7 and name.isascii() and name.isalpha()
        if name not in ours and name not in wards
    }
    assert len(numbers) > 10_000 and len(names) > 100
    release = borough.settings.published / "latest"
    files = [p for p in borough.settings.dagster_home.rglob("*") if p.is_file()]
    files += [p for p in release.iterdir() if p.suffix in (".csv", ".json")]
    home = borough.settings.home
    for kept in ("operations", "journal/entries"):
        files += [p for p in (home / kept).rglob("*") if p.is_file()]
    files += [home / "version.json"]
    assert len(files) > 5
    charts = 0
    for file in files:
        _assert_anonymous(file.name, file.read_bytes(), numbers, names)
        # SQLite cuts a long text into pages: a chart is whole only in what a query gives.
        content = _rows(file) if file.name.endswith(".db") else file.read_bytes()
        for picture in re.findall(rb"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", content):
            _assert_anonymous(f"a chart in {file.name}", b64decode(picture), numbers, names)
            charts += 1
    assert charts > 20, "the charts in Dagster's records are looked at as well"
    records = pl.read_parquet(borough.truth / "record_person.parquet")["record_id"]
    own_numbers = set(records.str.split(":").list.last().to_list())
    # Decoded: DuckDB compresses text, so its bytes alone would prove little.
    in_warehouse = texts(borough.settings.warehouse)
    assert own_numbers.isdisjoint(re.split(r"[^A-Za-z0-9-]+", in_warehouse.decode()))
    _assert_anonymous("warehouse", in_warehouse, numbers, names)
    _assert_anonymous("release", texts(release / "indicators.duckdb"), numbers, names)
    # The search itself works: the identity store holds both.
    in_identity = texts(borough.settings.identity)
    with pytest.raises(AssertionError):
        _assert_anonymous("identity", in_identity, numbers, set())
    with pytest.raises(AssertionError):
        _assert_anonymous("identity", in_identity, set(), names)


def _rows(database: Path) -> bytes:
    """Every row of every table of a SQLite file as text."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        named = connection.execute("select name from sqlite_master where type = 'table'")
        tables = [name for (name,) in named]
        rows = (row for name in tables for row in connection.execute(f'select * from "{name}"'))
        return "\n".join(map(str, rows)).encode()


def _assert_anonymous(where: str, content: bytes, numbers: set[bytes], names: set[bytes]) -> None:
    assert numbers.isdisjoint(re.findall(rb"[0-9]{10}", content)), where
    assert names.isdisjoint(re.findall(rb"[A-Za-z]{8,}", content)), where


def test_a_second_night_changes_nothing_and_says_so(borough: Borough) -> None:
    latest = (borough.settings.published / "latest").resolve()
    before = {path: path.stat().st_mtime_ns for path in latest.iterdir()}
    stores = [borough.settings.warehouse, borough.settings.identity]
    times = [path.stat().st_mtime_ns for path in stores]

    night = nightly(borough.settings)

    assert night.exit_code == 0
    assert "No new delivery" in night.output
    assert "warehouse.duckdb: unchanged" in night.output
    assert "simulating" not in night.output
    assert (borough.settings.published / "latest").resolve() == latest
    assert {path: path.stat().st_mtime_ns for path in latest.iterdir()} == before
    assert [path.stat().st_mtime_ns for path in stores] == times

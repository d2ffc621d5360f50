"""A small clean release in every form of file, and a store that knows one person."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from insight_pipeline.settings import Settings
from tests.conftest import ROOT

RELEASE = "2026-09-14-123456789012"
CAVEAT = "Counts are rounded; ages 0-17, 18-64 and 65-74 75-84 85+ in 2024/25, 2025 Q2."
_TABLES = f"""
    create table release as select '{RELEASE}' as release, date '2026-09-14' as as_of_date;
    create table indicator as select
        'falls' as indicator_id, 'commissioning@ashmere.example' as owner, $caveat as caveats,
        date '2024-04-17' as since_date;
    create table area as select 'E05900001' as area_code, 'Victoria Park' as area_name;
    create table figure as select
        'falls' as indicator_id, date '2025-04-01' as period_from, date '2025-06-30' as period_to,
        1200::bigint as numerator, 10670.00::decimal(18, 2) as value, '[c]' as shorthand;
    create view latest_figures as select * from figure where shorthand is not null;
    create macro trend(series) as table select * from figure where indicator_id = series;
    comment on column figure.value is 'Numerator / basis x multiplier.';
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Falls</title>
<link rel="stylesheet" href="style.css"></head><body><h1>Falls fell</h1>
<p>Data to 14 September 2026. Ask commissioning@ashmere.example.</p>
<table><tr><td>943</td><td>476</td><td>5919</td></tr></table>
<svg role="img" viewBox="0 0 943 476"><title>Falls</title><path d="M 943 476 5919,12.25"/>
<text x="1">2025 Q2</text><text x="2">1,200</text></svg><!-- nothing --></body></html>
"""
FORMS = (
    "indicators.duckdb",
    "indicators.csv",
    "indicators.parquet",
    "indicators.xlsx",
    "datapackage.json",
    "site/index.html",
    "site/chart.svg",
    "site/style.css",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose identity store knows Zoë O'Brien-Adeyemi and Victoria Park."""
    home = tmp_path / "home"
    home.mkdir()
    with duckdb.connect(str(home / "identity.duckdb")) as con:
        con.execute("""
            create table record (
                record_id varchar, given varchar, given_first varchar, family varchar,
                families varchar[]
            )
        """)
        con.execute("""
            insert into record values
                ('a:1', 'zoe', 'zoe', 'obrienadeyemi', ['obrienadeyemi', 'obrien', 'adeyemi']),
                ('a:2', 'victoria', 'victoria', 'park', ['park'])
        """)
    return Settings(home=home, project=ROOT)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder as it is before it is renamed into place; nothing in it is an identifier."""
    folder = tmp_path / "release"
    write_release(folder)
    return folder


def write_release(folder: Path, planted: str = "", forms: Collection[str] = ()) -> None:
    """Every form of file, `planted` put into a text of those among `forms`."""
    (folder / "site").mkdir(parents=True)
    said = {each: f"{CAVEAT} {planted}" if each in forms else CAVEAT for each in FORMS}
    with duckdb.connect(str(folder / "indicators.duckdb")) as con:
        con.execute(_TABLES.replace("$caveat", quoted(said["indicators.duckdb"])))
        for name in ("csv", "parquet"):
            text = quoted(said[f"indicators.{name}"])
            path = quoted(str(folder / f"indicators.{name}"))
            con.execute(f"copy (select *, {text} as note from figure) to {path} (format {name})")
    _workbook(folder / "indicators.xlsx", said["indicators.xlsx"])
    text = json.dumps({"title": "Falls", "notes": [said["datapackage.json"]], "rows": 1200})
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    page = PAGE.replace("Falls fell", said["site/index.html"])
    (folder / "site/index.html").write_text(page, encoding="utf-8")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><text>{said["site/chart.svg"]}</text></svg>'
    (folder / "site/chart.svg").write_text(svg, encoding="utf-8")
    css = f"/* {said['site/style.css']} */\nh1 {{ margin: 0 0 1rem; color: #ab12cd }}\n"
    (folder / "site/style.css").write_text(css, encoding="utf-8")
    describe(folder)


def describe(folder: Path) -> None:
    """release.json and SHA256SUMS as they stand in a release."""
    for name in ("release.json", "SHA256SUMS"):
        (folder / name).unlink(missing_ok=True)
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    sums = {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}
    rules = sha256(b"rules").hexdigest()
    facts = {"release": RELEASE, "predecessor": None, "disclosure_rules": rules, "sha256": sums}
    (folder / "release.json").write_text(json.dumps(facts), encoding="utf-8")
    sums["release.json"] = sha256((folder / "release.json").read_bytes()).hexdigest()
    lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    (folder / "SHA256SUMS").write_text(lines, encoding="utf-8")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _workbook(path: Path, note: str) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "Falls", "created": datetime(2026, 9, 14)})
    sheet = book.add_worksheet("Notes")
    sheet.write_row(0, 0, ["Note", "Rows"])
    sheet.write_string(1, 0, note)
    sheet.write_number(1, 1, 1200)
    book.close()

"""Every file of the zoo is judged as a delivery is, and must come out as expected.yaml says.

Belongs here: the zoo through the real path, the command line and one home of real drops. Does not
belong here: files or expectations (zoo/), or files nobody thought of (test_conservation.py).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.contracts.feed import process_feed
from insight_pipeline.contracts.judging.examination import Bench, Examination
from insight_pipeline.contracts.judging.judge import bench, examine, write_issues
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.landing.reception import receive
from insight_pipeline.settings import Settings
from tests.contracts.zoo import keeper, make
from tests.contracts.zoo.keeper import Expected, Issue

CASES = keeper.expectations()
PARTS = ("received", "accepted", "quarantined", "superseded", "rejected")


class Zoo:
    """The installation, its files and one bench for all of them."""

    def __init__(self, folder: Path) -> None:
        self.settings = keeper.lay_out(folder)
        self.files = make.write_all(folder / "made")
        self.contracts = keeper.contracts_of(self.settings)
        self.law: Law = keeper.law_of(self.settings)
        self.work = folder / "work"
        self.bench: Bench


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zoo]:
    made = Zoo(tmp_path_factory.mktemp("zoo"))
    with bench(made.law, made.settings) as made.bench:
        yield made


def examined(zoo: Zoo, case: Expected) -> tuple[Examination, tuple[Issue, ...]]:
    contract = zoo.contracts[case.contract]
    work = zoo.work / case.name
    work.mkdir(parents=True, exist_ok=True)
    found = examine(zoo.bench, zoo.files[case.name], contract, zoo.law, case.manifest, work)
    return found, issues_of(zoo, found, contract, work / "issues.parquet")


def issues_of(
    zoo: Zoo, examination: Examination, contract: Contract, path: Path
) -> tuple[Issue, ...]:
    write_issues(zoo.bench, examination, contract, path)
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select line, column_name, code, severity from read_parquet(?)", [str(path)]
        ).fetchall()
    return keeper.ordered(rows)


def counts_of(found: Examination | Account) -> tuple[int, ...]:
    return (
        found.received,
        found.accepted,
        found.quarantined,
        found.superseded,
        found.rejected,
    )


def test_the_zoo_holds_more_than_ninety_files_each_with_an_expectation(zoo: Zoo) -> None:
    assert set(zoo.files) == {case.name for case in CASES}
    assert len(CASES) >= 90


def test_the_files_made_by_code_are_the_same_bytes_every_time(zoo: Zoo) -> None:
    for name in set(make.MADE) - LARGE:
        assert zoo.files[name].read_bytes() == make.MADE[name](), name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_of_the_zoo_is_judged_as_expected(zoo: Zoo, case: Expected) -> None:
    found, issues = examined(zoo, case)
    assert (found.outcome, counts_of(found), issues) == (case.outcome, case.counts, case.issues)
    assert found.unreadable == case.unreadable
    received, *parts = counts_of(found)
    assert received == sum(parts)


SPOKEN = (
    *("sound.csv", "unclosed_quote_in_the_middle.csv", "header_renamed.csv", "codes.csv"),
    *("random_bytes.csv", "several_faults_in_a_row.csv", "fewer_rows_than_declared.csv"),
    *("payments_with_title_and_total.xlsx", "payments_with_a_password.xlsx"),
    *("people_entity_bomb.xml", "people_nested_deeply.json", "zip_of_two_files.zip"),
)


@pytest.mark.parametrize("name", SPOKEN)
def test_the_command_line_says_the_same(zoo: Zoo, tmp_path: Path, name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    words = ["check", str(zoo.files[name]), "--contract", case.contract, "--format", "json"]
    if case.manifest:
        declared = tmp_path / "manifest.json"
        declared.write_text(case.manifest.model_dump_json(), encoding="utf-8")
        words += ["--manifest", str(declared)]
    where = {
        "INSIGHT_HOME": str(tmp_path / "home"),
        "INSIGHT_PROJECT": str(zoo.settings.project),
        "INSIGHT_THREADS": "1",
    }
    ended = CliRunner(env=where).invoke(main, words)
    said = json.loads(ended.stdout)
    issues = [(i["line"], i["column"], i["code"], i["severity"]) for i in said["issues"]]
    assert (said["outcome"], said["unreadable"]) == (case.outcome, case.unreadable)
    assert tuple(said[part] for part in PARTS) == case.counts
    assert keeper.ordered(issues) == case.issues
    held = case.outcome == "refused" or case.counts[2] + case.counts[4] > 0
    assert ended.exit_code == int(held)
    assert not (tmp_path / "home").exists()


# One home for all

SOUND = {
    "zoo__visits": "V-900{n},,Ash,14/02/1950,F,ZA1 2BC,07/07/2025,swim,45,3.50,,,Y\n",
    "zoo__payments": "9000000{n},Ridge Farm,120.00,20.00,07/07/2025,,Z{n},\n",
}
HEADERS = {"zoo__visits": "sound.csv", "zoo__payments": "payments_sound.csv"}
LATER = {
    "period_from": "2025-07-01",
    "period_to": "2025-09-30",
    "submitted_at": "2025-10-07T09:00:00Z",
}


def drop(settings: Settings, case: Expected, data: bytes, **declared: str) -> None:
    """A file and its manifest in the provider's inbox, as the provider leaves them."""
    inbox = settings.inbox / "zoo" / case.contract
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / case.name).write_bytes(data)
    manifest = case.declaring(**(case.declared or {}), **declared).model_dump_json()
    (inbox / f"{case.name}.manifest.json").write_text(manifest, encoding="utf-8")


def drop_sound(settings: Settings, zoo: Zoo) -> None:
    for stem, row in SOUND.items():
        header = zoo.files[HEADERS[stem]].read_text(encoding="utf-8").splitlines()[0]
        data = header + "\n" + "".join(row.format(n=n) for n in range(5))
        case = Expected("ours.csv", stem, "Nothing.", None, "accepted", (5, 5, 0, 0, 0), ())
        drop(settings, case, data.encode(), **LATER)


def night(zoo: Zoo, settings: Settings) -> dict[str, dict[str, Account]]:
    """Contract → what was declared as submitted and counted of each delivery, after a night."""
    reception = receive(settings.inbox, settings.landing)
    assert not reception.faults
    accounts = {}
    for stem, contract in zoo.contracts.items():
        fed = process_feed(contract, zoo.law, settings)
        assert all(account.balances for account in fed.accounts.deliveries)
        accounts[stem] = {account.delivery_id: account for account in fed.accounts.deliveries}
    return accounts


def home_at(folder: Path, zoo: Zoo) -> Settings:
    return Settings(home=folder, project=zoo.settings.project, threads=1, memory_limit="1GB")


def assert_unaffected(zoo: Zoo, folder: Path, cases: list[Expected], nights: int) -> None:
    """Sound deliveries fare among these as they do alone, in whatever order all arrive."""
    alone = home_at(folder / "alone", zoo)
    drop_sound(alone, zoo)
    wanted = {stem: found for stem, found in night(zoo, alone).items() if found}
    assert {stem: len(found) for stem, found in wanted.items()} == dict.fromkeys(SOUND, 1)

    among = home_at(folder / "among", zoo)
    for number in range(nights):
        for case in cases[number::nights]:
            drop(among, case, zoo.files[case.name].read_bytes())
        drop_sound(among, zoo)
        found = night(zoo, among)
    assert sum(map(len, found.values())) > len(wanted) + len(cases) // 2
    for stem, accounts in wanted.items():
        for delivery_id, account in accounts.items():
            assert without_neighbours(found[stem][delivery_id]) == without_neighbours(account)
            assert account.outcome == "accepted"


def shuffled(seed: int) -> list[Expected]:
    cases = list(CASES)
    random.Random(seed).shuffle(cases)  # noqa: S311 (an order, no secret)
    return cases


def test_no_fault_in_one_delivery_affects_another(zoo: Zoo, tmp_path: Path) -> None:
    few = [case for case in shuffled(7) if case.name not in LARGE][:50]
    assert_unaffected(zoo, tmp_path, few, nights=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 13])
def test_the_whole_zoo_in_one_home_affects_nothing(zoo: Zoo, tmp_path: Path, seed: int) -> None:
    assert_unaffected(zoo, tmp_path, shuffled(seed), nights=2)


LARGE = {"zip_of_a_gibibyte.zip", "payments_with_a_far_cell.xlsx"}


def without_neighbours(account: Account) -> Account:
    """Notices say what came before or after: those may speak of the zoo."""
    return account.model_copy(update={"notices": ()})

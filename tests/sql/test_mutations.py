"""Would anybody notice? Mistakes planted in indicators and journeys, and the table tests that must.

What mistakes there are stands in mutations.py. A few named ones run with the fast tests; the slow
one plants every mistake in every indicator and in every journey, and prints how many were caught.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.sql.table_tests import Case, load_cases, run_case
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT
from tests.sql.mutations import Mutation, mutations

FOLDER = Path(__file__).parent

# What is planted → where it is looked for: the model, and words of the mutation.
NAMED = {
    "a wrong window": ("homeless_to_treatment_21d", "21 becomes 22"),
    "< for <=": ("hosp_readmit_30d", "<= becomes <"),
    "> for >=": ("asc_care_home_65", ">= becomes >,"),
    "a dropped filter": ("fct_hospital_discharge", "`outcome_code <> 'died'` is left out"),
    "or for and": ("asc_home_91_days", "and becomes its contrary"),
    "swapped dates": ("fct_homelessness_duty_end", "the two days change places"),
    "people of other services": ("fct_onward_referral", "service_code` is left out"),
    "a window of a day less": ("fct_care_leaver", "182 becomes 181"),
}

# Where an event names the provider, a member has one; the counting is that of every proportion.
COUNTED_ONCE = (
    *("asc_home_91_days", "hom_prevented_relieved"),
    *("hom_repeat_12m", "treatment_tenancy_kept_6m"),
    *("md_treatment_completed", "asc_short_term_no_further"),
    *("hom_emergency_6m", "community_health_emergency_91d"),
)

# Mistakes that change nothing, each with its reason: (model, words of the mutation).
HARMLESS = {
    **{
        (name, "counted: distinct is left out"): "a member of one provider stands once in a row"
        for name in COUNTED_ONCE
    },
    ("hosp_falls_65", "falls: the join becomes a left join"): (
        "who is no citizen has no age, and only people of 65 and over are members"
    ),
    ("asc_home_91_days", "cohort: the join becomes a left join"): (
        "who is no citizen has no age, and only people of 65 and over are members"
    ),
    ("asc_care_home_18_64", "age_from becomes age_to, in `AGE_BAND("): (
        "both ends of a band within 18 to 64 lie in the one age band there is"
    ),
    ("fct_homelessness_duty_end", "repeats: the join becomes a left join"): (
        "a duty without a repeat gets an empty one here instead of in the last join"
    ),
    ("fct_hospital_discharge", "ordered_spells: coalesce is left out"): (
        "DuckDB puts stays without an end last as it is; not every engine does"
    ),
    ("fct_onward_referral", "`referrals.citizen_id = first_pickups.citizen_id` is left out"): (
        "an event is one citizen's; the key is named so that a citizen's rows may be made alone"
    ),
    ("fct_hand_off", "awaited: the join becomes an inner join"): (
        "where nobody is under contract no day is awaited, and the last join finds none either"
    ),
    ("fct_hand_off", "judged: the join becomes an inner join"): (
        "a hand-off has a citizen, and a row of its own of reasons and of what is awaited"
    ),
    **{
        (
            "fct_hand_off",
            f"reasons: the join becomes a left join, in `SELECT hand_offs.hand_off_id, {side}.",
        ): ("a hand-off has the row of its own event; an empty one besides names no reason")
        for side in ("placed", "events")
    },
    **{
        ("fct_hand_off", f"under_contract: {change}, in `COALESCE"): (
            "where nobody picked up it is the same for every provider under contract"
        )
        for change in ("coalesce is left out", "TRUE becomes its contrary")
    },
    ("fct_hand_off", "received: the join becomes a left join"): (
        "a hand-off whose pathway has no kind of pick-up finds no event in the next join"
    ),
    ("fct_onward_referral", "candidates: the join becomes a left join"): (
        "a referral nobody picked up gets an empty pick-up here instead of in the last join"
    ),
    ("fct_treatment_completion", "housed: the join becomes a left join"): (
        "somebody without a tenancy gets an empty one here instead of in the last join"
    ),
    ("fct_treatment_completion", "returns: the join becomes a left join"): (
        "a completion without a return gets an empty one here instead of in the last join"
    ),
    **{
        (name, "weighted: the join becomes a left join"): "every member's answer is in a cell"
        for name in ("voice_good_experience", "voice_services_worked_together")
    },
    **{
        ("fct_survey_answer", f"{step}: the join becomes a left join"): (
            "bands, and the sexes in them, are made from the invitations that are joined to them"
        )
        for step in ("banded", "celled")
    },
    ("asc_short_term_no_further", "around: the join becomes a left join"): (
        "a service without long-term support around it gets a count of 0 here instead of later"
    ),
    ("asc_short_term_no_further", "members: the join becomes a left join"): (
        "who is no citizen has no known day of death, and is not in the cohort"
    ),
    ("cla_missing_year", "years: distinct is left out"): (
        "a year listed twice gives the same first placement; distinct saves the work"
    ),
    ("cla_missing_year", "looked_after: the join becomes a left join"): (
        "years come from placements, so none is without one"
    ),
    ("people_served", "quarters: distinct is left out"): (
        "a quarter listed twice gives the same first event; distinct saves the work"
    ),
    ("people_served", "served: the join becomes a left join"): (
        "quarters come from events, so none is without one"
    ),
    ("people_served", "held: < becomes <=, in `CASE WHEN last_days.last_day"): (
        "on the last day itself both branches give that day"
    ),
    **{
        ("fct_need", f"{step}: the join becomes a left join"): reason
        for step, reason in {
            "shown": "an event that shows no need has no day on which it was seen",
            "followed": "every sign is of a need there is",
            "reached": "a need nothing has reached gets an empty answer here instead of later",
            "responsible": "a need nobody answers for gets an empty provider here instead of later",
        }.items()
    },
    ("fct_need_assessment", "repeats: the join becomes a left join"): (
        "one that repeats nothing gets an empty earlier one here instead of in the last join"
    ),
    ("fct_need_assessment", "repeats: < becomes <=, in `earlier.assessed_date"): (
        "two providers never share an event, so no two ids are equal"
    ),
    ("fct_duplicate_assessment", "duplicates: the join becomes a left join"): (
        "every assessment is of a need there is"
    ),
    ("fct_service_vacuum", "expected: the join becomes a left join"): (
        "every need seen is a need there is"
    ),
    **{
        ("fct_service_vacuum", f"{step}: period_from becomes period_to, in `period_from`"): (
            "quarters stand in one order by their first days and by their last"
        )
        for step in ("judged", "runs", "in_runs")
    },
    ("duplicate_assessments", "' ' becomes another text, in `assessments.need_code"): (
        "the blank in the name of a member is for people who read it"
    ),
    ("fct_contract_change", "followers: the join becomes a left join"): (
        "a contract nobody follows gets an empty one, which is no other provider's"
    ),
    ("fct_contract_change", "joined: FALSE becomes its contrary"): (
        "where a sort puts areas that are not there: there is none"
    ),
    ("fct_transition", "open_then: the join becomes a left join"): (
        "a change with nobody in it gets nobody, who is no citizen"
    ),
    ("fct_transition", "awaited: the join becomes a left join"): (
        "the day of a return nobody owes is empty either way"
    ),
    ("fct_transition", "`NOT reported.is_reported` is left out"): (
        "who is reported on is lost before anybody asks when a return is due; it saves the work"
    ),
    ("fct_transition", "judged: the join becomes a left join"): (
        "whoever is in flight has a line of what is reported"
    ),
    **{
        ("fct_transition", f"seen: 1 becomes {number}, in `SELECT 1"): (
            "only whether there is a contract counts, not what its row would say"
        )
        for number in (0, 2)
    },
    ("drug_complete_no_return", "years: distinct is left out"): (
        "a year listed twice gives the same first and last treatment; distinct saves the work"
    ),
    ("drug_complete_no_return", "in_force: the join becomes a left join"): (
        "years come from treatments, so none is without one"
    ),
    ("drug_complete_no_return", "members: the join becomes a left join, in `SELECT firsts"): (
        "whoever has a first treatment in a year has a last one"
    ),
}


@dataclass(frozen=True)
class Bench:
    """A database with the macros, the models under test and the columns of all they read."""

    connection: duckdb.DuckDBPyConnection
    models: Mapping[str, Model]
    columns: Mapping[str, Columns]

    def outcome(self, model: Model, mutation: Mutation, cases: tuple[Case, ...]) -> Outcome:
        """FAILED when a case notices, ERROR when the query does not even run."""
        mutant = replace(model, query=mutation.query)
        for case in cases:
            outcome = run_case(self.connection, mutant, case, self.columns).outcome
            if outcome is not Outcome.PASSED:
                return outcome
        return Outcome.PASSED


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), project=ROOT)
    catalogue = load_catalogue(settings)
    models = {m.name: m for m in catalogue.models if m.schema in ("journeys", "indicators")}
    columns = {**source_columns(catalogue.internal), **check_types(catalogue, settings)}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        install_macros(connection, catalogue.macros)
        yield Bench(connection, models, columns)


def _cases(model: Model) -> tuple[Case, ...]:
    return load_cases(FOLDER / f"{model.name}.yaml")


@pytest.mark.parametrize(("name", "words"), NAMED.values(), ids=NAMED)
def test_a_planted_mistake_is_caught_by_the_table_tests_of_its_model(
    bench: Bench, name: str, words: str
) -> None:
    model = bench.models[name]
    planted = [mutation for mutation in mutations(model.query) if words in mutation.words]
    assert planted, f"{name} has nothing like it"
    for mutation in planted:
        assert bench.outcome(model, mutation, _cases(model)) is Outcome.FAILED, mutation.words


def test_the_tests_pass_where_nothing_is_planted(bench: Bench) -> None:
    for name in {name for name, _ in NAMED.values()}:
        model = bench.models[name]
        unchanged = Mutation("nothing", model.query)
        assert bench.outcome(model, unchanged, _cases(model)) is Outcome.PASSED, name


def test_a_mutation_changes_one_thing_and_says_what() -> None:
    query = "with a as (select x from b.c where x < 3 and y is null) select min(x) from a"
    found = {mutation.words: mutation.query for mutation in mutations(query)}
    assert found["a: < becomes <=, in `x < 3 AND y IS NULL`"] == (
        "WITH a AS (SELECT x FROM b.c WHERE x <= 3 AND y IS NULL) SELECT MIN(x) FROM a"
    )
    assert {words.split(", in ")[0] for words in found} == {
        "the last select: min becomes max",
        "a: < becomes <=",
        "a: 3 becomes 4",
        "a: 3 becomes 2",
        "a: and becomes its contrary",
        "a: `x < 3` is left out",
        "a: `y IS NULL` is left out",
        "a: is null becomes its contrary",
    }


@pytest.mark.slow
def test_every_mistake_in_every_indicator_and_journey_is_caught_or_known_to_be_harmless(
    bench: Bench, record_property: Callable[[str, object], None]
) -> None:
    survivors: dict[tuple[str, str], Mutation] = {}
    caught = 0
    for name, model in sorted(bench.models.items()):
        cases = _cases(model)
        for mutation in mutations(model.query):
            outcome = bench.outcome(model, mutation, cases)
            caught += outcome is Outcome.FAILED
            if outcome is Outcome.PASSED:
                survivors[name, mutation.words] = mutation
    unexplained = [key for key in survivors if not _reason(*key)]
    harmful = caught + len(unexplained)
    record_property(
        "figure",
        f"planted mistakes caught: {caught} of {harmful} ({caught / harmful:.1%}); "
        f"{len(survivors) - len(unexplained)} more change nothing",
    )
    assert unexplained == []
    assert len(survivors) == len(HARMLESS), "a reason that no longer explains anything"


def _reason(name: str, words: str) -> str:
    """Why a mutation changes nothing; empty when nobody knows."""
    return next((why for (m, part), why in HARMLESS.items() if m == name and part in words), "")

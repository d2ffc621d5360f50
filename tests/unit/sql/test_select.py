"""Selection means what users of dbt and SQLMesh expect; graphs are held against networkx."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.select import select

SCHEMAS = ("core", "journeys", "indicators")


@dataclass(frozen=True)
class Placed:
    relation: str
    reads: tuple[str, ...] = ()


MODELS = (
    Placed("core.dim_area", ("internal.area",)),
    Placed("core.dim_citizen", ("internal.citizen",)),
    Placed("core.fct_event", ("internal.event",)),
    Placed("journeys.fct_referral", ("core.dim_citizen", "core.fct_event")),
    Placed("journeys.fct_spend", ("internal.spend",)),
    Placed("indicators.kept_12w", ("core.dim_area", "journeys.fct_referral")),
    Placed("indicators.cost", ("journeys.fct_spend",)),
)


ALL = "dim_area dim_citizen fct_event fct_referral fct_spend kept_12w cost"


def chosen(*words: str, exclude: tuple[str, ...] = (), changed: tuple[str, ...] = ()) -> str:
    """Names of the tables chosen, in order."""
    found = select(MODELS, words, exclude, changed)
    return " ".join(model.relation.partition(".")[2] for model in found)


@pytest.mark.parametrize(
    ("words", "tables"),
    [
        ("fct_referral", "fct_referral"),
        ("journeys.fct_referral", "fct_referral"),
        ("fct_*", "fct_event fct_referral fct_spend"),
        ("core.*", "dim_area dim_citizen fct_event"),
        ("journeys/", "fct_referral fct_spend"),
        ("journeys/fct_s*", "fct_spend"),
        ("dbt_like_sql/journeys/fct_spend.sql", "fct_spend"),
        ("*.dim_*", "dim_area dim_citizen"),
        ("+fct_referral", "dim_citizen fct_event fct_referral"),
        ("fct_event+", "fct_event fct_referral kept_12w"),
        ("fct_event+1", "fct_event fct_referral"),
        ("fct_event+0", "fct_event"),
        ("+fct_referral+", "dim_citizen fct_event fct_referral kept_12w"),
        ("1+kept_12w", "dim_area fct_referral kept_12w"),
        ("2+kept_12w", "dim_area dim_citizen fct_event fct_referral kept_12w"),
        ("internal.event+", "fct_event fct_referral kept_12w"),
        ("internal.event", ""),
        ("cost dim_area", "dim_area cost"),
        ("fct_*,journeys/", "fct_referral fct_spend"),
        ("+kept_12w,fct_event+ cost", "fct_event fct_referral kept_12w cost"),
        ("core", "dim_area dim_citizen fct_event"),
        ("path:core", "dim_area dim_citizen fct_event"),
        ("path:core/dim_area.sql", "dim_area"),
        ("dbt_like_sql/core", "dim_area dim_citizen fct_event"),
        ("./dbt_like_sql/core/", "dim_area dim_citizen fct_event"),
        ("+journeys,core", "dim_citizen fct_event"),
        ("dbt_like_sql", ALL),
        ("dbt_like_sql/", ALL),
    ],
)
def test_words_mean_what_they_mean_in_dbt(words: str, tables: str) -> None:
    assert chosen(words) == tables


def test_no_expression_means_all_and_one_without_a_word_nothing() -> None:
    assert chosen() == ALL
    for blank in ("", "  "):
        with pytest.raises(InsightError, match="selection"):
            chosen(blank)
        with pytest.raises(InsightError, match="selection"):
            chosen("core", blank)
        assert chosen(exclude=(blank,)) == ALL


def test_a_table_is_meant_before_a_folder_of_its_name() -> None:
    models = (*MODELS, Placed("indicators.core"))
    assert [model.relation for model in select(models, ["core"])] == ["indicators.core"]
    assert len(select(models, ["core/"])) == 3


def test_words_given_apart_are_united_like_words_in_one() -> None:
    assert chosen("dim_area", "cost") == chosen("cost dim_area") == "dim_area cost"


def test_what_changed_and_what_follows_from_it() -> None:
    changed = ("journeys.fct_spend", "core.dim_area", "gone.model")
    assert chosen("changed", changed=changed) == "dim_area fct_spend"
    assert chosen("changed+", changed=changed) == "dim_area fct_spend kept_12w cost"
    assert chosen("changed+,indicators/", changed=changed) == "kept_12w cost"
    assert chosen("changed+") == ""


def test_what_is_excluded_is_left_out_of_all_or_of_what_is_selected() -> None:
    assert chosen(exclude=("journeys/+",)) == "dim_area dim_citizen fct_event"
    assert chosen("+kept_12w", exclude=("dim_* fct_event",)) == "fct_referral kept_12w"


def test_upstream_reaches_through_what_no_model_makes() -> None:
    models = (Placed("staging.stg_a", ("accepted.a",)), *MODELS)
    made_of = {"internal.event": ("feeds.event",), "feeds.event": ("staging.stg_a",)}
    found = select(models, ["+core.fct_event"], made_of=made_of)
    assert [model.relation for model in found] == ["staging.stg_a", "core.fct_event"]
    found = select(models, ["accepted.a+,indicators/"], made_of=made_of)
    assert [model.relation for model in found] == ["indicators.kept_12w"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("fct_referal", "did you mean 'fct_referral'?"),
        ("+core.fct_evnt", "did you mean 'core.fct_event'?"),
        ("journey/", "did you mean 'journeys'?"),
        ("journey", "did you mean 'journeys'?"),
        ("path:cor", "did you mean 'core'?"),
        ("dim_*,fct_referrall+", "did you mean 'fct_referral'?"),
        ("zzz*", "nothing similar is known"),
    ],
)
def test_a_word_that_means_nothing_is_told_with_the_nearest(word: str, hint: str) -> None:
    for arguments in ({"expressions": [word]}, {"exclude": [word]}):
        with pytest.raises(InsightError) as raised:
            select(MODELS, **arguments)
        assert hint in raised.value.faults[0].next_step


@pytest.mark.parametrize("word", ["+", "a,,b", ",a", "++a", "@fct_event", "a+b", "x2+a"])
def test_a_word_that_cannot_be_read_is_told_with_an_example(word: str) -> None:
    with pytest.raises(InsightError, match=r"changed\+, 2\+dim_area"):
        select(MODELS, [word])


def test_all_unknown_words_are_told_at_once() -> None:
    with pytest.raises(InsightError) as raised:
        select(MODELS, ["one two"], ["three,core.*"])
    assert len(raised.value.faults) == 3


@st.composite
def graphs(draw: st.DrawFn) -> list[Placed]:
    """Models in build order, each reading some of those before it and perhaps a source."""
    models: list[Placed] = []
    for number in range(draw(st.integers(1, 9))):
        schema = draw(st.sampled_from(SCHEMAS))
        before = [model.relation for model in models]
        reads = draw(st.lists(st.sampled_from([*before, "raw.one", "raw.two"]), unique=True))
        models.append(Placed(f"{schema}.m{number}", tuple(reads)))
    return models


def drawn(models: list[Placed]) -> nx.DiGraph[str]:
    """The same graph for networkx; an edge leads from what is read to what reads it."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(model.relation for model in models)
    graph.add_edges_from((read, model.relation) for model in models for read in model.reads)
    return graph


def within(graph: nx.DiGraph[str], start: str, steps: int | None) -> set[str]:
    return set(nx.single_source_shortest_path_length(graph, start, cutoff=steps))


STEPS = st.none() | st.integers(0, 4)


@given(graphs(), st.data(), STEPS, STEPS)
def test_pluses_reach_what_networkx_reaches(
    models: list[Placed], data: st.DataObject, up: int | None, down: int | None
) -> None:
    start = data.draw(st.sampled_from(models)).relation
    graph = drawn(models)
    word = f"{'' if up is None else up}+{start}+{'' if down is None else down}"
    expected = within(graph.reverse(), start, up) | within(graph, start, down)
    found = [model.relation for model in select(models, [word])]
    assert found == [model.relation for model in models if model.relation in expected]


WORDS = st.lists(
    st.builds(
        lambda up, what, down: f"{'+' * up}{what}{'+' * down}",
        st.booleans(),
        st.sampled_from([*(f"{schema}/" for schema in SCHEMAS), "changed", "m*", "*.m1*", "raw.*"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@given(graphs(), WORDS, WORDS, st.data())
def test_spaces_unite_commas_intersect_and_exclude_subtracts(
    models: list[Placed], some: list[str], others: list[str], data: st.DataObject
) -> None:
    changed = data.draw(st.sets(st.sampled_from([model.relation for model in models])))

    def of(words: str, exclude: str = "") -> set[str]:
        try:
            given = [words] if words else []
            return {m.relation for m in select(models, given, [exclude], changed)}
        except InsightError:
            return set()

    both = [word for word in (*some, *others) if _means_something(models, word)]
    if both:
        assert of(" ".join(both)) == set().union(*(of(word) for word in both))
        assert of(",".join(both)) == set.intersection(*(of(word) for word in both))
        everything = {model.relation for model in models}
        assert of("", " ".join(both)) == everything - of(" ".join(both))


def _means_something(models: list[Placed], word: str) -> bool:
    try:
        select(models, [word])
    except InsightError:
        return False
    return True


@given(graphs(), st.randoms())
def test_the_order_of_what_is_read_and_given_does_not_matter(
    models: list[Placed], random: st.random.Random
) -> None:
    shuffled = list(models)
    random.shuffle(shuffled)
    names = [model.relation for model in select(shuffled, [f"+{models[-1].relation}"])]
    assert sorted(names) == sorted(m.relation for m in select(models, [f"+{models[-1].relation}"]))

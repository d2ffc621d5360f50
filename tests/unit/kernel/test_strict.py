"""Strict YAML: what is misspelt, repeated or cleverly written is refused with its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.strict import (
    StrictModel,
    load_json,
    load_yaml,
    parse_yaml,
    validate,
)


class Price(StrictModel):
    """An inner model, with a key spelt otherwise in files."""

    amount_gbp: int
    price_unit: str = Field(default="year", alias="priceUnit")


class Service(StrictModel):
    """A model as files have them."""

    title: str
    since: date | None = None
    share: float = 0.5
    tags: tuple[str, ...] = ()
    price: Price | None = None


def faults(text: str, model: type[StrictModel] = Service) -> str:
    with pytest.raises(InsightError) as caught:
        validate(parse_yaml(text, "services.yaml"), model, "services.yaml")
    return str(caught.value)


def test_a_good_file_becomes_a_frozen_model(tmp_path: Path) -> None:
    path = tmp_path / "services.yaml"
    path.write_text("title: Leisure\nsince: 2025-04-01\ntags: [a, b]\nprice: {amount_gbp: 5}\n")
    service = load_yaml(path, Service)
    assert service == Service(
        title="Leisure", since=date(2025, 4, 1), tags=("a", "b"), price=Price(amount_gbp=5)
    )
    with pytest.raises(ValueError, match="frozen"):
        service.title = "other"  # type: ignore[misc]


def test_the_error_names_the_file_it_was_read_from(tmp_path: Path) -> None:
    path = tmp_path / "services.yaml"
    path.write_text("titel: Leisure\n")
    with pytest.raises(InsightError, match=r"services\.yaml: titel"):
        load_yaml(path, Service)


def test_a_repeated_key_is_refused_with_its_place() -> None:
    words = faults("title: a\nprice:\n  amount_gbp: 1\n  amount_gbp: 2\n")
    assert "duplicate key amount_gbp at line 3, column 3" in words


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x", "a: {b: &x [1]}\nc: *x", "- &x 1\n- *x"])
def test_an_alias_is_refused(text: str) -> None:
    assert "an alias" in faults(text)


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    layers = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    assert "an alias" in faults(f"l0: &l0 [lol]\n{layers}")


@pytest.mark.parametrize(
    "tagged",
    [
        "!!python/object/apply:os.system [x]",
        "!!binary aGVsbG8=",
        "!!timestamp 2025-04-01",
        "!!set {a}",
        "!!int '5'",
        "!ours x",
    ],
)
def test_a_tag_is_refused(tagged: str) -> None:
    words = faults(f"title: {tagged}")
    assert "services.yaml" in words


@pytest.mark.parametrize("word", ["NO", "no", "Off", "yes", "true", "0x1f", "1_000", "12:30:00"])
def test_a_bare_word_that_yaml_takes_for_something_else_is_never_a_text(word: str) -> None:
    assert "services.yaml: title" in faults(f"title: {word}")


def test_a_quoted_norway_is_a_text() -> None:
    assert validate(parse_yaml("title: 'NO'", "w"), Service, "w").title == "NO"


def test_a_date_is_a_text_until_a_model_wants_a_date() -> None:
    assert parse_yaml("a: 2025-04-01", "w") == {"a": "2025-04-01"}
    assert validate({"title": "2025-04-01"}, Service, "w").title == "2025-04-01"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"title": 5}, "title"),
        ({"title": "a", "share": "0.5"}, "share"),
        ({"title": "a", "tags": "b"}, "tags"),
        ({"title": "a", "since": "04/01/2025"}, "since"),
        ({"title": "a", "price": {"amount_gbp": 1.5}}, "price.amount_gbp"),
        ({"title": "a", "price": {"amount_gbp": True}}, "price.amount_gbp"),
    ],
)
def test_a_value_of_another_type_is_not_bent_into_shape(values: Any, key: str) -> None:
    with pytest.raises(InsightError, match=f"services.yaml: {key}\n"):
        validate(values, Service, "services.yaml")


def test_a_junk_key_is_named_with_the_nearest_known_key() -> None:
    words = faults("title: a\nshair: 0.5\n")
    assert "unknown key 'shair'" in words
    assert "did you mean 'share'?" in words


def test_a_junk_key_inside_is_named_with_the_nearest_key_of_that_place() -> None:
    words = faults("title: a\nprice: {amount_gpb: 5}\n")
    assert "price.amount_gpb" in words
    assert "did you mean 'amount_gbp'?" in words


def test_a_junk_key_is_compared_with_the_names_that_files_use() -> None:
    assert "did you mean 'priceUnit'?" in faults("{amount_gbp: 1, priceUnits: year}", Price)


def test_every_wrong_key_is_told_at_once() -> None:
    words = faults("titel: a\nshare: much\n")
    for part in ("services.yaml: titel", "services.yaml: share", "services.yaml: title"):
        assert part in words


def test_a_fault_of_parsing_shows_no_content() -> None:
    assert "Hernandez" not in faults("title: [Hernandez\nshare: }")


@pytest.mark.parametrize("text", ["", "- a", "just text", "5"])
def test_something_that_is_no_mapping_is_refused(text: str) -> None:
    assert "services.yaml" in faults(text)


def test_text_nested_too_deep_is_refused() -> None:
    assert "services.yaml" in faults("[" * 5000)


def test_bytes_that_are_not_utf8_are_refused_as_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "services.yaml"
    path.write_bytes("title: Café".encode("cp1252"))
    with pytest.raises(InsightError, match=r"services\.yaml"):
        load_yaml(path, Service)


class Words(StrictModel):
    """Any texts under any keys."""

    words: dict[str, str]


texts = st.text(st.characters(codec="utf-8"))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(texts, texts, max_size=3), st.sampled_from([None, 2]))
def test_json_is_read_as_json_reads_it(words: dict[str, str], indent: int | None) -> None:
    text = json.dumps({"words": words}, indent=indent)
    assert validate(parse_yaml(text, "w"), Words, "w").words == words


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("abN0:-[]{}&*!|>'\"#,?\n \t\\\x00é.<"), max_size=30))
def test_any_text_is_values_or_a_fault_and_nothing_else(text: str) -> None:
    try:
        validate(parse_yaml(text, "w"), Service, "w")
    except InsightError as error:
        assert error.faults


# JSON of our own making


def test_json_is_read_into_the_same_model(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    service = Service(title="Zoë", since=date(2025, 4, 1), tags=("a",), price=Price(amount_gbp=5))
    path.write_text(service.model_dump_json(), encoding="utf-8")
    assert load_json(path, Service) == service


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"titel": "a", "title": "b"}', "did you mean 'title'?"),
        ('{"title": 5}', "title"),
        ('{"title": "a", "price": {"amount": 5}}', "price.amount"),
        ('{"title": "a"', ""),
        ("", ""),
        ("[1]", ""),
    ],
)
def test_json_that_was_tampered_with_is_a_fault_with_its_file(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(InsightError) as caught:
        load_json(path, Service)
    assert "a.json" in str(caught.value)
    assert words in str(caught.value)


def test_json_that_is_not_utf8_is_a_fault_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('{"title": "Café"}'.encode("cp1252"))
    with pytest.raises(InsightError, match=r"a\.json"):
        load_json(path, Service)

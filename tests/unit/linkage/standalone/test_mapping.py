"""The words of --map: what they mean, what they may name, and what is guessed without them."""

from __future__ import annotations

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.standalone.mapping import (
    guess_mapping,
    guess_record_id,
    known_column,
    read_mapping,
)

COLUMNS = ("id", "first", "last", "no", "street", "home", "mobile", "a+b", "nhs")


def test_columns_joined_by_plus_are_one_value_and_repeated_fields_are_several() -> None:
    words = ["address_line=no+street", "phone=home", "phone=mobile", "given_name=first"]
    mapping = read_mapping(words, COLUMNS)
    assert mapping.values_of("address_line") == (("no", "street"),)
    assert mapping.values_of("phone") == (("home",), ("mobile",))
    assert mapping.values_of("email") == ()
    assert mapping.columns == {"no", "street", "home", "mobile", "first"}
    assert mapping.options == words


def test_a_column_whose_name_holds_a_plus_is_that_column() -> None:
    assert read_mapping(["given_name=a+b"], COLUMNS).values_of("given_name") == (("a+b",),)


def test_an_identifier_names_its_issuer() -> None:
    mapping = read_mapping(["trusted_id.nhs_number=nhs"], COLUMNS)
    assert mapping.issuers == {"nhs_number": (("nhs",),)}


def test_every_unknown_field_and_column_is_named_at_once_with_what_is_near() -> None:
    with pytest.raises(InsightError) as caught:
        read_mapping(["famly_name=lst", "given_name=first", "email", "record_id=id"], COLUMNS)
    said = str(caught.value)
    assert "did you mean 'family_name'?" in said
    assert "did you mean 'last'?" in said
    assert "'email'" in said and "field 'record_id'" in said
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("field", ["trusted_id.", "trusted_id.NHS", "trusted_id.a:b", "trusted_id"])
def test_an_issuer_is_a_plain_word(field: str) -> None:
    with pytest.raises(InsightError):
        read_mapping([f"{field}=nhs"], COLUMNS)


def test_columns_are_guessed_by_their_names_however_they_are_spelt() -> None:
    columns = ("Person ID", "Surname", "FIRST_NAME", "Date of Birth", "House Number", "Street Name",
               "Post Code", "NHS_No", "Home Phone", "Mobile", "Ethnicity")  # fmt: skip
    assert guess_mapping(columns).options == [
        "given_name=FIRST_NAME",
        "family_name=Surname",
        "birth_date=Date of Birth",
        "address_line=House Number+Street Name",
        "postcode=Post Code",
        "phone=Mobile",
        "phone=Home Phone",
        "trusted_id.nhs_number=NHS_No",
    ]


def test_a_misspelt_column_is_guessed_only_for_a_field_that_is_still_open() -> None:
    mapping = guess_mapping(("surname", "surnam", "forname", "birth_place"))
    assert mapping.options == ["given_name=forname", "family_name=surname"]


def test_a_table_without_any_name_is_not_guessed() -> None:
    with pytest.raises(InsightError, match="--map family_name="):
        guess_mapping(("dob", "postcode"))


def test_the_surest_name_of_a_record_id_is_taken() -> None:
    assert guess_record_id(("id", "Unique_ID", "name")) == "Unique_ID"
    assert guess_record_id(("number", "name")) is None


def test_an_unknown_column_of_an_option_is_told_with_the_nearest() -> None:
    assert known_column("nhs", COLUMNS, "--evaluate") == "nhs"
    with pytest.raises(InsightError, match="did you mean 'street'"):
        known_column("stret", COLUMNS, "--evaluate")

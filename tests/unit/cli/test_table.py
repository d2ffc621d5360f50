"""Tables people read in a terminal."""

from insight_pipeline.cli.table import text_table


def test_numbers_are_right_aligned_with_thousands_and_text_is_left_aligned() -> None:
    table = text_table(("feed", "rows"), [("visits", 1234), ("members", 7)])
    assert table.splitlines() == [
        "feed      rows",
        "-------  -----",
        "visits   1,234",
        "members      7",
    ]


def test_what_is_missing_is_an_empty_cell_and_leaves_no_trailing_blank() -> None:
    assert text_table(("a", "b"), [("x", None)]).splitlines()[-1] == "x"


def test_dates_are_text_and_stay_left() -> None:
    lines = text_table(("period", "n"), [("2025-03-31", 1), ("none", 2)]).splitlines()
    assert lines[2].startswith("2025-03-31  ")
    assert lines[3].startswith("none  ")


def test_a_table_without_rows_shows_its_header() -> None:
    assert text_table(("a", "bc"), []).splitlines() == ["a  bc", "-  --"]


def test_what_a_terminal_would_obey_is_replaced_and_widths_still_fit() -> None:
    table = text_table(("na\nme", "n"), [("a\x1b[31mb\u202ec", 1), ("d\u00a0é", 2)])
    assert table.splitlines() == [
        "na\ufffdme      n",
        "---------  -",
        "a\ufffd[31mb\ufffdc  1",
        "d é        2",
    ]

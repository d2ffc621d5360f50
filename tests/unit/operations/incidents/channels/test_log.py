"""The log channel's file: one line of JSON a message, whole lines only."""

from __future__ import annotations

import json
from pathlib import Path

from insight_pipeline.operations.channel_policy import LogChannel
from insight_pipeline.operations.incidents.channels.letter import letter_of
from insight_pipeline.operations.incidents.channels.log import log_path, write_lines
from insight_pipeline.operations.incidents.channels.send import send
from insight_pipeline.operations.incidents.state import Event, Message
from insight_pipeline.settings import Settings
from tests.unit.operations.making import NOW, incident

LETTER = letter_of(
    [Message("log", Event.OPENED, incident(name), NOW) for name in ("a", "b\nand a line break")],
    NOW,
)


def test_every_message_is_a_line_and_earlier_lines_stay(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=tmp_path)
    write_lines(settings, LETTER)
    first = log_path(settings).read_bytes()
    write_lines(settings, LETTER)
    assert log_path(settings).read_bytes() == first * 2
    told = [json.loads(line) for line in first.splitlines()]
    assert [one["subject"] for one in told] == ["a", "b\nand a line break"]
    assert {one["event"] for one in told} == {"opened"}


def test_a_line_that_a_killed_writer_left_unfinished_spoils_no_other(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=tmp_path)
    write_lines(settings, LETTER)
    path = log_path(settings)
    path.write_bytes(path.read_bytes()[:-20])
    write_lines(settings, LETTER)
    assert [json.loads(line)["subject"] for line in path.read_text().splitlines()[2:]] == [
        "a",
        "b\nand a line break",
    ]


def test_a_log_that_cannot_be_written_is_a_failure_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "operations").write_text("no folder")
    channel = LogChannel(name="log", type="log", owner="team")
    assert not send(channel, LETTER, Settings(home=tmp_path, project=tmp_path))

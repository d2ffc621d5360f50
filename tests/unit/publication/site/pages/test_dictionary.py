"""The dictionary describes everything in the file and nothing else."""

from __future__ import annotations

from html import unescape

from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import Release


def read(release: Release) -> str:
    return unescape(release.text("dictionary.html"))


def test_every_relation_of_the_file_has_its_place(release: Release, store: Store) -> None:
    text = read(release)
    assert store.relations
    for each in store.relations:
        assert f'<h3 id="{each.name}">' in text
        assert each.description in text


def test_every_column_of_the_file_is_described_as_in_the_file(
    release: Release, store: Store
) -> None:
    text = read(release)
    sections = {part.split('"', 1)[0]: part for part in text.split('<h3 id="')[1:]}
    for each in store.relations:
        for column in each.columns:
            assert f"<code>{column.name}</code>" in sections[each.name], (each.name, column.name)
            assert column.meaning in sections[each.name]


def test_the_ten_questions_stand_there_with_their_sql(release: Release) -> None:
    text = read(release)
    questions = load_questions()
    assert len(questions) == 10
    for each in questions:
        assert f'id="question-{each.question_id}"' in text
        assert each.sql.strip() in text

"""Labels of what changed stand beside their lines and apart from each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.publication.site.charts.changes import laid_out
from insight_pipeline.publication.site.charts.frame import SHEETS
from insight_pipeline.publication.site.charts.model import Change

EDGES = [40.0 + 13 * n for n in range(21)]
_LABELS = st.sampled_from(["New form", "Recoverwell takes over", "Re-let"])
_CHANGES = st.lists(
    st.builds(Change, st.integers(0, 20), _LABELS), max_size=3, unique_by=lambda c: c.before
)


@given(_CHANGES)
def test_every_change_has_its_line_in_order(changes: list[Change]) -> None:
    labels = laid_out(changes, EDGES, SHEETS[1])
    assert [each.line for each in labels] == sorted(EDGES[change.before] for change in changes)


def test_a_label_never_crosses_the_line_of_another_where_there_is_another_place() -> None:
    changes = [Change(4, "New form"), Change(13, "Recoverwell takes over from Newleaf")]
    for sheet in SHEETS:
        one, other = laid_out(changes, EDGES, sheet)
        assert not one.meets(other)
        assert " ".join(other.lines) == "Recoverwell takes over from Newleaf"

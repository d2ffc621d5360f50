"""Which numbers of several releases an attacker takes for the same count.

Belongs here: the attacker's model of revisions. He takes a count for unrevised until two releases
contradict each other about it; from there on it is another version of the count, of which the
earlier releases say nothing. Does not belong here: the system these counts make (building.py).
"""

from __future__ import annotations

from insight_pipeline.publication.disclosure.knowledge import ANYTHING, Range

# Measure, indicator or cohort, kind of breakdown, breakdown.
CountName = tuple[str, str, str, str]
Version = tuple[CountName, int]


class Versions:
    """Versions of counts, release after release, with what the releases said of each so far."""

    def __init__(self) -> None:
        self.known: dict[Version, Range] = {}
        self._newest: dict[CountName, int] = {}

    def tell(self, name: CountName, said: Range, *, is_revised: bool = False) -> Version:
        """The version of a count that a release speaks of, which says it lies in `said`."""
        version = self.expect(name, said, is_revised=is_revised)
        self.known[version] = _both(self.known[version], said)
        return version

    def expect(self, name: CountName, said: Range, *, is_revised: bool = False) -> Version:
        """The version of a count that would lie in `said`; nothing is learnt of it yet.

        `is_revised`: the attacker takes the count for revised, contradiction or not.
        """
        version = name, self._newest.get(name, 0)
        low, high = _both(self.known.get(version, ANYTHING), said)
        if low > high or (is_revised and version in self.known):
            version = name, version[1] + 1
        self._newest[name] = version[1]
        self.known.setdefault(version, ANYTHING)
        return version


def _both(first: Range, second: Range) -> Range:
    return max(first[0], second[0]), min(first[1], second[1])

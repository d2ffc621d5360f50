"""What stands beside the records of an XML document: never a row, never unsaid.

Belongs here: elements and text around the records, counted as they pass. Does not belong here: the
records themselves (documents.py).
"""

from __future__ import annotations

from typing import Any

from lxml import etree


class Beside:
    """Takes note of what lies before each record and, in the end, after the last ones."""

    def __init__(self, record: str) -> None:
        self._record = record
        self._lower = record.rpartition("}")[2].lower()
        self._holders: list[Any] = []  # the elements that hold records
        self._others = 0

    def before(self, record: Any) -> int:
        """How many elements since the record before are named like it but for their case."""
        alike = 0
        for sibling in record.itersiblings(preceding=True):
            if self._is_record(sibling):
                return alike
            alike += self._is_alike(sibling)
        self._holders.append(record.getparent())
        return alike

    def after(self) -> int:
        """The same for all that no record follows."""
        alike = 0
        holders = [holder for holder in self._holders if holder is not None]
        for holder in holders:
            for child in holder.iterchildren(reversed=True):
                if self._is_record(child):
                    break
                alike += self._is_alike(child)
        above = {around for holder in holders for around in holder.iterancestors()}
        around = above.union(holders)
        for element in above.difference(holders):
            alike += sum(self._is_alike(child) for child in element if child not in around)
        return alike

    @property
    def notes(self) -> tuple[str, ...]:
        texts = sum(int(TEXTS(holder)) for holder in self._holders if holder is not None)
        counts = {"other_elements": self._others, "text_beside_records": texts}
        return tuple(f"{word}:{count}" for word, count in counts.items() if count)

    def _is_record(self, element: Any) -> bool:
        return self._record in (element.tag, _name(element))

    def _is_alike(self, element: Any) -> bool:
        name = _name(element)
        alike = name.lower() == self._lower
        self._others += bool(name) and not alike
        return alike


TEXTS = etree.XPath("count(text()[normalize-space()])")


def _name(element: Any) -> str:
    """Without its namespace; nothing for an entity."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""

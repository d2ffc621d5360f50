"""A two-way table with its margins published: the shape in which reference cases come.

Belongs here: such a table as a block, to be attacked and protected like any other. Does not belong
here: indicators, whose lines share a total and nothing else (building.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

import numpy as np
from scipy.sparse import csr_array

from insight_pipeline.publication.disclosure.attack import Target
from insight_pipeline.publication.disclosure.block import Block, Claim
from insight_pipeline.publication.disclosure.worlds import Flags, System

Cell = tuple[str, str]


def crosstab(counts: Mapping[Cell, int], width: float = 1) -> Block:
    """The block of a table: its cells, in the order of their names, are figures and columns.

    counts: row and column → count, 0 or more. The sum of every row and every column is published,
    as is every cell that is not withheld; of a table of one column only the grand total is. A cell
    withheld is to have `width` between the smallest and largest value it can have.
    """
    cells = sorted(counts)
    sums = list(_sums(cells))
    rows = np.array([[float(place in line) for place in range(len(cells))] for line in sums])
    totals = np.array([sum(counts[cells[place]] for place in line) for line in sums], dtype=float)
    system = System(
        low=np.zeros(len(cells)),
        high=np.full(len(cells), float(sum(counts.values()))),
        is_count=np.ones(len(cells), dtype=bool),
        rows=csr_array(rows),
        row_low=totals,
        row_high=totals,
    )
    claims = [Claim(place, place, counts[cell], counts[cell]) for place, cell in enumerate(cells)]
    anything = float("-inf"), float("inf")
    targets = [(Target(place, *anything, width, is_small=True),) for place in range(len(cells))]
    return Block(system, tuple(claims), tuple(targets), ())


def withheld(counts: Mapping[Cell, int], names: Iterable[Cell]) -> Flags:
    """Marks of the cells withheld, in the order of `crosstab`."""
    hidden = set(names)
    return np.array([cell in hidden for cell in sorted(counts)])


def _sums(cells: list[Cell]) -> Iterable[list[int]]:
    """Places of the cells of each published sum."""
    axes = (0, 1) if len({column for _, column in cells}) > 1 else (1,)
    for axis in axes:
        by_name = sorted(range(len(cells)), key=lambda place: cells[place][axis])
        for _, line in groupby(by_name, key=lambda place: cells[place][axis]):
            yield list(line)

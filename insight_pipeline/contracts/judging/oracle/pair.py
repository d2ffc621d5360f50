"""What both opinions say: pairs of a row and the code of a rule it breaks.

Belongs here: the words they share. Does not belong here: either opinion.
"""

from __future__ import annotations

Pair = tuple[int, str]
# In place of a code: the row is held back.
HELD = "(held)"

"""Names for the arrays that linkage counts with; all are one kind of number throughout.

Belongs here: those names. Does not belong here: anything done with them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

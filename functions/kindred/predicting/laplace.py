"""How far fitted parameters may err: Laplace's approximation of their posterior."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kindred.predicting.purchases import Floats

STEP = 1e-3  # of the finite differences, in logarithms of parameters


def posterior_covariance(
    cost: Callable[[Floats], float],
    mode: Floats,
    customers: float,
    *,
    prior_curvature: Floats,
    least_curvature: float,
) -> NDArray[np.float64]:
    """Inverse curvature of ``customers`` times ``cost`` at its lowest point, ``mode``.

    ``prior_curvature``, one number per parameter, is added; no direction may be flatter than
    ``least_curvature``, which bounds how far parameters can err that the data don't tell.
    """
    size = len(mode)
    curvature = np.zeros((size, size))
    moves = np.eye(size) * STEP
    for i in range(size):
        for j in range(i + 1):
            curvature[i, j] = curvature[j, i] = (
                cost(mode + moves[i] + moves[j]) - cost(mode + moves[i] - moves[j])
                - cost(mode - moves[i] + moves[j]) + cost(mode - moves[i] - moves[j])
            ) * customers / (4 * STEP * STEP)  # fmt: skip
    values, vectors = np.linalg.eigh(curvature + np.diag(prior_curvature))
    values = np.maximum(values, least_curvature)
    return np.asarray((vectors / values) @ vectors.T)

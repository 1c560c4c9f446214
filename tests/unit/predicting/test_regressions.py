"""Regressions against those of scikit-learn, which differ by solver and by the constant's ridge."""

from __future__ import annotations

import numpy as np
import pytest
from kindred.predicting.regressions import RIDGE, fit_logistic, fit_poisson
from scipy.special import expit
from sklearn.linear_model import LogisticRegression, PoissonRegressor


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    rng = np.random.default_rng(6)
    return rng.normal(size=(500, 3)) * [1, 10, 0.1] + [5, 0, 2]


def standardised(features: np.ndarray) -> np.ndarray:
    return (features - features.mean(axis=0)) / features.std(axis=0)


def test_chances_are_those_of_scikit_learn(features: np.ndarray) -> None:
    table = standardised(features)
    happened = np.random.default_rng(7).random(500) < expit(table @ [1.0, -0.5, 0.2] - 1)
    chances = expit(fit_logistic(features, happened.astype(float)).score(features))
    theirs = LogisticRegression(C=1 / RIDGE, tol=1e-8).fit(table, happened)
    np.testing.assert_allclose(chances, theirs.predict_proba(table)[:, 1], atol=5e-4)


def test_rates_are_those_of_scikit_learn(features: np.ndarray) -> None:
    table = standardised(features)
    counts = np.random.default_rng(8).poisson(np.exp(table @ [0.4, -0.5, 0.2])).astype(float)
    rates = fit_poisson(features, counts).expected(features)
    theirs = PoissonRegressor(alpha=RIDGE / 500, tol=1e-8).fit(table, counts)
    np.testing.assert_allclose(rates, theirs.predict(table), rtol=1e-3)


def test_a_rate_never_passes_what_was_seen(features: np.ndarray) -> None:
    counts = np.exp(standardised(features) @ [0.4, -0.5, 0.2])
    fitted = fit_poisson(features, counts)
    beyond = features.max(axis=0) * [10, -10, 10]
    assert fitted.expected(beyond[None]) <= fitted.expected(features).max()

"""The one file that knows onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]


class Session(Protocol):
    """A loaded graph. Safe to run from several threads at once."""

    def run(self, outputs: Sequence[str], inputs: Mapping[str, Ids]) -> list[Floats]: ...


class OnnxSession:
    """A graph run by onnxruntime on the calling thread.

    One thread a run: batches are small, so several at once use the cores better than one batch
    split over them.
    """

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        # The arena keeps the largest batch it ever saw; without it memory follows the batch.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._wanted = {given.name for given in self._session.get_inputs()}

    def run(self, outputs: Sequence[str], inputs: Mapping[str, Ids]) -> list[Floats]:
        wanted = {name: value for name, value in inputs.items() if name in self._wanted}
        return list(self._session.run(list(outputs), wanted))

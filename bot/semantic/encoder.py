"""all-MiniLM-L6-v2 in numpy: a text becomes a vector of 384 numbers and length 1.

Six BERT layers with twelve heads, the mean over all tokens, length 1 (Reimers and Gurevych 2019; the model's
own card). One text at a time: padding would change the last digits with the company a text is in.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.semantic.wordpiece import read_vocabulary, token_ids

Vector = NDArray[np.float32]

MOST_TOKENS = 256
"""As the model was trained to read; what comes after is not looked at."""

_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_EPSILON = 1e-12
_TYPES: Mapping[str, Any] = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}


class Encoder:
    """The model in memory: about 90 MB that are read from its file as they are needed."""

    def __init__(self, weights: Mapping[str, Vector], vocabulary: Mapping[str, int]) -> None:
        self._weights, self._vocabulary = weights, vocabulary

    def vector(self, text: str) -> Vector:
        """The text's meaning; similar ones have a cosine near 1, which is their dot product."""
        ids = token_ids(text, self._vocabulary, MOST_TOKENS)
        hidden = self._embedded(ids)
        for layer in range(_LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.")
        mean = hidden.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)

    def _embedded(self, ids: list[int]) -> Vector:
        tokens = self._weights["embeddings.word_embeddings.weight"][ids]
        places = self._weights["embeddings.position_embeddings.weight"][: len(ids)]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._normed(tokens + places + kind, "embeddings.LayerNorm")

    def _layer(self, hidden: Vector, name: str) -> Vector:
        mixed = self._attention(hidden, f"{name}attention.")
        hidden = self._normed(mixed + hidden, f"{name}attention.output.LayerNorm")
        wide = _gelu(self._dense(hidden, f"{name}intermediate.dense"))
        return self._normed(self._dense(wide, f"{name}output.dense") + hidden, f"{name}output.LayerNorm")

    def _attention(self, hidden: Vector, name: str) -> Vector:
        query, key, value = (
            self._dense(hidden, f"{name}self.{each}").reshape(len(hidden), _HEADS, -1).transpose(1, 0, 2)
            for each in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(_WIDTH // _HEADS)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        heads = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        return self._dense(heads.transpose(1, 0, 2).reshape(len(hidden), _WIDTH), f"{name}output.dense")

    def _dense(self, hidden: Vector, name: str) -> Vector:
        out: Vector = hidden @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return out

    def _normed(self, hidden: Vector, name: str) -> Vector:
        mean = hidden.mean(axis=-1, keepdims=True)
        spread = hidden.var(axis=-1, keepdims=True)
        out: Vector = (hidden - mean) / np.sqrt(spread + _EPSILON) * self._weights[
            f"{name}.weight"
        ] + self._weights[f"{name}.bias"]
        return out


def load(weights: Path, vocabulary: Path) -> Encoder:
    """The model from its two files, which are whole: `bot/semantic/files.py` has checked them."""
    return Encoder(_tensors(weights), read_vocabulary(vocabulary))


def _tensors(file: Path) -> dict[str, Vector]:
    """What a safetensors file holds (a length, a JSON head, the numbers), left on the disk until read."""
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        head = json.loads(stream.read(length))
    begin = 8 + length
    found: dict[str, Vector] = {}
    for name, told in head.items():
        if name == "__metadata__":
            continue
        first, last = told["data_offsets"]
        kind = _TYPES[told["dtype"]]
        found[name] = np.memmap(
            file,
            dtype=kind,
            mode="r",
            offset=begin + first,
            shape=tuple(told["shape"]) if last > first else (0,),
        )
    return found


def _gelu(value: Vector) -> Vector:
    """x times the normal distribution's share below x, by the error function."""
    out: Vector = 0.5 * value * (1.0 + _erf(value / math.sqrt(2.0)))
    return out


def _erf(value: Vector) -> Vector:
    """Abramowitz and Stegun 7.1.26: off by 1.5e-7 at most, which float32 does not show."""
    sign, at = np.sign(value), np.abs(value)
    t = 1.0 / (1.0 + 0.3275911 * at)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    out: Vector = sign * (1.0 - poly * np.exp(-at * at))
    return out

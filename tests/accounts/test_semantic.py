"""The semantic engine: tokens as published, layers that fit together, what it adds to the lexical one."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.accounts.semantic import KEPT, Semantic
from bot.semantic import encoder, wordpiece
from bot.semantic.encoder import MOST_TOKENS

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "log", "##in", "##s", "page", "don", "'", "t", "cafe", "ö", "!"]
VOCABULARY = {piece: number for number, piece in enumerate(PIECES)}


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Login page", ["log", "##in", "page"]),
        ("logins!", ["log", "##in", "##s", "!"]),
        ("don't", ["don", "'", "t"]),
        ("Café", ["cafe"]),
        ("nothing", ["[UNK]"]),
        ("lo\u200bg\x00in", ["log", "##in"]),
        ("page\tpage\n page", ["page"] * 3),
        ("x" * 101, ["[UNK]"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_the_longest_known_pieces(text: str, tokens: list[str]):
    ids = wordpiece.token_ids(text, VOCABULARY, MOST_TOKENS)
    assert [PIECES[number] for number in ids] == ["[CLS]", *tokens, "[SEP]"]


def test_chinese_signs_and_punctuation_stand_alone():
    assert list(wordpiece.words("登录page!?")) == ["登", "录", "page", "!", "?"]


@given(st.text(max_size=400), st.integers(3, 40))
def test_no_text_is_longer_than_allowed(text: str, most: int):
    ids = wordpiece.token_ids(text, VOCABULARY, most)
    assert 2 <= len(ids) <= most
    assert (ids[0], ids[-1]) == (VOCABULARY["[CLS]"], VOCABULARY["[SEP]"])


@given(st.floats(-6, 6))
def test_the_error_function_is_as_exact_as_its_numbers(at: float):
    found = float(encoder._erf(np.array([at], dtype=np.float64))[0])
    assert abs(found - math.erf(at)) < 2e-7


def small_model() -> encoder.Encoder:
    """The shape of the real one with made-up numbers: what is tested is that the layers fit together."""
    chance = np.random.default_rng(7)

    def some(*shape: int) -> np.ndarray:
        return (chance.standard_normal(shape) * 0.05).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": some(len(PIECES), 384),
        "embeddings.position_embeddings.weight": some(512, 384),
        "embeddings.token_type_embeddings.weight": some(2, 384),
        "embeddings.LayerNorm.weight": np.ones(384, np.float32),
        "embeddings.LayerNorm.bias": np.zeros(384, np.float32),
    }
    for layer in range(6):
        name = f"encoder.layer.{layer}."
        for part, out, into in (
            ("attention.self.query", 384, 384),
            ("attention.self.key", 384, 384),
            ("attention.self.value", 384, 384),
            ("attention.output.dense", 384, 384),
            ("intermediate.dense", 1536, 384),
            ("output.dense", 384, 1536),
        ):
            weights[f"{name}{part}.weight"] = some(out, into)
            weights[f"{name}{part}.bias"] = some(out)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"{name}{part}.weight"] = np.ones(384, np.float32)
            weights[f"{name}{part}.bias"] = np.zeros(384, np.float32)
    return encoder.Encoder(weights, VOCABULARY)


def test_a_vector_has_length_one_and_is_the_same_again():
    model = small_model()
    one, again, other = (
        model.vector("login page"),
        model.vector("login page"),
        model.vector("page page login"),
    )
    assert one.shape == (384,)
    assert float(np.linalg.norm(one)) == pytest.approx(1.0, abs=1e-5)
    assert (one == again).all()
    assert not (one == other).all()
    assert model.vector("").shape == (384,)
    assert model.vector("page " * 5_000).shape == (384,)


def meaning(text: str) -> np.ndarray:
    """Two meanings: everything about signing in, and everything else."""
    return np.array([1.0, 0.0] if "login" in text or "sign" in text else [0.0, 1.0], dtype=np.float32)


def test_meaning_links_what_letters_do_not():
    lexical = Lexical(Background.of())
    engine = Semantic(meaning, lexical)
    one, other = "the login fails for all of us", "nobody can sign on any more"
    invoice = "please send october's invoice"
    alike = engine.log_odds(engine.profile(one), engine.profile(other))
    apart = engine.log_odds(engine.profile(one), engine.profile(invoice))
    assert alike > 0 > apart
    assert alike > lexical.log_odds(lexical.profile(one), lexical.profile(other))


def test_each_text_is_encoded_once_and_the_oldest_are_forgotten():
    asked: list[str] = []

    def encode(text: str) -> np.ndarray:
        asked.append(text)
        return meaning(text)

    background = Background.of()
    engine = Semantic(encode, Lexical(background))
    for _ in range(3):
        engine.profile("login")
    assert asked == ["login", *background.cohort]
    for number in range(KEPT):
        engine.profile(f"n{number}")
    engine.profile("login")
    assert asked.count("login") == 2


def test_the_real_model_says_what_its_card_says():
    folder = Path(".watchbell/model")
    if not (folder / "model.safetensors").exists():
        pytest.skip("the model is not installed here: watchbell model install")
    model = encoder.load(folder / "model.safetensors", folder / "vocab.txt")
    happy = model.vector("That is a happy person")
    for text, cosine in (
        ("That is a happy dog", 0.695),
        ("That is a very happy person", 0.943),
        ("Today is a sunny day", 0.257),
    ):
        assert float(happy @ model.vector(text)) == pytest.approx(cosine, abs=0.001)

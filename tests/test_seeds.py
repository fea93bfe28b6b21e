"""``reseed`` shifts every seed below it, once each, and nothing is changed while the shift is 0."""

import inspect
import random
import threading

import numpy as np
import pytest
import torch
from sklearn.utils import check_random_state

from transformer_lab import induction, reseed
from transformer_lab.corpus import split_pairs

DRAWS = {
    "torch.manual_seed": lambda seed: torch.manual_seed(seed) and torch.rand(3).tolist(),
    "torch.random.manual_seed": lambda seed: torch.random.manual_seed(seed) and torch.rand(3).tolist(),
    "torch.Generator": lambda seed: torch.rand(3, generator=torch.Generator().manual_seed(seed)).tolist(),
    "torch.Generator(device)": lambda seed: torch.rand(3, generator=torch.Generator("cpu").manual_seed(seed)).tolist(),
    "random.seed": lambda seed: random.seed(seed) or random.random(),
    "random.Random": lambda seed: random.Random(seed).random(),
    "random.Random.seed": lambda seed: _reseeded(random.Random(99), seed).random(),
    "numpy.random.seed": lambda seed: np.random.seed(seed) or np.random.rand(),
    "numpy.random.seed(seed=)": lambda seed: np.random.seed(seed=seed) or np.random.rand(),
    "default_rng": lambda seed: np.random.default_rng(seed).random(),
    "default_rng(seed=)": lambda seed: np.random.default_rng(seed=seed).random(),
    "default_rng of a sequence": lambda seed: np.random.default_rng([seed, seed]).random(),
    "SeedSequence": lambda seed: np.random.default_rng(np.random.SeedSequence(seed)).random(),
    "RandomState": lambda seed: np.random.RandomState(seed).rand(),
    "PCG64": lambda seed: np.random.Generator(np.random.PCG64(seed)).random(),
    "scikit-learn": lambda seed: check_random_state(seed).rand(),
    "the package's own": lambda seed: induction.draw(2, 16, [4], torch.Generator().manual_seed(seed))[0].tolist(),
}


def _reseeded(dice, seed):
    dice.seed(seed)
    return dice


@pytest.fixture(autouse=True)
def _restored():
    yield
    reseed(0)


@pytest.mark.parametrize("name", DRAWS)
def test_each_seed_is_shifted_once_and_put_back(name):
    draw = DRAWS[name]
    plain, wanted = draw(3), draw(10)
    assert plain != wanted
    reseed(7)
    assert draw(3) == wanted
    reseed(6)
    assert draw(4) == wanted
    reseed(0)
    assert draw(3) == plain


def test_the_seeds_that_the_package_takes_are_shifted_too(splits):
    pairs = splits["test"][:50]
    plain, wanted = split_pairs(pairs, 0.2, seed=0), split_pairs(pairs, 0.2, seed=3)
    assert plain != wanted
    reseed(3)
    assert split_pairs(pairs, 0.2, seed=0) == wanted


def everything():
    names = ("RandomState", "SeedSequence", "MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64", "default_rng", "seed")
    own = (torch.manual_seed, torch.random.manual_seed, torch.Generator, torch.cuda.manual_seed, torch.mps.manual_seed)
    return (*own, torch.cuda.manual_seed_all, random.seed, random.Random.seed, *(getattr(np.random, n) for n in names))


def test_nothing_is_replaced_unless_the_shift_is_another_than_0():
    before = everything()
    reseed(0)
    assert everything() == before
    reseed(2)
    assert not any(one is other for one, other in zip(everything(), before, strict=True))
    reseed(3)
    reseed(0)
    assert everything() == before


def test_what_has_no_seed_stays_without_one():
    reseed(5)
    assert random.Random().random() != random.Random().random()
    assert np.random.default_rng().random() != np.random.default_rng(None).random()
    assert np.random.RandomState().rand() != np.random.RandomState(None).rand()


def test_texts_bytes_and_the_ends_of_the_range():
    plain = random.Random("a").random(), random.Random(b"a").random(), random.Random(0.5).random()
    reseed(-1)
    shifted = random.Random("a").random(), random.Random(b"a").random(), random.Random(0.5).random()
    assert all(one != other for one, other in zip(plain, shifted, strict=True))
    last = np.random.RandomState(0).rand()
    reseed(0)
    assert last == np.random.RandomState(2**32 - 1).rand()


def test_generators_made_before_are_still_instances_and_draw_on():
    generator, state = torch.Generator().manual_seed(0), np.random.RandomState(0)
    reseed(4)
    assert isinstance(generator, torch.Generator)
    assert isinstance(state, np.random.RandomState)
    assert check_random_state(state) is state
    made = torch.Generator().manual_seed(0)
    reseed(0)
    assert isinstance(made, torch.Generator)
    torch.rand(2, generator=made)


def test_an_unknown_seed_is_still_refused():
    reseed(4)
    with pytest.raises((TypeError, RuntimeError)):
        torch.manual_seed(object())
    with pytest.raises(TypeError):
        torch.Generator().manual_seed()
    assert torch.manual_seed(1).initial_seed() == 5  # the refusals left nothing behind


def test_the_shift_is_seen_by_every_thread():
    reseed(9)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(random.Random(1).random()))
    thread.start()
    thread.join()
    reseed(0)
    assert seen == [random.Random(10).random()]


@pytest.mark.parametrize("shift", [1.0, "1", None, True])
def test_the_shift_is_a_whole_number(shift):
    with pytest.raises(TypeError, match="shift must be a whole number, got"):
        inspect.unwrap(reseed)(shift)  # as a reader calls it: no shape checker before it

"""A reference changed by one small edit is caught, unless the change is none; how many are named is printed."""

import json
import subprocess
import sys

import mutants
import pytest

from transformer_lab.checks import EXERCISES


@pytest.fixture(scope="module")
def survey():
    """From a process of its own, without the tests' type checks: a verdict there takes as long as the learner's."""
    done = subprocess.run([sys.executable, mutants.__file__], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_what_passes_the_cases_computes_the_same_on_other_numbers(survey):
    assert survey["let through"] == []
    assert survey["tried"] > 5 * len(EXERCISES)


def test_changed_references_are_named_without_their_source(survey, capsys):
    named, tried = survey["named"], survey["checked"]
    with capsys.disabled():
        print(f"\n{named} of {tried} changed references are named from what they compute alone ({named / tried:.0%})")
    assert tried > len(EXERCISES) / 2
    assert named > tried / 5

"""Errors: one family, each with the sentence, the place and the cure."""

from __future__ import annotations

import pickle
import re

import pytest

import kg
from kg import errors
from kg.errors import (
    CheckFailed,
    KGError,
    MissingExtra,
    NotFound,
    ParameterError,
    QueryError,
    ReadError,
    StoreError,
    did_you_mean,
    unwritable,
)

KINDS = [
    (NotFound, LookupError),
    (ReadError, ValueError),
    (QueryError, SyntaxError),
    (ParameterError, QueryError),
    (StoreError, OSError),
    (CheckFailed, ValueError),
    (MissingExtra, ImportError),
]


@pytest.mark.parametrize(("kind", "builtin"), KINDS, ids=lambda k: k.__name__)
def test_every_error_is_ours_and_of_a_kind_python_knows(kind: type[KGError], builtin: type) -> None:
    """Each error is a KGError and the built-in kind a Python programmer would catch."""
    assert issubclass(kind, KGError)
    assert issubclass(kind, builtin)


@pytest.mark.parametrize("kind", [KGError, *(k for k, _ in KINDS)], ids=lambda k: k.__name__)
def test_the_whole_sentence_is_place_message_cure(kind: type[KGError]) -> None:
    """``str(error)`` is place, message and cure; each part can be had alone."""
    error = kind("the value is wrong.", cure="Mend it.", where="a.csv, cell D14")

    assert str(error) == "a.csv, cell D14: the value is wrong. Mend it."
    assert (error.message, error.cure, error.where) == ("the value is wrong.", "Mend it.", "a.csv, cell D14")


@pytest.mark.parametrize("kind", [KGError, *(k for k, _ in KINDS)], ids=lambda k: k.__name__)
def test_an_error_without_place_or_cure_is_only_its_message(kind: type[KGError]) -> None:
    """Nothing is added to a message that has neither place nor cure."""
    assert str(kind("it failed.")) == "it failed."


def test_a_read_error_lists_all_problems() -> None:
    """A ReadError shows the first problem and then the others, a line each."""
    error = ReadError("a.ttl: wrong.", problems=["b.ttl: wrong too.", "c.ttl: and this."])

    assert str(error).splitlines() == ["a.ttl: wrong.", "b.ttl: wrong too.", "c.ttl: and this."]
    assert error.problems == ("b.ttl: wrong too.", "c.ttl: and this.")


def test_a_store_error_is_no_errno() -> None:
    """A StoreError keeps its sentence where OSError would make an error number of it."""
    error = StoreError("2", cure="x")

    assert str(error) == "2 x"
    assert error.errno is None


def test_an_unwritable_file_is_named_with_the_reason_of_the_system() -> None:
    """What the system says of a file that cannot be written stands in the sentence."""
    error = unwritable("a/b.csv", PermissionError(13, "Permission denied", "a/b.csv"))

    assert isinstance(error, StoreError)
    assert str(error) == '"a/b.csv" cannot be written: Permission denied. Check the folder and its permissions.'


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("prisoner relase", ["prisoner release", "talks"], 'Did you mean "prisoner release"?'),
        ("TALIBAN", ["Taliban"], 'Did you mean "Taliban"?'),
        ("zebra", ["Taliban"], ""),
        ("", ["Taliban"], ""),
        ("x", [], ""),
    ],
)
def test_the_nearest_word_is_offered(word: str, known: list[str], expected: str) -> None:
    """The closest known word is offered whatever its case; a far one is not."""
    assert did_you_mean(word, known) == expected


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """The errors listed at the head of the module are those that there are."""
    kinds = {n for n, v in vars(errors).items() if isinstance(v, type) and issubclass(v, KGError)}

    assert kinds == {k.__name__ for k, _ in KINDS} | {"KGError"}
    assert errors.__doc__ is not None
    for name in kinds:
        assert re.search(rf"\b{name}\b", errors.__doc__)


def test_an_error_says_what_to_do(article: kg.KnowledgeGraph) -> None:
    """A wrong name ends in a suggestion and the command that lists the right ones."""
    with pytest.raises(LookupError, match=r'No issue "prisoner relase"\.') as caught:
        article.find("prisoner relase", "issue")

    assert caught.value.cure == 'Did you mean "prisoner release"? List them with: kg query issues'


def test_errors_can_travel_between_processes() -> None:
    """An error that is pickled, as by a pool of workers, keeps its message."""
    error = pickle.loads(pickle.dumps(NotFound('No actor "x".', cure="Look.")))

    assert str(error) == 'No actor "x". Look.'
    assert isinstance(error, NotFound)

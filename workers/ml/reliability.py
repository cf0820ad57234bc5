"""Labels out of the answers of people who are not equally reliable (Dawid and Skene 1979).

A. P. Dawid and A. M. Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm",
Applied Statistics 28 (1979): every person has a table of what they say for what is there. Tables, shares of
the classes and the probable class of each image are estimated in turn, beginning with shares of votes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 500
TOLERANCE = 1e-9  # of the mean evidence of an image, in nats
_EQUAL = 1e-6
_LEAST = 1e-10  # keeps the logarithm of what never happened finite

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """Who said what of which image: three columns of places, and how many people and classes there are.

    `known` (images) holds the class of those that are settled, -1 elsewhere.
    """

    image: Places
    person: Places
    said: Places
    known: Places
    people: int
    classes: int


@dataclass(frozen=True)
class Estimate:
    """What the answers come to.

    `probs` (images, classes): how probable each class is. `tables` (people, classes, classes): the share with
    which a person says the last of what is the middle one. `shares` (classes) of the images.
    """

    probs: Floats
    tables: Floats
    shares: Floats

    @property
    def reliability(self) -> Floats:
        """The share of images that each person is expected to answer rightly, (people,)."""
        right: Floats = np.diagonal(self.tables, axis1=1, axis2=2) @ self.shares
        return right


def estimate(answers: Answers) -> Estimate:
    """Estimate by expectation maximisation until the evidence hardly rises; each image needs an answer.

    Images of `known` classes stay what they are and teach the tables. Raises ValueError if an image has no
    answer.
    """
    images, rows = len(answers.known), len(answers.image)
    counts = np.zeros((images, answers.classes))
    np.add.at(counts, (answers.image, answers.said), 1.0)
    if images == 0 or not counts.any(axis=1).all():
        raise ValueError(f"{rows} answers do not reach all of {images} images.")
    probs = _settled(counts / counts.sum(axis=1, keepdims=True), answers.known)
    before = -np.inf
    for _ in range(ROUNDS):
        shares, tables = probs.mean(axis=0), _tables(answers, probs)
        joint = np.tile(np.log(np.maximum(shares, _LEAST)), (images, 1))
        np.add.at(joint, answers.image, np.log(tables[answers.person, :, answers.said]))
        top = joint.max(axis=1, keepdims=True)
        scaled = np.exp(joint - top)
        total = scaled.sum(axis=1, keepdims=True)
        probs = _settled(scaled / total, answers.known)
        evidence = float((np.log(total) + top).mean())
        if evidence - before < TOLERANCE:
            break
        before = evidence
    return Estimate(probs, _tables(answers, probs), probs.mean(axis=0))


def chosen(answers: Answers, probs: Floats) -> list[int | None]:
    """The most probable of the classes that people gave each image; None where two are equally so.

    With few answers, tables may hold that two people who differ mean a third class, which none would expect.
    """
    given = np.zeros_like(probs, dtype=bool)
    given[answers.image, answers.said] = True
    probs = np.where(given, probs, -1.0)
    places = probs.argmax(axis=1)
    near = (probs >= probs.max(axis=1, keepdims=True) - _EQUAL).sum(axis=1) > 1
    return [None if tied else int(place) for place, tied in zip(places, near, strict=True)]


def _tables(answers: Answers, probs: Floats) -> Floats:
    """What each person says for each class, by the images' probable classes: (people, classes, classes)."""
    counts = np.zeros((answers.people, answers.classes, answers.classes))
    for person in range(answers.people):
        mine = answers.person == person
        np.add.at(counts[person].T, answers.said[mine], probs[answers.image[mine]])
    counts = np.maximum(counts, _LEAST)
    tables: Floats = counts / counts.sum(axis=2, keepdims=True)
    return tables


def _settled(probs: Floats, known: Places) -> Floats:
    rows = np.flatnonzero(known >= 0)
    probs[rows] = 0.0
    probs[rows, known[rows]] = 1.0
    return probs

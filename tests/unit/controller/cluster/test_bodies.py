"""Bodies: good for one version, bounded all together, and nobody's to change."""

from interleaver.controller.cluster.bodies import Bodies, Name

A, B, C = (Name("Service", "shop", letter) for letter in "abc")


def test_a_body_is_there_for_its_own_version_alone() -> None:
    bodies = Bodies()
    bodies.keep(A, "5", {"spec": 1})
    assert bodies.find(A, "5") == {"spec": 1}
    assert bodies.find(A, "6") is None
    assert bodies.find(B, "5") is None


def test_a_later_version_takes_the_place_of_the_former() -> None:
    bodies = Bodies()
    bodies.keep(A, "5", {"spec": 1})
    bodies.keep(A, "6", {"spec": 2})
    assert (bodies.find(A, "5"), bodies.find(A, "6")) == (None, {"spec": 2})


def test_who_changes_what_he_got_changes_nobody_elses() -> None:
    bodies = Bodies()
    bodies.keep(A, "5", {"spec": {"x": 1}})
    bodies.find(A, "5")["spec"]["x"] = 2
    assert bodies.find(A, "5") == {"spec": {"x": 1}}


def test_when_there_are_too_many_the_one_that_was_not_used_for_longest_goes() -> None:
    bodies = Bodies(most=250)
    for name in (A, B):
        bodies.keep(name, "5", "x" * 100)
    bodies.find(A, "5")
    bodies.keep(C, "5", "x" * 100)
    assert [bodies.find(name, "5") is not None for name in (A, B, C)] == [True, False, True]


def test_one_that_is_larger_than_all_may_be_is_not_kept() -> None:
    bodies = Bodies(most=50)
    bodies.keep(A, "5", "x" * 100)
    assert bodies.find(A, "5") is None

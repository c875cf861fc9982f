"""How far asking has come, and how long it will take."""

from interleaver.lab.asking.progress import Progress


def test_the_time_left_is_reckoned_from_what_this_run_asked() -> None:
    progress = Progress(total=1000, done=600, kept=500, failed=0, retries=0, seconds=10)
    assert progress.per_second == 10
    assert progress.seconds_left == 40


def test_nothing_is_known_before_the_first_answer() -> None:
    assert Progress(10, 0, 0, 0, 0, 0.0).seconds_left is None
    assert Progress(10, 5, 5, 0, 0, 3.0).seconds_left is None


def test_what_is_done_has_no_time_left() -> None:
    assert Progress(10, 10, 0, 0, 0, 2.0).seconds_left == 0

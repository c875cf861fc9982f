"""How property tests search: without a clock, and the same way every time unless a deeper search is asked for."""

import os

from hypothesis import HealthCheck, settings

# Deadlines and the check for slow generation measure the machine and not the code: on a busy one they fail by chance.
# The search is derandomised so that a commit is either green or red, and not both.
settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
# Other examples every time, and twenty times as many: by hand, some minutes.
settings.register_profile(
    "deep", deadline=None, max_examples=2_000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


def load_profile() -> None:
    """Load the profile that HYPOTHESIS_PROFILE names."""
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

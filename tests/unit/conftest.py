"""How property tests search: without a clock, and the same way every time."""

from hypothesis import HealthCheck, settings

# Deadlines and the check for slow generation measure the machine and not the code: on a busy one they fail by chance.
# The search is derandomised so that a commit is either green or red, and not both.
settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

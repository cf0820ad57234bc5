"""How much is tried: the same inputs in each run, so that nothing fails by chance."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "fuzz",
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

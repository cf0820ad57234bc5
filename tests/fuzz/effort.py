"""How much is tried: the same inputs in each run, so that nothing fails by chance."""

from hypothesis import HealthCheck, Phase, settings


def tries(inputs: int) -> settings:
    """Settings of a test that is given so many inputs."""
    return settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )

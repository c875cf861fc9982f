"""A pool at the end of the process."""

from interleaver.router.models.pool import Limits
from tests.router.models.scenes import Scene, play


def test_a_pool_that_is_closed_opens_no_connection_for_those_who_waited_for_one() -> None:
    async def scene(stage: Scene) -> None:
        for _ in range(5):
            stage.ask()
        await stage.until(lambda: sum(model.asked for model in stage.models) == 2)
        stage.pool.close()
        assert (stage.pool.open, len(stage.pool.dialling)) == (0, 0)

    play(scene, Limits(connections=2))

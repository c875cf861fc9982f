"""Answers that nobody waits for any more: a few are read to their end, so that their connections can be used again."""

from interleaver.router.models.pool import Limits
from tests.router.models.scenes import Scene, play

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def test_eight_late_answers_are_read_and_the_other_connections_are_closed() -> None:
    async def scene(stage: Scene) -> None:
        clients = await stage.abandon(12)
        await stage.until(lambda: len(stage.models) == 8)
        assert len(stage.pool.connections) == stage.pool.open == 8
        for model in stage.models:
            model.transport.write(ANSWER)
        await stage.until(lambda: len(stage.pool.idle) == 8)
        assert [client.heard for client in clients] == [[]] * 12, "nobody hears of a late answer"
        _, client = stage.ask()
        await stage.until(lambda: sum(model.asked for model in stage.models) == 9)
        assert stage.pool.open == 8, "no new connection was needed"
        next(model for model in stage.models if model.asked == 2).transport.write(ANSWER)
        await stage.until(lambda: client.heard == [200, b"{}", "end"])

    play(scene, Limits())


def test_a_late_answer_that_never_ends_is_not_read_for_ever() -> None:
    async def scene(stage: Scene) -> None:
        await stage.abandon(3)
        for model in stage.models:
            model.transport.write(ANSWER[:-1])
        await stage.until(lambda: stage.pool.open == 0)
        assert not stage.pool.draining

    play(scene, Limits(drain=0.05))


def test_a_place_among_the_late_ones_is_free_again_once_its_answer_is_read() -> None:
    async def scene(stage: Scene) -> None:
        await stage.abandon(1)
        stage.models[0].transport.write(ANSWER)
        await stage.until(lambda: len(stage.pool.idle) == 1)
        stage.models[0].asked = 0
        await stage.abandon(1)
        assert len(stage.pool.draining) == 1

    play(scene, Limits(draining=1))

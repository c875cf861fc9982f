"""aiohttp on both sides, with the standard library's event loop. PORT CHAMPION CANDIDATE SECONDS."""

import sys

from aiohttp import web

from bench.router.others.calling import Models
from bench.router.others.drafting import IMPRESSION, answer


async def make_app(champion: str, candidate: str, seconds: str) -> web.Application:
    models = Models(champion, candidate, float(seconds))

    async def recommend(request: web.Request) -> web.Response:
        body, impression = answer(*await models.ask(await request.read()))
        headers = {IMPRESSION: impression} if impression is not None else {}
        return web.Response(body=body, content_type="application/json", headers=headers)

    app = web.Application()
    app.router.add_post("/recommend", recommend)
    app.on_cleanup.append(lambda _: models.close())
    return app


if __name__ == "__main__":
    web.run_app(make_app(*sys.argv[2:]), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)

"""The operator's HTTP endpoints: /metrics, /healthz, /readyz."""

from collections.abc import Callable

from aiohttp import web

from interleaver.controller.settings import Http, SettingsError


async def serve(
    http: Http, text: Callable[[], bytes], is_alive: Callable[[], bool], is_ready: Callable[[], bool]
) -> web.AppRunner:
    """Start serving; `cleanup()` of what is returned ends it. Raises SettingsError when the port is taken."""

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def healthz(_: web.Request) -> web.Response:
        return _answer(is_alive(), "no resync has ended lately")

    async def readyz(_: web.Request) -> web.Response:
        return _answer(is_ready(), "no resync has succeeded lately")

    app = web.Application()
    app.add_routes([web.get("/metrics", metrics), web.get("/healthz", healthz), web.get("/readyz", readyz)])
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, http.host, http.port).start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(f"INTERLEAVER_PORT: cannot listen on {http.host}:{http.port}: {error.strerror}") from None
    return runner


def _answer(good: bool, why_not: str) -> web.Response:
    return web.Response(text="ok\n") if good else web.Response(status=503, text=f"{why_not}\n")

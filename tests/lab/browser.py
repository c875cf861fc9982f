"""A real browser, Debian's Chromium, that looks at pages as people do."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from tests import packages

OPTIONS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    # Neither the browser nor a page that it shows talks to anything but this machine.
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.*",
)


def install() -> None:
    """Have it, or skip the test, which is a failure where nothing may be skipped."""
    packages.install("chromium", "chromium=chromium", "chromedriver=chromium-driver", seconds=300)


class Browser:
    """One browser with one page. Everything is undone by the next `open`."""

    def __init__(self) -> None:
        options = ChromeOptions()
        for option in OPTIONS:
            options.add_argument(option)
        options.binary_location = shutil.which("chromium") or ""
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))

    def open(self, url: str, *, width: int = 1400, dark: bool = False, scripts: bool = True) -> None:
        """Show a page in a window of this width, to a person of this taste. What was said before is forgotten."""
        self.order("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.order("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": self.taste(dark)}])
        self.resize(width, 900)
        self.driver.get("about:blank")
        self.read_log("browser")
        self.read_log("performance")
        self.driver.get(url)

    def taste(self, dark: bool) -> str:
        return "dark" if dark else "light"

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.order("Emulation.setDeviceMetricsOverride", **size)

    def order(self, command: str, **told: Any) -> None:
        """An order of Chrome's own protocol."""
        self.driver.execute_cdp_cmd(command, told)

    def run(self, script: str, *values: object) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *values)

    def wait_for_text(self, words: str, seconds: float = 60) -> str:
        """All text of the page, once it has these words: of a page that draws itself."""
        WebDriverWait(self.driver, seconds).until(lambda _: words in self.read())
        return self.read()

    def wait_for(self, script: str, seconds: float = 60) -> Any:
        """What a script in the page returns, once that is something."""
        return WebDriverWait(self.driver, seconds).until(lambda _: self.run(script))

    def read(self) -> str:
        """All text that people see."""
        return str(self.run("return document.body.innerText"))

    def read_log(self, kind: str) -> list[dict[str, Any]]:
        """What a log has got since it was read last."""
        return list(self.driver.get_log(kind))  # type: ignore[no-untyped-call]

    def complaints(self) -> list[str]:
        """What the page wrote to the console since it was opened."""
        return [entry["message"] for entry in self.read_log("browser")]

    def requests(self) -> list[str]:
        """Every address that was asked for since the page was opened."""
        entries = [json.loads(entry["message"])["message"] for entry in self.read_log("performance")]
        sent = [entry["params"]["request"] for entry in entries if entry["method"] == "Network.requestWillBeSent"]
        return [request["url"] for request in sent]

    def take_picture(self, file: Path, *, width: int = 1400, most: int = 6000) -> Path:
        """A picture of the whole page, or of the beginning of a very long one."""
        height = self.run("return document.documentElement.scrollHeight")
        self.resize(width, min(height, most))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.driver.get_screenshot_as_png())
        return file

    def close(self) -> None:
        self.driver.quit()

"""Turn this machine's pip settings into a pip.conf for an image build, which reaches the index as the machine does.

Reads `pip config list` on standard input, writes the file's text on standard output. The file is mounted during the
build and never stays in an image.
"""

import sys

# What says how to reach an index. Folders of this machine (find-links, cache-dir) do not exist in a build.
KEPT = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "default-timeout", "retries")


def read_settings(lines: list[str]) -> dict[str, str]:
    """The settings that are kept, by name. pip lists them as scope.name='value', the environment's as :env:.name."""
    settings: dict[str, str] = {}
    for line in sorted(lines, key=lambda text: text.startswith(":env:")):  # the environment wins, as it does in pip
        key, _, value = line.strip().partition("=")
        name = key.rpartition(".")[2].replace("_", "-").lower()
        if name in KEPT:
            settings["timeout" if name == "default-timeout" else name] = value.strip("'\"").replace("\\n", " ")
    return settings


def render(settings: dict[str, str], certificates: str | None) -> str:
    """A pip.conf; `certificates` is the path, inside the build, of the authorities to trust."""
    chosen = settings | ({"cert": certificates} if certificates else {})
    return "".join(["[global]\n", *(f"{name} = {value}\n" for name, value in sorted(chosen.items()))])


if __name__ == "__main__":
    sys.stdout.write(render(read_settings(sys.stdin.readlines()), sys.argv[1] if len(sys.argv) > 1 else None))

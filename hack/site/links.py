"""Where a file of the repository stands on the site, and what becomes of links between files.

Pages link to each other as they lie in the repository, so that they can be read there. The site has docs/ at its root.
"""

import re
from os.path import normpath, relpath
from pathlib import PurePosixPath
from typing import Final

PAGES: Final = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
DECISIONS: Final = PurePosixPath("docs/decisions")
LINK: Final = re.compile(r"(?<=\]\()([^)\s#]+)(?=[)#])")
CODE: Final = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)


def place(path: PurePosixPath) -> PurePosixPath:
    """The page that shows a file of the repository, by its source on the site."""
    if str(path) in PAGES:
        return PurePosixPath(PAGES[str(path)])
    if path == DECISIONS:
        return PurePosixPath("decisions/index.md")
    if path.parts[0] == "docs":
        return path.relative_to("docs")
    return PurePosixPath("repository", f"{path}.md")


def find_outside(page: PurePosixPath, text: str) -> set[PurePosixPath]:
    """The files that a page links to and that are neither in docs/ nor pages of the site by themselves."""
    paths = (resolve(page, link) for link in _list_links(text))
    return {path for path in paths if place(path).parts[0] == "repository"}


def translate(page: PurePosixPath, text: str) -> str:
    """A page whose links lead to where the files stand on the site. Blocks and quoted code stay as they are."""
    start = place(page).parent

    def turn(link: re.Match[str]) -> str:
        return link[0] if "://" in link[0] else relpath(place(resolve(page, link[0])), start)

    parts = CODE.split(text)
    return "".join(part if number % 2 else LINK.sub(turn, part) for number, part in enumerate(parts))


def resolve(page: PurePosixPath, link: str) -> PurePosixPath:
    """The path, from the repository's root, of what a page links to."""
    return PurePosixPath(normpath(page.parent / link))


def _list_links(text: str) -> list[str]:
    return [link for link in LINK.findall(CODE.sub("", text)) if "://" not in link]

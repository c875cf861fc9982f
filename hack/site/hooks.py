"""What MkDocs calls while it builds the site: pages from outside docs/, the list of decisions, links that hold."""

from pathlib import Path, PurePosixPath
from typing import Final

from hack.site.links import DECISIONS, PAGES, find_outside, place, translate
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parent.parent.parent
LANGUAGES: Final = {".yaml": "yaml", ".sh": "sh", ".py": "python"}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Every decision stands in the navigation, in the order of their numbers."""
    (listed,) = [section["Decisions"] for section in config.nav if "Decisions" in section]
    listed += [str(place(path)) for path in list_decisions()]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages that docs/ has not."""
    texts = {path: (ROOT / path).read_text() for path in list_pages()}
    for path in sorted(set().union(*(find_outside(*page) for page in texts.items()))):
        add(files, config, place(path), show_file(path))
    for path in map(PurePosixPath, PAGES):
        add(files, config, place(path), texts[path])
    add(files, config, place(DECISIONS), show_decisions())
    add(files, config, PurePosixPath("site.css"), (ROOT / "hack/site/site.css").read_text())
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A page's text with links that hold on the site."""
    sources = {str(place(path)): path for path in list_pages()}
    source = sources.get(page.file.src_uri)
    if not source or source.parent == DECISIONS:
        page.meta["search"] = {"boost": 0.2}  # who searches wants to know how, and then why
    return translate(source, markdown) if source else markdown


def list_pages() -> list[PurePosixPath]:
    """The pages that people write, by their paths from the root."""
    written = [PurePosixPath(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")]
    return [*map(PurePosixPath, PAGES), *written]


def list_decisions() -> list[PurePosixPath]:
    """The decisions in their order."""
    return sorted(path for path in list_pages() if path.parent == DECISIONS)


def add(files: Files, config: MkDocsConfig, source: PurePosixPath, text: str) -> None:
    """Give the site a page of this text."""
    files.append(File.generated(config, str(source), content=text))


def show_file(path: PurePosixPath) -> str:
    """A page that shows a file as it is."""
    return f"# {path}\n\n````{LANGUAGES.get(path.suffix, 'text')}\n{(ROOT / path).read_text()}````\n"


def show_decisions() -> str:
    """The list of decisions."""
    titles = {path.name: (ROOT / path).read_text().partition("\n")[0].removeprefix("# ") for path in list_decisions()}
    rows = "".join(f"- [{title}]({name})\n" for name, title in titles.items())
    return f"# Decisions\n\nEach binds what comes after it: what was decided, why, and what else there was.\n\n{rows}"

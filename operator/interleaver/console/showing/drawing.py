"""Drawings as pictures: Streamlit takes SVG out of HTML. Their colours follow the theme of the page all the same, for a
picture has the colour scheme of what it stands in."""

from base64 import b64encode

from interleaver.console.showing.markup import load_templates


def draw(template: str, **told: object) -> str:
    """An SVG of these values, as an address that holds it."""
    svg = load_templates().get_template(template).render(**told)
    return "data:image/svg+xml;base64," + b64encode(svg.encode("utf-8", "replace")).decode("ascii")

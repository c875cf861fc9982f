"""How the map looks. Colours stand twice, for a light page and for a dark one; nothing needs a font of its own."""

from typing import Final

STYLE: Final = """\
<style>
  text { font-family: "Segoe UI", "DejaVu Sans", Verdana, Arial, sans-serif; font-size: 12px; fill: #1c2733; }
  .name { font-size: 14px; font-weight: bold; }
  .large { font-size: 17px; }
  .loads { font-size: 11.5px; font-style: italic; fill: #4d5d6c; }
  rect { stroke: #66788a; }
  .page { fill: #ffffff; stroke: none; }
  .room { fill: #ffffff; }
  .program { fill: #e0ecfa; }
  .pure { fill: #e1f2e6; }
  .science { fill: #faeed8; }
  .vocabulary { fill: #eae5f6; }
  .way { fill: none; stroke: #66788a; stroke-width: 1.3; }
  .point { fill: #66788a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8eef4; }
    .loads { fill: #b4c1cd; }
    rect { stroke: #8b9cad; }
    .page { fill: #0f1720; }
    .room { fill: #17222e; }
    .program { fill: #1d3552; }
    .pure { fill: #1b3d2b; }
    .science { fill: #463818; }
    .vocabulary { fill: #352d53; }
    .way { stroke: #9dadbd; }
    .point { fill: #9dadbd; }
  }
</style>"""

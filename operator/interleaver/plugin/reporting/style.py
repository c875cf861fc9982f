"""The page's style: two themes by the reader's taste, and paper."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light; --page: #fff; --raised: #f5f6f8; --ink: #1c2128; --faint: #57606a; --rule: #d5dae0;
  --a: #1f5fbf; --b: #a84300; --c: #5b3fa8; --good: #14692e; --bad: #b3201d; --open: #7a5200;
  --good-page: #e8f5eb; --bad-page: #fdecea; --open-page: #fdf4de; }
@media (prefers-color-scheme: dark) { :root { color-scheme: dark; --page: #14171c; --raised: #1d2229; --ink: #e4e8ee;
  --faint: #a3adb9; --rule: #39414c; --a: #83b4ff; --b: #ffab63; --c: #b79cff; --good: #74d48b; --bad: #ff938c;
  --open: #eac26a; --good-page: #14291a; --bad-page: #351a1a; --open-page: #2e2614; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 1240px; margin: 0 auto; padding: 16px 20px 40px; }
h1 { font-size: 26px; line-height: 1.25; margin: 4px 0 8px; }
h2 { font-size: 19px; margin: 34px 0 8px; }
p { margin: 4px 0 8px; }
.faint, figcaption, .legend { color: var(--faint); }
.headline { padding: 16px 22px; border-left: 6px solid; border-radius: 6px; }
.good { background: var(--good-page); border-color: var(--good); }
.bad { background: var(--bad-page); border-color: var(--bad); }
.open { background: var(--open-page); border-color: var(--open); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 8px 28px; }
figure { margin: 16px 0 0; break-inside: avoid; }
figure h3 { font-size: 16px; margin: 0; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 12px; fill: var(--faint); }
svg .named { fill: var(--ink); }
.axis, .tick { stroke: var(--faint); fill: none; }
.grid { stroke: var(--rule); }
.mark { stroke: var(--ink); stroke-dasharray: 3 4; fill: none; }
.line { fill: none; stroke-width: 2; }
.line.on-par, .line.preference, .line.ramp { stroke: var(--a); }
.line.better { stroke: var(--b); stroke-dasharray: 8 4; }
.line.harm { stroke: var(--c); stroke-dasharray: 2 4; }
.dot { fill: var(--a); }
.band { fill: var(--a); opacity: 0.18; stroke: none; }
.legend span { display: inline-flex; align-items: center; gap: 6px; margin-right: 18px; }
.legend svg { display: inline; width: 36px; height: 10px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 5px 10px 5px 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
thead th { color: var(--faint); font-size: 13px; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
meter { width: 140px; }
.share { display: flex; height: 16px; border-radius: 4px; overflow: hidden; min-width: 160px; }
.share i { display: block; background: var(--b); }
.share i + i { background: var(--rule); }
.share i + i + i { background: var(--a); }
dl { margin: 8px 0; }
dl div { display: grid; grid-template-columns: minmax(0, 16em) minmax(0, 1fr); gap: 4px 16px; padding: 3px 0;
  border-bottom: 1px solid var(--rule); }
dt { color: var(--faint); }
dd { margin: 0; white-space: pre-line; }
@media (max-width: 600px) { main { padding: 10px 12px; } h1 { font-size: 21px; }
  dl div { grid-template-columns: minmax(0, 1fr); } }
@media print { :root { color-scheme: light; --page: #fff; --raised: #f5f6f8; --ink: #000; --faint: #444; --rule: #bbb;
  --a: #1f5fbf; --b: #a84300; --c: #5b3fa8; --good: #14692e; --bad: #b3201d; --open: #7a5200; --good-page: #fff;
  --bad-page: #fff; --open-page: #fff; } body { font-size: 11pt; } main { max-width: none; padding: 0; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } .scroll { overflow: visible; } }
"""

"""The gallery's page: one HTML file beside the pictures, with nothing fetched from elsewhere."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.gallery import Entry

text = partial(escape, quote=False)
"""Plain text as HTML has it between tags."""

STYLE = """\
:root { color-scheme: light dark;
  --ground: #ffffff; --ink: #1f2328; --muted: #59616a; --line: #d5d9de; --code: #f3f4f6 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --ink: #e8eaed; --muted: #a3abb5; --line: #363d46; --code: #20262d }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 52rem; padding: 2.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, sans-serif }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%) }
nav ol { columns: 2; column-gap: 2rem; padding-left: 1.6rem; color: var(--muted) }
nav a { color: inherit }
figure { margin: 3.5rem 0 0; padding-top: 1.75rem; border-top: 1px solid var(--line) }
img { display: block; max-width: 100%; height: auto; border-radius: 6px }
figcaption { margin-top: .9rem }
figcaption p { margin: 0 0 .6rem }
code { display: block; overflow-x: auto; padding: .55rem .8rem; border-radius: 6px; background: var(--code);
  font: .875rem/1.5 ui-monospace, monospace; white-space: pre }
.files { color: var(--muted); font-size: .875rem }
.files a { color: inherit }
@media (max-width: 34rem) { nav ol { columns: 1 } }
"""


def page(entries: Sequence[Entry], kinds: tuple[str, ...]) -> bytes:
    """The page of these figures, each file of `kinds` linked, the best of them shown."""
    links = "\n".join(f'<li><a href="#{e.stem}">{text(e.title)}</a></li>' for e in entries)
    sections = "\n".join(section(e, kinds) for e in entries)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Activation functions: a gallery</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
<h1>Activation functions</h1>
<p>Every picture is computed by actviz. Where a function has a kink, the derivative used there is the left one.</p>
</header>
<nav aria-label="Figures">
<ol>
{links}
</ol>
</nav>
<main>
{sections}
</main>
</body>
</html>
""".encode()


def section(entry: Entry, kinds: tuple[str, ...]) -> str:
    """One figure: a heading for those who hear the page (others read it in the picture), caption, command, links."""
    shown = next((kind for kind in ("svg", "png") if kind in kinds), None)
    alt = escape(f"{entry.title}. {first_sentence(entry.caption)}", quote=True)
    picture = f'<img src="{entry.stem}.{shown}" alt="{alt}">\n' if shown else ""
    command = f"<p><code>{text(entry.command)}</code></p>\n" if entry.command else ""
    files = " · ".join(f'<a href="{entry.stem}.{kind}">{kind.upper()}</a>' for kind in kinds)
    return f"""<figure id="{entry.stem}">
<h2>{text(entry.title)}</h2>
{picture}<figcaption>
<p>{text(entry.caption)}</p>
{command}<p class="files">{files}</p>
</figcaption>
</figure>"""


def first_sentence(caption: str) -> str:
    """`caption` up to its first full stop that ends a sentence."""
    head, stop, _ = caption.partition(". ")
    return head + stop.strip()

"""A page inside another, such as a notebook's."""

from __future__ import annotations

import html


def framed(page: str, title: str, height: int = 640) -> str:
    """A frame that keeps the styles around it out of the page, and the page's script out of what is around it.

    Links of the page open beside it; it can reach nothing else.
    """
    may = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
    style, named, held = f"width:100%;height:{height}px;border:0", html.escape(title), html.escape(page)
    return f'<iframe title="{named}" style="{style}" sandbox="{may}" srcdoc="{held}"></iframe>'

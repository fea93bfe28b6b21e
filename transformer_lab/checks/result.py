"""What a check says, shown well in JupyterLab and in a terminal."""

import html
from dataclasses import dataclass

from transformer_lab.checks.engine.picture import Picture

STATUSES = {"passed": ("✓", "Passed"), "wrong": ("✗", "Not yet"), "not attempted": ("○", "Not attempted yet")}
COLOURS = {"passed": "#1b7837", "wrong": "#b35806", "not attempted": "#5b6b7a"}


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of one check.

    Attributes:
        exercise: the exercise's title.
        status: ``"passed"``, ``"wrong"`` or ``"not attempted"``.
        mistake: the name of the mistake that was recognised, else None.
        message: one or two sentences: what is wrong, and what to do about it.
        note: the name of what is to be said of an answer that passes, such as ``"right in float32"``, else None.
        case: the case that shows the mistake, in words; empty where none does.
        picture: what was wanted and what came, drawn side by side; None where they are no small tables.
    """

    exercise: str
    status: str
    message: str
    mistake: str | None = None
    note: str | None = None
    case: str = ""
    picture: Picture | None = None

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.status == "passed"

    def __repr__(self) -> str:
        sign, word = STATUSES[self.status]
        named = f" ({self.mistake})" if self.mistake else ""
        text = f"{sign} {word}: {self.exercise}{named}\n  {self.message}"
        if self.picture is None:
            return text
        lines = [f"With {self.case}:", *str(self.picture).splitlines()]
        return "\n".join([text, *(f"    {line}" for line in lines)])

    def _repr_html_(self) -> str:
        sign, word = STATUSES[self.status]
        named = f" <em>{html.escape(self.mistake)}</em>" if self.mistake else ""
        drawn = f"<div>With {html.escape(self.case)}:</div>{self.picture.to_html()}" if self.picture else ""
        # One colour on the edge, the page's own ink for the words: readable in light and dark themes.
        return (
            f'<div style="border-left: 6px solid {COLOURS[self.status]}; padding: 6px 12px; font-size: 110%">'
            f"<strong>{sign} {word}: {html.escape(self.exercise)}</strong>{named}<br>{html.escape(self.message)}"
            f"{drawn}</div>"
        )

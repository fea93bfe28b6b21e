"""Explorer: a few controls, one function, and the picture of what it returns.

::

    def compute(threshold, kind):
        clipped = clip(gradient, threshold, kind)
        return [Points({}, title="The gradient", arrows={"before": gradient, "after": clipped}),
                Numbers({"norm before": gradient.norm(), "norm after": clipped.norm()})]

    Explorer(compute, Slider("threshold", 0.1, 5, 0.1, value=1), Choice("kind", ["norm", "value"]),
             title="Gradient clipping", alt="Two arrows: the gradient before and after clipping")

``compute`` gets every control's value by name and returns a panel or a list of panels. It should depend on its
arguments alone: when all states are few (400), quick (1 s) and small (256 KB), they are computed ahead, the view
answers in the next frame, and ``to_html()`` is interactive without Python. Otherwise Python answers, the latest request
wins, and a stand-alone page shows one state and says why.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import traitlets

from transformer_lab.views.common import check, export
from transformer_lab.views.common.base import STATE_LIMIT, View
from transformer_lab.views.explorer import picture
from transformer_lab.views.explorer.controls import Control, ControlTrait
from transformer_lab.views.explorer.frames import precompute as compute_ahead
from transformer_lab.views.explorer.panels import Panel


class Explorer(View):
    """Controls, a ``compute`` function, and its panels, drawn live; see the module's docstring.

    Args:
        compute: takes the controls' values by name, returns a panel or a list of panels.
        controls: :class:`Slider`, :class:`Choice`, :class:`Toggle`, :class:`TextField`.
        title: shown above. alt: what the picture shows, in words, or a function of the same arguments that says it.
        columns: panels side by side where there is room (chosen from their number when left out).
        **state: a control's value to start with, in place of its own, and ``theme``.
        precompute: ``"auto"``, True (whatever it takes; ValueError when it cannot be) or False.

    State: one attribute per control (``view.threshold = 2``); all of them as :attr:`values`.
    """

    _script = "explorer/view.js"
    _now = traitlets.Dict().tag(sync=True)
    _ahead = traitlets.Dict().tag(sync=True)
    _kernel = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self,
        compute: Any,
        *controls: Any,
        title: str,
        alt: str | Callable[..., str],
        columns: int | None = None,
        precompute: bool | str = "auto",
        **state: Any,
    ):
        if not callable(compute):
            raise TypeError(f"compute must be a function of the controls' values, got {type(compute).__name__}")
        if not controls or any(not isinstance(each, Control) for each in controls):
            raise TypeError(f"controls must be one or more of Slider, Choice, Toggle, TextField, got {controls!r}")
        if not callable(alt) and (not isinstance(alt, str) or not alt.strip()):
            raise ValueError(f"alt must say in words what the picture shows, got {alt!r}")
        if precompute not in (True, False, "auto"):
            raise ValueError(f"precompute must be True, False or 'auto', got {precompute!r}")
        names = [each.name for each in controls]
        used = {"facts", "tensors", *dir(Explorer)}
        taken = next((name for i, name in enumerate(names) if name in used or name in names[:i]), None)
        if taken:
            raise ValueError(f"a control cannot be called {taken!r}: the view or another control has that name")
        self._compute, self._controls, self._alt, self._asked = compute, controls, alt, precompute
        self._title, self._touchable = str(title), tuple(names)
        # Before the widget opens its channel, so that the browser gets these traits with all others.
        traitlets.HasTraits.add_traits(self, **{each.name: ControlTrait(each).tag(sync=True) for each in controls})
        check.states(self, state)
        theme = {"theme": state.pop("theme")} if "theme" in state else {}
        start = {each.name: each.accept(state.get(each.name, each.value)) for each in controls}
        self._drawn, self._at = self._run(start), start
        self._demand_cells()
        facts = {"title": self._title, "columns": columns, "controls": [each.spec() for each in controls], "why": ""}
        self.set_trait("_now", self._frame(start, self._drawn))
        super().__init__(facts=facts, tensors={}, **start, **theme)
        if precompute is True:
            self._look_ahead()
        self.observe(self._changed, names)

    @property
    def values(self) -> dict[str, Any]:
        """Every control's value by name; assign a dict to set some or all of them."""
        return self.state()

    @values.setter
    def values(self, new: dict[str, Any]) -> None:
        unknown = [name for name in new if name not in self._touchable]
        if unknown:
            raise ValueError(f"values: there is no control {unknown[0]!r}; it has {', '.join(self._touchable)}")
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in new.items():
                setattr(self, name, value)

    def panels(self) -> list[Panel]:
        """The panels of the present state, as ``compute`` returns them."""
        if self._at != self.values:
            self._drawn, self._at = self._run(self.values), self.values
        return self._drawn

    def refresh(self) -> None:
        """Compute again, where what ``compute`` reads has changed; raises what ``compute`` raises."""
        self._ahead, self._at = {}, None
        self._now = self._frame(self.values, self.panels())
        if self._asked is True:
            self._look_ahead()

    # Answers
    def _demand_cells(self) -> None:
        """What stands in a panel can be reached: a cell of the first picture sets it."""
        rows = [row for panel in self._drawn for row in panel.data().get("set") or []]
        reached = {name for row in rows for each in row for name in each or {}}
        lost = [each.name for each in self._controls if getattr(each, "in_panel", False) and each.name not in reached]
        if lost:
            raise ValueError(
                f"no cell sets {lost[0]!r}, which has no box of its own (in_panel): name it in Cells(set=…)"
            )

    def _run(self, values: dict[str, Any]) -> list[Panel]:
        result = self._compute(**values)
        given = list(result) if isinstance(result, list | tuple) else [result]
        panels = [each for each in given if isinstance(each, Panel)]
        if not panels or len(panels) < len(given):
            raise TypeError(f"compute must return a panel or a list of panels (Bars, Lines, …), got {result!r}")
        return panels

    def _frame(self, values: dict[str, Any], panels: list[Panel], error: str = "") -> dict[str, Any]:
        frame = {"at": list(values.values()), "panels": [each.data() for each in panels], "error": error}
        size = len(export.safe_json(frame))
        if size > STATE_LIMIT:
            raise ValueError(
                f"compute returned {size // 1024} KB of numbers; an explorer draws at most {STATE_LIMIT // 1024} KB: "
                "return fewer points or cells"
            )
        return frame

    def _attempt(self, values: dict[str, Any]) -> dict[str, Any]:
        """A frame, or one that holds the error's message and no panels: the browser keeps its last picture."""
        try:
            return self._frame(values, self._run(values))
        except Exception as error:
            return {"at": list(values.values()), "panels": [], "error": f"{type(error).__name__}: {error}"}

    def _changed(self, change: Any = None) -> None:
        """Answer the browser, unless it has the answer; several controls that change at once are one request."""
        values = self.values
        if self._now["at"] == list(values.values()) or self._answers(values):
            return
        try:
            self._drawn, self._at = self._run(values), values
            self._now = self._frame(values, self._drawn)
        except Exception as error:
            self._now = self._now | {"at": list(values.values()), "error": f"{type(error).__name__}: {error}"}

    def _answers(self, values: dict[str, Any]) -> bool:
        return bool(self._ahead) and all(values[each.name] in each.positions for each in self._controls)

    def _look_ahead(self) -> None:
        if self._ahead or self._facts["why"] or self._asked is False:
            return
        self._ahead, why = compute_ahead(self._controls, self._attempt, limited=self._asked == "auto")
        if why and self._asked is True:
            raise ValueError(f"precompute=True cannot be: {why}")
        self._facts = self._facts | {"why": why}

    # What it says about itself
    def describe(self) -> dict[str, Any]:
        """Facts for ``repr``."""
        return {"title": self._title, **self.values}

    def alt_text(self) -> str:
        """The author's words for the present state."""
        return self._alt(**self.values) if callable(self._alt) else self._alt

    def figure(self) -> Any:
        """The same panels, drawn by matplotlib."""
        try:
            panels = self.panels()
        except Exception:
            panels = self._drawn  # the last picture, as in the browser
        return picture.figure(self._title, [each.data() for each in panels], self._facts["columns"])

    def to_html(self, path: str | Path | None = None) -> str:
        """Return one HTML file without kernel or network: interactive where all states were computed ahead."""
        self._look_ahead()
        names = ("_facts", "_tensors", "_initial", "theme", "_now", "_ahead", *self._touchable)
        state = {name: getattr(self, name) for name in names} | {"_kernel": False}
        return export.write(path, export.page(self._title, self.alt_text(), self._esm, self._css, state))

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self._look_ahead()
        return super()._repr_mimebundle_(**kwargs)

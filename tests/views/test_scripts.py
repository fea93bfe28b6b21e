"""The joined scripts and styles: scopes, order, errors that name the file, and rules that stay inside their view."""

import importlib
import os
import re

import pytest

from transformer_lab.views import common, explorer
from transformer_lab.views.common import lexer, scripts, styles

ROOMS = ("attention", "translation", "layer_norm", "positional_encoding", "decoding_tree", "explorer")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder of views of its own: ``files({"a/view.js": "…"})`` writes into it."""
    monkeypatch.setattr(scripts, "VIEWS", tmp_path)
    monkeypatch.setattr(styles, "VIEWS", tmp_path)

    def write(contents):
        for name, text in contents.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
        return tmp_path

    return write


def test_each_file_has_a_scope_of_its_own_and_runs_after_what_it_imports(files):
    files(
        {
            "a/view.js": 'import { twice } from "./b.js";\nimport {\n  name as other,\n  size,\n} from "../c/c.js";\n'
            'const name = "a";\nexport function render() {\n  return `${name} ${other} ${twice(size)}`;\n}\n',
            "a/b.js": 'import { size } from "../c/c.js";\nconst name = "b";\nexport const twice = (x) => 2 * x + size;',
            "c/c.js": 'const local = 1;\nexport const name = "c";\nexport const size = 3;\n',
        }
    )
    assert scripts.rooms("a/view.js") == ["c", "a"]
    assert scripts.join("a/view.js") == (
        'const $c_c=(()=>{const local=1;const name="c";const size=3;\nreturn{name,size}})();\n'
        'const $a_b=(()=>{const {size}=$c_c;const name="b";const twice=(x)=>2*x+size;\nreturn{twice}})();\n'
        'const $a_view=(()=>{const {twice}=$a_b;const {name:other,size}=$c_c;const name="a";'
        "function render(){return`${name} ${other} ${twice(size)}`;}\nreturn{render}})();\n"
        "export default { render: $a_view.render };\n"
    )


BROKEN = {
    "a file that is not there": (
        'import { x } from "./gone.js";',
        r"a/view\.js imports a/gone\.js, which is not",
    ),
    "a name that is not there": (
        'import { gone } from "../c/c.js";',
        r"a/view\.js imports 'gone', which c/c\.js do",
    ),
    "a name imported twice": (
        'import { x } from "../c/c.js";\nimport { x } from "../c/c.js";',
        r"a/view\.js imports 'x'",
    ),
    "a name exported twice": ("export const x = 1;\nexport function x() {}", r"a/view\.js exports 'x' twice"),
    "a name imported and exported": (
        'import { x } from "../c/c.js";\nexport const x = 1;',
        "imports and exports 'x'",
    ),
    "a whole module": (
        'import * as c from "../c/c.js";',
        r"a/view\.js, line 1: an import must read import \{ a",
    ),
    "a package": ('import { x } from "d3";', r"a/view\.js, line 1: d3 lies outside"),
    "a file outside": ('import { x } from "../../x.js";', r"\.\./\.\./x\.js lies outside of the views"),
    "an import without a semicolon": ('import { x } from "../c/c.js"\nconst y = 1;', r"line 1: an import must read"),
    "a default export": (
        "export default 3;",
        r"line 1: an export must be a function, a class or a const",
    ),
    "a list of exports": ("const x = 1;\nexport { x };", r"a/view\.js, line 2: an export must be .* got export { x"),
    "an export that changes": ("export let x = 1;", r"an export must be a function, .* got export let x"),
    "two exports in one": ("export const x = f(1, 2), y = 2;", r"a/view\.js, line 1: export each const by itself"),
    "an import in a function": ('const f = () => import("../c/c.js");', r"line 1: import\(\) has no place in a view"),
    "await without a function": ("await f();", r"a/view\.js, line 1: await needs a function around it"),
    "a bracket without end": ("function f() {", r"a/view\.js: 1 bracket\(s\) have no end"),
    "a bracket too many": ("function f() { } }", r"a/view\.js: 1 bracket\(s\) too many end"),
    "a string without end": ('const s = "abc;\n', r"a/view\.js, line 1: a string has no end"),
    "a template without end": ("const s = `abc ${`", r"a/view\.js, line 1: a template literal has no end"),
    "no render": ("", r"a/view\.js must export render"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_would_fail_in_the_browser_is_an_error_that_names_the_file(files, broken):
    source, message = BROKEN[broken]
    render = "" if broken == "no render" else "\nexport function render() {}\n"
    files({"a/view.js": f"{source}{render}", "c/c.js": "export const x = 1;\n"})
    with pytest.raises(ValueError, match=message):
        scripts.join("a/view.js")


def test_files_that_import_each_other_are_refused(files):
    render = "export function render() {}\n"
    files(
        {
            "a/view.js": f'import {{ b }} from "./b.js";\n{render}',
            "a/b.js": 'import { c } from "./c.js";\nexport const b = 1;\n',
            "a/c.js": 'import { b } from "./b.js";\nexport const c = 1;\n',
        }
    )
    with pytest.raises(ValueError, match=re.escape("in a circle: a/b.js → a/c.js → a/b.js")):
        scripts.join("a/view.js")


def test_an_edit_shows_without_a_new_kernel(files):
    folder = files({"a/view.js": "export function render() { return 1; }\n", "a/style.css": ".x { top: 1px; }"})
    assert "return 1" in scripts.join("a/view.js")
    before = styles.join(["a"])
    files({"a/view.js": "export function render() { return 22; }\n", "a/style.css": ".x { top: 2px; }"})
    for name in ("a/view.js", "a/style.css"):
        os.utime(folder / name, ns=(1, 2))
    assert "return 22" in scripts.join("a/view.js")
    assert styles.join(["a"]) == before.replace("1px", "2px")


SQUEEZED = {
    "const a = 1 + +b - -c / d; // sum\nlet e": "const a=1+ +b- -c/d;let e",
    "x++\ny = `a  ${ `b ${1}` }  // no comment`": "x++\ny=`a  ${ `b ${1}` }  // no comment`",
    'f("a // b", /[/"]\\/ x/g.test(s) ? /a b/ : 2 / 3 / 4)': 'f("a // b",/[/"]\\/ x/g.test(s)?/a b/:2/3/4)',
    "return a\n  .map((x) => x)\n  [0]": "return a.map((x)=>x)\n[0]",
    "f()\n(g)": "f()\n(g)",
    "if (a) b\nelse c": "if(a)b\nelse c",
    "for (const x of [1]) y in z": "for(const x of[1])y in z",
    "1 .toFixed()": "1 .toFixed()",
}


@pytest.mark.parametrize("source", SQUEEZED)
def test_blanks_that_mean_something_stay(source):
    assert lexer.squeeze(list(lexer.lex(source, "x.js"))) == SQUEEZED[source]


def test_a_property_may_be_called_import():
    assert scripts.parse("x.js", "a.import(1);\nb.export = a.await;").code == "a.import(1);b.export=a.await;"


# What a view costs each time it stands in a page or travels to a notebook, before any number: script and style.
CODE_LIMIT = 96 * 1024


@pytest.mark.parametrize("room", ROOMS)
def test_a_view_costs_little_before_any_number(room):
    entry = f"{room}/view.js"
    script, style = scripts.join(entry), styles.join(scripts.rooms(entry))
    assert 20_000 < len(script.encode()) + len(style.encode()) < CODE_LIMIT


# Styles ---------------------------------------------------------------------------------------------------------------
def selectors(style):
    """Every selector of a joined style, without conditions."""
    heads = re.findall(r"(?:^|[{}])([^{}@;]+)\{", style)
    return [each for head in heads for each in re.split(r",(?![^()]*\))", head.strip())]


@pytest.mark.parametrize("room", ROOMS)
def test_every_rule_stays_inside_its_view(room):
    own = styles.own_class(room)
    found = selectors(styles.join(scripts.rooms(f"{room}/view.js")))
    assert len(found) > 60
    inside = rf"(?::where\({re.escape(own)}\) |{re.escape(own)}(?![\w-]))"
    assert [each for each in found if not re.match(inside, each)] == []


def test_a_style_is_scoped_where_it_must_be():
    source = """/* a, b { } */
    .tl-a { top: 0; } .tl-a[data-theme="dark"] .x, p:is(a, b) > i { left: 1px; }
    @container tl (max-width: 9px) { .x { top: 1px; } }
    @media (prefers-reduced-motion: reduce) { .tl-a-b * { top: 2px; } }"""
    assert styles.scope(source, ".tl-a", "x") == (
        '.tl-a{top:0}.tl-a[data-theme="dark"] .x,:where(.tl-a) p:is(a,b) > i{left:1px}'
        "@container tl (max-width:9px){:where(.tl-a) .x{top:1px}}"
        "@media (prefers-reduced-motion:reduce){:where(.tl-a) .tl-a-b *{top:2px}}\n"
    )


@pytest.mark.parametrize(
    "source", ['@import "x.css";', "@font-face { src: x; }", ".a { } }", '@import "x"; .a { top: 0; }']
)
def test_a_style_that_would_reach_the_page_is_refused(source):
    with pytest.raises(ValueError, match=r"^x\.css: "):
        styles.scope(source, ".tl-a", "x.css")


def test_every_room_opens_by_its_names():
    for name in ("AttentionView", "TranslationView", "LayerNormView", "PositionalEncodingView", "DecodingTreeView"):
        room = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("View")).lower()
        assert hasattr(importlib.import_module(f"transformer_lab.views.{room}"), name)
    assert set(explorer.__all__) >= {"Explorer", "Slider", "Bars", "Cells"}
    assert common.__doc__

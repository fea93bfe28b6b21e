"""A file is replaced whole or left as it was, whoever writes it."""

import ast
import os
import stat
import sys

import pytest
from commands import ROOT

from transformer_lab import files
from transformer_lab.files import is_pointer, replacing, shortened, write_file, write_files

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", ["二\r\n\n", b"\x00\xff"])
def test_a_file_is_written_byte_for_byte_and_nothing_is_left_beside_it(content, tmp_path):
    path = tmp_path / "page.html"
    for _ in range(2):
        write_file(path, content)
        assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
        assert names(tmp_path) == ["page.html"]


def test_half_a_character_empties_no_file(tmp_path):
    path = tmp_path / "page.html"
    write_file(path, "the old page")
    with pytest.raises(ValueError, match=r"half a character, a lone surrogate.*tokens: .ud83d and more"):
        write_file(path, "tokens: \ud83d and more")
    assert path.read_text() == "the old page"
    assert names(tmp_path) == ["page.html"]


def test_a_failure_half_way_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "weights"
    write_file(path, "old")

    def interrupted():
        with replacing(path) as part:
            part.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (path.read_text(), names(tmp_path)) == ("old", ["weights"])


def test_files_that_belong_together_are_all_new_or_all_old(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    write_files({one: b"1", two: b"2"})
    with pytest.raises(OSError, match="nowhere"):
        write_files({one: b"3", tmp_path / "nowhere" / "two": b"4"})
    assert (one.read_bytes(), two.read_bytes(), names(tmp_path)) == (b"1", b"2", ["one", "two"])


def test_a_file_of_the_readers_beside_it_is_not_touched(tmp_path):
    mine = {name: tmp_path / name for name in ("page.part", "page.tmp", "page")}
    for path in mine.values():
        path.write_text("mine")
    write_file(tmp_path / "page.html", "new")
    assert all(path.read_text() == "mine" for path in mine.values())


@pytest.mark.skipif(sys.platform == "win32", reason="links and permissions of POSIX")
def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_file(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="devices of POSIX")
def test_what_is_no_plain_file_is_written_to_as_it_is():
    write_file("/dev/null", "gone")
    assert not os.path.isfile("/dev/null")


def test_a_git_lfs_pointer_is_recognised(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_text(POINTER)
    assert is_pointer(path)
    path.write_text("version 2 of a text")
    assert not is_pointer(path)


def test_long_lists_of_names_are_shortened():
    assert shortened([]) == "none"
    assert shortened("abcd") == "'a', 'b', 'c', 'd'"
    assert shortened(f"layer {i}" for i in range(200)) == "'layer 0', 'layer 1', 'layer 2', 'layer 3' and 196 more"


def writers(path):
    """The lines of a Python file that write to a path by themselves."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        given = [a.value for a in node.args if isinstance(a, ast.Constant)] if name == "open" else []
        opens = any(isinstance(a, str) and a[:1] in ("w", "a", "x") for a in given)
        pictures = name == "screenshot" and node.keywords
        if opens or pictures or name in ("write_text", "write_bytes"):
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"


def test_every_writer_writes_beside_and_then_renames():
    """Whoever writes to the name that ``replacing`` gave is right; nobody writes to a reader's file."""
    places = [path for folder in ("transformer_lab", "tools", "bench") for path in (ROOT / folder).rglob("*.py")]
    found = [line for path in places for line in writers(path)]
    allowed = ("part.", "description.", "stack.enter_context(replacing(path)).")
    assert [line for line in found if not line.split(": ", 1)[1].startswith(allowed)] == [], "use transformer_lab.files"
    assert len(found) == 4, "the search finds those that are allowed"


def test_the_hidden_name_fits_where_the_name_does(tmp_path):
    path = tmp_path / ("长" * 80)
    write_file(path, "new")
    assert names(tmp_path) == [path.name]
    assert files.POINTER.decode() in POINTER


def test_a_read_only_file_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "kept.txt"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for everybody but root
    with pytest.raises(PermissionError, match="read-only"):
        write_file(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]

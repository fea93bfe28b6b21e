"""The benches run, and their arithmetic is right. No time is asserted: it belongs to the machine, not to the code."""

import json
import os
import sys
import time

import pytest
import torch
from commands import ROOT, run

sys.path.append(str(ROOT))

from bench import __main__ as bench_main
from bench import memory, models, report
from bench.__main__ import BENCHES, main
from bench.timing import LEGEND, Row, Settings, Table, interleave, nine_tenths, say

PACKAGE = ["attention", "norm", "causal", "training-step", "decoding", "recording", "imports"]
MODELS = ["marian", "sentences", "memory", "first-decoding", "gpu-causal", "gpu-training-step", "notebooks"]
VIEWS = ["attention-view", "layer-norm-view", "positional-encoding-view", "explorer", "start-up"]


def row(ours, theirs, unit="s"):
    return Row("group", "what", "peer", unit, ours, theirs)


def test_ratio_and_spread():
    found = row([1.0, 2.0, 9.0], [2.0, 8.0, 4.0])
    assert found.ratio == 0.5
    assert found.spread == pytest.approx((0.375, 1.375))  # of 0.25, 0.5, 2.25
    assert row([3.0], [2.0]).spread is None
    assert row([60.0, 60.0], [0.0, 0.0], "frames").ratio is None


def test_turns_alternate_after_a_warm_up():
    order = []
    found = interleave({"a": lambda: order.append("a") or _nap(), "b": lambda: order.append("b") or _nap()}, 3)
    assert {name: len(times) for name, times in found.items()} == {"a": 3, "b": 3}
    assert "".join(order)[-6:] == "ababab"
    assert all(seconds > 0 for times in found.values() for seconds in times)


def _nap():
    time.sleep(0.03)


def test_numbers_are_said_with_their_units():
    assert [say(v, "s") for v in (2.5, 0.0123, 4.56e-5, 0.0)] == ["2.5 s", "12.3 ms", "45.6 µs", "0 µs"]
    assert say(58.0, "frames") == "58 frames"
    assert say(1526.4, "KB") == "1526 KB"
    assert nine_tenths([float(i) for i in range(11)]) == 9.0
    assert nine_tenths([4.0]) == 4.0


def test_the_table_names_the_peer_and_stays_within_a_terminal():
    lines = []
    table = Table(lambda text: lines.extend(text.split("\n")))
    for _ in range(2):
        table.add(row([0.001, 0.003], [0.1, 0.1]))
    assert lines[1] == "group; peer: peer"
    assert len([line for line in lines if "peer: peer" in line]) == 1
    assert " ".join(lines[-1].split()) == "what 2 ms 2.8 ms 100 ms 100 ms 2 0.02 (0.015 … 0.025)"
    assert max(map(len, lines)) <= 130


def check_output(out):
    rows = json.loads(out.read_text("utf-8"))
    assert rows
    for each in rows:
        assert {"group", "what", "peer", "unit", "ours", "theirs", "ratio", "spread", "x"} == set(each)
        assert len(each["ours"]) == len(each["theirs"]) > 0
        assert all(value >= 0 for value in each["ours"] + each["theirs"])
    return rows


def run_bench(out, *names):
    """As ``make bench`` does, in a process of its own."""
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    return run(sys.executable, "-m", "bench", "--tiny", "--out", str(out), *names, cwd=ROOT, env=env)


def test_package_benches_run(tmp_path):
    out = tmp_path / "results.json"
    shown = run_bench(out, *PACKAGE)
    rows = check_output(out)
    for each in rows:
        assert f"{each['group']}; peer: {each['peer']}" in shown
        assert each["what"] in shown
    assert LEGEND in shown
    assert len(rows) == 3 + 2 + 1 + 3 + 3 + 1 + 3


def test_stored_sizes_count_the_widget_state(tmp_path):
    out = tmp_path / "results.json"
    run_bench(out, "stored")
    rows = [each for each in check_output(out) if each["peer"].startswith("interact")]
    output, state, both = (each["ours"][0] for each in rows)
    assert output > 0
    assert state > 0
    assert both == pytest.approx(output + state)


def test_the_gpus_rows_run(monkeypatch):
    monkeypatch.setattr(models, "gpus", lambda: [torch.device("cpu")])
    settings = Settings(turns=2, lengths=(1,), batch=2)
    assert [row.x for row in models.causal(settings)] == [16]
    monkeypatch.setattr(models, "gpus", lambda: [])
    assert [*models.causal(settings), *models.training_step(settings)] == []


def test_memory_is_the_most_that_was_held_at_once():
    def call():
        first = torch.zeros(1000, 1000)
        del first
        return torch.zeros(500, 1000), torch.zeros(250, 1000)

    assert memory.peak_bytes(call, torch.device("cpu")) == pytest.approx(4e6, rel=0.01)
    rows = [*memory.causal(Settings(lengths=(64,)), lambda: [torch.device("cpu")])]
    assert [(row.x, row.unit) for row in rows] == [(128, "MB")]
    assert all(value > 128 * 256 * 4 / 1e6 for value in rows[0].ours + rows[0].theirs)


def test_the_first_decoding_is_measured_in_a_process_of_its_own(tmp_path):
    out = tmp_path / "results.json"
    run_bench(out, "first-decoding")
    assert check_output(out)[0]["peer"] == "the second call"


def test_what_was_measured_is_kept_when_a_later_bench_fails(tmp_path, monkeypatch):
    def fails(settings):
        raise SystemExit("no browser")

    monkeypatch.setitem(bench_main.BENCHES, "norm", lambda settings: [row([1.0], [2.0])])
    monkeypatch.setitem(bench_main.BENCHES, "explorer", fails)
    with pytest.raises(SystemExit, match="no browser"):
        main(["--quick", "--report", str(tmp_path), "norm", "explorer"])
    assert "| group: what | peer | 1 s | 2 s | **0.50** |" in (tmp_path / "README.md").read_text("utf-8")


def test_a_group_is_asked_for_by_one_name_and_quick_leaves_the_slow_ones_out(monkeypatch):
    asked = []
    for name in BENCHES:
        monkeypatch.setitem(BENCHES, name, lambda settings, name=name: asked.append(name) or [])
    main(["gpu", "norm"])
    assert asked == [*bench_main.GROUPS["gpu"], "norm"]
    asked.clear()
    main(["--quick"])
    assert asked == [name for name in BENCHES if name != "notebooks"]
    asked.clear()
    main(["--quick", "notebooks"])
    assert asked == ["notebooks"]


def test_the_report_keeps_what_was_not_measured_again(tmp_path, monkeypatch):
    monkeypatch.setattr(
        report, "machine", lambda: {"cpu": "A (R) CPU", "cores": 2, "gpu": "none", "system": "X", "threads": 1}
    )
    first = [
        Row("g", "cpu, 8", "peer", "s", [1.0, 1.0], [2.0, 2.0], 8),
        Row("g", "cpu, 16", "p|p", "s", [3.0], [2.0], 16),
    ]
    path = report.write(tmp_path, first, quick=True)
    assert path == tmp_path / "results" / "a-r-cpu-2-cores.json"
    (tmp_path / "notes.md").write_text("## Notes\n\nWhy.\n", "utf-8")
    report.write(tmp_path, [Row("g", "cpu, 8", "peer", "s", [3.0, 3.0], [2.0, 2.0], 8)], quick=False)
    page = (tmp_path / "README.md").read_text("utf-8")
    assert "| g: cpu, 8 | peer | 3 s | 2 s | **1.50** | 1.50 … 1.50 | 2 |" in page
    assert "| g: cpu, 16 | p\\|p | 3 s | 2 s | **1.50** |  | 1 (quick) |" in page
    assert page.endswith("\n\n## Notes\n\nWhy.\n")
    assert "## A (R) CPU, 2 cores, no GPU" in page
    assert "ratio 1.50 at 8, 1.50 at 16](results/a-r-cpu-2-cores-g.png)" in page
    assert (tmp_path / "results" / "a-r-cpu-2-cores-g.png").stat().st_size > 1000
    assert len(json.loads(path.read_text("utf-8"))["rows"]) == 2


@pytest.mark.reference
@pytest.mark.parametrize("name", ["marian", "sentences"])
def test_the_benches_against_transformers_run(name, tmp_path):
    run_bench(tmp_path / "results.json", name)
    assert len(check_output(tmp_path / "results.json")) == {"marian": 5, "sentences": 1}[name]


@pytest.mark.browser
@pytest.mark.parametrize("name", VIEWS)
def test_view_benches_run(name, tmp_path):
    out = tmp_path / "results.json"
    run_bench(out, name)
    rows = check_output(out)
    frames = [each for each in rows if each["unit"] == "frames" and "arrow key" in each["what"]]
    assert all(value >= 1 for each in frames for value in each["ours"] + each["theirs"])
    assert name == "start-up" or frames


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["attentoin"])
    assert "there is no bench 'attentoin'; there are attention, norm" in capsys.readouterr().err
    assert [*PACKAGE[:-1], *MODELS, "imports", "stored", *VIEWS] == list(BENCHES)


def test_tiny_is_less_in_everything():
    full, tiny = Settings(), Settings.tiny()
    assert all(
        getattr(tiny, name) < getattr(full, name) for name in ("turns", "starts", "presses", "steps", "generated")
    )
    assert max(tiny.tokens) < min(full.tokens)

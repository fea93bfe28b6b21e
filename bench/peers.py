"""The usual way to draw what ``samples.py`` shows: ``interact`` and matplotlib, with the same numbers and picture.

No peer draws more labels than the view does.
"""

import ipywidgets
import matplotlib.pyplot as plt
from ipywidgets import interact

from bench.samples import D_MODEL, STEPS, attention_weights, layer_norm_input, logits, shape, words

LABELS = 32  # the most labels that are written on one axis


def _matrix(axes, values, labels=None, **options):
    axes.imshow(values, aspect="auto", **options)
    if labels:
        every = max(1, -(-len(labels) // LABELS))
        axes.set_xticks(range(0, len(labels), every), labels[::every], rotation=45, ha="left")
        axes.set_yticks(range(0, len(labels), every), labels[::every])
        axes.xaxis.tick_top()


def attention(n):
    weights = attention_weights(n, *shape(n))

    def draw(temperature, layer):
        now = (weights[layer, 0, 0].log() / 2 ** (temperature / 20)).softmax(-1)
        _, axes = plt.subplots(figsize=(9, 5))
        _matrix(axes, now, words(n), cmap="Blues", vmin=0)
        plt.show()

    slider = ipywidgets.IntSlider(0, -60, 60)
    interact(draw, temperature=slider, layer=ipywidgets.Dropdown(options=range(len(weights))))


def layer_norm(n):
    x, weight, bias = layer_norm_input(n), 1.0, 0.0

    def draw(shift):
        raw = x + shift / 10
        centred = raw - raw.mean(-1, keepdim=True)
        scaled = centred / (raw.var(-1, unbiased=False, keepdim=True) + 1e-5).sqrt()
        affine = scaled * weight + bias
        figure = plt.figure(figsize=(11, 6), layout="constrained")
        grid = figure.add_gridspec(2, 4)
        for i, (name, stage) in enumerate(dict(raw=raw, centred=centred, scaled=scaled, affine=affine).items()):
            axes = figure.add_subplot(grid[0, i])
            _matrix(axes, stage, cmap="RdBu", vmin=-10, vmax=10)
            axes.set_title(name)
        for i, stage in enumerate((raw, affine)):
            figure.add_subplot(grid[1, 2 * i : 2 * i + 2]).bar(range(D_MODEL), stage[0])
        plt.show()

    interact(draw, shift=ipywidgets.IntSlider(0, -100, 100))


def positions(n):
    from transformer_lab.positions import sinusoidal_table

    table = sinusoidal_table(n, D_MODEL)

    def draw(position):
        _, axes = plt.subplots(figsize=(10, 5))
        picture = axes.imshow(table, aspect="auto", cmap="RdBu", vmin=-1, vmax=1)
        axes.add_patch(plt.Rectangle((-0.5, position - 0.5), D_MODEL, 1, fill=False, linewidth=3))
        axes.set(xlabel="feature", ylabel="position")
        plt.colorbar(picture)
        plt.show()

    interact(draw, position=ipywidgets.IntSlider(0, 0, n - 1))


def explorer(n):
    scores = logits(n)

    def draw(temperature):
        _, axes = plt.subplots(figsize=(9, 4))
        axes.plot(range(n), (scores / 2 ** (temperature / 20)).softmax(-1))
        axes.set(title="Softmax", xlabel="token", ylabel="probability")
        plt.show()

    interact(draw, temperature=ipywidgets.IntSlider(0, 0, STEPS - 1))


def stored(layers=4, heads=8, n=32):
    weights = attention_weights(n, layers, heads)

    def draw(layer, head):
        _, axes = plt.subplots(figsize=(9, 5))
        _matrix(axes, weights[layer, 0, head], words(n), cmap="Blues", vmin=0)
        plt.show()

    interact(draw, layer=range(layers), head=range(heads))


def bertviz_heads(layers=4, heads=8, n=32):
    from bertviz import head_view

    head_view(list(attention_weights(n, layers, heads)), words(n))

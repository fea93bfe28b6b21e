from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from parity import (
    assert_close,
    assert_gradients,
    assert_parity,
    each_dtype,
    each_format,
    each_mask,
    each_shape,
    example_mask,
    own_gradients,
    randomize,
    watch_scores,
)
from torch import nn

from transformer_lab import attention as attention_module
from transformer_lab.attention import (
    KeyValueCache,
    MultiHeadAttention,
    masked_softmax,
    scaled_dot_product_attention,
)
from transformer_lab.interop import from_torch
from transformer_lab.masks import causal_mask
from transformer_lab.positions import make_positions

each_path = pytest.mark.parametrize("path", ["fused", "explicit"])


def call(module, *inputs, **options):
    """Our module, and the weights its explicit path used."""
    seen = []
    handle = module.hook_weights.register_forward_hook(lambda _m, _i, weights: seen.append(weights))
    output = module(*inputs, **options)
    handle.remove()
    return output, seen[0]


@each_format
@each_mask
@each_shape
@pytest.mark.parametrize("scale", [None, 0.3])
def test_the_formula_is_torch_s(shape, kind, scale, dtype):
    batch, query, key, d_head, heads = shape
    mask, _ = example_mask(kind, batch, heads, query, key)
    bias = torch.randn(heads, query, key, dtype=dtype)
    q = torch.randn(batch, heads, query, d_head, dtype=dtype)
    k = torch.randn(batch, heads, key, d_head, dtype=dtype)
    v = torch.randn(batch, heads, key, d_head + 2, dtype=dtype)

    def theirs(q, k, v, bias):
        hidden = torch.zeros(query, key, dtype=dtype) if mask is None else torch.where(mask, 0.0, -torch.inf).to(dtype)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias + hidden, scale=scale)

    assert_parity(
        lambda q, k, v, bias: scaled_dot_product_attention(q, k, v, mask, bias=bias, scale=scale)[0],
        theirs,
        [q, k, v, bias],
    )
    output, weights = scaled_dot_product_attention(q, k, v, mask, scale=scale)
    assert_close(output, F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale), "without a bias")
    assert_close(weights.sum(dim=-1), torch.ones(batch, heads, query, dtype=dtype), "sum of the weights")
    assert mask is None or not weights.masked_select(~mask).any(), "what is hidden has weight 0"


def test_the_formula_by_hand():
    q, k = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 1.0], [3.0, 0.0]])
    v = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    output, weights = scaled_dot_product_attention(q, k, v, scale=0.5)
    share = torch.tensor([0.0, 3.0]).exp()
    assert_close(weights, share[None] / share.sum(), "weights")
    assert_close(output, weights, "the values are unit vectors")


@each_format
@each_mask
@each_shape
@pytest.mark.parametrize("of", ["self", "cross", "cross with values"])
def test_heads_are_torch_s(shape, of, kind, dtype):
    batch, query, key, d_model, heads = shape
    key = query if of == "self" else key
    theirs = randomize(nn.MultiheadAttention(d_model, heads, batch_first=True)).to(dtype)
    mask, their_mask = example_mask(kind, batch, heads, query, key)
    lengths = {"self": [query], "cross": [query, key], "cross with values": [query, key, key]}[of]
    inputs = [torch.randn(batch, n, d_model, dtype=dtype) for n in lengths]

    def torch_call(*xs):
        x, y, z = (xs * 3 if len(xs) == 1 else [*xs, xs[-1]])[:3]
        return theirs(x, y, z, need_weights=True, average_attn_weights=False, **their_mask)

    for path in ("fused", "explicit"):
        theirs.zero_grad()
        ours = from_torch(theirs)
        if path == "explicit":
            watch_scores(ours)
        assert_parity(
            lambda *xs, ours=ours: ours(*xs, mask=mask), lambda *xs: torch_call(*xs)[0], inputs, modules=(ours, theirs)
        )
    assert_close(call(ours, *inputs, mask=mask)[1], torch_call(*inputs)[1], "weights of every head")


def test_heads_without_biases():
    theirs = randomize(nn.MultiheadAttention(6, 2, batch_first=True, bias=False))
    ours = from_torch(theirs)
    assert_parity(ours, lambda x: theirs(x, x, x)[0], [torch.randn(2, 3, 6)], modules=(ours, theirs))


@each_dtype
@pytest.mark.parametrize("of", ["self", "cross"])
def test_dropout_draws_what_torch_draws(of, dtype):
    theirs = randomize(nn.MultiheadAttention(8, 2, dropout=0.4, batch_first=True)).to(dtype)
    ours, x = from_torch(theirs), torch.randn(3, 5, 8, dtype=dtype)
    y = x if of == "self" else torch.randn(3, 7, 8, dtype=dtype)
    plain = ours.eval()(x, y)
    assert_close(plain, theirs.eval()(x, y, y)[0], "no dropout in eval mode")
    torch.manual_seed(5)
    expected = theirs.train()(x, y, y)[0]
    torch.manual_seed(5)
    assert_close(ours.train()(x, y), expected, "the same seed")
    assert (expected - plain).abs().max() > 0.01


@each_format
@each_mask
@each_shape
@pytest.mark.parametrize("scheme", ["none", "rotary", "alibi", "relative"])
def test_two_paths_one_result(shape, kind, scheme, dtype):
    batch, query, key, d_model, heads = shape
    if scheme == "rotary" and (d_model // heads) % 2:
        d_model *= 2
    mask, _ = example_mask(kind, batch, heads, query, key)
    if mask is not None:
        mask = mask.expand(batch, heads, query, key).clone()
        mask[:, :, -1] = False  # a query that may attend to nothing
    attention, positions = MultiHeadAttention(d_model, heads), make_positions(scheme, d_model, heads, 16)
    fused = randomize(nn.ModuleDict({"attention": attention, "positions": positions})).to(dtype)
    explicit = deepcopy(fused)
    watch_scores(explicit["attention"])
    x, y = torch.randn(batch, query, d_model, dtype=dtype), torch.randn(batch, key, d_model, dtype=dtype)
    direction = torch.randn(batch, query, d_model, dtype=dtype)
    results = []
    for pair in (fused, explicit):
        xs = x.clone().requires_grad_(), y.clone().requires_grad_()
        output = pair["attention"](*xs, mask=mask, positions=pair["positions"])
        (output * direction).sum().backward()
        results.append((output, {"x": xs[0].grad, "y": xs[1].grad, **own_gradients(pair)}))
    (output, gradients), (expected, expected_gradients) = results
    assert_close(output, expected, "output")
    assert_gradients(gradients, expected_gradients)


def test_the_explicit_path_is_taken_only_where_it_is_needed(monkeypatch):
    calls = []
    fused = F.scaled_dot_product_attention
    monkeypatch.setattr(
        attention_module.F, "scaled_dot_product_attention", lambda *a, **k: calls.append(1) or fused(*a, **k)
    )
    module, x = MultiHeadAttention(4, 2, dropout=0.5), torch.randn(1, 3, 4)
    for mode, watched, expected in ((False, None, 1), (True, None, 1), (False, "scores", 0), (False, "weights", 0)):
        calls.clear()
        module.train(mode)
        handle = watched and getattr(module, f"hook_{watched}").register_forward_hook(lambda *_: None)
        module(x)
        if handle:
            handle.remove()
        assert len(calls) == expected, (mode, watched)


@each_dtype
@each_path
@pytest.mark.parametrize("kv_heads", [1, 2, 4])
@pytest.mark.parametrize("kind", ["none", "causal+padding"])
def test_grouped_queries_are_repeated_keys_and_values(kv_heads, kind, path, dtype):
    d_model, heads, d_head = 8, 4, 2
    grouped = randomize(MultiHeadAttention(d_model, heads, num_kv_heads=kv_heads)).to(dtype)
    full = MultiHeadAttention(d_model, heads).to(dtype)
    group = heads // kv_heads
    rows = [row for h in range(heads) for row in range(h // group * d_head, (h // group + 1) * d_head)]
    state = grouped.state_dict()
    full.load_state_dict({n: t[rows] if n[0] in "kv" else t for n, t in state.items()})
    mask, _ = example_mask(kind, 2, heads, 5, 5)
    x = torch.randn(2, 5, d_model, dtype=dtype)
    if path == "explicit":
        watch_scores(grouped)
    assert_parity(lambda x: grouped(x, mask=mask), lambda x: full(x, mask=mask), [x])
    gradients = own_gradients(full)
    for name, parameter in grouped.named_parameters():
        if name[0] in "kv":  # a shared row collects the gradient of each of its copies
            gradients[name] = torch.zeros_like(parameter).index_add_(0, torch.tensor(rows), gradients[name])
    assert_gradients(own_gradients(grouped), gradients)

    q, k, v = ((x @ state[f"{n}_proj.weight"].T + state[f"{n}_proj.bias"]).unflatten(-1, (-1, d_head)) for n in "qkv")
    q, k, v = (t.transpose(1, 2) for t in (q, k, v))
    merged = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True).transpose(1, 2).flatten(2)
    assert_close(grouped(x, mask=mask), grouped.out_proj(merged), "enable_gqa")


@each_format
@each_path
@pytest.mark.parametrize("scheme", ["none", "rotary", "alibi", "relative"])
@pytest.mark.parametrize("everything", [False, True], ids=["one row", "every row"])
def test_a_fully_masked_row_gives_zeros_and_finite_gradients(everything, scheme, path, dtype):
    positions = randomize(make_positions(scheme, 8, 2, 16)).to(dtype)
    attention = randomize(MultiHeadAttention(8, 2)).to(dtype)
    seen = []
    attention.hook_heads.register_forward_hook(lambda _m, _i, heads: seen.append(heads))
    if path == "explicit":
        watch_scores(attention)
    mask = torch.rand(2, 1, 4, 4) < 0.6
    mask[..., 0] = True
    mask[0, 0, 2] = False
    if everything:
        mask[:] = False
    x = torch.randn(2, 4, 8, dtype=dtype, requires_grad=True)
    output = attention(x, mask=mask, positions=positions)
    hidden = ~mask.any(dim=-1).expand(2, 2, 4)
    assert not seen[0][hidden].any()
    assert_close(output[0, 2], attention.out_proj.bias, "what is left is the bias of the output projection")
    with torch.autograd.set_detect_anomaly(True):  # no NaN on the way either, not only none at the end
        output.square().sum().backward()
    for tensor in (output, x.grad, *(p.grad for m in (attention, positions) for p in m.parameters())):
        assert tensor.isfinite().all()
    if everything:
        assert not x.grad.any()
        assert not attention.v_proj.weight.grad.any()


def test_gradients_past_masked_rows_are_the_numerical_ones():
    tensors = [torch.randn(1, 2, n, 2, dtype=torch.float64, requires_grad=True) for n in (3, 4, 4)]
    mask = torch.tensor([[1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]]).bool()
    assert torch.autograd.gradcheck(lambda q, k, v: scaled_dot_product_attention(q, k, v, mask), tensors)
    module = randomize(MultiHeadAttention(4, 2)).double()
    x = torch.randn(1, 3, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: module(x, mask=mask[:, :3]), [x])


def test_masked_softmax_survives_huge_scores():
    scores = torch.tensor([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4], [1.0, 2.0, 3.0]], requires_grad=True)
    mask = torch.tensor([[1, 1, 1], [1, 1, 0], [0, 0, 0]]).bool()
    weights = masked_softmax(scores, mask)
    assert weights.tolist() == [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]
    with torch.autograd.set_detect_anomaly(True):
        weights.square().sum().backward()
    assert scores.grad.isfinite().all()


@each_path
@pytest.mark.parametrize("shape", [(), (3,), (1,), (4, 3), (4, 1), (2, 1, 1, 3), (1, 2, 4, 3)])
def test_every_mask_that_broadcasts_is_taken(shape, path):
    module = randomize(MultiHeadAttention(4, 2))
    if path == "explicit":
        watch_scores(module)
    x, y, mask = torch.randn(2, 4, 4), torch.randn(2, 3, 4), torch.rand(shape) < 0.5
    full = mask.expand(2, 2, 4, 3)
    assert_close(module(x, y, mask=mask), module(x, y, mask=full.clone()), "the same mask written out")
    q, k, v = torch.randn(3, 2, 2, 4, 3).unbind()
    mask = torch.rand(shape) < 0.5
    k, v = k[..., :3, :], v[..., :3, :]
    written_out = scaled_dot_product_attention(q, k, v, mask.expand(2, 2, 4, 3))[0]
    assert_close(scaled_dot_product_attention(q, k, v, mask)[0], written_out, "the formula")


@each_path
def test_a_cache_changes_nothing_but_the_work(path):
    module, x = randomize(MultiHeadAttention(8, 4, num_kv_heads=2)).double(), torch.randn(2, 6, 8).double()
    if path == "explicit":
        watch_scores(module)
    for scheme in ("none", "rotary", "alibi", "relative"):
        positions, cache = randomize(make_positions(scheme, 8, 4, 16)).double(), KeyValueCache()
        full = module(x, mask=causal_mask(6), positions=positions)
        parts = []
        for start, end in ((0, 3), (3, 4), (4, 6)):
            assert cache.length == start
            mask = causal_mask(end - start, end)
            parts.append(module(x[:, start:end], mask=mask, positions=positions, cache=cache))
        assert_close(torch.cat(parts, dim=1), full, scheme)
        assert cache.held()[0].shape == (2, 2, 6, 2), "shared heads are cached once"


def test_a_static_cache_computes_the_memory_once():
    module, x, memory = randomize(MultiHeadAttention(4, 2)), torch.randn(2, 3, 4), torch.randn(2, 5, 4)
    cache, calls = KeyValueCache(static=True), []
    module.k_proj.register_forward_hook(lambda *_: calls.append(1))
    for i in range(3):
        assert_close(module(x[:, i : i + 1], memory, cache=cache), module(x[:, i : i + 1], memory), f"token {i}")
    assert len(calls) == 4, "once with the cache, three times without"
    assert cache.length == 5


def test_reorder_keeps_rows_in_the_given_order():
    cache = KeyValueCache()
    cache.reorder(torch.tensor([0]))
    key, value = torch.randn(2, 3, 2, 4, 5).unbind()
    cache.append(key, value)
    cache.reorder(torch.tensor([2, 0, 0]))
    held_key, held_value = cache.held()
    assert held_key.equal(key[[2, 0, 0]])
    assert held_value.equal(value[[2, 0, 0]])


def test_an_empty_cache_has_nothing_to_give():
    for ask in (KeyValueCache().held, KeyValueCache(static=True).whole_room):
        with pytest.raises(ValueError, match="holds no keys and values yet"):
            ask()


def test_a_hook_can_replace_the_weights():
    module, x = MultiHeadAttention(4, 2), torch.randn(1, 3, 4)
    module.hook_weights.register_forward_hook(lambda _m, _i, weights: torch.zeros_like(weights))
    assert_close(module(x)[0, 0], module.out_proj.bias, "no weight, no value")


def test_heads_split_features_not_tokens():
    module, x = MultiHeadAttention(6, 3), torch.arange(24.0).reshape(1, 4, 6)
    heads = module.split_heads(x)
    for h in range(3):
        for i in range(4):
            assert heads[0, h, i].tolist() == x[0, i, 2 * h : 2 * h + 2].tolist()
    assert module.merge_heads(heads).equal(x)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"d_model": 5, "num_heads": 2}, "d_model must be a positive multiple of num_heads, got 5 and 2"),
        ({"d_model": 4, "num_heads": 0}, "d_model must be a positive multiple of num_heads, got 4 and 0"),
        ({"d_model": 0, "num_heads": 1}, "d_model must be a positive multiple"),
        (
            {"d_model": 8, "num_heads": 4, "num_kv_heads": 3},
            "num_heads must be a multiple of num_kv_heads, got 4 and 3",
        ),
        (
            {"d_model": 8, "num_heads": 4, "num_kv_heads": 0},
            "num_heads must be a multiple of num_kv_heads, got 4 and 0",
        ),
        ({"d_model": 8, "num_heads": 4, "dropout": 1.0}, r"dropout must be in \[0, 1\), got 1.0"),
        ({"d_model": 8, "num_heads": 4, "dropout": -0.1}, r"dropout must be in \[0, 1\), got -0.1"),
    ],
)
def test_bad_sizes_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        MultiHeadAttention(**arguments)


def test_bad_masks_are_named():
    module, x = MultiHeadAttention(4, 2), torch.randn(2, 3, 4)
    with pytest.raises(ValueError, match=r"mask of shape \[2, 3\] does not broadcast .* = \[2, 2, 3, 3\]"):
        module(x, mask=torch.ones(2, 3, dtype=torch.bool))
    with pytest.raises(TypeError, match=r"mask must be boolean .* got torch.float32"):
        module(x, mask=torch.zeros(3, 3))
    with pytest.raises(TypeError, match=r"mask must be boolean .* got torch.int64"):
        scaled_dot_product_attention(x, x, x, torch.ones(3, 3, dtype=torch.int64))


@pytest.mark.parametrize(
    ("query", "key", "value", "message"),
    [
        ((2, 3, 5), None, None, r"query must be \[batch, length, d_model = 4\], got \[2, 3, 5\]"),
        ((2, 3, 4), (2, 3, 8), None, r"key must be \[batch, length, d_model = 4\], got \[2, 3, 8\]"),
        ((3, 4), None, None, r"query must be \[batch, length, d_model = 4\], got \[3, 4\]"),
        ((2, 3, 4), (1, 3, 4), None, "key has batch 1, but query has batch 2"),
        ((2, 3, 4), (2, 4, 4), (2, 5, 4), "value has length 5, but key has 4"),
    ],
)
def test_inputs_that_do_not_fit_are_named(query, key, value, message):
    inputs = [None if shape is None else torch.zeros(shape) for shape in (query, key, value)]
    with pytest.raises(ValueError, match=message):
        MultiHeadAttention.check(
            MultiHeadAttention(4, 2),
            query=inputs[0],
            key=inputs[0] if key is None else inputs[1],
            value=(inputs[0] if key is None else inputs[1]) if value is None else inputs[2],
        )
    with pytest.raises((ValueError, TypeError)):  # here the signature's shapes may speak first
        MultiHeadAttention(4, 2)(*inputs)


def test_no_key_at_all_is_like_no_permission():
    module, x = randomize(MultiHeadAttention(4, 2)), torch.randn(2, 3, 4)
    output = module(x, torch.zeros(2, 0, 4), mask=torch.ones(3, 0, dtype=torch.bool))
    assert_close(output, module.out_proj.bias.expand(2, 3, 4), "only the bias is left")
    assert module(x[:, :0], x).shape == (2, 0, 4)


@pytest.mark.parametrize("size", [1.0, 30.0, 1000.0])
def test_float16_scores_beyond_its_range_are_those_of_float64(size, device):
    """Bare float16, explicit path: scores up to 16 million, where float16 ends at 65,504."""
    torch.manual_seed(0)
    q, k, v = ((size * torch.randn(2, 3, 5, 16, device=device)).half() for _ in range(3))
    v = v / size
    output, weights = scaled_dot_product_attention(q, k, v)
    wanted = F.scaled_dot_product_attention(q.double(), k.double(), v.double())
    assert (output.dtype, weights.dtype) == (torch.float16, torch.float16)
    assert (output.double() - wanted).abs().max() < 1e-2
    assert (weights.double().sum(-1) - 1).abs().max() < 1e-2


def test_a_watched_module_in_float16_is_finite_beyond_its_range():
    attention = MultiHeadAttention(64, 2)
    with torch.no_grad():
        for projection in (attention.q_proj, attention.k_proj):
            projection.weight.copy_(200 * torch.eye(64))
    x = torch.randn(1, 4, 64)
    wide = call(deepcopy(attention).double(), x.half().double())
    for got, wanted in zip(call(attention.half(), x.half()), wide, strict=True):
        assert got.dtype == torch.float16
        assert (got.double() - wanted).abs().max() < 1e-2


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_under_autocast_to_float16_scores_keep_their_room(dtype, device):
    """Autocast casts what enters a product to float16, float32 too: the scores are computed outside of it."""
    torch.manual_seed(0)
    q, k, v = (torch.randn(2, 3, 5, 16, device=device) for _ in range(3))
    q, k, v = (300 * q).to(dtype), (300 * k).to(dtype), v.to(dtype)
    wanted = F.scaled_dot_product_attention(q.double(), k.double(), v.double())
    with torch.autocast(torch.device(device).type, torch.float16):
        output, weights = scaled_dot_product_attention(q, k, v)
    assert (q.double() @ k.double().transpose(-2, -1) / 4).abs().max() > torch.finfo(torch.float16).max
    assert (weights.dtype, output.dtype) == (dtype, torch.float16)
    assert (output.double() - wanted).abs().max() < 1e-2


def test_a_watched_module_under_autocast_equals_the_fused_one():
    attention = MultiHeadAttention(64, 2)
    with torch.no_grad():
        for projection in (attention.q_proj, attention.k_proj):
            projection.weight.copy_(200 * torch.eye(64))
    x = torch.randn(1, 4, 64)
    with torch.autocast("cpu", torch.float16):
        fused, (watched, weights) = attention(x), call(attention, x)
    assert weights.isfinite().all()
    assert (fused.float() - watched.float()).abs().max() < 1e-2

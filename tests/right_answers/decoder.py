"""Right answers to the exercises of checks/decoder that do not look like the package's own."""


def decoder_layer(x, memory, mask, memory_mask, self_attention, cross_attention, feed_forward, norms):
    sublayers = [
        lambda h: self_attention(h, h, mask),
        lambda h: cross_attention(h, memory, memory_mask),
        feed_forward,
    ]
    for norm, sublayer in zip(norms, sublayers, strict=True):
        x = sublayer(norm(x)) + x
    return x


def shift_right(target, bos, eos):
    whole = [bos, *target, eos]
    return whole[:-1], whole[1:]

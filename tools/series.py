"""The thirty notebooks of the series, in order, and the sections that each of them has."""

THIRTY = [
    "01_weighted_sum",
    "02_layer_normalization",
    "03_positional_normalization",
    "04_cross_attention",
    "05_additive_interaction",
    "06_self_attention",
    "07_residual_connection",
    "08_positional_encoding",
    "09_feed_forward",
    "10_cross_entropy",
    "11_gradient_clipping",
    "12_mixed_precision",
    "13_attention_visualization",
    "14_dynamic_routing",
    "15_attention_and_convolution",
    "16_multi_head_attention",
    "17_positional_embedding",
    "18_sequence_masking",
    "19_adaptive_learning_rate",
    "20_multi_head_self_attention",
    "21_layer_norm_in_transformer",
    "22_causal_self_attention",
    "23_relative_positions",
    "24_head_roles",
    "25_encoder",
    "26_decoder",
    "27_induction",
    "28_translation_alignment",
    "29_autoregressive_decoding",
    "30_contextual_embeddings",
]

SECTIONS = [
    "The idea",
    "Build it",
    "Prove it",
    "See it",
    "Common mistake",
    "Try it",
    "Check yourself",
    "Where next",
]


def before(slug: str) -> str | None:
    """The notebook before ``slug``, or None."""
    index = THIRTY.index(slug)
    return THIRTY[index - 1] if index > 0 else None


def after(slug: str) -> str | None:
    """The notebook after ``slug``, or None."""
    index = THIRTY.index(slug)
    return THIRTY[index + 1] if index + 1 < len(THIRTY) else None

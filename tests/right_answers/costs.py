"""Right answers to the exercises of checks/costs.py that do not look like the package's own."""


def cache_size(num_layers, num_heads, num_kv_heads, d_model, length, bytes_per_number):
    one_head = 2 * length * d_model * bytes_per_number // num_heads
    return sum(one_head for _ in range(num_layers) for _ in range(num_kv_heads))

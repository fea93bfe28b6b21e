"""Right answers to the exercises of checks/autoregressive_decoding that do not look like the package's own."""

import torch

from transformer_lab.decoding import length_factor


def top_p(shares, p):
    kept, total = torch.zeros_like(shares), 0.0
    for place in sorted(range(len(shares)), key=lambda i: -float(shares[i])):
        kept[place] = shares[place]
        total += float(shares[place])
        if total >= p - 1e-12:
            break
    return kept / kept.sum()


def beam_step(totals, log_p, finished, end, num_beams):
    candidates = []
    for row, over in enumerate(finished.tolist()):
        if over:
            candidates.append((float(totals[row]), row, end))
        else:
            candidates += [(float(totals[row] + p), row, token) for token, p in enumerate(log_p[row])]
    best = sorted(candidates, reverse=True)[:num_beams]
    total, rows, tokens = zip(*best, strict=True)
    return torch.tensor(rows), torch.tensor(tokens), torch.tensor(total, dtype=log_p.dtype)


def length_penalty(log_probabilities, lengths, alpha):
    places = range(len(lengths))
    return max(places, key=lambda i: log_probabilities[i] / length_factor(lengths[i], alpha))

"""Right answers to the exercises of checks/dynamic_routing that do not look like the package's own."""

import torch


def routing_iteration(votes, logits):
    shares = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    outputs = []
    for whole in range(votes.shape[1]):
        total = shares[:, whole] @ votes[:, whole]
        square = total @ total
        outputs.append(square / (1 + square) * total / square.sqrt())
    outputs = torch.stack(outputs)
    return outputs, logits + torch.einsum("iod,od->io", votes, outputs)


def top_k_gate(logits, k):
    best, places = torch.sort(logits, dim=-1, descending=True)
    shares = torch.softmax(best[..., :k], dim=-1)
    return torch.zeros_like(logits).scatter(-1, places[..., :k], shares)


def limited_places(scores, places):
    gates, taken = torch.zeros_like(scores), [0] * scores.shape[1]
    for token, shares in enumerate(torch.softmax(scores, dim=1)):
        expert = int(shares.argmax())
        if taken[expert] < places:
            taken[expert] += 1
            gates[token, expert] = shares[expert]
    return gates

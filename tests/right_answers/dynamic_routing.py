"""Right answers to the exercises of checks/dynamic_routing that do not look like the package's own."""

import torch


def routing_iteration(votes, logits, seen):
    shares = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    outputs = []
    for whole in range(votes.shape[1]):
        total = shares[seen, whole] @ votes[seen, whole]
        square = total @ total
        outputs.append(square / (1 + square) * total / square.sqrt())
    outputs = torch.stack(outputs)
    stronger = logits.clone()
    stronger[seen] += torch.einsum("iod,od->io", votes[seen], outputs)
    return outputs, stronger


def limited_places(scores, places):
    gates, taken = torch.zeros_like(scores), [0] * scores.shape[1]
    for token, shares in enumerate(torch.softmax(scores, dim=1)):
        expert = int(shares.argmax())
        if taken[expert] < places:
            taken[expert] += 1
            gates[token, expert] = shares[expert]
    return gates

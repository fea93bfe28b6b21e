"""Right answers to the exercises of checks/translation_alignment that do not look like the package's own."""


def alignment_error_rate(predicted, gold):
    missed, extra = len(gold - predicted), len(predicted - gold)
    return (missed + extra) / (len(predicted) + len(gold))


def extract_alignment(weights):
    links = set()
    for target in range(weights.shape[0] - 1):
        row = weights[target, :-1].tolist()
        links.add((row.index(max(row)), target))
    return links

"""Right answers to the exercises of checks/translation_alignment that do not look like the package's own."""


def sure_and_possible(predicted, sure, possible):
    found = 0
    for link in predicted:
        found += (link in sure) + (link in sure or link in possible)
    asked = len(predicted) + len(sure)
    return (asked - found) / asked


def extract_alignment(weights):
    links = set()
    for target in range(weights.shape[0] - 1):
        row = weights[target, :-1].tolist()
        links.add((row.index(max(row)), target))
    return links

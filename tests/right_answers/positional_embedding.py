"""Right answers to the exercises of checks/positional_embedding that do not look like the package's own."""

import torch


def interpolate_table(rows, wanted):
    out = []
    for i in range(wanted):
        place = i * (len(rows) - 1) / (wanted - 1)
        low = min(int(place), len(rows) - 2)
        out.append(rows[low] + (place - low) * (rows[low + 1] - rows[low]))
    return torch.stack(out)


def position_ids(is_word):
    found = torch.zeros(is_word.shape, dtype=torch.long)
    for sentence, row in zip(is_word, found, strict=True):
        count = 0
        for i, word in enumerate(sentence):
            count += int(word)
            row[i] = max(count - 1, 0)
    return found


def random_beginnings(lengths, rows, lot):
    found = []
    for length, share in zip(lengths.tolist(), lot.tolist(), strict=True):
        start = int(share * (rows - length + 1))
        found.append([*range(start, start + length), *[rows - 1] * (int(lengths.max()) - length)])
    return torch.tensor(found)

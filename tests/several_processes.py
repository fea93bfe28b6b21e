"""Run by torchrun in ``test_training.py``: training in two processes, with dropout, 16 bits and an empty slice.

Prints, from the first process, the losses of a whole run and of one that was taken apart in the middle, and each
process's next random number after both.
"""

import json

import torch
from torch import nn

from transformer_lab import devices
from transformer_lab.schedules import constant
from transformer_lab.training import Trainer


def make():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.3), nn.Linear(8, 4))
    trainer = Trainer(
        model, lambda m, b: ((m(b) - b).float().square().sum(), len(b)), constant(0.05), precision="float16"
    )
    # Nearly due to grow: whether that is remembered shows in the scale of the next steps.
    trainer.scaler.load_state_dict(trainer.scaler.state_dict() | {"growth_interval": 4})
    torch.manual_seed(1 + devices.rank())
    return trainer


def main():
    generator = torch.Generator().manual_seed(9)
    slices = [torch.randn(6, 4, generator=generator).split([4, 2])[devices.rank()] for _ in range(8)]
    slices[5] = torch.randn(3, 4, generator=generator).split([3, 0])[devices.rank()]
    whole = make()
    losses, state = [], {}
    for number, batch in enumerate(slices):
        if number == 3:
            state = {name: tensor.clone() for name, tensor in whole.state().items()}
            weights = {name: tensor.clone() for name, tensor in whole.model.state_dict().items()}
        losses.append(whole.step(batch).loss)
    scale, drawn = whole.scaler.get_scale(), torch.rand(1)
    parts = make()
    torch.rand(77)  # what happens in between must not matter
    parts.model.load_state_dict(weights)
    parts.load_state(state)
    resumed = [parts.step(batch).loss for batch in slices[3:]]
    same = [float(each) for each in devices.gather(drawn, whole.device)]
    again = [float(each) for each in devices.gather(torch.rand(1), whole.device)]
    if devices.is_main():
        found = {"losses": losses, "resumed": resumed, "scales": [scale, parts.scaler.get_scale()]}
        print(json.dumps(found | {"random": same, "random resumed": again}))


if __name__ == "__main__":
    with devices.distributed(torch.device("cpu")):
        main()

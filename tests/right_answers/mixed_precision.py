"""Right answers to the exercises of checks/mixed_precision that do not look like the package's own."""

import math

import torch


def choose_loss_scale(gradients):
    scale = 2.0**60
    while not (gradients.double() * scale).half().isfinite().all():
        scale /= 2
    return scale


def dynamic_scaler(overflows, scale, interval):
    scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=interval)
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=0.0)
    history = []
    for overflow in overflows:
        scaler.scale(parameter.sum()).backward()
        if overflow:
            parameter.grad.fill_(math.inf)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad()
        history.append(scaler.get_scale())
    return history

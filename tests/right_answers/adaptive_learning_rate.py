"""Right answers to the exercises of checks/adaptive_learning_rate that do not look like the package's own."""

import torch


def open_end_rate(step, peak, warmup, decision, length):
    rate = 0.0
    for now in range(1, step + 1):
        if decision is None or now <= decision:
            rate = peak * now / warmup if now < warmup else peak
        elif now == decision + 1:
            loss = rate / length
            rate -= loss
        else:
            rate -= loss
    return rate if rate > 1e-12 else 0.0


def adamw_step(w, gradient, m, v, t, lr, beta1, beta2, eps, decay):
    parameter = torch.nn.Parameter(w.clone())
    parameter.grad = gradient.clone()
    optimizer = torch.optim.AdamW([parameter], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=decay)
    state = {"step": torch.tensor(float(t - 1)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    optimizer.load_state_dict(optimizer.state_dict() | {"state": {0: state}})
    optimizer.step()
    now = optimizer.state[parameter]
    return parameter.detach(), now["exp_avg"], now["exp_avg_sq"]


def cosine_rate(step, peak, warmup, total):
    if step < warmup:
        return step * peak / warmup
    if step >= total:
        return 0.0
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=peak)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warmup)
    for _ in range(step - warmup):
        optimizer.step()
        schedule.step()
    return schedule.get_last_lr()[0]

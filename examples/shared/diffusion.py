"""The diffusion models of the examples in PyTorch: schedule, network, loss and sampler, the same as the library's. It needs only torch."""
import copy, math

import torch
import torch.nn.functional as F
from torch import nn

from fashion_mnist import follow

T = 1000  # timesteps of the schedule


def cosine_schedule():
    """alphaBar of the library's cosineSchedule: Nichol and Dhariwal 2021, with betas of at most 0.999."""
    f = lambda u: math.cos((u / T + 0.008) / 1.008 * math.pi / 2) ** 2
    bars, bar = [], 1.0
    for t in range(T):
        bar *= max(1 - 0.999, f(t + 1) / f(t))
        bars.append(bar)
    return torch.tensor(bars, dtype=torch.float64)


ALPHA_BAR = cosine_schedule()
ALPHA, SIGMA = ALPHA_BAR.sqrt(), (1 - ALPHA_BAR).sqrt()
LAMBDA = torch.log(ALPHA / SIGMA)


def log_normal_timesteps(count=10 * T):
    """The timestep nearest to each quantile of log(sigma / alpha) ~ N(0, 1), but at most one above the previous one."""
    quantiles = torch.special.ndtri((torch.arange(count, dtype=torch.float64) + 0.5) / count)
    nearest = (-LAMBDA[None] - quantiles[:, None]).abs().argmin(1)
    entries = [0]
    for j in range(1, count):
        late = entries[-1] < j - count + T  # the last entries must increase by 1 to reach the last timestep
        entries.append(min(entries[-1] + (nearest[j].item() > entries[-1] or late), T - 1))
    return torch.tensor(entries)


def stratified(batch, among):
    """One index for each of `batch` equal parts of the list, in random order."""
    places = (torch.randperm(batch) + torch.rand(batch)) / batch
    return among[(places * len(among)).long().clamp(max=len(among) - 1)]


class Block(nn.Module):
    def __init__(self, inputs, filters, time_size):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(8, inputs), nn.Conv2d(inputs, filters, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(8, filters), at_zero(nn.Conv2d(filters, filters, 3, padding=1))
        self.condition = nn.Linear(time_size, 2 * filters)
        self.shortcut = nn.Identity() if inputs == filters else nn.Conv2d(inputs, filters, 1)

    def forward(self, x, c):
        scale, shift = self.condition(F.silu(c))[:, :, None, None].chunk(2, 1)
        h = self.norm2(self.conv1(F.silu(self.norm1(x)))) * (1 + scale) + shift
        return self.shortcut(x) + self.conv2(F.silu(h))


def at_zero(layer):
    nn.init.zeros_(layer.weight), nn.init.zeros_(layer.bias)
    return layer


class Attention(nn.Module):
    """residual(sequential([groupNorm, attention])) of the library, with one head."""

    def __init__(self, filters):
        super().__init__()
        self.norm = nn.GroupNorm(8, filters)
        self.projections, self.output = nn.Linear(filters, 3 * filters), nn.Linear(filters, filters)

    def forward(self, x):
        rows = self.norm(x).flatten(2).transpose(1, 2)
        seen = F.scaled_dot_product_attention(*self.projections(rows).chunk(3, 2))
        return x + self.output(seen).transpose(1, 2).reshape(x.shape)


class Unet(nn.Module):
    """The library's unet({ channels: 4 * channels, widths, classes }) in patches of 2x2; with `attention` at the lower level."""

    def __init__(self, channels, widths, classes, attention=False):
        super().__init__()
        a, b = widths
        size = 4 * a
        self.classes = classes
        self.frequencies = 10000 ** (-torch.arange(a // 2) / (a // 2))
        self.time = nn.Sequential(nn.Linear(a, size), nn.SiLU(), nn.Linear(size, size))
        self.labels = nn.Parameter(torch.rand(classes, size) * 2 - 1)
        patch = 4 * channels
        self.first, self.last = nn.Conv2d(patch, a, 3, padding=1), at_zero(nn.Conv2d(a, patch, 3, padding=1))
        self.down, self.up = Block(a, a, size), Block(2 * a, a, size)
        self.middle1, self.middle2 = Block(b, b, size), Block(b, b, size)
        self.smaller, self.larger = nn.Conv2d(a, b, 3, 2), nn.Conv2d(b, a, 3, padding=1)
        self.norm = nn.GroupNorm(8, a)
        self.attention1, self.attention2 = (Attention(b) if attention else nn.Identity() for _ in range(2))

    def forward(self, x, timesteps, labels):
        """Labels are classes from 0, or -1 for none."""
        angles = timesteps[:, None] * self.frequencies
        c = self.time(torch.cat([angles.sin(), angles.cos()], 1))
        c = c + F.one_hot(labels + 1, self.classes + 1)[:, 1:].float() @ self.labels
        skip = self.down(self.first(F.pixel_unshuffle(x, 2)), c)
        h = self.smaller(F.pad(skip, (0, 1, 0, 1)))  # the padding of tfjs
        h = self.attention1(self.middle1(h, c))
        h = self.attention2(self.middle2(h, c))
        h = self.larger(F.interpolate(h, scale_factor=2))
        return F.pixel_shuffle(self.last(F.silu(self.norm(self.up(torch.cat([h, skip], 1), c)))), 2)


def loss_of(network, x, labels, among, dropped=0.1):
    """The mean squared error of the velocity at stratified timesteps, for pictures in [-1, 1]."""
    t = stratified(len(x), among)
    condition = torch.where(torch.rand(len(x)) < dropped, -1, labels)
    noise, a, s = torch.randn_like(x), ALPHA.float()[t][:, None, None, None], SIGMA.float()[t][:, None, None, None]
    return F.mse_loss(network(a * x + s * noise, t, condition), a * noise - s * x)


def warm_cosine(step, steps, highest, warm_up):
    """The learning rate: it rises over `warm_up` updates, and decays along a cosine."""
    return highest * min(1, (step + 1) / warm_up) * 0.5 * (1 + math.cos(math.pi * step / steps))


class Training:
    """Adam and a running average, one update at a time."""

    def __init__(self, network, steps, learning_rate, warm_up, betas=(0.9, 0.99), decay=0.999):
        self.network, self.average = network, copy.deepcopy(network)
        self.optimizer = torch.optim.Adam(network.parameters(), learning_rate, betas)
        self.rate = lambda step: warm_cosine(step, steps, learning_rate, warm_up)
        self.among, self.decay, self.step = log_normal_timesteps(), decay, 0

    def update(self, x, labels):
        self.optimizer.param_groups[0]["lr"] = self.rate(self.step)
        loss = loss_of(self.network, x, labels, self.among)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        follow(self.average, self.network, self.step, self.decay)
        self.step += 1
        return loss.item()


def spaced(steps, low=-5.0, high=4.5):
    """Falling timesteps, evenly spaced in log(alpha / sigma)."""
    wanted = torch.linspace(max(low, LAMBDA[-1].item()), min(high, LAMBDA[0].item()), steps, dtype=torch.float64)
    return (LAMBDA[None] - wanted[:, None]).abs().argmin(1).unique_consecutive().tolist()


@torch.no_grad()
def sample(network, labels, shape, steps, guidance=1, clip=None, high=4.5, at_once=250):
    """DPM-Solver++(2M), one picture of `shape` for each label, in [0, 1]."""
    parts = []
    for own in labels.split(at_once):
        x, before = torch.randn(len(own), *shape), None
        timesteps = spaced(steps, high=high)
        for k, t in enumerate(timesteps):
            at = torch.full_like(own, t)
            velocity = network(x, at, own)
            if guidance != 1:
                free = network(x, at, torch.full_like(own, -1))
                velocity = free + guidance * (velocity - free)
            estimate = ALPHA[t].float() * x - SIGMA[t].float() * velocity
            estimate = estimate.clamp(*clip) if clip else estimate
            if k + 1 == len(timesteps):
                x = estimate
                break
            to, half = timesteps[k + 1], 0.0
            if before is not None:
                half = ((LAMBDA[to] - LAMBDA[t]) / (LAMBDA[t] - LAMBDA[timesteps[k - 1]])).item() / 2
            of_noised = (SIGMA[to] / SIGMA[t]).item()
            of_estimate = (ALPHA[to] - SIGMA[to] * ALPHA[t] / SIGMA[t]).item()
            mixed = estimate if before is None else (1 + half) * estimate - half * before
            x, before = of_noised * x + of_estimate * mixed, estimate
        parts.append(((x + 1) / 2).clamp(0, 1))
    return torch.cat(parts)

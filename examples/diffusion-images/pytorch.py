"""The same diffusion model in PyTorch, on the same data, measured by the same classifier: python3 examples/diffusion-images/pytorch.py --help.

Same network, initial distributions, schedule, loss, optimizer, average, batches and sampler as model.ts and sampling.ts; the
random numbers are PyTorch's own. It needs only torch and numpy.
"""
import argparse, copy, math, os, sys, time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../shared"))
from fashion_mnist import SUBSET, follow, measure, read_images, read_labels, write_report
import torch
import torch.nn.functional as F
from torch import nn

BATCH_SIZE, SAMPLES, CLASSES, WIDTHS, TIME_SIZE = 64, 10_000, 10, (32, 64), 128
LEARNING_RATE, WARM_UP, BETAS, AVERAGE_DECAY, DROPPED = 4e-3, 500, (0.9, 0.99), 0.999, 0.1
STEPS = 10  # of the sampler
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
    """The timestep nearest to each quantile of log(sigma / alpha) ~ N(0, 1), but at most one above the one before."""
    quantiles = torch.special.ndtri((torch.arange(count, dtype=torch.float64) + 0.5) / count)
    nearest = (-LAMBDA[None] - quantiles[:, None]).abs().argmin(1)
    entries = [0]
    for j in range(1, count):
        late = entries[-1] < j - count + T  # the last ones must go up by 1 to reach the last timestep
        entries.append(min(entries[-1] + (nearest[j].item() > entries[-1] or late), T - 1))
    return torch.tensor(entries)


def stratified(batch, among):
    """One index for each of `batch` equal parts of the list, in random order."""
    places = (torch.randperm(batch) + torch.rand(batch)) / batch
    return among[(places * len(among)).long().clamp(max=len(among) - 1)]


class Block(nn.Module):
    def __init__(self, inputs, filters):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(8, inputs), nn.Conv2d(inputs, filters, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(8, filters), at_zero(nn.Conv2d(filters, filters, 3, padding=1))
        self.condition = nn.Linear(TIME_SIZE, 2 * filters)
        self.shortcut = nn.Identity() if inputs == filters else nn.Conv2d(inputs, filters, 1)

    def forward(self, x, c):
        scale, shift = self.condition(F.silu(c))[:, :, None, None].chunk(2, 1)
        h = self.norm2(self.conv1(F.silu(self.norm1(x)))) * (1 + scale) + shift
        return self.shortcut(x) + self.conv2(F.silu(h))


def at_zero(layer):
    nn.init.zeros_(layer.weight), nn.init.zeros_(layer.bias)
    return layer


class Unet(nn.Module):
    """The library's unet({ channels: 4, widths: [32, 64], classes: 10 }) in patches of 2x2."""

    def __init__(self):
        super().__init__()
        a, b = WIDTHS
        self.frequencies = 10000 ** (-torch.arange(a // 2) / (a // 2))
        self.time = nn.Sequential(nn.Linear(a, TIME_SIZE), nn.SiLU(), nn.Linear(TIME_SIZE, TIME_SIZE))
        self.labels = nn.Parameter(torch.rand(CLASSES, TIME_SIZE) * 2 - 1)
        self.first, self.last = nn.Conv2d(4, a, 3, padding=1), at_zero(nn.Conv2d(a, 4, 3, padding=1))
        self.down, self.up = Block(a, a), Block(2 * a, a)
        self.middle1, self.middle2 = Block(b, b), Block(b, b)
        self.smaller, self.larger = nn.Conv2d(a, b, 3, 2), nn.Conv2d(b, a, 3, padding=1)
        self.norm = nn.GroupNorm(8, a)

    def forward(self, x, timesteps, labels):
        """Labels are 0 ... 9, or -1 for none."""
        angles = timesteps[:, None] * self.frequencies
        c = self.time(torch.cat([angles.sin(), angles.cos()], 1))
        c = c + F.one_hot(labels + 1, CLASSES + 1)[:, 1:].float() @ self.labels
        skip = self.down(self.first(F.pixel_unshuffle(x, 2)), c)
        h = self.smaller(F.pad(skip, (0, 1, 0, 1)))  # as tfjs pads
        h = self.middle2(self.middle1(h, c), c)
        h = self.larger(F.interpolate(h, scale_factor=2))
        return F.pixel_shuffle(self.last(F.silu(self.norm(self.up(torch.cat([h, skip], 1), c)))), 2)


def learning_rate(step, steps):
    return LEARNING_RATE * min(1, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / steps))


def loss_of(network, x, labels, among):
    """The mean squared error of the velocity at stratified timesteps, for pictures in [-1, 1]."""
    t = stratified(len(x), among)
    told = torch.where(torch.rand(len(x)) < DROPPED, -1, labels)
    noise, a, s = torch.randn_like(x), ALPHA.float()[t][:, None, None, None], SIGMA.float()[t][:, None, None, None]
    return F.mse_loss(network(a * x + s * noise, t, told), a * noise - s * x)


def train(images, labels, epochs):
    network = Unet()
    average = copy.deepcopy(network)
    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE, BETAS)
    among = log_normal_timesteps()
    steps, step = epochs * math.ceil(len(images) / BATCH_SIZE), 0
    for epoch in range(1, epochs + 1):
        began, total, before = time.time(), 0.0, step
        for indices in torch.randperm(len(images)).split(BATCH_SIZE):
            optimizer.param_groups[0]["lr"] = learning_rate(step, steps)
            loss = loss_of(network, 2 * images[indices] - 1, labels[indices], among)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            follow(average, network, step, AVERAGE_DECAY)
            total += loss.item()
            step += 1
        print(f"epoch {epoch}: loss {total / (step - before):.4f}, {time.time() - began:.0f} s", flush=True)
    return average.eval(), steps


def spaced(steps, low=-5.0, high=4.5):
    """Falling timesteps, evenly spaced in log(alpha / sigma)."""
    wanted = torch.linspace(max(low, LAMBDA[-1].item()), min(high, LAMBDA[0].item()), steps, dtype=torch.float64)
    return (LAMBDA[None] - wanted[:, None]).abs().argmin(1).unique_consecutive().tolist()


@torch.no_grad()
def sample(network, count):
    """DPM-Solver++(2M), equally many of each class, in [0, 1]."""
    parts = []
    for start in range(0, count, 250):
        labels = (torch.arange(start, min(start + 250, count))) % CLASSES
        x, before = torch.randn(len(labels), 1, 28, 28), None
        timesteps = spaced(STEPS)
        for k, t in enumerate(timesteps):
            estimate = ALPHA[t].float() * x - SIGMA[t].float() * network(x, torch.full_like(labels, t), labels)
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--data", default=SUBSET, help="the four files of Fashion-MNIST")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the result as JSON")
    options = parser.parse_args()
    began = time.time()
    torch.manual_seed(options.seed)
    network, steps = train(read_images(options.data, "train"), read_labels(options.data, "train"), options.epochs)
    training_seconds = time.time() - began
    test = read_images(options.data, "t10k")
    result = measure(sample(network, min(SAMPLES, len(test))), test)
    result |= {"epochs": options.epochs, "steps": steps, "trainingSeconds": training_seconds, "seconds": time.time() - began}
    write_report(options.json, result | {"seed": options.seed, "backend": "PyTorch " + torch.__version__})


if __name__ == "__main__":
    main()

"""The literature's table in PyTorch, with the recipe of main.ts: python3 examples/research/vae-literature/pytorch.py --help.

Same networks, initial distributions, priors, loss, warm-up, optimizer, schedule, batches, split and binarised pixels as model.ts and data.ts;
the random numbers are PyTorch's own. It needs only torch and numpy.
"""
import argparse, copy, math, os, sys, time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../shared"))
from fashion_mnist import SUBSET, read_images, write_report
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

PIXELS, LATENT, WIDTH, COMPONENTS, BATCH_SIZE, WARM_UP, DRAWS = 784, 40, 300, 500, 100, 0.1, 8
MOST = math.log(1e5 - 1)
LOG_TWO_PI = math.log(2 * math.pi)


def gated(inputs, units):
    return nn.Sequential(nn.Linear(inputs, 2 * units), nn.GLU())


def gated_mlp(*sizes):
    return nn.Sequential(*[gated(a, b) for a, b in zip(sizes, sizes[1:-1])], nn.Linear(sizes[-2], sizes[-1]))


def up(inputs, units):
    layer = nn.ConvTranspose2d(inputs, 2 * units, 4, 2, 1)
    limit = 1 / math.sqrt(4 * inputs)  # number of terms in a pixel
    nn.init.uniform_(layer.weight, -limit, limit)
    nn.init.uniform_(layer.bias, -limit, limit)
    return nn.Sequential(layer, nn.GLU(1))


def conv(inputs, units, size=3, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, 2 * units, size, stride, 1), nn.GLU(1))


def conv_encoder(outputs):
    return nn.Sequential(nn.Unflatten(1, (1, 28, 28)), conv(1, 32, 4, 2), conv(32, 64, 4, 2), conv(64, 16),
                         nn.Flatten(), nn.Linear(784, outputs))


def conv_decoder(inputs):
    return nn.Sequential(gated(inputs, 784), nn.Unflatten(1, (16, 7, 7)), conv(16, 64), up(64, 32), up(32, 16),
                         nn.Conv2d(16, 1, 3, 1, 1), nn.Flatten())


def split(output):
    mean, log_variance = output.chunk(2, 1)
    return mean, log_variance.clamp(-6, 2)


def log_normal(z, mean, log_variance):
    return -0.5 * (LOG_TWO_PI + log_variance + (z - mean) ** 2 / log_variance.exp()).sum(-1)


def kl(mean, log_variance, other_mean=0.0, other=torch.tensor(0.0)):
    return 0.5 * (other - log_variance + (log_variance - other).exp() + (mean - other_mean) ** 2 / other.exp() - 1).sum(-1)


def draw(mean, log_variance):
    return mean + (log_variance / 2).exp() * torch.randn_like(mean)


class Mixture(nn.Module):
    def __init__(self):
        super().__init__()
        self.means = nn.Parameter(math.sqrt(0.5) * torch.randn(COMPONENTS, LATENT))
        self.log_variances = nn.Parameter(torch.full((COMPONENTS, LATENT), -math.log(2)))
        self.logits = nn.Parameter(torch.zeros(COMPONENTS))

    def parameters_now(self):
        return self.means, self.log_variances, self.logits

    def joint(self, z):
        means, log_variances, logits = self.parameters_now()
        each = [log_normal(part[:, None], means[None], log_variances[None]) for part in z.split(200)]
        return torch.cat(each) + torch.log_softmax(logits, 0)

    def log_prob(self, z):
        return torch.logsumexp(self.joint(z), 1)

    @torch.no_grad()
    def move_to(self, latents):
        """Moves the Gaussians to these latents, each with the width of the posterior there."""
        latents = latents[torch.arange(COMPONENTS) % len(latents)]
        self.log_variances.copy_((torch.softmax(self.joint(latents), 1) @ self.log_variances.exp()).log())
        self.means.copy_(latents)
        self.logits.zero_()


class Vamp(Mixture):
    def __init__(self, encoder, images):
        nn.Module.__init__(self)
        self.encoder, self.inputs = [encoder], nn.Parameter(images.clone())

    def parameters_now(self):
        return *split(self.encoder[0](self.inputs.clamp(0, 1))), torch.zeros(len(self.inputs))


class Model(nn.Module):
    """`terms` returns log p(x|z), the KL term (in closed form if there is one) and the log-weight of one draw for each row."""

    def __init__(self, row, mixture, images):
        super().__init__()
        self.is_conv = row == "conv"
        self.encoder = conv_encoder(2 * LATENT) if self.is_conv else gated_mlp(PIXELS, WIDTH, WIDTH, 2 * LATENT)
        self.decoder = conv_decoder(LATENT) if self.is_conv else gated_mlp(LATENT, WIDTH, WIDTH, PIXELS)
        self.prior = Mixture() if row == "mixture" or mixture else Vamp(self.encoder, images[:COMPONENTS]) if row == "vamp" else None

    def after_warm_up(self, images):
        """While the KL term has little weight, convolutions spread the latents far beyond the mixture."""
        if self.is_conv and self.prior is not None:
            self.prior.move_to(split(self.encoder(images[:COMPONENTS]))[0])

    def terms(self, x):
        q = split(self.encoder(x))
        z = draw(*q)
        return self.finish(x, z, self.decoder(z), [(z, q, None)])

    def finish(self, x, z, logits, blocks):
        """Blocks: z_i, its q and, below the top, its p."""
        if not torch.is_grad_enabled():
            # where it is measured, probabilities are within [1e-5, 1 - 1e-5]
            logits = logits.clamp(-MOST, MOST)
        likelihood = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
        log_q = sum(log_normal(z, *q) for z, q, _ in blocks)
        top, *below = blocks
        zero = torch.zeros(1)
        log_p = (log_normal(top[0], zero, zero) if self.prior is None else self.prior.log_prob(top[0])) + sum(log_normal(z, *p) for z, _, p in below)
        closed = sum(kl(*q, *(p or ())) for _, q, p in blocks)
        return likelihood, closed if self.prior is None else log_q - log_p, likelihood + log_p - log_q


class TwoLevels(Model):
    def __init__(self, mixture):
        nn.Module.__init__(self)
        self.upper = gated_mlp(PIXELS, WIDTH, WIDTH, 2 * LATENT)
        self.data, self.above, self.lower = gated(PIXELS, WIDTH), gated(LATENT, WIDTH), gated_mlp(2 * WIDTH, WIDTH, 2 * LATENT)
        self.below = gated_mlp(LATENT, WIDTH, WIDTH, 2 * LATENT)
        self.first, self.second, self.last = gated(LATENT, WIDTH), gated(LATENT, WIDTH), gated_mlp(2 * WIDTH, WIDTH, PIXELS)
        self.prior, self.is_conv = Mixture() if mixture else None, False

    def terms(self, x):
        q1 = split(self.upper(x))
        z1 = draw(*q1)
        q2 = split(self.lower(torch.cat([self.data(x), self.above(z1)], 1)))
        z2 = draw(*q2)
        logits = self.last(torch.cat([self.first(z1), self.second(z2)], 1))
        return self.finish(x, None, logits, [(z1, q1, None), (z2, q2, split(self.below(z1)))])


def elbo_of(model, x, draws=1):
    with torch.no_grad():
        parts = [torch.stack([likelihood - kl for likelihood, kl, _ in (model.terms(part) for _ in range(draws))]) for part in x.split(500)]
    return torch.cat(parts, 1).mean(0)


def log_likelihood(model, x, samples):
    with torch.no_grad():
        weights = [[model.terms(row[None].expand(min(1000, samples - i), -1))[2] for i in range(0, samples, 1000)] for row in x]
    return torch.stack([torch.logsumexp(torch.cat(parts), 0) - math.log(samples) for parts in weights])


def train(model, images, validation, epochs, rate):
    optimizer = torch.optim.Adam(model.parameters(), rate)
    steps, step, best = epochs * math.ceil(len(images) / BATCH_SIZE), 0, (-math.inf, None, 0)
    for epoch in range(1, epochs + 1):
        began, sum_of = time.time(), 0.0
        for indices in torch.randperm(len(images)).split(BATCH_SIZE):
            optimizer.param_groups[0]["lr"] = rate * 0.5 * (1 + math.cos(math.pi * step / steps))
            likelihood, divergence, _ = model.terms(torch.bernoulli(images[indices]))
            beta = min(1, step / math.ceil(WARM_UP * steps))
            loss = (beta * divergence - likelihood).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            sum_of += (likelihood - divergence).mean().item()
            step += 1
        if epoch == math.ceil(WARM_UP * epochs) < epochs:
            model.after_warm_up(images)
        elbo = elbo_of(model, validation).mean().item()
        if elbo > best[0]:
            best = (elbo, copy.deepcopy(model.state_dict()), epoch)
        seconds = time.time() - began
        print(f"epoch {epoch}: ELBO {sum_of / math.ceil(len(images) / BATCH_SIZE):.2f}, validation {elbo:.2f}, {seconds:.0f} s", flush=True)
    model.load_state_dict(best[1])
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--data", default=SUBSET, help="the four files of Fashion-MNIST")
    parser.add_argument("--row", default="standard", choices=["standard", "mixture", "vamp", "two-levels", "conv"])
    parser.add_argument("--mixture", action="store_true", help="a mixture as the prior of the top of two-levels, or of conv")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--rate", type=float, default=2e-3, help="learning rate of the first update")
    parser.add_argument("--images", type=int, default=500, help="test images whose log-likelihood is estimated")
    parser.add_argument("--samples", type=int, default=5000, help="importance samples for each of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the result as JSON")
    options = parser.parse_args()
    began = time.time()
    images, test = (read_images(options.data, part).flatten(1) for part in ("train", "t10k"))
    kept = len(images) - max(1, len(images) // 6)
    np.random.seed(777)
    binary = lambda grey: torch.from_numpy(np.random.binomial(1, grey.double().numpy()).astype(np.float32))
    validation, test = binary(images[kept:]), binary(test)
    torch.manual_seed(options.seed)
    model = TwoLevels(options.mixture) if options.row == "two-levels" else Model(options.row, options.mixture, images)
    best, _, epoch = train(model, images[:kept], validation, options.epochs, options.rate)
    seconds = time.time() - began
    bounds = elbo_of(model, test, DRAWS)
    gaps = log_likelihood(model, test[: options.images], options.samples) - bounds[: options.images]
    elbo, gap, error = bounds.mean().item(), gaps.mean().item(), (gaps.std() / math.sqrt(len(gaps))).item()
    write_report(options.json, {
        "nll": -(elbo + gap), "elbo": elbo, "gap": gap, "gapError": error, "images": len(gaps), "samples": options.samples,
        "row": options.row, "mixture": options.mixture, "parameters": sum(p.numel() for p in model.parameters()), "epochs": options.epochs, "rate": options.rate,
        "best": {"epoch": epoch, "elbo": best}, "seconds": seconds, "seed": options.seed, "backend": "PyTorch " + torch.__version__})


if __name__ == "__main__":
    main()

"""The same game in PyTorch, on the same data, measured by the same classifier: python3 examples/gan-images/pytorch.py --help.

Same networks, initial distributions, loss, penalty, optimizers, schedule, average and batches as model.ts; the random
numbers are PyTorch's own. It needs only torch and numpy.
"""
import argparse, copy, math, os, sys, time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../shared"))
from fashion_mnist import SUBSET, follow, measure, read_images, write_report
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

BATCH_SIZE, LATENT_SIZE, WIDTH, SAMPLES = 32, 32, 24, 10_000
LEARNING_RATES, BETAS, R1_WEIGHT, AVERAGE_DECAY = (1e-3, 2e-3), (0.0, 0.99), 0.05, 0.999  # generator, discriminator


def with_library_weights(network):
    """Uniform within 1 / sqrt(fan-in): PyTorch's default, except for transposed convolutions, whose fan-in is the number of terms in a pixel."""
    for layer in network.modules():
        if isinstance(layer, nn.ConvTranspose2d):
            limit = 1 / math.sqrt((layer.kernel_size[0] / layer.stride[0]) ** 2 * layer.in_channels)
            nn.init.uniform_(layer.weight, -limit, limit)
            nn.init.uniform_(layer.bias, -limit, limit)
    return network


def make_generator():
    return with_library_weights(nn.Sequential(
        nn.Linear(LATENT_SIZE, 49 * 2 * WIDTH), nn.Unflatten(1, (2 * WIDTH, 7, 7)), nn.BatchNorm2d(2 * WIDTH), nn.ReLU(),
        nn.ConvTranspose2d(2 * WIDTH, WIDTH, 4, 2, 1), nn.BatchNorm2d(WIDTH), nn.ReLU(),
        nn.ConvTranspose2d(WIDTH, 1, 4, 2, 1), nn.Sigmoid()))


def make_discriminator():
    return nn.Sequential(
        nn.Conv2d(1, WIDTH, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(WIDTH, 2 * WIDTH, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(49 * 2 * WIDTH, 1))


def schedule(step, steps):
    """The factor of the learning rate: 1 for the first half, then along a cosine to 0."""
    after, decay = steps // 2, steps - steps // 2
    return 0.5 * (1 + math.cos(math.pi * min(1, max(0, step - after) / decay)))


def train(images, epochs):
    generator, discriminator = make_generator(), make_discriminator()
    average = copy.deepcopy(generator)
    optimizers = [torch.optim.Adam(n.parameters(), r, BETAS) for n, r in zip((generator, discriminator), LEARNING_RATES)]
    steps, step = epochs * math.ceil(len(images) / BATCH_SIZE), 0
    for epoch in range(1, epochs + 1):
        began, sums = time.time(), np.zeros(3)
        for indices in torch.randperm(len(images)).split(BATCH_SIZE):
            for optimizer, rate in zip(optimizers, LEARNING_RATES):
                optimizer.param_groups[0]["lr"] = rate * schedule(step, steps)
            real = images[indices].requires_grad_()
            fake = generator(torch.randn(len(real), LATENT_SIZE))
            real_logits = discriminator(real)
            slope, = torch.autograd.grad(real_logits.sum(), real, create_graph=True)
            penalty = R1_WEIGHT * 0.5 * slope.square().sum((1, 2, 3)).mean()
            loss = F.softplus(-real_logits).mean() + F.softplus(discriminator(fake.detach())).mean()
            optimizers[1].zero_grad()
            torch.autograd.backward(loss + penalty, inputs=list(discriminator.parameters()))
            optimizers[1].step()
            generator_loss = F.softplus(-discriminator(fake)).mean()
            optimizers[0].zero_grad()
            torch.autograd.backward(generator_loss, inputs=list(generator.parameters()))
            optimizers[0].step()
            follow(average, generator, step, AVERAGE_DECAY)
            losses = np.array([loss.item(), generator_loss.item(), penalty.item()])
            if step == 0:
                print(f"first losses: discriminator {losses[0]:.4f}, generator {losses[1]:.4f}, penalty {losses[2]:.6f}")
            sums += losses
            step += 1
        d, g, p = sums / math.ceil(len(images) / BATCH_SIZE)
        print(f"epoch {epoch}: discriminator {d:.3f}, generator {g:.3f}, penalty {p:.3f}, {time.time() - began:.0f} s", flush=True)
    return average.eval(), steps


def sample(generator, count):
    with torch.no_grad():
        return torch.cat([generator(torch.randn(min(500, count - i), LATENT_SIZE)) for i in range(0, count, 500)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--data", default=SUBSET, help="the four files of Fashion-MNIST")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the result as JSON")
    options = parser.parse_args()
    began = time.time()
    torch.manual_seed(options.seed)
    generator, steps = train(read_images(options.data, "train"), options.epochs)
    test = read_images(options.data, "t10k")
    result = measure(sample(generator, min(SAMPLES, len(test))), test)
    result |= {"epochs": options.epochs, "steps": steps, "seconds": time.time() - began, "seed": options.seed, "backend": "PyTorch " + torch.__version__}
    write_report(options.json, result)


if __name__ == "__main__":
    main()

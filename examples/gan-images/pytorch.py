"""The same game in PyTorch, on the same data, measured by the same classifier: python3 examples/gan-images/pytorch.py --help.

Same networks, initial distributions, loss, penalty, optimizers, schedule, average and batches as model.ts; the random
numbers are PyTorch's own. It needs only torch and numpy.
"""
import argparse, copy, gzip, json, math, os, struct, time

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # otherwise waiting threads occupy the cores that others need
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

BATCH_SIZE, LATENT_SIZE, WIDTH, SAMPLES = 32, 32, 24, 10_000
LEARNING_RATES, BETAS, R1_WEIGHT, AVERAGE_DECAY = (1e-3, 2e-3), (0.0, 0.99), 0.05, 0.999  # generator, discriminator
HERE = os.path.dirname(os.path.abspath(__file__))


def read_idx(folder, name, axes):
    path = os.path.join(folder, name)
    with (gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")) as file:
        data = file.read()
    shape = struct.unpack(f">{axes}I", data[4 : 4 + 4 * axes])
    return torch.from_numpy(np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape).copy())


def read_images(folder, part):
    return read_idx(folder, f"{part}-images-idx3-ubyte", 3)[:, None].float() / 255


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = torch.from_numpy(np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).copy())
    return tensors


class Classifier:
    """See ../shared/classifier.md."""

    def __init__(self):
        self.w = read_safetensors(os.path.join(HERE, "../shared/classifier.safetensors"))

    def features(self, images):
        filters = lambda i: self.w[str(i)].permute(3, 2, 0, 1)
        x = F.relu(F.conv2d(images, filters(0), self.w["1"], stride=2))
        x = F.relu(F.conv2d(x, filters(2), self.w["3"], stride=2))
        x = F.relu(F.conv2d(x, filters(4), self.w["5"]))
        x = x.permute(0, 2, 3, 1).flatten(1)  # channels last, as the weights expect
        return F.relu(x @ self.w["6"] + self.w["7"])

    def classes(self, features):
        return (features @ self.w["8"] + self.w["9"]).argmax(1)


def with_library_weights(network):
    """Uniform within 1 / sqrt(fan-in): PyTorch's default, except for transposed convolutions, whose fan-in is what a pixel sums."""
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


def follow(average, network, step):
    decay = min(AVERAGE_DECAY, (1 + step) / (10 + step))
    with torch.no_grad():
        for a, b in zip(average.state_dict().values(), network.state_dict().values()):
            a.lerp_(b, 1 - decay) if a.is_floating_point() else a.copy_(b)


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
            follow(average, generator, step)
            losses = np.array([loss.item(), generator_loss.item(), penalty.item()])
            if step == 0:
                print(f"first losses: discriminator {losses[0]:.4f}, generator {losses[1]:.4f}, penalty {losses[2]:.6f}")
            sums += losses
            step += 1
        d, g, p = sums / math.ceil(len(images) / BATCH_SIZE)
        print(f"epoch {epoch}: discriminator {d:.3f}, generator {g:.3f}, penalty {p:.3f}, {time.time() - began:.0f} s", flush=True)
    return average.eval(), steps


def frechet_distance(a, b):
    """In float64 with unbiased covariances, like frechetDistance of tfjs-generative/metrics."""
    a, b = a.double().numpy(), b.double().numpy()
    shift = ((a.mean(0) - b.mean(0)) ** 2).sum()
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    values, vectors = np.linalg.eigh(cov_a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    trace_of_root = np.sqrt(np.linalg.eigvalsh(root @ cov_b @ root).clip(0)).sum()
    return float(shift + np.trace(cov_a) + np.trace(cov_b) - 2 * trace_of_root)


def measure(generator, test):
    classifier, count = Classifier(), min(SAMPLES, len(test))
    with torch.no_grad():
        fakes = [generator(torch.randn(min(500, count - i), LATENT_SIZE)) for i in range(0, count, 500)]
        a = torch.cat([classifier.features(fake) for fake in fakes])
        b = torch.cat([classifier.features(part) for part in test[:count].split(500)])
        shares = [n / count for n in torch.bincount(classifier.classes(a), minlength=10).tolist()]
    return {"classes": {"shares": shares, "least": min(shares), "most": max(shares)}, "frechetDistance": frechet_distance(a, b)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--data", default=os.path.join(HERE, "../data/fashion-mnist"), help="the four files of Fashion-MNIST")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the result as JSON")
    options = parser.parse_args()
    began = time.time()
    torch.manual_seed(options.seed)
    generator, steps = train(read_images(options.data, "train"), options.epochs)
    result = measure(generator, read_images(options.data, "t10k"))
    result |= {"epochs": options.epochs, "steps": steps, "seconds": time.time() - began, "seed": options.seed, "backend": "PyTorch " + torch.__version__}
    print(json.dumps(result))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(result, file, indent=2)


if __name__ == "__main__":
    main()

"""Times the same training steps and sampling in PyTorch: python3 bench/steps/torch_step.py MODEL THREADS REPEATS; prints milliseconds."""
import json, math, os, sys, time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples/shared"))
import diffusion
import torch
from torch import nn
import torch.nn.functional as F

name, threads, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
BATCH = 64


def adam(*networks, rate):
    return torch.optim.Adam([p for network in networks for p in network.parameters()], rate)


def vae_decoder():
    return nn.Sequential(nn.Linear(20, 512), nn.ReLU(), nn.Linear(512, 784))


def vae():
    encoder = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 40))
    return train_vae(encoder, vae_decoder(), torch.rand(128, 784))


def train_vae(encoder, decoder, x):
    optimizer = adam(encoder, decoder, rate=1e-3)

    def step():
        optimizer.zero_grad()
        mean, log_variance = encoder(x).chunk(2, 1)
        logits = decoder(mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean))
        error = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
        kl = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1).mean()
        (error + kl).backward()
        optimizer.step()

    return step


def vae_sampling():
    decoder = vae_decoder()

    def sample():
        z = torch.randn(128, 20)
        torch.sigmoid(decoder(z)), torch.bernoulli(torch.sigmoid(decoder(z)))

    return sample


def conv_vae():
    encoder = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),
                            nn.Flatten(), nn.Linear(3136, 40))
    decoder = nn.Sequential(nn.Linear(20, 3136), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
                            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1))
    return train_vae(encoder, decoder, torch.rand(BATCH, 1, 28, 28))


def dcgan_generator():
    return nn.Sequential(nn.Linear(100, 6272), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU(),
                         nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(),
                         nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Sigmoid())


def dcgan_sampling():
    g = dcgan_generator().eval()
    return lambda: g(torch.randn(BATCH, 100))


def dcgan():
    g = dcgan_generator()
    d = nn.Sequential(nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 128, 4, 2, 1), nn.LeakyReLU(0.2),
                      nn.Flatten(), nn.Linear(6272, 1))
    og, od, x = adam(g, rate=2e-4), adam(d, rate=2e-4), torch.rand(BATCH, 1, 28, 28)

    def step():
        fake = g(torch.randn(BATCH, 100))
        od.zero_grad()
        (F.softplus(-d(x)).mean() + F.softplus(d(fake.detach())).mean()).backward()
        od.step()
        og.zero_grad()
        torch.autograd.backward(F.softplus(-d(fake)).mean(), inputs=list(g.parameters()))
        og.step()

    return step


class Block(nn.Module):
    def __init__(self, inputs, filters, size):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(8, inputs), nn.Conv2d(inputs, filters, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(8, filters), nn.Conv2d(filters, filters, 3, padding=1)
        self.condition = nn.Linear(size, 2 * filters)
        self.shortcut = nn.Identity() if inputs == filters else nn.Conv2d(inputs, filters, 1)

    def forward(self, x, c):
        scale, shift = self.condition(F.silu(c))[:, :, None, None].chunk(2, 1)
        h = self.norm2(self.conv1(F.silu(self.norm1(x)))) * (1 + scale) + shift
        return self.shortcut(x) + self.conv2(F.silu(h))


class Unet(nn.Module):
    def __init__(self, a=32, channels=1):
        super().__init__()
        b, size = 2 * a, 4 * a
        self.frequencies = 10000 ** (-torch.arange(a // 2) / (a // 2))
        self.time = nn.Sequential(nn.Linear(a, size), nn.SiLU(), nn.Linear(size, size))
        self.first, self.last = nn.Conv2d(channels, a, 3, padding=1), nn.Conv2d(a, channels, 3, padding=1)
        self.down, self.middle1 = Block(a, a, size), Block(b, b, size)
        self.middle2, self.up = Block(b, b, size), Block(2 * a, a, size)
        self.smaller, self.larger = nn.Conv2d(a, b, 3, 2, 1), nn.Conv2d(b, a, 3, padding=1)
        self.norm = nn.GroupNorm(8, a)

    def forward(self, x, steps):
        angles = steps[:, None] * self.frequencies
        c = self.time(torch.cat([angles.sin(), angles.cos()], 1))
        skip = self.down(self.first(x), c)
        h = self.middle2(self.middle1(self.smaller(skip), c), c)
        h = self.larger(F.interpolate(h, scale_factor=2))
        return self.last(F.silu(self.norm(self.up(torch.cat([h, skip], 1), c))))


def unet(batch=BATCH, pixels=28, channels=1, width=32):
    network = Unet(width, channels)
    optimizer, images = adam(network, rate=2e-4), torch.rand(batch, channels, pixels, pixels)

    def step():
        noise, kept = torch.randn_like(images), torch.rand(batch, 1, 1, 1) * 0.8 + 0.1
        optimizer.zero_grad()
        noisy = kept.sqrt() * images + (1 - kept).sqrt() * noise
        F.mse_loss(network(noisy, torch.randint(0, 1000, (batch,))), noise).backward()
        optimizer.step()

    return step


def unet_call(batch, pixels, channels, width):
    network, x = Unet(width, channels), torch.randn(batch, channels, pixels, pixels)
    return lambda: network(x, torch.full((batch,), 500))


def unet_sampling(evaluations):
    network = Unet()
    kept = [0.01 + 0.98 * step / evaluations for step in range(evaluations + 1)]

    def sample():
        x = torch.randn(BATCH, 1, 28, 28)
        for step, (a, b) in enumerate(zip(kept, kept[1:])):
            noise = network(x, torch.full((BATCH,), round(999 * (1 - step / evaluations))))
            x = (x - noise * math.sqrt(1 - a)) / math.sqrt(a) * math.sqrt(b) + noise * math.sqrt(1 - b)

    return sample


def image_unet():
    return diffusion.Unet(channels=1, widths=(32, 64), classes=10)


def image_diffusion_step():
    training = diffusion.Training(image_unet(), steps=1000, learning_rate=4e-3, warm_up=500)
    x, labels = torch.rand(BATCH, 1, 28, 28) * 2 - 1, torch.arange(BATCH) % 10
    return lambda: training.update(x, labels)


def image_denoiser():
    network, x, labels = image_unet(), torch.randn(BATCH, 1, 28, 28), torch.arange(BATCH) % 10
    return lambda: network(x, torch.full((BATCH,), 500), labels)


def points_gan():
    def mlp(inputs, outputs):
        sizes = [inputs, 128, 128, 128, outputs]
        layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (nn.Linear(i, o), nn.LeakyReLU(0.2))]
        return nn.Sequential(*layers[:-1])

    g, d = mlp(2, 2), mlp(2, 1)
    og, od, real = adam(g, rate=1e-3), adam(d, rate=1e-3), torch.randn(256, 2)

    def step():
        fake = g(torch.randn(256, 2))
        od.zero_grad()
        x = real.clone().requires_grad_()
        logits = d(x)
        slope, = torch.autograd.grad(logits.sum(), x, create_graph=True)
        r1 = 0.5 * (slope**2).sum(1).mean()
        (F.softplus(-logits).mean() + F.softplus(d(fake.detach())).mean() + 0.1 * r1).backward()
        od.step()
        og.zero_grad()
        torch.autograd.backward(F.softplus(-d(fake)).mean(), inputs=list(g.parameters()))
        og.step()

    return step


class TransformerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.projections, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        projected = self.projections(self.norm1(x)).view(n, tokens, 3, self.heads, width // self.heads)
        q, k, v = projected.permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(seen.transpose(1, 2).reshape(n, tokens, width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


def transformer(tokens=84, length=64, width=128, heads=4, layers=4):
    embedding, positions = nn.Embedding(tokens, width), nn.Parameter(torch.randn(length, width))
    blocks = nn.Sequential(*(TransformerBlock(width, heads) for _ in range(layers)))
    network = nn.Sequential(blocks, nn.LayerNorm(width), nn.Linear(width, tokens))
    # with foreach, and without either, a step takes longer
    parameters = [*embedding.parameters(), positions, *network.parameters()]
    optimizer = torch.optim.Adam(parameters, 1e-3, fused=True)
    x = torch.randint(0, tokens, (BATCH, length + 1))

    def step():
        optimizer.zero_grad()
        logits = network(embedding(x[:, :-1]) + positions)
        F.cross_entropy(logits.view(-1, tokens), x[:, 1:].reshape(-1)).backward()
        optimizer.step()

    return step


steps = {"transformer": transformer, "vae": vae, "plain vae": vae, "conv vae": conv_vae, "dcgan": dcgan, "unet": unet, "points gan": points_gan,
         "image diffusion": image_diffusion_step}
samplers = {"vae sampling": vae_sampling, "dcgan sampling": dcgan_sampling, "unet evaluation": lambda: unet_sampling(1),
            "unet 20 evaluations": lambda: unet_sampling(20), "image denoiser": image_denoiser}
if name.startswith(("unet step ", "unet call ")):
    sizes = map(int, name.split(" ")[2].split("x"))
    (steps if "step" in name else samplers)[name] = lambda: (unet if "step" in name else unet_call)(*sizes)
torch.set_grad_enabled(name in steps)
step = (steps | samplers)[name]()
for _ in range(2):
    step()
times = []
for _ in range(repeats):
    start = time.perf_counter()
    step()
    times.append((time.perf_counter() - start) * 1e3)
print(json.dumps({"times": times, "threads": threads}))

"""Writes the files of this folder: python3 make_state_dicts.py (torch 2.6, safetensors 0.4).

Each is the state_dict of a model in PyTorch with random numbers in all weights and statistics, an example input and the output for it.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

here = Path(__file__).parent
sys.path.append(str(here / "../../../examples/pytorch"))

from model import (  # noqa: E402
    CrossAttention,
    Dit,
    SameConv1d,
    SameConv2d,
    SameConvTranspose1d,
    SameConvTranspose2d,
    ScaleAndShift,
    TextEncoder,
    TimeEmbedding,
    Transformer,
    Unet,
    WithTokens,
    conv_decoder,
    conv_encoder,
    dcgan_generator,
    mlp,
)

torch.manual_seed(7)
torch.set_num_threads(1)


def write(name, model, **inputs):
    with torch.no_grad():
        for key, x in model.state_dict().items():
            if "parametrizations" in key and key.endswith(("_u", "_v")):
                continue
            if x.is_floating_point():
                x.copy_(torch.rand_like(x) + 0.5 if key.endswith("running_var") else torch.randn_like(x) / max(1, x[0].numel()) ** 0.5)
        if any("parametrizations" in key for key in model.state_dict()):
            model(**inputs)  # in training: v becomes that of u and these weights
        output = model.eval()(**inputs)
    example = {f"example.inputs.{key}": x for key, x in inputs.items()}
    tensors = {**model.state_dict(), **example, "example.output": output}
    save_file({key: x.contiguous() for key, x in tensors.items()}, here / f"{name}.safetensors")


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        shape = [10, 7, 2]
        self.encoder, self.decoder = conv_encoder(shape, [3, 4], 6), conv_decoder(3, shape, [4, 3])

    def forward(self, x):
        return self.decoder(self.encoder(x)[:, :3])


class Concatenated(nn.Module):
    """withCondition for rows"""

    def __init__(self, body, labels):
        super().__init__()
        self.body, self.labels = body, labels

    def forward(self, x, condition):
        return self.body(torch.cat([x, self.labels(condition)], 1))


class Projected(nn.Module):
    """withProjection"""

    def __init__(self, head, labels):
        super().__init__()
        self.head, self.labels = head, labels

    def forward(self, x, condition):
        return self.head(x) + (self.labels(condition) * x).sum(1, keepdim=True)


class Discriminator(nn.Sequential):
    def __init__(self):
        super().__init__(
            SameConv2d(2, 3, 4, 2),
            nn.LeakyReLU(0.2),
            SameConv2d(3, 6, 4, 2),
            nn.BatchNorm2d(6),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            Projected(nn.Linear(4 * 6 * 6, 1), nn.Embedding(3, 4 * 6 * 6)),
        )

    def forward(self, x, condition):
        for module in list(self)[:-1]:
            x = module(x)
        return self[-1](x, condition)


class Tokens(nn.Sequential):
    def __init__(self):
        super().__init__(nn.MultiheadAttention(6, 2, batch_first=True), nn.LayerNorm(6))

    def forward(self, input):
        return self[1](self[0](input, input, input, need_weights=False)[0])


class Denoiser(nn.Module):
    """denoisingMlp"""

    def __init__(self, size, width):
        super().__init__()
        sizes = [size, width, width, width]
        hidden = [nn.Sequential(ScaleAndShift(nn.Linear(i, o), nn.Linear(64, 2 * o)), nn.SiLU()) for i, o in zip(sizes, sizes[1:])]
        self.body = nn.Sequential(*hidden, nn.Linear(width, size))
        self.time = TimeEmbedding(64)

    def forward(self, x, timesteps):
        condition = self.time(timesteps)
        for module in list(self.body)[:-1]:
            x = module[1](module[0](x, condition))
        return self.body[-1](x)


class ChannelsLast(nn.Module):
    """A model that flattens [batch, height, width, channels]."""

    def __init__(self):
        super().__init__()
        self.add_module("0", nn.Conv2d(2, 3, 3, padding=1))
        self.add_module("2", nn.Linear(36, 4))

    def forward(self, input):
        maps = self.get_submodule("0")(input.permute(0, 3, 1, 2))
        return self.get_submodule("2")(maps.permute(0, 2, 3, 1).flatten(1))


labels = torch.tensor([2, 0])
image = torch.randn(2, 2, 16, 24)
write("square", mlp([5, 5, 5, 5]), input=torch.randn(3, 5))
write("conv-vae", Vae(), x=torch.randn(2, 2, 10, 7))
write("generator", dcgan_generator(3, [16, 24, 2], width=3), input=torch.randn(2, 3))
write("conditional-generator", Concatenated(dcgan_generator(3 + 16, [8, 8, 2], width=3), nn.Embedding(3, 16)), x=torch.randn(2, 3), condition=labels)
write("discriminator", Discriminator(), x=image, condition=labels)
write("unet", Unet(2, [4, 6], blocks=2, attention=[0, 1], classes=3, groups=2), x=torch.randn(2, 2, 8, 6), timesteps=torch.tensor([5, 700]), labels=labels)
write("denoising-mlp", Denoiser(3, 8), x=torch.randn(2, 3), timesteps=torch.tensor([5, 700]))
write(
    "convolutions",
    nn.Sequential(SameConv2d(2, 3, 4, 2), nn.Tanh(), SameConv2d(3, 4, 3, 2), SameConv2d(4, 3, 2), nn.Conv2d(3, 3, 3), nn.Conv2d(3, 2, 3, padding=1)),
    input=torch.randn(2, 2, 17, 14),
)
write(
    "transposed",
    nn.Sequential(
        SameConvTranspose2d(2, 3, 3),
        SameConvTranspose2d(3, 4, 4, 2, [3, 5]),
        SameConvTranspose2d(4, 3, 5, 3),
        nn.ConvTranspose2d(3, 3, 3, 2),
        nn.ConvTranspose2d(3, 2, 4, 2, padding=1),
    ),
    input=torch.randn(1, 2, 2, 3),
)
write("tokens", Tokens(), input=torch.randn(2, 5, 6))
write(
    "features",
    nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.BatchNorm1d(36),
        nn.Linear(36, 24),
        nn.LayerNorm(24),
        nn.ReLU(),
        nn.Unflatten(1, (2, 4, 3)),
        nn.GroupNorm(2, 2),
        nn.Conv2d(2, 2, 3, padding=1),
    ),
    input=torch.randn(2, 2, 4, 3),
)
write(
    "spectral",
    nn.Sequential(
        spectral_norm(SameConv2d(2, 4, 3)),
        spectral_norm(SameConvTranspose2d(4, 3, 4, 2)),
        nn.Flatten(),
        spectral_norm(nn.Linear(3 * 8 * 6, 5)),
    ),
    input=torch.randn(2, 2, 4, 3),
)
write("channels-last", ChannelsLast(), input=torch.randn(2, 4, 3, 2))


class TokensWithoutBiases(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = nn.MultiheadAttention(4, 2, bias=False, batch_first=True)
        self.norm = nn.LayerNorm(4, bias=False)

    def forward(self, input):
        return self.norm(input + self.mix(input, input, input, need_weights=False)[0])


write(
    "without-biases",
    nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4, affine=False),
        nn.ReLU(),
        nn.ConvTranspose2d(4, 4, 4, 2, padding=1, bias=False),
        nn.GroupNorm(2, 4, affine=False),
        nn.Flatten(),
        spectral_norm(nn.Linear(4 * 8 * 6, 5, bias=False)),
        nn.LayerNorm(5, elementwise_affine=False),
        nn.Linear(5, 3, bias=False),
        nn.LayerNorm(3, bias=False),
    ),
    input=torch.randn(2, 2, 4, 3),
)
write("tokens-without-biases", TokensWithoutBiases(), input=torch.randn(2, 5, 4))

# after all others, whose random numbers stay the same
write(
    "transformer",
    Transformer(5, 6, causal=False, width=8, heads=2, layers=2, classes=3),
    x=torch.randint(0, 6, (2, 6), dtype=torch.int32),
    labels=torch.tensor([2, -1], dtype=torch.int32),
)
write("causal-transformer", Transformer(5, 6, width=8, heads=2, layers=1), x=torch.randint(0, 6, (2, 4), dtype=torch.int32))
write(
    "rectangles",
    nn.Sequential(
        nn.Conv2d(2, 3, (3, 5), padding=(1, 2)),
        nn.Conv2d(3, 4, (1, 3), (1, 2)),
        nn.ConvTranspose2d(4, 3, (2, 3), (2, 1)),
        nn.Flatten(),
        nn.Linear(3 * 8 * 6, 2),
    ),
    input=torch.randn(2, 2, 4, 9),
)
write(
    "series",
    nn.Sequential(
        SameConv1d(3, 4, 4, 2),
        nn.Tanh(),
        spectral_norm(nn.Conv1d(4, 4, 3)),
        nn.Upsample(scale_factor=2),
        nn.GroupNorm(2, 4),
        nn.Flatten(),
        nn.Linear(4 * 6, 12),
        nn.Unflatten(1, (3, 4)),
        SameConvTranspose1d(3, 2, 5, 3),
        spectral_norm(nn.ConvTranspose1d(2, 3, 3, 2)),
    ),
    input=torch.randn(2, 3, 9),
)
write(
    "unet1d",
    Unet(2, [4, 6], attention=[1], classes=3, groups=2, convolution=SameConv1d),
    x=torch.randn(2, 2, 10),
    timesteps=torch.tensor([5, 700]),
    labels=labels,
)
write(
    "dit",
    Dit([4, 6], 2, width=8, depth=2, heads=2, classes=3, time_size=4),
    x=torch.randn(2, 2, 4, 6),
    timesteps=torch.tensor([5, 70]),
    labels=labels,
)
texts = torch.tensor([[3, 1, 0], [-1, -1, -1]], dtype=torch.int32)
write("words", WithTokens(CrossAttention(6, 8, heads=2), TextEncoder(5, 4, width=8, heads=2, layers=2)), x=torch.randn(2, 5, 6), tokens=texts)

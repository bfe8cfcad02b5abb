"""Called by main.ts: reads each model that it wrote, compares, trains it for a few steps, and writes it again.

python3 round_trip.py FOLDER   needs torch and safetensors: apt-get install python3-torch python3-safetensors libopenblas0-pthread
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from model import Unet, conv_decoder, conv_encoder, dcgan_discriminator, dcgan_generator, mlp

# the layers are small: more threads would only wait for each other
torch.set_num_threads(1)

folder = Path(sys.argv[1])
SHAPE = [28, 28, 1]
LATENTS = 8


class Vae(nn.Module):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, x):
        return self.decoder(self.encoder(x)[:, :LATENTS])


MODELS = {
    "vae-dense": lambda: Vae(mlp([784, 64, 2 * LATENTS]), mlp([LATENTS, 64, 784])),
    "vae-conv": lambda: Vae(conv_encoder(SHAPE, [8, 16, 32], 2 * LATENTS), conv_decoder(LATENTS, SHAPE, [32, 16, 8])),
    "dcgan-generator": lambda: dcgan_generator(LATENTS, SHAPE, width=8),
    "dcgan-discriminator": lambda: dcgan_discriminator(SHAPE, width=8),
    "unet": lambda: Unet(1, widths=[16, 32], attention=[1], classes=10),
}


def split(tensors):
    """The weights of a file, and the example in it: inputs and output."""
    begin = "example.inputs."
    inputs = {name.removeprefix(begin): x for name, x in tensors.items() if name.startswith(begin)}
    weights = {name: x for name, x in tensors.items() if not name.startswith("example.")}
    return weights, inputs, tensors["example.output"]


def read(name, suffix=""):
    model = MODELS[name]().eval()
    weights, inputs, output = split(load_file(folder / f"{name}{suffix}.safetensors"))
    model.load_state_dict(weights, strict=True)
    with torch.no_grad():
        difference = (model(**inputs) - output).abs().max().item()
    return model, inputs, difference


def train(model, inputs, steps=5):
    """A few steps, so that weights and statistics change."""
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(steps):
        optimizer.zero_grad()
        (model(**inputs) - 0.5).square().mean().backward()
        optimizer.step()
    model.eval()


def write(model, inputs, path, dtype=torch.float32):
    with torch.no_grad():
        output = model(**inputs)
    weights = {name: x.to(dtype) if x.is_floating_point() else x for name, x in model.state_dict().items()}
    example = {f"example.inputs.{name}": x for name, x in inputs.items()}
    save_file({name: x.contiguous() for name, x in {**weights, **example, "example.output": output}.items()}, path)


differences = {}
for name in MODELS:
    model, inputs, difference = read(name)
    half = read(name, ".half")[2]
    train(model, inputs)
    write(model, inputs, folder / f"{name}.back.safetensors")
    write(model, inputs, folder / f"{name}.back.half.safetensors", torch.float16)
    differences[name] = {"difference": difference, "half": half}
print(json.dumps(differences))

"""Milliseconds of an exported step and of the same step by hand, in turns, on one thread: python3 steps.py RUN vae|unet ROUNDS"""

import importlib.util
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

torch.set_num_threads(1)
folder, kind, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])


def module_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


go_on, exported = module_of(folder / "go_on.py"), module_of(folder / "step.py")
models = module_of(Path(__file__).parents[2] / "examples/pytorch/model.py")
run = go_on.read_run(folder)
tables, data, state = (load_file(folder / f"{name}.safetensors") for name in ["tables", "data", "run"])
exported.CONSTANTS.update({name: tables[name] for name in run["constants"]})
_, given = go_on.Feed(run, data, tables, "cpu").batch(0)
noise = next(tensor for tensor in (given[one["parameter"]] for one in run["draws"]) if tensor.is_floating_point())
x = given["x"].permute(0, 3, 1, 2).contiguous()


def vae():
    encoder, decoder = models.conv_encoder((28, 28, 1), [8, 16], 16), models.conv_decoder(8, (28, 28, 1), [16, 8])

    def loss():
        mean, log_variance = encoder(x).chunk(2, 1)
        logits = decoder(mean + (0.5 * log_variance).exp() * noise)
        kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1)
        return (F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum((1, 2, 3)) + kl).mean()

    return loss, [*encoder.parameters(), *decoder.parameters()]


def unet():
    network, epsilon = models.Unet(1, (8, 16)), noise.permute(0, 3, 1, 2).contiguous()
    steps = torch.randint(0, 1000, (len(x),))
    levels = torch.cos(torch.linspace(0, 1, 1000) * torch.pi / 2).clamp(1e-3, 1 - 1e-3)

    def loss():
        signal = levels[steps].reshape(-1, 1, 1, 1)
        sigma = (1 - signal**2).sqrt()
        return (network(signal * x + sigma * epsilon, steps) - (signal * epsilon - sigma * x)).square().mean()

    return loss, list(network.parameters())


loss, parameters = {"vae": vae, "unet": unet}[kind]()
adam = torch.optim.Adam(parameters, lr=1e-3)


def by_hand():
    adam.zero_grad()
    loss().backward()
    adam.step()


def as_exported():
    with torch.no_grad():
        state.update(exported.step(state, **given)[1])


least = {}
for _ in range(rounds):
    for name, step in {"exported": as_exported, "by hand": by_hand}.items():
        step()
        began = time.perf_counter()
        for _ in range(5):
            step()
        least[name] = min(least.get(name, float("inf")), (time.perf_counter() - began) * 200)
print(json.dumps(least))

"""The same network and recipe in PyTorch: python3 pytorch.py --seed 1 --steps 2000 (torch 2.6).

Prints the bits per character of the held-out tenth, for comparison with npm run example -- text.
"""

import argparse
import gzip
import json
import math
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

here = Path(__file__).parent
sys.path.append(str(here / "../pytorch"))

from model import Transformer  # noqa: E402

LENGTH, BATCH, STRIDE, PARTS = 64, 64, 16, 10

parser = argparse.ArgumentParser()
parser.add_argument("--data", default=str(here / "../data/jargon/jargon.txt.gz"))
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--steps", type=int, default=2000)
parser.add_argument("--rate", type=float, default=2e-3)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
torch.manual_seed(options.seed)
torch.set_num_threads(options.threads)

text = gzip.open(options.data, "rt", newline="").read().replace("\r\n", "\n")
alphabet = sorted(set(text))
index = {character: i for i, character in enumerate(alphabet)}
tokens = torch.tensor([index[character] for character in text])
cut = len(tokens) * (PARTS - 1) // PARTS
training = tokens[:cut].unfold(0, LENGTH, STRIDE)
held_out = tokens[cut:].unfold(0, LENGTH, LENGTH)
start = len(alphabet)

model = Transformer(len(alphabet), LENGTH)
with torch.no_grad():
    # the initial weights of tfjs-generative: each layer uniform within 1 / sqrt(inputs), vectors within 1, and logits of zero
    for name, parameter in model.named_parameters():
        if "norm" in name:
            continue
        if name.startswith(("tokens", "places")):
            parameter.uniform_(-1, 1)
        elif name.startswith("logits"):
            parameter.zero_()
        else:
            fan_in = 512 if name.endswith(("mlp.2.weight", "mlp.2.bias")) else 128
            parameter.uniform_(-(fan_in**-0.5), fan_in**-0.5)


def loss_of(x):
    before = F.pad(x, (1, 0), value=start)[:, :-1]
    return F.cross_entropy(model(before).flatten(0, 1), x.flatten())


adam = torch.optim.Adam(model.parameters(), lr=1, eps=1e-8)
WARM_UP = 100
rate = lambda step: options.rate * min(1, (step + 1) / WARM_UP) * (1 + math.cos(math.pi * step / options.steps)) / 2  # noqa: E731
schedule = torch.optim.lr_scheduler.LambdaLR(adam, rate)
began = time.time()
order = torch.randperm(len(training))
place = 0
for step in range(options.steps):
    if place + BATCH > len(order):
        order, place = torch.randperm(len(training)), 0
    loss = loss_of(training[order[place : place + BATCH]])
    place += BATCH
    adam.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
    adam.step()
    schedule.step()
    if step % 100 == 99:
        print(f"{step + 1}: {loss.item() / math.log(2):.3f} bits, {time.time() - began:.0f} s", file=sys.stderr)
seconds = time.time() - began
model.eval()
with torch.no_grad():
    losses = [loss_of(part) * len(part) for part in held_out.split(128)]
bits = sum(losses).item() / len(held_out) / math.log(2)
parameters = sum(p.numel() for p in model.parameters())
print(json.dumps({"bits": bits, "parameters": parameters, "steps": options.steps, "seed": options.seed, "seconds": seconds}))

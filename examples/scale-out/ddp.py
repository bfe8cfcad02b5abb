"""Called by main.ts: continues the training of its models in several processes, with DistributedDataParallel.

python3 ddp.py FOLDER STEPS                                     two processes here
USE_LIBUV=0 torchrun --nproc-per-node 8 ddp.py FOLDER STEPS     as many as a cluster has (Debian's torch has no libuv)
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.parallel import DistributedDataParallel

here = Path(__file__).parent
sys.path += [str(here / "../pytorch"), str(here / "../shared")]
from fashion_mnist import SUBSET, read_images  # noqa: E402
from model import Unet, conv_decoder, conv_encoder  # noqa: E402

BATCH = 64  # over all processes, as in models.ts
SHAPE, LATENTS = [28, 28, 1], 8


class Vae(nn.Module):
    def __init__(self, _):
        super().__init__()
        self.encoder, self.decoder = conv_encoder(SHAPE, [8, 16], 2 * LATENTS), conv_decoder(LATENTS, SHAPE, [16, 8])

    def forward(self, x, noise):
        """The negative bound in nats, averaged over the batch."""
        mean, log_variance = self.encoder(x).chunk(2, 1)
        logits = self.decoder(mean + (0.5 * log_variance).exp() * noise)
        surprise = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)
        return (surprise + kl).mean()

    def draw(self, images):
        return (images > 0.5).float(), torch.randn(len(images), LATENTS)


class Diffusion(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.denoiser = Unet(1, widths=[8, 16])
        # the schedule of models.ts: its alpha and sigma at each timestep
        self.alpha, self.sigma = inputs["alpha"], inputs["sigma"]

    def forward(self, x, noise, timesteps, **_):
        """The mean squared error of the velocity."""
        alpha, sigma = (table[timesteps.long()].reshape(-1, 1, 1, 1) for table in (self.alpha, self.sigma))
        velocity = self.denoiser(alpha * x + sigma * noise, timesteps)
        return (velocity - (alpha * noise - sigma * x)).square().mean()

    def draw(self, images):
        return 2 * images - 1, torch.randn_like(images), torch.randint(len(self.alpha), (len(images),))


MODELS = {"vae": Vae, "diffusion": Diffusion}


def go_on(name, folder, steps):
    """Trains one model; the first process writes it and returns its losses before and after."""
    tensors = load_file(folder / f"{name}.safetensors")
    begin = "example.inputs."
    inputs = {key.removeprefix(begin): x for key, x in tensors.items() if key.startswith(begin)}
    model = MODELS[name](inputs)
    model.load_state_dict({key: x for key, x in tensors.items() if not key.startswith("example.")}, strict=True)

    def fixed_loss():
        """On the batch and the noise in the file."""
        with torch.no_grad():
            return model(**inputs)

    before = fixed_loss()
    shared = DistributedDataParallel(model)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    images = read_images(SUBSET, "train")
    began = time.perf_counter()
    for _ in range(steps):
        # each process draws its own share; gradients are averaged over all
        loss = shared(*model.draw(images[torch.randint(len(images), (BATCH // dist.get_world_size(),))]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    seconds = time.perf_counter() - began
    after = fixed_loss()
    if dist.get_rank() == 0:
        example = {f"example.inputs.{key}": x for key, x in inputs.items()}
        save_file({**model.state_dict(), **example, "example.output": after}, folder / f"{name}.back.safetensors")
    return {"before": before.item(), "after": after.item(), "seconds": seconds, "processes": dist.get_world_size()}


def work(rank, processes, init, folder, steps):
    torch.set_num_threads(1)  # each process uses one core
    torch.manual_seed(1000 + rank)
    dist.init_process_group("gloo", init_method=init, rank=rank, world_size=processes)
    report = {name: go_on(name, folder, steps) for name in MODELS}
    if rank == 0:
        print(json.dumps(report), flush=True)
    dist.destroy_process_group()


if __name__ == "__main__":
    folder, steps = Path(sys.argv[1]), int(sys.argv[2])
    if "RANK" in os.environ:  # torchrun
        work(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]), "env://", folder, steps)
    else:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        with tempfile.TemporaryDirectory() as meeting:
            words = (2, f"file://{meeting}/processes", folder, steps)
            # forked processes need not import torch, which takes seconds
            torch.multiprocessing.start_processes(work, words, nprocs=2, start_method="fork")

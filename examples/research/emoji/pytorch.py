"""The same diffusion model of emoji in PyTorch: python3 examples/research/emoji/pytorch.py --help.

Same data, split, network, initial distributions, schedule, loss, optimizer, average, batches and sampler as data.ts, model.ts and
sampling.ts; the random numbers are PyTorch's own. The samples are written for `npm run example -- emoji --samples FILE`, which measures
them as it measures those of the library. It needs torch, numpy and Pillow.
"""
import argparse, json, os, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "../../shared"))
import fashion_mnist  # sets the threads before torch and numpy are imported
from diffusion import Training, Unet, sample
import numpy as np
import torch
from PIL import Image

DATA, SIZE, BATCH_SIZE, WIDTHS = os.path.join(HERE, "../../data/emoji"), 32, 64, (48, 96)
LEARNING_RATE, WARM_UP = 3e-3, 30  # it rises over a thirtieth of the updates
STEPS, GUIDANCE, HIGHEST_LOG_SNR, ONE_OF = 12, 1.5, 1.6, 5
MIRRORED = ("Animals & Nature", "Food & Drink", "People & Body", "Smileys & Emotion")


def read_emoji():
    """Pictures [n, 3, 32, 32] on white, in [0, 1], their labels and motifs, and the names of the classes."""
    with open(os.path.join(DATA, "drawings.json")) as file:
        data = json.load(file)
    sheet = Image.open(os.path.join(DATA, "sheet.png")).convert("RGBA")
    white = Image.new("RGBA", sheet.size, "white")
    pixels = np.asarray(Image.alpha_composite(white, sheet))[..., :3]
    rows = [(label, motif, cell) for _, label, motif, cells in data["drawings"] for cell in cells]
    cell = SIZE + 2
    cut = lambda at: pixels[at[1] * cell + 1 :, at[0] * cell + 1 :][:SIZE, :SIZE]
    images = torch.from_numpy(np.stack([cut(at) for _, _, at in rows])).permute(0, 3, 1, 2).float() / 255
    return images, torch.tensor([row[0] for row in rows]), [row[1] for row in rows], data["categories"]


def split(labels, motifs):
    """Indices of the training pictures and of the held-out ones: every fifth motif of each class."""
    seen, held = {}, set()
    for label, motif in zip(labels.tolist(), motifs):
        of_class = seen.setdefault(label, set())
        if motif not in of_class:
            of_class.add(motif)
            if len(of_class) % ONE_OF == 0:
                held.add(motif)
    return [i for i, m in enumerate(motifs) if m not in held], [i for i, m in enumerate(motifs) if m in held]


def balanced(labels, indices):
    """The indices with those of small classes repeated."""
    sizes = torch.bincount(labels[indices]).tolist()
    times = [int(np.floor((max(sizes) / size) ** 0.5 + 0.5)) for size in sizes]
    return torch.tensor([i for i in indices for _ in range(times[labels[i]])])


def train(images, labels, rows, mirrored, steps):
    training = Training(Unet(3, WIDTHS, len(mirrored), attention=True), steps, LEARNING_RATE, -(-steps // WARM_UP))
    began, total, order = time.time(), 0.0, iter(())
    while training.step < steps:
        chosen = next(order, None)
        if chosen is None:
            order = iter(rows[torch.randperm(len(rows))].split(BATCH_SIZE))
            continue
        x, own = images[chosen], labels[chosen]
        flip = mirrored[own] & (torch.rand(len(own)) < 0.5)
        total += training.update(2 * torch.where(flip[:, None, None, None], x.flip(3), x) - 1, own)
        if training.step % 100 == 0:
            print(f"update {training.step}: loss {total / 100:.4f}, {time.time() - began:.0f} s", flush=True)
            total = 0.0
    return training.average.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="out/emoji/pytorch.bytes", help="the samples, for --samples of the example")
    parser.add_argument("--json", help="write the result as JSON")
    options = parser.parse_args()
    began = time.time()
    torch.manual_seed(options.seed)
    images, labels, motifs, classes = read_emoji()
    training, held_out = split(labels, motifs)
    mirrored = torch.tensor([name in MIRRORED for name in classes])
    network = train(images, labels, balanced(labels, training), mirrored, options.steps)
    training_seconds = time.time() - began
    samples = sample(network, labels[balanced(labels, held_out)], (3, SIZE, SIZE), STEPS, GUIDANCE, (-1, 1), HIGHEST_LOG_SNR, at_once=100)
    os.makedirs(os.path.dirname(options.out) or ".", exist_ok=True)
    with open(options.out, "wb") as file:
        file.write((255 * samples).round().byte().permute(0, 2, 3, 1).contiguous().numpy().tobytes())
    fashion_mnist.write_report(options.json, {"steps": options.steps, "trainingSeconds": training_seconds, "seed": options.seed})


if __name__ == "__main__":
    main()

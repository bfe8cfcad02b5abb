"""The same diffusion model in PyTorch, on the same data, measured by the same classifier: python3 examples/diffusion-images/pytorch.py --help.

Same network, initial distributions, schedule, loss, optimizer, average, batches and sampler as model.ts and sampling.ts; the
random numbers are PyTorch's own. It needs only torch and numpy.
"""
import argparse, math, os, sys, time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../shared"))
from fashion_mnist import SUBSET, measure, read_images, read_labels, write_report
from diffusion import Training, Unet, sample
import torch

BATCH_SIZE, SAMPLES, CLASSES, WIDTHS = 64, 10_000, 10, (32, 64)
LEARNING_RATE, WARM_UP = 4e-3, 500
STEPS = 10  # of the sampler


def train(images, labels, epochs):
    steps = epochs * math.ceil(len(images) / BATCH_SIZE)
    training = Training(Unet(1, WIDTHS, CLASSES), steps, LEARNING_RATE, WARM_UP)
    for epoch in range(1, epochs + 1):
        began, total, before = time.time(), 0.0, training.step
        for indices in torch.randperm(len(images)).split(BATCH_SIZE):
            total += training.update(2 * images[indices] - 1, labels[indices])
        print(f"epoch {epoch}: loss {total / (training.step - before):.4f}, {time.time() - began:.0f} s", flush=True)
    return training.average.eval(), steps


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--data", default=SUBSET, help="the four files of Fashion-MNIST")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the result as JSON")
    options = parser.parse_args()
    began = time.time()
    torch.manual_seed(options.seed)
    network, steps = train(read_images(options.data, "train"), read_labels(options.data, "train"), options.epochs)
    training_seconds = time.time() - began
    test = read_images(options.data, "t10k")
    result = measure(sample(network, torch.arange(min(SAMPLES, len(test))) % CLASSES, (1, 28, 28), STEPS), test)
    result |= {"epochs": options.epochs, "steps": steps, "trainingSeconds": training_seconds, "seconds": time.time() - began}
    write_report(options.json, result | {"seed": options.seed, "backend": "PyTorch " + torch.__version__})


if __name__ == "__main__":
    main()

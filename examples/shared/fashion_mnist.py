"""Fashion-MNIST, the networks of its features and the Frechet distance for the examples' recipes in PyTorch. It needs only torch and numpy."""
import gzip, json, os, struct

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # otherwise waiting threads occupy the cores that others need
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # otherwise its second thread spins after products, and convolutions run at half their speed
import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
SUBSET = os.path.join(HERE, "../data/fashion-mnist")


def read_idx(folder, name, axes):
    path = os.path.join(folder, name)
    with (gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")) as file:
        data = file.read()
    shape = struct.unpack(f">{axes}I", data[4 : 4 + 4 * axes])
    return torch.from_numpy(np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape).copy())


def read_images(folder, part):
    return read_idx(folder, f"{part}-images-idx3-ubyte", 3)[:, None].float() / 255


def read_labels(folder, part):
    return read_idx(folder, f"{part}-labels-idx1-ubyte", 1).long()


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = {"F32": "<f4", "F16": "<f2"}[entry["dtype"]]
        numbers = np.frombuffer(data[begin:end], dtype).astype(np.float32)
        tensors[name] = torch.from_numpy(numbers.reshape(entry["shape"]))
    return tensors


class Classifier:
    """See classifier.md."""

    def __init__(self):
        self.w = read_safetensors(os.path.join(HERE, "classifier.safetensors"))

    def features(self, images):
        filters = lambda i: self.w[str(i)].permute(3, 2, 0, 1)
        x = F.relu(F.conv2d(images, filters(0), self.w["1"], stride=2))
        x = F.relu(F.conv2d(x, filters(2), self.w["3"], stride=2))
        x = F.relu(F.conv2d(x, filters(4), self.w["5"]))
        x = x.permute(0, 2, 3, 1).flatten(1)  # channels last, as the weights expect
        return F.relu(x @ self.w["6"] + self.w["7"])

    def classes(self, features):
        return (features @ self.w["8"] + self.w["9"]).argmax(1)


class Autoencoder:
    """See autoencoder.md."""

    def __init__(self):
        self.w = read_safetensors(os.path.join(HERE, "autoencoder.safetensors"))

    def features(self, images):
        filters = lambda i: self.w[str(i)].permute(3, 2, 0, 1)
        x = F.relu(F.conv2d(images, filters(0), self.w["1"], stride=2, padding=1))
        x = F.relu(F.conv2d(x, filters(2), self.w["3"], stride=2, padding=1))
        x = F.relu(F.conv2d(x, filters(4), self.w["5"], padding=1))
        x = F.conv2d(x, filters(6), self.w["7"], padding=1)
        return x.permute(0, 2, 3, 1).flatten(1)  # channels last


def frechet_distance(a, b):
    """In float64 with unbiased covariances, like frechetDistance of tfjs-generative/metrics."""
    a, b = a.double().numpy(), b.double().numpy()
    shift = ((a.mean(0) - b.mean(0)) ** 2).sum()
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    values, vectors = np.linalg.eigh(cov_a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    trace_of_root = np.sqrt(np.linalg.eigvalsh(root @ cov_b @ root).clip(0)).sum()
    return float(shift + np.trace(cov_a) + np.trace(cov_b) - 2 * trace_of_root)


def follow(average, network, step, decay):
    """The running average of the library's trainers."""
    decay = min(decay, (1 + step) / (10 + step))
    with torch.no_grad():
        for a, b in zip(average.state_dict().values(), network.state_dict().values()):
            a.lerp_(b, 1 - decay) if a.is_floating_point() else a.copy_(b)


def measure(samples, test):
    """Class shares and the Frechet distances of samples to as many test images, in the features of both networks."""
    count, networks = len(samples), (Classifier(), Autoencoder())
    with torch.no_grad():
        of = lambda network, images: torch.cat([network.features(part) for part in images.split(500)])
        pairs = [(of(network, samples), of(network, test[:count])) for network in networks]
        shares = [n / count for n in torch.bincount(networks[0].classes(pairs[0][0]), minlength=10).tolist()]
    distances = [frechet_distance(*pair) for pair in pairs]
    return {
        "classes": {"shares": shares, "least": min(shares), "most": max(shares)},
        "frechetDistance": distances[0],
        "autoencoder": {"frechetDistance": distances[1]},
    }


def write_report(path, result):
    print(json.dumps(result))
    if path:
        with open(path, "w") as file:
            json.dump(result, file, indent=2)

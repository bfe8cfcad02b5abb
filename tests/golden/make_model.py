"""Writes model.json: a file of saveModel, put together by hand, and what its parts give, in float64.

/usr/bin/python3 tests/golden/make_model.py > tests/golden/model.json
"""

import base64
import json
import struct

import numpy as np

rng = np.random.default_rng(20261127)


def float32(*shape):
    """Normal numbers that float32 holds exactly."""
    return rng.normal(size=shape).astype(np.float32).astype(np.float64)


def murmur3(data):
    """MurmurHash3_x86_32 with seed 0, as eight hexadecimal digits."""
    mask, h = 0xFFFFFFFF, 0

    def mix(k):
        k = k * 0xCC9E2D51 & mask
        return (k << 15 | k >> 17) * 0x1B873593 & mask

    whole = len(data) // 4 * 4
    for i in range(0, whole, 4):
        h ^= mix(int.from_bytes(data[i : i + 4], "little"))
        h = ((h << 13 | h >> 19) & mask) * 5 + 0xE6546B64 & mask
    h ^= mix(int.from_bytes(data[whole:], "little")) ^ len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & mask
    h = (h ^ h >> 13) * 0xC2B2AE35 & mask
    return f"{h ^ h >> 16:08x}"


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


w1, b1, w2, b2 = float32(2, 3), float32(3), float32(3, 4), float32(4)
scale, offset, mean, variance = float32(3), float32(3), float32(3), np.exp2(rng.integers(-2, 3, 3))
kernel, biases = float32(2, 2, 1, 2), float32(2)
shared, more = float32(3, 3), float32(3)
labels = float32(2, 1)
first, second = float32(3, 3), float32(3)

# decoder's variables, then its buffers; the encoder's; the head's, whose dense layer occurs twice
tensors = [w1, b1, scale, offset, w2, b2, mean, variance, kernel, biases, shared, more, first, second, labels]
layers = [
    dict(kind="dense", options=dict(inputs=2, units=3, activation="tanh")),
    dict(kind="batchNorm", options=dict(inputs=3, epsilon=0.001, activation="swish")),
    dict(kind="dense", options=dict(inputs=3, units=4)),
    dict(kind="sequential", parts=[0, 1, 2]),
    dict(kind="createDecoder", options=dict(likelihood=dict(name="gaussian", variance=0.25)), parts=[3]),
    dict(kind="conv2d", options=dict(inputs=1, filters=2, kernelSize=2, padding="valid", activation="relu")),
    dict(kind="flatten"),
    dict(kind="sequential", parts=[5, 6]),
    dict(kind="createGaussianEncoder", options=dict(latentSize=4), parts=[7]),
    dict(kind="dense", options=dict(inputs=3, units=3, activation="sigmoid")),
    dict(kind="residual", parts=[9]),
    dict(kind="dense", options=dict(inputs=3, units=3)),
    dict(kind="sequential", parts=[9, 10, 11]),
    dict(kind="embedding", options=dict(classes=2, size=1)),
    dict(kind="withCondition", parts=[12, 13]),
]
description = dict(version=1, layers=layers, model=dict(decoder=4, encoder=8, head=14))

entries, data = {}, b""
for i, tensor in enumerate(tensors):
    own = tensor.astype("<f4").tobytes()
    entries[str(i)] = dict(dtype="F32", shape=list(tensor.shape), data_offsets=[len(data), len(data) + len(own)])
    data += own
metadata = dict(
    format="tfjs-generative model 1", library="0.0.0", metadata=text(dict(note="von Hand")), model=text(description)
)
sums = {name: murmur3(data[slice(*entry["data_offsets"])]) for name, entry in entries.items()}
metadata["checksums"] = text(dict(metadata=murmur3(text(sorted(metadata.items())).encode()), tensors=sums))
header = text({"__metadata__": metadata, **entries}).encode()
header += b" " * (-len(header) % 8)
file = struct.pack("<Q", len(header)) + header + data


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


z, x, images, h, classes = float32(3, 2), float32(3, 4), float32(2, 3, 3, 1), float32(3, 2), [1, 0, -1]

normal = (np.tanh(z @ w1 + b1) - mean) / np.sqrt(variance + 0.001) * scale + offset
means = normal * sigmoid(normal) @ w2 + b2
log_prob = -0.5 * (np.log(2 * np.pi * 0.25) + (x - means) ** 2 / 0.25).sum(1)

maps = np.zeros((2, 2, 2, 2))
for i in range(2):
    for j in range(2):
        maps[:, i, j] = np.tensordot(images[:, i : i + 2, j : j + 2], kernel, 3) + biases
encoded = np.maximum(maps, 0).reshape(2, 8)

told = np.array([labels[c] if c >= 0 else [0.0] for c in classes])
once = sigmoid(np.concatenate([h, told], 1) @ shared + more)
twice = once + sigmoid(once @ shared + more)
head = twice @ first + second

tables = dict(z=z, x=x, images=images, h=h, means=means, logProb=log_prob, mean=encoded[:, :4], logVariance=encoded[:, 4:], head=head)
print(
    json.dumps(
        dict(
            file=base64.b64encode(file).decode(),
            classes=classes,
            **{name: dict(shape=list(t.shape), data=[float(f"{v:.12g}") for v in t.ravel()]) for name, t in tables.items()},
        )
    )
)

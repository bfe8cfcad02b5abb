"""Samples with ONNX Runtime what sample.ts samples in JavaScript: python3 sample.py FOLDER writes FOLDER/python.f32, 28 x 28 floats per picture."""

import json
import sys

import numpy as np
import onnxruntime

folder = sys.argv[1]
settings = json.load(open(f"{folder}/settings.json"))
denoiser = onnxruntime.InferenceSession(f"{folder}/denoiser.onnx", providers=["CPUExecutionProvider"])
decoder = onnxruntime.InferenceSession(f"{folder}/decoder.onnx", providers=["CPUExecutionProvider"])

labels = np.array(settings["labels"], np.int32)
mean, deviation = np.array(settings["mean"], np.float32), np.array(settings["deviation"], np.float32)
x = np.array(settings["noise"], np.float32).reshape(len(labels), len(mean))
shares = settings["alphaBar"]
for t, after in zip(settings["timesteps"], [*shares[1:], 1.0]):
    feeds = {"x": x, "timesteps": np.full_like(labels, t), "condition": labels}
    data, noise = denoiser.run(["sample", "noise"], feeds)
    x = np.float32(after**0.5) * data + np.float32((1 - after) ** 0.5) * noise
(pictures,) = decoder.run(["mean"], {"z": mean + deviation * x})
pictures.tofile(f"{folder}/python.f32")

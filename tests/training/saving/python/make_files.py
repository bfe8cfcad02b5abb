"""Writes the files of this folder: python3 make_files.py (numpy 2.2, torch 2.6, safetensors 0.4; Debian's python3-safetensors).

every-dtype.safetensors by the library itself, each tensor 2 x 3; odd.safetensors by the published format: a header in another order
than the data, not padded, so that no tensor is aligned; halves.json: checksums of numpy's conversions between float16 and float32.
"""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np
import torch
from safetensors import serialize_file

here = Path(__file__).parent

floats = torch.tensor([[0.5, -0.0, 1 / 3], [-65504.0, 6e-8, 3.0]], dtype=torch.float64)
integers = torch.tensor([[0, 1, 2], [3, 100, 127]])
tensors = {str(dtype).removeprefix("torch."): floats.to(dtype) for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16)}
for dtype in (torch.int64, torch.int32, torch.int16, torch.int8):
    tensors[str(dtype).removeprefix("torch.")] = (-integers - 1).to(dtype)
for dtype in (torch.uint8, torch.uint16, torch.uint32, torch.uint64):
    tensors[str(dtype).removeprefix("torch.")] = integers.to(dtype)
tensors["bool"] = integers.to(torch.bool)
tensors["large.int64"] = torch.tensor([2**53 + 1, -(2**63)])
tensors["large.uint32"] = torch.tensor([2**32 - 1, 5]).to(torch.uint32)
tensors["scalar"] = torch.tensor(7)
tensors["none"] = torch.zeros(0, 3, dtype=torch.float16)
# safetensors.torch of 0.4 does not know torch's unsigned integers
named = lambda tensor: str(tensor.dtype).removeprefix("torch.")
bits = lambda tensor: (tensor.view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor).numpy().tobytes()
serialize_file(
    {name: {"dtype": named(x), "shape": list(x.shape), "data": bits(x)} for name, x in tensors.items()},
    str(here / "every-dtype.safetensors"),
    metadata={"format": "pt"},
)

odd = [
    ("byte", "U8", np.array([9], np.uint8)),
    ("double", "F64", np.array([1.5, -2.5])),
    ("half", "F16", np.array([0.1, 2, -3], np.float16)),
    ("flag", "BOOL", np.array([True])),
    ("count", "I64", np.array(12345)),
    ("single", "F32", np.array([[0.25], [1e30]], np.float32)),
]
fields, at = {}, 0
for name, dtype, data in odd:
    fields[name] = {"dtype": dtype, "shape": list(data.shape), "data_offsets": [at, at + data.nbytes]}
    at += data.nbytes
header = json.dumps(dict(sorted(fields.items(), reverse=True)), indent=1).encode()
header += b"" if (len(header) + 8) % 2 else b" "
(here / "odd.safetensors").write_bytes(
    struct.pack("<Q", len(header)) + header + b"".join(data.tobytes() for _, _, data in odd)
)

sha = lambda array: hashlib.sha256(array.tobytes()).hexdigest()
halves = np.arange(65536, dtype=np.uint16).view(np.float16)
finite = halves[np.isfinite(halves)]
# float32 of all sizes up to 65,504, by their bits; and all that lie halfway between two halves, where it goes to the even one
words = np.arange(0, 0x477FE000 + 1, 3001, dtype=np.uint32)
some = np.concatenate([words, words | np.uint32(0x80000000)]).view(np.float32)
upward = halves[:0x7C00].astype(np.float32)
middles = ((upward[1:] + upward[:-1]) / 2).astype(np.float32)
truncated = (np.arange(65536, dtype=np.uint32) << 16).view(np.float32)
bfloat = torch.arange(65536, dtype=torch.int32).to(torch.int16).view(torch.bfloat16).float().numpy()
(here / "halves.json").write_text(
    json.dumps(
        {
            "finiteHalvesAsFloat32": sha(finite.astype(np.float32)),
            "someAsHalves": sha(some.astype(np.float16)),
            "middlesAsHalves": sha(middles.astype(np.float16)),
            "finiteBfloat16AsFloat32": sha(bfloat[np.isfinite(bfloat)]),
        },
        indent=2,
    )
    + "\n"
)
assert (truncated[np.isfinite(truncated)] == bfloat[np.isfinite(bfloat)]).all()

"""Writes layers.json: layers of PyTorch in float64, images as [batch, height, width, channels].

OMP_WAIT_POLICY=passive /usr/bin/python3 tests/golden/make_layers.py > tests/golden/layers.json
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

sys.path.append(str(Path(__file__).parent / "../../examples/pytorch"))

from model import Dit  # noqa: E402

torch.manual_seed(20251125)
torch.set_default_dtype(torch.float64)


def last(x):
    """Channels to the last axis."""
    return x.movedim(1, -1)


def entry(x):
    x = x.detach()
    return {"shape": list(x.shape), "data": [float(f"{v:.12g}") for v in x.reshape(-1).tolist()]}


def float32(*shape):
    """Normal numbers that float32 holds exactly."""
    return torch.randn(*shape).float().double()


def gradients(y, dy, *inputs):
    return torch.autograd.grad((y * dy).sum(), inputs)


def group_norm():
    x, dy = float32(2, 6, 3, 2).requires_grad_(), float32(2, 6, 3, 2)
    layer = nn.GroupNorm(3, 6)
    layer.weight.data, layer.bias.data = float32(6), float32(6)
    y = layer(x)
    dx, dscale, doffset = gradients(y, dy, x, layer.weight, layer.bias)
    return dict(x=last(x), dy=last(dy), scale=layer.weight, offset=layer.bias, y=last(y), dx=last(dx), dscale=dscale, doffset=doffset)


def layer_norm():
    x, dy = float32(3, 2, 5).requires_grad_(), float32(3, 2, 5)
    layer = nn.LayerNorm(5)
    layer.weight.data, layer.bias.data = float32(5), float32(5)
    y = layer(x)
    dx, dscale, doffset = gradients(y, dy, x, layer.weight, layer.bias)
    return dict(x=x, dy=dy, scale=layer.weight, offset=layer.bias, y=y, dx=dx, dscale=dscale, doffset=doffset)


def batch_norm():
    x, second, dy = float32(4, 3, 2, 2).requires_grad_(), 3 * float32(4, 3, 2, 2) + 1, float32(4, 3, 2, 2)
    layer = nn.BatchNorm2d(3)
    layer.weight.data, layer.bias.data = float32(3), float32(3)
    y = layer(x)
    dx, dscale, doffset = gradients(y, dy, x, layer.weight, layer.bias)
    layer(second)
    mean, variance = layer.running_mean.clone(), layer.running_var.clone()
    evaluated = layer.eval()(x)
    return dict(
        x=last(x), second=last(second), dy=last(dy), scale=layer.weight, offset=layer.bias, y=last(y), dx=last(dx),
        dscale=dscale, doffset=doffset, movingMean=mean, movingVariance=variance, evaluated=last(evaluated),
    )


def attention():
    x, dy = float32(2, 5, 4).requires_grad_(), float32(2, 5, 4)
    layer = nn.MultiheadAttention(4, 2, batch_first=True)
    layer.in_proj_weight.data, layer.in_proj_bias.data = float32(12, 4), float32(12)
    layer.out_proj.weight.data, layer.out_proj.bias.data = float32(4, 4), float32(4)
    y, _ = layer(x, x, x)
    variables = [layer.in_proj_weight, layer.in_proj_bias, layer.out_proj.weight, layer.out_proj.bias]
    dx, dweights, dbiases, dout, doutBiases = gradients(y, dy, x, *variables)
    return dict(
        x=x, dy=dy, y=y, dx=dx, weights=variables[0].T, biases=variables[1], out=variables[2].T, outBiases=variables[3],
        dweights=dweights.T, dbiases=dbiases, dout=dout.T, doutBiases=doutBiases,
    )


def cross_attention():
    """Two examples, one of them with a padded position. The variables are in the library's order, with weights [inputs, units]."""
    x, context, dy = float32(2, 5, 4).requires_grad_(), float32(2, 3, 3).requires_grad_(), float32(2, 5, 4)
    tokens = torch.tensor([[2, 1, 3], [4, 0, 0]])
    layer = nn.MultiheadAttention(4, 2, batch_first=True, kdim=3, vdim=3, add_zero_attn=True)
    weights = [layer.q_proj_weight, layer.k_proj_weight, layer.v_proj_weight, layer.out_proj.weight]
    for variable in [*weights, layer.in_proj_bias, layer.out_proj.bias]:
        variable.data = float32(*variable.shape)
    y, _ = layer(x, context, context, key_padding_mask=tokens <= 0)
    dx, dcontext, dq, dk, dv, dout, dbiases, doutBiases = gradients(y, dy, x, context, *weights, layer.in_proj_bias, layer.out_proj.bias)
    ours = lambda q, k, v, out, biases, outBiases: [q.T, biases[:4], torch.cat([k, v]).T, biases[4:], out.T, outBiases]
    variables, slopes = ours(*weights, layer.in_proj_bias, layer.out_proj.bias), ours(dq, dk, dv, dout, dbiases, doutBiases)
    values = {f"variable{i}": value for i, value in enumerate(variables)} | {f"slope{i}": value for i, value in enumerate(slopes)}
    return dict(x=x, context=context, tokens=tokens, dy=dy, y=y, dx=dx, dcontext=dcontext, **values)


def spectral():
    """Two training passes with one power iteration each, from a direction u that is not yet the singular vector's."""
    x, dy = float32(4, 5), float32(4, 3)
    linear = nn.Linear(5, 3)
    linear.weight.data, linear.bias.data = float32(3, 5), float32(3)
    weight = linear.weight.data.clone()
    layer = spectral_norm(linear)
    state = layer.parametrizations.weight[0]
    start = torch.nn.functional.normalize(torch.ones(3), dim=0)
    state._u.copy_(start)
    state._v.copy_(torch.nn.functional.normalize(weight.T @ start, dim=0))
    original = layer.parametrizations.weight.original
    first = layer(x)
    (dweight,) = gradients(first, dy, original)
    second = layer(x)
    u = state._u.clone()
    return dict(
        x=x, dy=dy, weights=weight.T, biases=linear.bias, start=start, first=first, dweights=dweight.T, second=second,
        u=u, evaluated=layer.eval()(x), sigma=torch.linalg.svdvals(weight)[0],
    )


def dit():
    """The variables are in the library's order, with weights [inputs, units]."""
    x, dy = float32(2, 1, 4, 6).requires_grad_(), float32(2, 1, 4, 6)
    network = Dit([4, 6], 1, width=8, depth=1, heads=2, classes=3, time_size=4)
    block, time = network.blocks[0], network.time
    linear = lambda layer: [layer.weight, layer.bias]
    variables = [
        *linear(network.patches), block.attention.in_proj_weight, block.attention.in_proj_bias, *linear(block.attention.out_proj),
        *linear(block.mlp[0]), *linear(block.mlp[2]), *linear(block.modulation[1]), *linear(network.modulation[1]),
        *linear(network.last), *linear(time[1]), *linear(time[3]), network.labels.weight,
    ]  # fmt: skip
    for variable in variables:
        variable.data = 0.5 * float32(*variable.shape)
    y = network(x, torch.tensor([3, 700]), torch.tensor([2, -1]))
    dx, *slopes = gradients(y, dy, x, *variables)
    ours = lambda value: value.T if value.dim() == 2 and value.shape != network.labels.weight.shape else value
    values = {f"variable{i}": ours(variable) for i, variable in enumerate(variables)}
    return dict(x=last(x), dy=last(dy), y=last(y), dx=last(dx), **values, **{f"slope{i}": ours(slope) for i, slope in enumerate(slopes)})


cases = dict(groupNorm=group_norm(), layerNorm=layer_norm(), batchNorm=batch_norm(), attention=attention(), spectralNorm=spectral(), dit=dit(), crossAttention=cross_attention())
print(json.dumps({name: {key: entry(value) for key, value in case.items()} for name, case in cases.items()}))

"""The ready-made networks of tfjs-generative in PyTorch, with the names that saveStateDict writes by default. Copy what you need.

Images are [batch, channels, height, width] here. Each function has the options of its namesake there.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


def margins(size, kernel, stride):
    """The zeros before and after a row of pixels for the padding 'same': if their number is odd, the extra one comes after."""
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class SameConv2d(nn.Conv2d):
    """conv2d with the padding 'same'. For odd kernels of stride 1 it is padding=kernel // 2; for kernels of 4, strides of 2 and even sizes padding=1."""

    def forward(self, x):
        down, across = (margins(*sizes) for sizes in zip(x.shape[2:], self.kernel_size, self.stride))
        return super().forward(F.pad(x, (*across, *down)))


class SameConvTranspose2d(nn.ConvTranspose2d):
    """conv2dTranspose with the padding 'same': the pixels that the padding would add are cut off. For kernels of 4, strides of 2 and even sizes it is padding=1."""

    def __init__(self, inputs, filters, kernel, stride=1, size=None):
        super().__init__(inputs, filters, kernel, stride)
        self.size = size

    def forward(self, x):
        height, width = self.size or (stride * size for stride, size in zip(self.stride, x.shape[2:]))
        top, left = (margins(*sizes)[0] for sizes in zip((height, width), self.kernel_size, self.stride))
        return super().forward(x)[:, :, top : top + height, left : left + width]


class SameConv1d(nn.Conv1d):
    """conv1d with the padding 'same'. For odd kernels of stride 1 it is padding=kernel // 2."""

    def forward(self, x):
        return super().forward(F.pad(x, margins(x.shape[2], self.kernel_size[0], self.stride[0])))


class SameConvTranspose1d(nn.ConvTranspose1d):
    """conv1dTranspose with the padding 'same': the steps that the padding would add are cut off."""

    def __init__(self, inputs, filters, kernel, stride=1, size=None):
        super().__init__(inputs, filters, kernel, stride)
        self.size = size

    def forward(self, x):
        steps = self.size or self.stride[0] * x.shape[2]
        before = margins(steps, self.kernel_size[0], self.stride[0])[0]
        return super().forward(x)[:, :, before : before + steps]


class Sequence(nn.Sequential):
    """sequential, which passes a condition to the modules that read one."""

    def forward(self, x, condition=None):
        for module in self:
            x = module(x, condition) if isinstance(module, (Sequence, Residual, ScaleAndShift)) else module(x)
        return x


class BesideInput(Sequence):
    """The output of a sequence, concatenated with its input along the channels."""

    def forward(self, x, condition=None):
        return torch.cat([super().forward(x, condition), x], 1)


class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x, condition=None):
        return (x if self.shortcut is None else self.shortcut(x)) + self.body(x, condition)


class ScaleAndShift(nn.Module):
    """withScaleAndShift"""

    def __init__(self, body, labels):
        super().__init__()
        self.body, self.labels = body, labels

    def forward(self, x, condition):
        y = self.body(x)
        scale, shift = self.labels(condition).chunk(2, 1)
        shape = (*scale.shape, *(1 for _ in y.shape[2:]))
        return y * (1 + scale.reshape(shape)) + shift.reshape(shape)


class SelfAttention(nn.MultiheadAttention):
    """attention over the pixels of a map"""

    def __init__(self, inputs, heads=1):
        super().__init__(inputs, heads, batch_first=True)

    def forward(self, x):
        tokens = x.flatten(2).transpose(1, 2)
        return super().forward(tokens, tokens, tokens, need_weights=False)[0].transpose(1, 2).reshape(x.shape)


class TimeEmbedding(nn.Module):
    def __init__(self, size, max_period=10_000):
        super().__init__()
        steps = torch.arange(size // 2, dtype=torch.float64)
        self.register_buffer("frequencies", (max_period ** (-steps / (size // 2))).to(torch.get_default_dtype()), persistent=False)

    def forward(self, timesteps):
        angles = timesteps[:, None].to(self.frequencies) * self.frequencies
        return torch.cat([angles.sin(), angles.cos()], 1)


def mlp(sizes, activation=nn.ReLU):
    layers = [module for i, o in zip(sizes, sizes[1:]) for module in (nn.Linear(i, o), activation())]
    return nn.Sequential(*layers[:-1])


def conv_encoder(shape, widths, outputs, activation=nn.ReLU):
    channels = [shape[2], *widths]
    layers = [module for i, o in zip(channels, widths) for module in (SameConv2d(i, o, 4, 2), activation())]
    height, width = (math.ceil(size / 2 ** len(widths)) for size in shape[:2])
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(height * width * widths[-1], outputs))


def conv_decoder(inputs, shape, widths, activation=nn.ReLU):
    sizes = [[math.ceil(size / 2**k) for size in shape[:2]] for k in range(len(widths), -1, -1)]
    layers = [nn.Linear(inputs, math.prod(sizes[0]) * widths[0]), activation(), nn.Unflatten(1, (widths[0], *sizes[0]))]
    for i, o, size in zip(widths, [*widths[1:], shape[2]], sizes[1:]):
        layers += [SameConvTranspose2d(i, o, 4, 2, size), activation()]
    return nn.Sequential(*layers[:-1])


def dcgan_generator(latents, shape, width=64):
    count = halvings(shape)
    size = [side // 2**count for side in shape[:2]]
    widths = [width * 2 ** (count - 1 - i) for i in range(count)]
    layers = [nn.Linear(latents, math.prod(size) * widths[0]), nn.Unflatten(1, (widths[0], *size))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for i, o in zip(widths, widths[1:]):
        layers += [SameConvTranspose2d(i, o, 4, 2), nn.BatchNorm2d(o), nn.ReLU()]
    return nn.Sequential(*layers, SameConvTranspose2d(width, shape[2], 4, 2), nn.Sigmoid())


def dcgan_discriminator(shape, width=64):
    count = halvings(shape)
    channels = [shape[2], *(width * 2**i for i in range(count))]
    layers = [module for i, o in zip(channels, channels[1:]) for module in (SameConv2d(i, o, 4, 2), nn.LeakyReLU(0.2))]
    features = math.prod(side // 2**count for side in shape[:2]) * channels[-1]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(features, 1))


def halvings(shape):
    count, (height, width) = 0, shape[:2]
    while height % 2 == 0 and width % 2 == 0 and min(height, width) >= 8:
        height, width, count = height // 2, width // 2, count + 1
    return count


def residual_block(inputs, filters, groups=8, condition_size=None, convolution=SameConv2d):
    norm = nn.GroupNorm(groups, filters)
    if condition_size is not None:
        norm = ScaleAndShift(norm, nn.Sequential(nn.SiLU(), nn.Linear(condition_size, 2 * filters)))
    body = [nn.GroupNorm(groups, inputs), nn.SiLU(), convolution(inputs, filters, 3)]
    body += [norm, nn.SiLU(), nn.Dropout(0.0), convolution(filters, filters, 3)]
    return Residual(Sequence(*body), None if inputs == filters else convolution(inputs, filters, 1))


class Unet(nn.Module):
    """unet, or with SameConv1d as its convolution unet1d"""

    def __init__(self, channels, widths=(32, 64), blocks=1, attention=(), classes=None, groups=8, convolution=SameConv2d):
        super().__init__()
        size = 4 * widths[0]

        def block(inputs, filters, i):
            made = residual_block(inputs, filters, groups, size, convolution)
            if i not in attention:
                return made
            return Sequence(made, Residual(Sequence(nn.GroupNorm(groups, filters), SelfAttention(filters))))

        def level(i):
            here = widths[i]
            if i + 1 == len(widths):
                return Sequence(*(block(here, here, i) for _ in range(blocks + 1)))
            below = widths[i + 1]
            inner = [convolution(here, below, 3, 2), level(i + 1), nn.Upsample(scale_factor=2), convolution(below, here, 3)]
            up = [block(2 * here if n == 0 else here, here, i) for n in range(blocks)]
            return Sequence(*(block(here, here, i) for _ in range(blocks)), BesideInput(*inner), *up)

        self.body = Sequence(convolution(channels, widths[0], 3), level(0), nn.GroupNorm(groups, widths[0]), nn.SiLU(), convolution(widths[0], channels, 3))
        self.time = nn.Sequential(TimeEmbedding(widths[0]), nn.Linear(widths[0], size), nn.SiLU(), nn.Linear(size, size))
        self.labels = None if classes is None else nn.Embedding(classes, size)

    def forward(self, x, timesteps, labels=None):
        condition = self.time(timesteps)
        return self.body(x, condition if labels is None else condition + self.labels(labels))


class Block(nn.Module):
    """A block of Transformer: attention and an mlp, each after a norm, with a shortcut around it."""

    def __init__(self, width, heads, causal, dropout):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.drop = nn.Dropout(dropout)
        self.heads, self.causal = heads, causal

    def attend(self, x):
        own = self.attention
        batch, length, width = x.shape
        both = F.linear(x, own.in_proj_weight, own.in_proj_bias).view(batch, length, 3, self.heads, width // self.heads)
        q, k, v = both.permute(2, 0, 3, 1, 4)
        heads = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return own.out_proj(heads.transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.drop(self.attend(self.norm1(x)))
        return x + self.drop(self.mlp(self.norm2(x)))


class Transformer(nn.Module):
    """transformer({ tokens, length, causal, width, heads, layers, classes, dropout }); labels of -1 count as zeros"""

    def __init__(self, tokens, length, causal=True, width=128, heads=4, layers=4, classes=None, dropout=0.0):
        super().__init__()
        self.tokens = nn.Embedding(tokens + 1, width)
        self.places = nn.Embedding(length, width)
        self.labels = None if classes is None else nn.Embedding(classes, width)
        self.blocks = nn.ModuleList(Block(width, heads, causal, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.logits = nn.Linear(width, tokens)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, labels=None):
        x = self.tokens(x.long()) + self.places.weight[: x.shape[1]]
        if self.labels is not None:
            known = (labels >= 0).unsqueeze(1) * self.labels(labels.clamp(min=0).long())
            x = x + known.unsqueeze(1)
        x = self.drop(x)
        for block in self.blocks:
            x = block(x)
        return self.logits(self.norm(x))


class CrossAttention(nn.Module):
    """crossAttention({ inputs, context, heads }) of the tokens of [batch, n, inputs]; a position of zeros lets each read nothing"""

    def __init__(self, inputs, context, heads=1):
        super().__init__()
        self.heads = heads
        self.queries, self.keys_values = nn.Linear(inputs, inputs), nn.Linear(context, 2 * inputs)
        self.output = nn.Linear(inputs, inputs)

    def forward(self, x, context, tokens):
        batch, count, inputs = x.shape
        keys, values = F.pad(self.keys_values(context), (0, 0, 0, 1)).chunk(2, 2)
        q, k, v = (part.reshape(batch, -1, self.heads, inputs // self.heads).transpose(1, 2) for part in (self.queries(x), keys, values))
        seen = F.pad(tokens > 0, (0, 1), value=True)[:, None, None]
        return self.output(F.scaled_dot_product_attention(q, k, v, seen).transpose(1, 2).reshape(x.shape))


class TextBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = CrossAttention(width, width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x, tokens):
        h = self.norm1(x)
        x = x + self.attention(h, h, tokens)
        return x + self.mlp(self.norm2(x))


class TextEncoder(nn.Module):
    """textEncoder({ tokens, length, width, heads, layers }): 0 is padding, -1 counts as zeros"""

    def __init__(self, tokens, length, width=64, heads=4, layers=1):
        super().__init__()
        self.tokens, self.places = nn.Embedding(tokens, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList(TextBlock(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens):
        x = (tokens >= 0).unsqueeze(2) * self.tokens(tokens.clamp(min=0).long()) + self.places.weight[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x, tokens)
        return self.norm(x)


class WithTokens(nn.Module):
    """withTokens(body, text)"""

    def __init__(self, body, text):
        super().__init__()
        self.body, self.text = body, text

    def forward(self, x, tokens):
        return self.body(x, self.text(tokens), tokens)


class DitBlock(nn.Module):
    """ditBlock over the tokens of [batch, tokens, inputs]"""

    def __init__(self, inputs, heads=4, condition_size=None, dropout=0.0):
        super().__init__()
        self.attention = nn.MultiheadAttention(inputs, heads, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(inputs, 4 * inputs), nn.GELU(), nn.Linear(4 * inputs, inputs))
        self.modulation = nn.Sequential(nn.SiLU(), at_zero(nn.Linear(condition_size or inputs, 6 * inputs)))
        self.drop = nn.Dropout(dropout)

    def forward(self, x, condition):
        scale1, shift1, gate1, scale2, shift2, gate2 = self.modulation(condition)[:, None].chunk(6, 2)
        h = plain_norm(x) * (1 + scale1) + shift1
        x = x + gate1 * self.drop(self.attention(h, h, h, need_weights=False)[0])
        return x + gate2 * self.drop(self.mlp(plain_norm(x) * (1 + scale2) + shift2))


class Dit(nn.Module):
    """dit({ size: [height, width], channels, patch, width, depth, heads, classes, timeSize })"""

    def __init__(self, size, channels, patch=2, width=64, depth=4, heads=4, classes=None, time_size=None, dropout=0.0):
        super().__init__()
        self.patch, numbers, time_size = patch, patch**2 * channels, time_size or width
        self.patches = nn.Linear(numbers, width)
        self.blocks = nn.ModuleList(DitBlock(width, heads, time_size, dropout) for _ in range(depth))
        self.modulation = nn.Sequential(nn.SiLU(), at_zero(nn.Linear(time_size, 2 * width)))
        self.last = at_zero(nn.Linear(width, numbers))
        self.time = nn.Sequential(TimeEmbedding(width), nn.Linear(width, time_size), nn.SiLU(), nn.Linear(time_size, time_size))
        self.labels = None if classes is None else nn.Embedding(classes, time_size)
        rows, columns = (TimeEmbedding(width // 2)(torch.arange(length // patch)) for length in size)
        places = [rows.repeat_interleave(len(columns), 0), columns.repeat(len(rows), 1)]
        self.register_buffer("places", torch.cat(places, 1), persistent=False)

    def forward(self, x, timesteps, labels=None):
        condition = self.time(timesteps)
        if labels is not None:
            condition = condition + (labels >= 0).unsqueeze(1) * self.labels(labels.clamp(min=0))
        batch, channels, height, width = x.shape
        p, h, w = self.patch, height // self.patch, width // self.patch
        pixels = x.reshape(batch, channels, h, p, w, p).permute(0, 2, 4, 3, 5, 1)
        x = self.patches(pixels.reshape(batch, h * w, -1)) + self.places
        for block in self.blocks:
            x = block(x, condition)
        scale, shift = self.modulation(condition)[:, None].chunk(2, 2)
        pixels = self.last(plain_norm(x) * (1 + scale) + shift).reshape(batch, h, w, p, p, channels)
        return pixels.permute(0, 5, 1, 3, 2, 4).reshape(batch, channels, height, width)


def plain_norm(x):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6)


def at_zero(layer):
    nn.init.zeros_(layer.weight), nn.init.zeros_(layer.bias)
    return layer

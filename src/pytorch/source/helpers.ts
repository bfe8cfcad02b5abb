/** Functions that printed operations call; a file has those that it uses. */
export const helpers = {
  Alone: `class Alone:  # one process has all examples
    def sum(self, x):
        return x

    mean = most = least = count = sum`,
  conv2d: `def conv2d(x, w, stride, dilation, pad):  # [batch, height, width, channels]; w is [height, width, in, out]
    (top, bottom), (left, right) = pad
    x = x.permute(0, 3, 1, 2)
    if top != bottom or left != right:
        x, top, left = F.pad(x, (left, right, top, bottom)), 0, 0
    y = F.conv2d(x, w.permute(3, 2, 0, 1), stride=stride, padding=(top, left), dilation=dilation)
    return y.permute(0, 2, 3, 1)`,
  conv2d_dx: `def conv2d_dx(dy, w, size, stride, dilation, pad):  # the gradient of conv2d with respect to x, or a transposed convolution
    (top, bottom), (left, right) = pad
    reach = [(k - 1) * d + 1 for k, d in zip(w.shape[:2], dilation)]
    around = [size[0] + top + bottom, size[1] + left + right]
    y = F.conv_transpose2d(dy.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), stride=stride, dilation=dilation)
    more = [a - ((n - 1) * s + r) for a, n, s, r in zip(around, dy.shape[1:3], stride, reach)]
    if max(more) > 0:
        y = F.pad(y, (0, more[1], 0, more[0]))
    return y[:, :, top : top + size[0], left : left + size[1]].permute(0, 2, 3, 1)`,
  conv2d_dw: `def conv2d_dw(x, dy, kernel, stride, dilation, pad):  # the gradient of conv2d with respect to w
    (top, bottom), (left, right) = pad
    x = x.permute(0, 3, 1, 2)
    if top != bottom or left != right:
        x, top, left = F.pad(x, (left, right, top, bottom)), 0, 0
    shape = (dy.shape[3], x.shape[1], *kernel)
    dw = torch.nn.grad.conv2d_weight(x, shape, dy.permute(0, 3, 1, 2), stride=stride, padding=(top, left), dilation=dilation)
    return dw.permute(2, 3, 1, 0)`,
  pool: `def pool(x, window, stride, pad, is_max):  # borders do not count
    (top, bottom), (left, right) = pad
    x = x.permute(0, 3, 1, 2)
    if is_max:
        y = F.max_pool2d(F.pad(x, (left, right, top, bottom), value=float("-inf")), window, stride)
    else:
        y = F.avg_pool2d(F.pad(x, (left, right, top, bottom)), window, stride)
        count = F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), (left, right, top, bottom)), window, stride)
        y = y / count
    return y.permute(0, 2, 3, 1)`,
  pool_dx: `def pool_dx(dy, size, window, stride, pad):  # the gradient of a mean of windows
    (top, bottom), (left, right) = pad
    batch, height, width, channels = dy.shape
    filter = torch.full((channels, 1, *window), 1 / (window[0] * window[1]), dtype=dy.dtype)
    y = F.conv_transpose2d(dy.permute(0, 3, 1, 2), filter, stride=stride, groups=channels)
    around = [size[0] + top + bottom, size[1] + left + right]
    y = F.pad(y, (0, max(0, around[1] - y.shape[3]), 0, max(0, around[0] - y.shape[2])))
    return y[:, :, top : top + size[0], left : left + size[1]].permute(0, 2, 3, 1)`,
  step_of: `def step_of(x, alpha):  # 1 above 0, else alpha; NaN of NaN
    return torch.where(x > 0, 1.0, torch.where(torch.isnan(x), x, alpha))`,
  prelu: `def prelu(x, slopes):
    return torch.where(x >= 0, x, slopes * x)`,
  waves: `def waves(x, turns_per_step):  # sin(2 pi x) of steps in turns; the second half is a quarter turn ahead
    turns_per_step = torch.tensor(turns_per_step)
    quarters = torch.where(2 * torch.arange(len(turns_per_step)) < len(turns_per_step), 0.0, 0.25)
    turns = x.reshape(-1, 1).float() * turns_per_step + quarters
    return torch.sin(2 * torch.pi * (turns - torch.round(turns)))`,
  normalize: `def normalize(x, scale, offset, epsilon, groups, examples):  # groups of channels of each example
    view = x.reshape(examples, -1, groups, x.shape[-1] // groups)
    centred = view - view.mean((1, 3), keepdim=True)
    normal = centred * torch.rsqrt(centred.square().mean((1, 3), keepdim=True) + epsilon)
    return normal.reshape(x.shape) * scale + offset`,
  one_hot: `def one_hot(indices, depth, on, off, dtype):  # off everywhere for an index out of range
    places = indices[..., None] == torch.arange(depth, dtype=indices.dtype)
    return torch.where(places, torch.tensor(on, dtype=dtype), torch.tensor(off, dtype=dtype))`,
  segment_sum: `def segment_sum(x, ids, count):  # rows out of range are left out
    ids = torch.where((ids >= 0) & (ids < count), ids, count)
    rows = x.reshape(-1, *x.shape[ids.dim() :])
    sums = torch.zeros(count + 1, *rows.shape[1:], dtype=x.dtype)
    return sums.index_add(0, ids.reshape(-1).long(), rows)[:count]`,
  scatter_nd: `def scatter_nd(indices, updates, shape):
    places = tuple(indices.long().unbind(-1))
    return torch.zeros(shape, dtype=updates.dtype).index_put(places, updates, accumulate=True)`,
  mirror_pad: `def mirror_pad(x, paddings, skipped):  # the first and last rows backwards; \`reflect\` skips the edge
    for axis, (before, after) in enumerate(paddings):
        n = x.shape[axis]
        places = [before - 1 - i + skipped for i in range(before)] + list(range(n)) + [n - 1 - skipped - i for i in range(after)]
        x = x.index_select(axis, torch.tensor(places, dtype=torch.long))
    return x`,
  strided: `def strided(x, parts):  # boxes; (start, stop, step), also backwards
    for axis, (start, stop, step) in enumerate(parts):
        places = list(range(x.shape[axis]))[start:stop:step]
        x = x.index_select(axis, torch.tensor(places, dtype=torch.long))
    return x`,
  nearest: `def nearest(x, rows, columns):  # the pixel of each pixel
    return x[:, rows][:, :, columns]`,
  nearest_dx: `def nearest_dx(dy, rows, columns, size):  # the sums of the pixels that one became
    shape = (dy.shape[0], size[0], dy.shape[2], dy.shape[3])
    dy = torch.zeros(shape, dtype=dy.dtype).index_add(1, torch.tensor(rows), dy)
    shape = (*shape[:2], size[1], shape[3])
    return torch.zeros(shape, dtype=dy.dtype).index_add(2, torch.tensor(columns), dy)`,
  cumulated: `def cumulated(x, axis, exclusive, reverse, dtype):
    x = x.flip(axis) if reverse else x
    if exclusive and x.shape[axis] > 0:
        x = torch.cat([torch.zeros_like(x.narrow(axis, 0, 1)), x.narrow(axis, 0, x.shape[axis] - 1)], axis)
    y = x.cumsum(axis, dtype=dtype)
    return y.flip(axis) if reverse else y`,
  top_k: `def top_k(x, k):  # of equal numbers the first
    values, places = x.sort(dim=-1, descending=True, stable=True)
    return values[..., :k], places[..., :k].int()`,
  floor_mod: `def floor_mod(a, b):
    return a - b * torch.floor(a / b)`,
  all_of: `def all_of(x, axes, keep):
    for axis in sorted(axes, reverse=True):
        x = x.all(axis, keepdim=keep)
    return x`,
  any_of: `def any_of(x, axes, keep):
    for axis in sorted(axes, reverse=True):
        x = x.any(axis, keepdim=keep)
    return x`,
  product_of: `def product_of(x, axes, keep, dtype):
    for axis in sorted(axes, reverse=True):
        x = x.prod(axis, keepdim=keep, dtype=dtype)
    return x`,
} as const satisfies Readonly<Record<string, string>>;

/** The name of such a function. */
export type Helper = keyof typeof helpers;

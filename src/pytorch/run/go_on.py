"""Trains a run that tfjs-generative exported, in one process or in several:

python3 go_on.py RUN --steps 2000
torchrun --nproc-per-node 8 --max-restarts 3 go_on.py RUN --steps 2000

It writes its state into the folder, and goes on from the newest one; importRun brings that back. It needs torch and safetensors.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import sys
import time
import zlib
from pathlib import Path

FORMAT = "tfjs-generative run 1"
RANK, WORLD = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))


def fail(sentence):
    """Ends the program; of several processes, one says why."""
    if RANK == 0:
        print(f"go_on.py: {sentence}", file=sys.stderr, flush=True)
    sys.exit(1)


try:
    import torch
    import torch.distributed as dist
    from safetensors.torch import load, save
except ImportError as missing:
    fail(f"Python must have torch and safetensors; got no {missing.name}. pip install torch safetensors")


def say(text):
    if RANK == 0:
        print(text, file=sys.stderr, flush=True)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path, help="the folder that exportRun wrote")
    parser.add_argument("--steps", type=int, help="steps to make in all, counted from the export (default: all of the run)")
    parser.add_argument("--every", type=int, default=100, help="steps between two states (default 100)")
    parser.add_argument("--device", help="cpu or cuda (default: cuda if there is one)")
    parser.add_argument("--threads", type=int, help="threads of a process (default: torch's)")
    parser.add_argument("--log", type=Path, help="the file for losses (default: RUN/losses.csv)")
    return parser.parse_args()


def read_file(folder, name, about):
    """The bytes of a file of the run; ends the program unless they are those that were written."""
    try:
        data = (folder / name).read_bytes()
    except OSError:
        return fail(f"{folder} must have {name}; got no such file. Copy the whole folder.")
    if len(data) != about["bytes"]:
        fail(f"{folder / name} must have {about['bytes']} bytes; got {len(data)}. Copy it again, or export the run again.")
    if f"{zlib.crc32(data):08x}" != about["crc32"]:
        fail(f"{folder / name} must be the file that belongs to run.json; got another or a damaged one. Copy it again.")
    return data


def read_run(folder):
    if not folder.is_dir():
        fail(f"{folder} must be a folder that exportRun wrote; got none.")
    try:
        run = json.loads((folder / "run.json").read_text())
    except OSError:
        fail(f"{folder} must have run.json; got none. Export the run again: it is written last.")
    except ValueError:
        fail(f"{folder / 'run.json'} must be JSON; got something else. Copy it again.")
    found = run.get("format") if isinstance(run, dict) else None
    if found != FORMAT:
        fail(f"{folder / 'run.json'} must have the format '{FORMAT}'; got {found!r}. Use the go_on.py that was exported with it.")
    return run


def check(run, options):
    """The number of steps to make."""
    steps = run["steps"] if options.steps is None else options.steps
    if not 0 < steps <= run["steps"]:
        fail(f"--steps must be from 1 to {run['steps']}, for which the run has data; got {steps}. Export it with more `steps`.")
    if options.every < 1:
        fail(f"--every must be at least 1; got {options.every}.")
    if WORLD > 1 and run["alone"]:
        fail(f"this run must be trained by one process, because {run['alone']}; got {WORLD}.")
    if run["batchSize"] % WORLD:
        fail(f"the number of processes must divide the batch of {run['batchSize']}; got {WORLD}.")
    if run["examples"] < run["batchSize"]:
        fail(f"the data must have a row for each of the {run['batchSize']} examples of a batch; got {run['examples']}.")
    if WORLD > 1 and run["mixed"]:
        say(f"go_on.py: examples of a batch depend on each other in {run['mixed'][0]}; here they see those of one process only.")
    return steps


def newest_state(folder, run):
    """The newest whole state of this run: its step and its tensors, or None."""
    for path in sorted(folder.glob("state-*.safetensors"), reverse=True):
        name = re.fullmatch(r"state-(\d{8})-([0-9a-f]{8})-([0-9a-f]{8})\.safetensors", path.name)
        if not name or name[2] != run["id"]:
            continue
        data = path.read_bytes()
        if f"{zlib.crc32(data):08x}" == name[3]:
            return int(name[1]), load(data)
        say(f"go_on.py: {path.name} is not whole; an earlier state is used.")
    return None


def replace(path, data):
    """Writes a file completely or not at all."""
    part = path.parent / f".{path.name}.part"
    with open(part, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def write_state(folder, run, step, state):
    """Writes a state and removes all but the two newest."""
    data = save({name: tensor.detach().cpu().contiguous().clone() for name, tensor in state.items()}, {"format": "pt"})
    replace(folder / f"state-{step:08d}-{run['id']}-{zlib.crc32(data):08x}.safetensors", data)
    for old in sorted(folder.glob(f"state-*-{run['id']}-*.safetensors"))[:-2]:
        old.unlink(missing_ok=True)


class Log:
    """Losses as CSV; after a restart, rows of steps that are made again are replaced."""

    def __init__(self, path, names, start):
        self.path, self.names = path, names
        head, rows = ",".join(["step", *names]), []
        if path.exists():
            first, *lines = path.read_text().splitlines() or [""]
            rows = [line for line in lines if line.count(",") == len(names) and int(line.split(",")[0]) <= start] if first == head else []
        replace(path, ("\n".join([head, *rows]) + "\n").encode())

    def add(self, step, rows):
        with open(self.path, "a") as file:
            for i, row in enumerate(rows):
                file.write(",".join([str(step + i + 1), *(repr(value) for value in row)]) + "\n")
            file.flush()
            os.fsync(file.fileno())


def size_of(size, batch):
    if not isinstance(size, dict):
        return size
    return round(sum(factor * (batch if name == "batch" else 1) for name, factor in size.items()))


def draw(one, i, step, seed, batch):
    """The numbers of a draw: the same whenever the step is made, in any number of processes."""
    words = hashlib.sha256(f"{seed} {step} {i}".encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(words[:8], "little") >> 1)
    shape, how = [size_of(size, batch) for size in one["shape"]], {"generator": generator, "device": "cpu"}
    if one["distribution"] == "normal":
        return torch.randn(shape, **how)
    low, high = one["low"], one["high"]
    if one["distribution"] == "integers":
        return torch.randint(low, high, shape, dtype=torch.int32, **how)
    numbers = low + (high - low) * torch.rand(shape, **how)
    return torch.where(numbers < high, numbers, torch.tensor(low, dtype=numbers.dtype, device="cpu"))


class Share:
    """The examples of a batch that are this process's, and their part in a mean."""

    def __init__(self, count):
        self.count = count
        self.start, self.stop = count * RANK // WORLD, count * (RANK + 1) // WORLD
        self.weight = (self.stop - self.start) / count
        if self.start == self.stop:  # more processes than examples: one example that does not count
            self.start, self.stop = 0, 1

    def of(self, tensor, shape):
        for axis, size in enumerate(shape):
            if isinstance(size, dict) and WORLD > 1:
                rows = tensor.unflatten(axis, (tensor.shape[axis] // self.count, self.count))
                return rows.narrow(axis + 1, self.start, self.stop - self.start).flatten(axis, axis + 1)
        return tensor


class Feed:
    """What a step needs besides the state."""

    def __init__(self, run, data, tables, device):
        self.run, self.data, self.tables, self.device = run, data, tables, device

    def batch(self, step):
        run = self.run
        epoch, place = divmod(run["position"] + step, run["batchesPerEpoch"])
        rows = self.tables["order"][epoch][place * run["batchSize"] : (place + 1) * run["batchSize"]].long()
        share, given = Share(len(rows)), {}
        for one in run["data"]:
            numbers = self.data[one["name"]][rows[share.start : share.stop]]
            given[one["parameter"]] = numbers.float() / 255 if one["isScaled"] else numbers
        for one in run["chosen"]:
            shape = [size_of(size, len(rows)) for size in one["shape"]]
            numbers = self.tables[f"chosen.{one['name']}"][step].reshape(-1)[: torch.Size(shape).numel()].reshape(shape)
            given[one["parameter"]] = share.of(numbers, one["shape"])
        for i, one in enumerate(run["draws"]):
            if step < run["stored"]:
                shape = [size_of(size, len(rows)) for size in one["shape"]]
                numbers = self.tables[f"drawn.{one['name']}"][step].reshape(-1)[: torch.Size(shape).numel()].reshape(shape)
            else:
                numbers = draw(one, i, step, run["seed"], len(rows))
            given[one["parameter"]] = share.of(numbers, one["shape"])
        return share, {name: tensor.to(self.device) for name, tensor in given.items()}


def averaged(tensors, weight):
    """The means over all processes, which have these parts in them; one transfer."""
    flat = torch.cat([tensor.reshape(-1) for tensor in tensors]) * weight
    dist.all_reduce(flat)
    return [part.reshape(tensor.shape) for part, tensor in zip(flat.split([tensor.numel() for tensor in tensors]), tensors)]


class Across:
    """Makes sums and means of all examples from those of the processes, as a step asks for them."""

    def __init__(self, share):
        self.share = share

    def joined(self, x, how=dist.ReduceOp.SUM):
        x = x.contiguous().clone()
        dist.all_reduce(x, how)
        return x

    def sum(self, x):
        return self.joined(x if self.share.weight else torch.zeros_like(x))

    def mean(self, x):
        return self.joined(x * self.share.weight)

    def most(self, x):
        return self.joined(x, dist.ReduceOp.MAX)

    def least(self, x):
        return self.joined(x, dist.ReduceOp.MIN)

    def count(self, _):
        return self.share.count


def train(run, step, state, feed, log, span, options):
    names, began = run["averaged"], time.perf_counter()
    start, stop = span
    rows, last = [], start
    for i in range(start, stop):
        share, given = feed.batch(i)
        if WORLD > 1:
            given |= {"across": Across(share)} if run["isJoined"] else {"together": lambda gradients: averaged(gradients, share.weight)}
        metrics, changed = step(state, **given)
        if WORLD > 1 and names:
            floats = [name for name in names if changed[name].is_floating_point()]
            changed.update(zip(floats, averaged([changed[name] for name in floats], share.weight)) if floats else [])
            for name in set(names) - set(floats):
                dist.broadcast(changed[name].contiguous(), 0)
        state.update(changed)
        rows.append(torch.stack([metrics[name].reshape(()).float() for name in run["metrics"]]) * share.weight)
        if (i + 1) % options.every and i + 1 < stop:
            continue
        means = torch.stack(rows)
        if WORLD > 1:
            dist.all_reduce(means)
        if RANK == 0:
            log.add(last, means.tolist())
            write_state(options.run, run, i + 1, state)
            rate = (i + 1 - start) / (time.perf_counter() - began)
            say(f"step {i + 1} of {stop}: {run['metrics'][0]} {means[-1][0]:.5g}, {rate:.1f} steps a second")
        rows, last = [], i + 1


def main():
    options = read_options()
    run = read_run(options.run)
    steps = check(run, options)
    files = {name: read_file(options.run, name, about) for name, about in run["files"].items()}
    device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if options.threads:
        torch.set_num_threads(options.threads)
    if device.startswith("cuda"):
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")) if device == "cuda" else int(device.split(":")[1]))
    torch.set_default_device(device)
    spec = importlib.util.spec_from_file_location("step", options.run / "step.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tables, data = load(files["tables.safetensors"]), load(files["data.safetensors"])
    module.CONSTANTS.update({name: tables[name].to(device) for name in run["constants"]})
    if WORLD > 1:
        os.environ.setdefault("USE_LIBUV", "0")  # some builds of torch have no libuv
        dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    start, state = newest_state(options.run, run) or (0, load(files["run.safetensors"]))
    if WORLD > 1:  # all begin with the same state, whoever was late to read
        found = torch.tensor([start])
        dist.all_reduce(found, dist.ReduceOp.MIN)
        if found.item() != start:
            fail(f"all processes must read the same folder; got states of the steps {found.item()} and {start}.")
    if start >= steps:
        say(f"step {start} of {steps}: there is nothing left to do.")
    else:
        log = Log(options.log or options.run / "losses.csv", run["metrics"], start) if RANK == 0 else None
        with torch.no_grad():
            state = {name: tensor.to(device) for name, tensor in state.items()}
            train(run, module.step, state, Feed(run, data, tables, device), log, (start, steps), options)
    if WORLD > 1:
        dist.barrier()


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # gloo's destructor can wait for a thread that waits for Python's lock

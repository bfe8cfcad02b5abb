"""How far a step of each run by one process is from the same step by two, for which threads stand: python3 two_threads.py RUN RUN ..."""

import importlib.util
import json
import sys
import threading
from pathlib import Path

import torch
from safetensors.torch import load_file


class Meeting:
    """What go_on.py calls of torch.distributed, for two threads."""

    ReduceOp = torch.distributed.ReduceOp

    def __init__(self):
        self.parts, self.barrier = {}, threading.Barrier(2)

    def all_reduce(self, x, how=torch.distributed.ReduceOp.SUM):
        self.parts[threading.get_ident()] = x.clone()
        self.barrier.wait()
        a, b = self.parts.values()
        self.barrier.wait()
        x.copy_(a + b if how == self.ReduceOp.SUM else torch.maximum(a, b) if how == self.ReduceOp.MAX else torch.minimum(a, b))


def module_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def step_of(folder, rank, world, meeting, made):
    go_on = module_of(folder / "go_on.py")
    go_on.RANK, go_on.WORLD, go_on.dist = rank, world, meeting
    run, step = go_on.read_run(folder), module_of(folder / "step.py")
    tables, data, state = (load_file(folder / f"{name}.safetensors") for name in ["tables", "data", "run"])
    step.CONSTANTS.update({name: tables[name] for name in run["constants"]})
    share, given = go_on.Feed(run, data, tables, "cpu").batch(0)
    if world > 1:
        assert run["isJoined"], folder
        given["across"] = go_on.Across(share)
    with torch.no_grad():
        metrics, changed = step.step(state, **given)
    # not the weights: Adam makes a step of full size of a rounding error where a gradient is 0
    made[rank] = {**metrics, **{name: tensor for name, tensor in changed.items() if "ptimizer" in name}}


apart = []
for folder in map(Path, sys.argv[1:]):
    whole, parts, meeting = {}, {}, Meeting()
    step_of(folder, 0, 1, None, whole)
    threads = [threading.Thread(target=step_of, args=(folder, rank, 2, meeting, parts)) for rank in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    apart.append([max((tensor.double() - parts[rank][name].double()).abs().max().item() for name, tensor in whole[0].items()) for rank in range(2)])
print(json.dumps(apart))

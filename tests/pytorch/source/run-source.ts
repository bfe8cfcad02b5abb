import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import { printSource } from '../../../src/pytorch/source/print-source.js';
import type { Recording } from '../../../src/record/recording.js';
import type { Printed } from '../../onnx/print/run-recording.js';

const PYTHON = '/usr/bin/python3';

/** Whether Python with torch and safetensors is there; otherwise the tests say so. */
export const hasTorch = spawnSync(PYTHON, ['-c', 'import torch, safetensors']).status === 0;
if (!hasTorch) console.warn(`${PYTHON} has no torch and safetensors: what is printed for PyTorch is NOT TESTED.`);

/** Numbers that JSON has no text for are texts that Python reads. */
const numberOf = (value: number): number | string =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0.0' : String(value).toLowerCase().replace('infinity', 'inf'); // prettier-ignore

const PROGRAM = `
import importlib.util, json, sys, torch
sys.setrecursionlimit(10000)
cases = json.load(open(sys.argv[1] + "/cases.json"))
torch.set_num_threads(1)
def tensor(one): return torch.tensor([float(x) if one["dtype"] == "float32" else x for x in one["data"]], dtype=getattr(torch, one["dtype"])).reshape(one["shape"])
found = {}
for key, case in cases.items():
    try:
        module = {}
        exec(compile(case["source"], key, "exec"), module)
        module["CONSTANTS"].update({name: tensor(one) for name, one in case["constants"].items()})
        with torch.no_grad():
            metrics, _ = module["step"]({}, *map(tensor, case["inputs"]))
        found[key] = {name: {"dtype": str(x.dtype)[6:], "shape": list(x.shape), "data": [str(v) for v in x.reshape(-1).tolist()]} for name, x in metrics.items()}
    except Exception as error:
        found[key] = {"error": f"{type(error).__name__}: {error}"[:300]}
json.dump(found, open(sys.argv[1] + "/found.json", "w"))
`;

/** Runs printed recordings in PyTorch with inputs by name, all in one process; what throws gives its error. */
export function runSources(
  all: ReadonlyMap<string, { readonly recording: Recording; readonly inputs: Readonly<Record<string, Tensor>> }>,
): ReadonlyMap<string, Readonly<Record<string, Printed>> | { readonly error: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'source-'));
  try {
    const plain = ({ dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>, data: ArrayLike<number>) => ({
      dtype,
      shape,
      data: Array.from(data, numberOf),
    });
    const cases = Array.from(all, ([key, { recording, inputs }]) => {
      const { source, constants } = printSource(recording, 'test', 'recording');
      const long = Array.from(constants, ([name, one]) => [name, plain(one.tensor as never, one.data)]);
      const given = recording.inputs.map(({ name }) => plain(inputs[name]!, inputs[name]!.dataSync()));
      return [key, { source, constants: Object.fromEntries(long), inputs: given }];
    });
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(Object.fromEntries(cases)));
    writeFileSync(join(folder, 'run.py'), PROGRAM);
    const { status, stderr } = spawnSync(PYTHON, [join(folder, 'run.py'), folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const found = JSON.parse(readFileSync(join(folder, 'found.json'), 'utf8')) as Record<string, Record<string, { data: string[] }>>; // prettier-ignore
    const value = (text: string): number => {
      const known: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity, True: 1, False: 0 };
      return known[text] ?? Number(text);
    };
    return new Map(
      Object.entries(found).map(([key, outputs]) => [
        key,
        'error' in outputs
          ? (outputs as unknown as { error: string })
          : Object.fromEntries(
              Object.entries(outputs).map(([name, one]) => [name, { ...one, data: one.data.map(value) }]),
            ),
      ]),
    ) as ReturnType<typeof runSources>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

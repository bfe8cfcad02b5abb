import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { examplePath } from '../shared/example-path.js';
import { InputError } from '../shared/input-error.js';

const HOW =
  'On Debian: apt-get install python3-torch python3-safetensors libopenblas0-pthread; elsewhere: pip install torch safetensors.';

/** The Python named by the environment, or the system's, which has Debian's packages. */
export const python = process.env['PYTHON'] ?? '/usr/bin/python3';

/** Exits with 1 unless the packages are installed; importing them would take seconds. */
const HAS = "from importlib.util import find_spec as f; exit(not (f('torch') and f('safetensors')))";

/** Throws an error that says what to install unless Python has PyTorch and safetensors. */
export async function checkPython(): Promise<void> {
  try {
    await promisify(execFile)(python, ['-c', HAS], { env: environment });
  } catch {
    throw new InputError(
      `This example needs PyTorch and safetensors in ${python}, or in another one named by PYTHON. ${HOW}`,
    );
  }
}

/** Debian's OpenBLAS and OpenMP spin while they wait, which takes cores from each other; its gloo has no libuv. */
const environment = { ...process.env, OMP_WAIT_POLICY: 'passive', OPENBLAS_NUM_THREADS: '1', USE_LIBUV: '0' };

/** Runs a program in a folder of examples/, and resolves to the JSON in its last line. */
export async function runPython<T>(path: string, words: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(python, [examplePath(path), ...words], { env: environment });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as T;
}

/** Runs a program in several processes that know of each other, as torchrun starts them on one machine. */
export async function runProcesses(count: number, words: readonly string[]): Promise<void> {
  const port = String(20000 + (process.pid % 20000));
  const meeting = { WORLD_SIZE: String(count), MASTER_ADDR: '127.0.0.1', MASTER_PORT: port, GLOO_SOCKET_IFNAME: 'lo' };
  const start = (rank: number) => {
    const env = { ...environment, ...meeting, OMP_NUM_THREADS: '1', RANK: String(rank), LOCAL_RANK: String(rank) };
    return promisify(execFile)(python, words, { env });
  };
  await Promise.all(Array.from({ length: count }, (_, rank) => start(rank)));
}

/**
 * Training steps on wasm against PyTorch on the same cores, interleaved, each in a process of its own, minima.
 *
 * Run: npm run bench -- training-steps [--json FILE] [--rounds N] [--models vae,dcgan]
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    models: { type: 'string', default: 'vae,dcgan,unet,points gan' },
  },
});

/** Steps of a process: about two seconds of each. */
const repeats: Record<string, number> = { vae: 40, dcgan: 8, unet: 4, 'points gan': 60 };
const env = { ...process.env, OMP_WAIT_POLICY: 'passive' };

interface Program {
  readonly name: string;
  readonly command: (model: string, steps: number) => [string, string[]];
}

const own = (threads: number): Program => ({
  name: `wasm, ${threads} thread${threads > 1 ? 's' : ''}`,
  command: (model, steps) => ['npx', ['tsx', 'bench/steps/step.ts', model, String(threads), String(steps)]],
});
const torch = (threads: number): Program => ({
  name: `PyTorch, ${threads} thread${threads > 1 ? 's' : ''}`,
  command: (model, steps) => [
    process.env['PYTHON'] ?? 'python3',
    ['bench/steps/torch_step.py', model, String(threads), String(steps)],
  ],
});
const programs = [own(1), torch(1), own(2), torch(2)];

/** The shortest step in milliseconds; undefined where the program does not run here. */
function shortest({ command }: Program, model: string): number | undefined {
  const [file, list] = command(model, repeats[model] ?? 8);
  try {
    const output = execFileSync(file, list, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] });
    const { times } = JSON.parse(output.trim().split('\n').at(-1)!) as { times: number[] };
    return Math.min(...times);
  } catch {
    return undefined;
  }
}

const results: Record<string, Record<string, number | undefined>> = {};
for (let round = 0; round < Number(values.rounds); round++) {
  for (const model of values.models.split(',')) {
    const row = (results[model] ??= {});
    for (const program of programs) {
      const time = shortest(program, model);
      if (time !== undefined) row[program.name] = Math.min(time, row[program.name] ?? Infinity);
    }
  }
}

console.log(`node ${process.version}, ${cpus()[0]?.model}, minima of ${values.rounds} interleaved rounds`);
console.log(
  ['ms a step'.padEnd(14), ...programs.map(({ name }) => name.padStart(20)), 'ratios 1, 2'.padStart(16)].join(''),
);
for (const [model, row] of Object.entries(results)) {
  const [one, torchOne, two, torchTwo] = programs.map(({ name }) => row[name]);
  const reference = Math.min(torchOne ?? NaN, torchTwo ?? NaN);
  const ratios = [one, two].map((time) => ((time ?? NaN) / reference).toFixed(2)).join(', ');
  const times = programs.map(({ name }) => (row[name]?.toFixed(1) ?? 'not here').padStart(20));
  console.log([model.padEnd(14), ...times, ratios.padStart(16)].join(''));
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, null, 2));

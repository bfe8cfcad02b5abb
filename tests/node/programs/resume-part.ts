/**
 * Makes one part of the runs that are named, on wasm: resume-part.ts '{"threads":2,"names":[...],"steps":3,"from":"a","to":"b"}'. Each
 * begins again or continues from its file in the folder `from`, and its checkpoint is saved into the folder `to`. Prints, as JSON, the
 * hash of all that each run is made of in the end, and how many calls two threads have shared.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import '@tensorflow/tfjs';
import { loadCheckpoint, saveCheckpoint } from '../../../src/index.js';
import { startWasm } from '../../../src/wasm/index.js';
import { stateOf, trainFor, wideFamilyRuns } from '../../contract/families.js';
import type { Part, PartReport } from '../resume-processes.js';

const { threads, names, steps, from, to } = JSON.parse(process.argv[2]!) as Part;
const inUse = await startWasm({ threads });
let shared = 0;
const { store } = Atomics;
// what two threads share begins with one
Atomics.store = ((...words: Parameters<typeof store>) => {
  shared++;
  return store(...words);
}) as unknown as typeof store;

const hashes: Record<string, string> = {};
for (const [i, { name, make }] of wideFamilyRuns.entries()) {
  if (!names.includes(name)) continue;
  // of other numbers, which the file replaces
  const run = make(from === undefined ? 1 : 9);
  const { trainer, data } = run;
  if (from !== undefined) await loadCheckpoint(trainer, await readFile(join(from, `${i}`)), { data });
  await trainFor(run, steps);
  if (to !== undefined) await writeFile(join(to, `${i}`), await saveCheckpoint(trainer, { data }));
  hashes[name] = createHash('sha256')
    .update(JSON.stringify(await stateOf(run)))
    .digest('hex');
  run.dispose();
}
const report: PartReport = { threads: inUse.threads, shared, hashes };
process.stdout.write(`\n${JSON.stringify(report)}\n`);

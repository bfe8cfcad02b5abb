// Measures what imports add to an app, and compares them with the last commit on main: npm run tool -- size [--record]
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { judgeSizes, type Measured, RECORDED, recordedSizes, sizeTable, weighed } from './growth.js';

const { stdout, stderr } = spawnSync('size-limit --json', {
  shell: true,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'pipe'],
});
const measured = parsed(stdout);
const recorded = recordedSizes();
console.log(sizeTable(measured, recorded));

const isRecording = process.argv.includes('--record');
// a new import has no size yet
const known = isRecording ? { ...sizesOf(measured), ...recorded } : recorded;
const { faults, warnings } = judgeSizes(measured, known);
if (warnings.length > 0) console.warn(`\nA warning each, as it is within 2%:\n${warnings.join('\n')}`);
if (faults.length > 0) {
  console.error(`\n${faults.join('\n')}`);
  process.exitCode = 1;
} else if (isRecording) {
  writeFileSync(RECORDED, `${JSON.stringify(sizesOf(measured), undefined, 2)}\n`);
  console.log(`\nWrote ${RECORDED}.`);
}

function parsed(text: string): Measured[] {
  try {
    return JSON.parse(text) as Measured[];
  } catch {
    console.error(text || stderr);
    process.exit(1);
  }
}

function sizesOf(list: readonly Measured[]): Record<string, number> {
  return Object.fromEntries(weighed.map((name) => [name, list.find((one) => one.name === name)!.size]));
}

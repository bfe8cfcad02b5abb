// Composes programs from the public API, and checks that each obeys the laws of the library or ends in one sentence:
// npm run tool -- random-programs --seed 1 --count 200
// --only 7,8 tries these programs and prints them; --rule door only calls functions, --rule vae composes only VAEs; --accepted prints wrong
// arguments that were accepted; --verbose prints a line for each program; --replay trains each 48 steps as usual and replayed instead.
import { parseArgs } from 'node:util';
import { buildChild } from './random-programs/build-child.js';
import { startJudging } from './random-programs/judge-program.js';
import { printProgram } from './random-programs/print-program.js';
import { allFunctions, programOf } from './random-programs/program-of.js';
import { REPLAYED } from './random-programs/replay-law.js';
import { calledIn, summaryOf, type Tried } from './random-programs/summary.js';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    only: { type: 'string' },
    rule: { type: 'string' },
    accepted: { type: 'boolean', default: false },
    replay: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

const judge = startJudging(await buildChild(), { isReplay: options.replay });
const [seed, count] = [Number(options.seed), Number(options.count)];
const numbers = options.only?.split(',').map(Number) ?? Array.from({ length: count }, (_, i) => i);
const tried: Tried[] = [];
const called = new Set<string>();
const started = Date.now();
console.log(`Random programs of seed ${seed}.`);
for (const number of numbers) {
  const program = programOf(seed, number, options.rule);
  const { rule, spoiled } = program;
  if (options.only !== undefined) console.log(`${printProgram(program)}\n// made wrong: ${spoiled ?? 'nothing'}`);
  for (const name of calledIn(program)) called.add(name);
  const outcome = await judge.judge(program);
  for (const name of outcome.heard ?? []) called.add(name);
  tried.push({ rule, isSpoiled: spoiled !== undefined, ...outcome });
  if (options.verbose || options.only !== undefined)
    console.log(
      `${number} ${rule} ${outcome.verdict} ${outcome.seconds.toFixed(2)} s ${'why' in outcome ? outcome.why : ''} ${spoiled ?? ''}`,
    );
  if (options.accepted && outcome.verdict === 'passed' && spoiled !== undefined)
    console.log(`accepted at ${spoiled}:\n${printProgram(program)}\n`);
  if (outcome.verdict !== 'failed') continue;
  const short = await judge.shorten(program, outcome);
  const made = `${rule}${spoiled === undefined ? '' : `, made wrong at ${spoiled}`}`;
  console.log(
    `\n${outcome.kind}: program ${number} of seed ${seed} (${made}): ${short.why}\n${printProgram(short.program)}\n`,
  );
}
judge.end();
const never = allFunctions.filter((name) => !called.has(name));
if (options.replay)
  console.log(`${tried.filter(({ heard }) => heard?.includes(REPLAYED)).length} programs trained with replayed steps.`);
console.log(
  summaryOf(tried, (Date.now() - started) / 1000, options.rule === undefined && !options.replay ? never : undefined),
);
process.exitCode = tried.some(({ verdict }) => verdict === 'failed') ? 1 : 0;

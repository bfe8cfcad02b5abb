// Composes programs from the public API and checks that each obeys the laws of the library, or ends in one sentence:
// npm run tool -- random-programs --seed 1 --count 200
import { parseArgs } from 'node:util';
import { buildChild } from './random-programs/build-child.js';
import { allFunctions, programOf } from './random-programs/program-of.js';
import { startJudge, type Judged } from './random-programs/judges.js';
import { printProgram } from './random-programs/print-program.js';
import { shrink } from './random-programs/shrink.js';
import { failed } from './random-programs/outcome.js';
import type { Program } from './random-programs/expression.js';
import { calledIn, summaryOf, type Tried } from './random-programs/summary.js';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    /** The only program to try, by its number. */
    only: { type: 'string' },
    /** The only rule to compose programs by, or `door`. */
    rule: { type: 'string' },
    /** Prints what was made wrong and accepted all the same. */
    accepted: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

const child = await buildChild();
const [judge, slopes] = [startJudge(child, false), startJudge(child, true)];

async function judged(program: Program): Promise<Judged> {
  const outcome = await judgedByLaws(program);
  if (outcome.verdict !== 'passed' || program.mustRefuse !== true) return outcome;
  return { ...failed('silent wrong', 'the wrong argument was accepted'), seconds: outcome.seconds };
}

async function judgedByLaws(program: Program): Promise<Judged> {
  const first = await judge.judge(program);
  if (first.verdict !== 'passed' || !program.constants.some(([name]) => name === 'trainer')) return first;
  const second = await slopes.judge(program);
  const seconds = first.seconds + second.seconds;
  // with 64 bits, what passed before may be refused: that says nothing about slopes
  if (second.verdict === 'failed' && second.kind !== 'gradient' && second.kind !== 'hang') return { ...first, seconds };
  return { ...(second.verdict === 'failed' ? second : first), seconds };
}

const [seed, count] = [Number(options.seed), Number(options.count)];
const numbers = options.only === undefined ? Array.from({ length: count }, (_, i) => i) : options.only.split(',').map(Number);
const tried: Tried[] = [];
const called = new Set<string>();
const started = Date.now();
for (const number of numbers) {
  const program = programOf(seed, number, options.rule);
  if (options.only !== undefined) console.log(`${printProgram(program)}\n// spoiled: ${program.spoiled}`);
  for (const name of calledIn(program)) called.add(name);
  const outcome = await judged(program);
  tried.push({ rule: program.rule, isSpoiled: program.spoiled !== undefined, ...outcome });
  if (options.verbose || options.only !== undefined) console.log(`${number} ${program.rule} ${outcome.verdict} ${outcome.seconds.toFixed(2)} s ${'why' in outcome ? outcome.why : ''} ${program.spoiled ?? ''}`);
  if (options.accepted && outcome.verdict === 'passed' && program.spoiled !== undefined) console.log(`accepted at ${program.spoiled}:\n${printProgram(program)}\n`);
  if (outcome.verdict !== 'failed') continue;
  const { kind } = outcome;
  const short = kind === 'hang' ? { program, why: outcome.why } : await shrink(program, async (one) => {
    const next = await judged(one);
    return next.verdict === 'failed' && next.kind === kind ? next.why : undefined;
  }, outcome.why);
  console.log(`\n${kind}: program ${number} of seed ${seed} (${program.rule}${program.spoiled === undefined ? '' : `, spoiled at ${program.spoiled}`}): ${short.why}`);
  console.log(`${printProgram(short.program)}\n`);
}
judge.end();
slopes.end();
console.log(summaryOf(tried, (Date.now() - started) / 1000, allFunctions.filter((name) => !called.has(name))));
process.exitCode = tried.some(({ verdict }) => verdict === 'failed') ? 1 : 0;

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, consumer, runNode, write } from './consumer.js';

const source = 'tests/programs';
const files = readdirSync(source).filter((file) => file.endsWith('.ts'));

/** The seeds to run the programs with, `SEEDS=7,8 npm run tool -- test:package`; `own` means the seeds in the programs. */
const chosen = process.env['SEEDS'];
const seeds = (chosen ?? 'own').split(',');

/**
 * Programs that take longer than all others together. Without SEEDS they train for two updates or epochs, and judge nothing: `npm test` has
 * laws of what such models learn. `words` is only compiled.
 */
const long = ['diffusion', 'table', 'codes', 'priors'];
const isBrief = (program: string): boolean => chosen === undefined && long.includes(program);

const programs = files
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((program) => program !== 'backend' && (program !== 'words' || chosen !== undefined));

function briefly(text: string): string {
  const brief = text.replaceAll(/\{ (steps|epochs): \d+ \}\);/g, '{ $1: 2 });');
  expect(brief).not.toBe(text);
  // a tenth of the rows of tables
  const small = brief.replaceAll(/\b(rowsOf\(|sampleTable\(model, )(\d+)0\b/g, '$1$2');
  return small.replaceAll('throw new Error(', 'console.log(');
}

describe.each(seeds)("users' programs with the seed %s", (seed) => {
  const folder = join(consumer, `programs-${seed}`);

  beforeAll(async () => {
    write(`programs-${seed}/package.json`, '{ "type": "module" }');
    const written = files.map((file) => {
      const text = readFileSync(join(source, file), 'utf8');
      return write(
        `programs-${seed}/${file}`,
        seed === 'own' ? text : text.replaceAll(/createRandom\(\d+\)/g, `createRandom(${seed})`),
      );
    });
    expect(await compile(written, '--module', 'nodenext', '--outDir', folder)).toBe('');
  });

  const fileOf = (program: string): string => join(folder, `${program}.js`);

  test.concurrent.each(programs.filter((program) => !isBrief(program)))(
    '%s compiles under strict TypeScript and passes its own check',
    async (program) => void (await runNode(fileOf(program))),
  );

  test.concurrent.each(programs.filter(isBrief))('%s compiles under strict TypeScript and runs', async (program) => {
    writeFileSync(fileOf(program), briefly(readFileSync(fileOf(program), 'utf8')));
    await runNode(fileOf(program));
  });
});

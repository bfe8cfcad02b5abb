import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, consumer, runNode, write } from './consumer.js';

const source = 'tests/programs';
const files = readdirSync(source).filter((file) => file.endsWith('.ts'));

/** The seeds to run the programs with, `SEEDS=7,8 npm run tool -- test:package`; `own` means the seeds in the programs. */
const chosen = process.env['SEEDS'];
const seeds = (chosen ?? 'own').split(',');

/** `words` trains as long as all others together. Without SEEDS it is only compiled; tests/tokens has its laws. */
const programs = files
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((program) => program !== 'backend' && (program !== 'words' || chosen !== undefined));

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

  test.concurrent.each(programs)('%s compiles under strict TypeScript and passes its own check', async (program) => {
    await runNode(join(folder, `${program}.js`));
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { snippetsOfPage } from '../docs/snippets.js';
import { runNode, write } from '../package/consumer.js';

const [program] = snippetsOfPage('README.md').filter(({ code, runs }) => runs && /^import /m.test(code));

test("the README's program runs from the installed tarball, and prints the same when it is CommonJS", async () => {
  expect(readFileSync('README.md', 'utf8')).toContain(program!.code.slice(0, 40));
  const required = program!.code.replaceAll(/^import (\{[^}]*\}) from ('[^']*');$/gm, 'const $1 = require($2);');
  const asModule = await runNode(write('smoke/vae.mjs', program!.code));
  const asCommonJs = await runNode(write('smoke/vae.cjs', `(async () => {\n${required}\n})();\n`));
  const last = Number(/epoch 30: ELBO (-?[\d.]+) nats/.exec(asModule)?.[1]);
  // log 16 is the best that 16 pictures allow
  expect(last).toBeGreaterThan(-8);
  expect(last).toBeLessThan(-Math.log(16));
  expect(asCommonJs).toBe(asModule);
});

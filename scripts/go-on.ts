// Writes the program of exported runs, src/pytorch/run/go_on.py, as text that the library can import.
import { readFileSync, writeFileSync } from 'node:fs';

const at = (name: string): URL => new URL(`../src/pytorch/run/${name}`, import.meta.url);
const quoted = JSON.stringify(readFileSync(at('go_on.py'), 'utf8'));
const single = `'${quoted.slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
writeFileSync(
  at('go-on.ts'),
  `/** The program \`go_on.py\` of this folder as text. \`npm run tool -- go-on\` writes this file. */\nexport const GO_ON =\n  ${single};\n`,
);

// Runs all benches, or one of them: npm run bench -- [NAME]
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !['run.ts', 'report.ts'].includes(file))
  .map((file) => file.slice(0, -'.ts'.length));
const [asked] = process.argv.splice(2, 1);
if (asked !== undefined && !names.includes(asked)) {
  process.stderr.write(`There is no bench "${asked}". Benches: ${names.join(', ')}.\n`);
  process.exit(2);
}
for (const name of asked === undefined ? names : [asked]) {
  console.log(`\n${name}`);
  await import(`./${name}.js`);
}

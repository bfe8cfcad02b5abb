// Runs an example by name: npm run example -- NAME --seed N --json FILE
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(here).filter((name) => existsSync(`${here}/${name}/main.ts`));
const [name] = process.argv.splice(2, 1);

if (name === undefined || !names.includes(name)) {
  const list = `Examples: ${names.join(', ')}. npm run example -- NAME --help lists the options of an example.`;
  const asked = name === '--help' || name === '-h';
  (asked ? process.stdout : process.stderr).write(
    `${asked || name === undefined ? '' : `There is no example "${name}". `}${list}\n`,
  );
  process.exit(asked ? 0 : 2);
}
await import(`./${name}/main.js`);

// Runs an example or a research run by name: npm run example -- NAME --seed N --json FILE
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const programsIn = (folder: string): string[] =>
  readdirSync(`${here}/${folder}`).filter((name) => existsSync(`${here}/${folder}/${name}/main.ts`));
// the course and the lab have scripts of their own
const examples = programsIn('.').filter((name) => name !== 'course' && name !== 'lab');
const research = programsIn('research');
const [name] = process.argv.splice(2, 1);

if (name === undefined || ![...examples, ...research].includes(name)) {
  const list = `Examples: ${examples.join(', ')}.
Research runs, which take up to an hour: ${research.join(', ')}.
npm run example -- NAME --help lists the options of one.
`;
  const isQuestion = name === '--help' || name === '-h';
  const mistake = isQuestion || name === undefined ? '' : `There is no example "${name}".\n`;
  (isQuestion ? process.stdout : process.stderr).write(`${mistake}${list}`);
  process.exit(isQuestion ? 0 : 2);
}
await import(examples.includes(name) ? `./${name}/main.js` : `./research/${name}/main.js`);

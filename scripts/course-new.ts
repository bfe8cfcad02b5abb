// Writes the files of a new exercise: npm run tool -- course:new squared-error
import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const [name] = process.argv.slice(2);
const course = 'examples/course';
if (name === undefined || !/^[a-z]\w*(-\w+)*$/.test(name)) {
  console.error('npm run tool -- course:new NAME\nNAME is that of a folder, such as squared-error.');
  process.exit(2);
}
const folder = `${course}/exercises/${name}`;
const solution = `${course}/solutions/${name}.ts`;
for (const path of [folder, solution]) {
  if (!existsSync(path)) continue;
  console.error(`${path} already exists.`);
  process.exit(1);
}
cpSync(`${course}/template`, folder, { recursive: true });
renameSync(`${folder}/solution.ts`, solution);
const functionName = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
for (const file of [`${folder}/README.md`, `${folder}/exercise.ts`, `${folder}/stub.ts`, solution]) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('squaredError', functionName));
}
console.log(`Write ${folder} and ${solution}, then run npm run tool -- course:check ${name}`);

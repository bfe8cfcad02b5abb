import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkPeers } from '../../tests/package/pack.js';
import type { Manifest } from './place.js';
import { run, tool } from './run.js';

/**
 * Installs a tarball in an empty app as a user does, with the package's dependencies from the registry. The peers, of 150 MB, are links to
 * those of this repository.
 */
export async function installByNpm(tarball: string): Promise<string> {
  const app = mkdtempSync(join(tmpdir(), 'tfjs-generative-app-'));
  writeFileSync(join(app, 'package.json'), '{ "private": true }');
  const options = ['--omit=peer', '--no-audit', '--no-fund', '--prefer-offline'];
  const { output, failed } = await run(app, 'npm', 'install', ...options, tarball);
  if (failed) throw new Error(`npm install ${tarball}:\n${output}`);
  linkPeers(app);
  return app;
}

/** The entries of the installed package that are modules: `tfjs-generative`, `tfjs-generative/wasm`, ... */
function entriesIn(app: string): string[] {
  const { name, exports } = JSON.parse(
    readFileSync(join(app, 'node_modules/tfjs-generative/package.json'), 'utf8'),
  ) as Manifest;
  return Object.keys(exports)
    .filter((entry) => typeof exports[entry] !== 'string')
    .map((entry) => `${name}${entry.slice(1)}`);
}

// KL of N([3, 4], I) from N(0, I) is (9 + 16) / 2 nats.
const program = `
  tf.setBackend('cpu')
    .then(() => modules['tfjs-generative'].gaussianKl({ mean: tf.tensor([[3, 4]]), logVariance: tf.zeros([1, 2]) }).data())
    .then(([nats]) => { if (nats !== 12.5) throw new Error('gaussianKl: ' + nats + ' nats, not 12.5'); });`;

/** What goes wrong in an app of ES modules that imports every entry. */
export function tryImport(app: string): Promise<string[]> {
  const imports = entriesIn(app).map((entry) => `modules['${entry}'] = await import('${entry}');`);
  const tfjs = `import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu'; const modules = {};`;
  return tryProgram(app, 'imports.mjs', [tfjs, ...imports, program]);
}

/** What goes wrong in an app in CommonJS that requires every entry. */
export function tryRequire(app: string): Promise<string[]> {
  const requires = entriesIn(app).map((entry) => `modules['${entry}'] = require('${entry}');`);
  const tfjs = `const tf = require('@tensorflow/tfjs-core'); require('@tensorflow/tfjs-backend-cpu'); const modules = {};`;
  return tryProgram(app, 'requires.cjs', [tfjs, ...requires, program]);
}

async function tryProgram(app: string, name: string, lines: readonly string[]): Promise<string[]> {
  writeFileSync(join(app, name), lines.join('\n'));
  const { output, failed } = await run(app, process.execPath, name);
  if (!failed) return [];
  // the message stands between the line of source that threw, which may be a whole bundle, and the stack
  const message = /^\w*Error\b[^\n]*$/m.exec(output)?.[0].replaceAll(`${app}/node_modules/`, '');
  return [message ?? output.slice(-2_000).trim()];
}

/** What goes wrong in an app in TypeScript, in both kinds of modules; it also checks the types of the package, but not those of tfjs. */
export async function tryTypes(app: string): Promise<string[]> {
  const names = ['types.mts', 'types.cts'];
  const imports = entriesIn(app).map((entry, i) => `import * as entry${i} from '${entry}';\nexport { entry${i} };`);
  const use = `import { type Tensor } from '@tensorflow/tfjs-core';\nexport const kl: Tensor = entry0.gaussianKl({} as never);`;
  for (const name of names) writeFileSync(join(app, name), [...imports, use].join('\n'));
  const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--pretty', 'false'];
  const modules = ['--target', 'es2022', '--lib', 'es2022,dom,dom.iterable', '--module', 'nodenext', '--types', 'node'];
  const { output } = await tool(app, 'typescript/bin/tsc', ...options, ...modules, ...names);
  return output.split('\n').filter((line) => line.includes('error TS') && !/^[^(]*@tensorflow\//.test(line));
}

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile, consumer, entries, write } from '../package/consumer.js';

const settings = [
  { resolution: 'an ES module in Node', file: 'consumer.mts', options: ['--module', 'nodenext'] },
  { resolution: 'CommonJS in Node', file: 'consumer.cts', options: ['--module', 'nodenext'] },
  { resolution: 'a bundler', file: 'consumer.ts', options: ['--module', 'esnext', '--moduleResolution', 'bundler'] },
];

const everyEntry = entries
  .map((entry, i) => `import * as entry${i} from '${entry}';\nexport { entry${i} };`)
  .join('\n');

describe.each(settings)('the packed types with $resolution', ({ file, options }) => {
  // in one program: the compiler names the file of each error
  test('resolve for every entry, accept what they should and reject what they should', async () => {
    const copy = join(consumer, file);
    copyFileSync('tests/types/consumer.ts', copy);
    const files = [copy, write(`every-entry-${file}`, everyEntry)];
    expect(await compile(files, '--noEmit', ...options)).toBe('');
  });
});

// docs/deployment.md says so; remove it there when tfjs has repaired its own
test('the packed types have no fault without skipLibCheck, though those of tfjs have some', async () => {
  const { options } = settings[2]!;
  const checked = [write('checked-entries.ts', everyEntry)];
  const report = await compile(checked, '--noEmit', ...options, '--skipLibCheck', 'false').catch(String);
  const faults = report.split('\n').filter((line) => line.includes(': error TS'));
  expect(faults).not.toEqual([]);
  expect(faults.filter((line) => !/^[^(]*@tensorflow\//.test(line))).toEqual([]);
});

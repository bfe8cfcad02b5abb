import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile, consumer, entries, write } from '../package/consumer.js';

const settings = [
  { resolution: 'an ES module in Node', file: 'consumer.mts', options: ['--module', 'nodenext'] },
  { resolution: 'CommonJS in Node', file: 'consumer.cts', options: ['--module', 'nodenext'] },
  { resolution: 'a bundler', file: 'consumer.ts', options: ['--module', 'esnext', '--moduleResolution', 'bundler'] },
];

describe.each(settings)('the packed types as seen from $resolution', ({ file, options }) => {
  test('accept what they should and reject what they should', async () => {
    const copy = join(consumer, file);
    copyFileSync('tests/types/consumer.ts', copy);
    expect(await compile([copy], '--noEmit', ...options)).toBe('');
  });

  test('resolve for every entry', async () => {
    const imports = entries
      .map((entry, i) => `import * as entry${i} from '${entry}';\nexport { entry${i} };`)
      .join('\n');
    expect(await compile([write(`every-entry-${file}`, imports)], '--noEmit', ...options)).toBe('');
  });
});

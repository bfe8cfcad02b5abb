import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine, readCsv } from '../../src/logs/csv-text.js';
import { createLog, csvWriter, memoryFile, tensorBoardWriter, type LogFile } from '../../src/logs/index.js';
import { reportAt } from './sample.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = async (file: LogFile): Promise<string> => new TextDecoder().decode(await file.read());
const logInto = (file: LogFile) => createLog({ writers: [csvWriter(file)] });

describe('lines', () => {
  test('are quoted as in RFC 4180', () => {
    // sections 2.5 to 2.7
    expect(csvLine(['aaa', 'b\r\nbb', 'ccc'])).toBe('aaa,"b\r\nbb",ccc\r\n');
    expect(csvLine(['aaa', 'b"bb', 'c,c'])).toBe('aaa,"b""bb","c,c"\r\n');
  });

  test('are read back with any content of a cell', () => {
    const cell = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'é', '|') });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2 })), (rows) => {
        const bytes = encode(rows.map(csvLine).join(''));
        expect(readCsv(bytes).map(({ cells }) => cells)).toEqual(rows);
      }),
      { seed: 1 },
    );
  });

  test('are what Python’s csv reads', async ({ skip }) => {
    const rows = [
      ['step', 'verdicts'],
      ['1', 'a "word", and\r\na line'],
      ['2', ''],
      ['3', 'é,"'],
    ];
    const program =
      'import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.argv[1], newline="")))))';
    let read: string;
    try {
      read = execFileSync('python3', ['-c', program, rows.map(csvLine).join('')], { encoding: 'utf8' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return skip('no python3 here');
      throw error;
    }
    expect(JSON.parse(read)).toEqual(rows);
  });
});

describe('a log as CSV', () => {
  test('has a line per report under the names of the columns', async () => {
    const file = memoryFile();
    const log = logInto(file);
    const verdicts = [
      { kind: 'a', message: 'first, "so"' },
      { kind: 'b', message: 'second' },
    ];
    await log.add(reportAt(2, { validation: { loss: 3 } }));
    await log.add(reportAt(4, { skipped: 1, verdicts, metrics: { loss: NaN, kl: 4 } }));
    expect(await textOf(file)).toBe(
      'step,epoch,seconds,loss,kl,val_loss,skipped,verdicts\r\n' +
        '2,1,2,0.5,2,3,0,\r\n' +
        '4,1,2,NaN,4,,1,"a: first, ""so"" | b: second"\r\n',
    );
  });

  test('of reports that are not awaited has them in order', async () => {
    const file = memoryFile();
    const slow: LogFile = { ...file, append: async (bytes) => (await new Promise(setImmediate), file.append(bytes)) };
    const log = logInto(slow);
    await Promise.all([1, 2, 3].map((step) => log.add(reportAt(step))));
    const lines = readCsv(await file.read());
    expect(lines.map(({ cells }) => cells[0])).toEqual(['step', '1', '2', '3']);
  });

  test('takes custom values, in declared columns', async () => {
    const file = memoryFile();
    const log = createLog({ writers: [csvWriter(file, { columns: ['fid'] })] });
    await log.add(reportAt(1));
    await log.add(reportAt(2), { values: { fid: 12.5 } });
    expect(await textOf(file)).toContain('\r\n2,1,2,0.5,2,0,12.5,\r\n');
    await expect(log.add(reportAt(3), { values: { other: 1 } })).rejects.toThrow(
      /^csvWriter: `file` must have a column for each number; got none for other\. List it in `columns`/,
    );
    await log.add(reportAt(4));
    expect(await textOf(file)).toMatch(/\r\n4,[^\n]*\n$/);
  });

  test('a run that was killed at any byte, and resumed from step 2, continues the file as if it had not been killed', async () => {
    const verdicts = [{ kind: 'é', message: 'a "line"\nmore, of it' }];
    const straight = memoryFile();
    const log = logInto(straight);
    for (const step of [1, 2, 3, 4]) await log.add(reportAt(step, { verdicts }));
    const bytes = await straight.read();
    const [, , second] = readCsv(bytes);
    const ends = Array.from({ length: bytes.length - second!.end + 1 }, (_, i) => second!.end + i);
    for (const end of ends) {
      const file = memoryFile();
      await file.append(bytes.subarray(0, end));
      const resumed = logInto(file);
      for (const step of [3, 4]) await resumed.add(reportAt(step, { verdicts }, 2));
      expect(await file.read(), `killed at byte ${end}`).toEqual(bytes);
    }
  });

  test('restarts if only a part of the first line was written', async () => {
    const file = memoryFile();
    await file.append(encode('step,epo'));
    await logInto(file).add(reportAt(1));
    expect(await textOf(file)).toBe('step,epoch,seconds,loss,kl,skipped,verdicts\r\n1,1,2,1,1,0,\r\n');
  });

  test('restarts when the run starts, even with other columns', async () => {
    const file = memoryFile();
    await file.append(encode('step,loss,verdicts\r\n1,2,\r\n'));
    await logInto(file).add(reportAt(1));
    expect(await textOf(file)).toBe('step,epoch,seconds,loss,kl,skipped,verdicts\r\n1,1,2,1,1,0,\r\n');
  });

  test.each(['a letter to somebody', 'a,b\r\n1,2\r\n', 'step,loss,verdicts\r\n1,2,\r\n'])(
    'leaves a file alone that holds something else: %j',
    async (text) => {
      const file = memoryFile();
      await file.append(encode(text));
      await expect(logInto(file).add(reportAt(3, {}, 2))).rejects.toThrow(
        /^csvWriter: `file` must be a log, from step to verdicts, or empty; got .*does not exist yet\.$|^csvWriter: `file` must have a column for each number; got none for kl\./,
      );
      expect(await textOf(file)).toBe(text);
    },
  );

  test('has an apostrophe before texts that a spreadsheet would run, numbers as they are, and can be continued', async () => {
    const file = memoryFile();
    const names = ['=1+1', '+a', '-b', '@c', '\td', '\re', "'=f", '\uff1dg', 'plain'];
    const metrics = Object.fromEntries(names.map((name, i) => [name, i === 0 ? -1.5 : -Infinity]));
    const verdicts = [{ kind: '=HYPERLINK("http://x")', message: 'look' }];
    const add = (step: number, from: number) =>
      createLog({ writers: [csvWriter(file)] }).add(reportAt(step, { metrics, verdicts }, from));
    await add(1, 0);
    const [head, line] = readCsv(await file.read());
    const runs = /^[=+\-@\t\r\n\uff1d]/;
    expect(head!.cells.filter((cell) => runs.test(cell))).toEqual([]);
    expect(head!.cells.at(-3)).toBe('plain');
    expect(line!.cells.slice(3, 5)).toEqual(['-1.5', '-Infinity']);
    expect(line!.cells.at(-1)).toBe(`'=HYPERLINK("http://x"): look`);
    // the names of the columns are found again
    await add(2, 1);
    expect(readCsv(await file.read()).length).toBe(3);
  });

  test('leaves a file alone whose first line is that of a log, and others are not', async () => {
    for (const text of ['my notes,1,2,3\r\n', '5,1,2,0.5,2,0,\r\nsee page 3\r\n', '\r\n']) {
      for (const from of [0, 2]) {
        const file = memoryFile();
        await file.append(encode(`step,epoch,seconds,loss,kl,skipped,verdicts\r\n${text}`));
        const before = await file.read();
        await expect(logInto(file).add(reportAt(3, {}, from))).rejects.toThrow(/must be a log.*got the line /);
        expect(await file.read()).toEqual(before);
      }
    }
  });

  test('has one column of verdicts, even if it was declared', async () => {
    const file = memoryFile();
    const log = createLog({ writers: [csvWriter(file, { columns: ['verdicts', 'fid', 'step'] })] });
    await log.add(reportAt(1));
    expect(await textOf(file)).toMatch(/^step,epoch,seconds,loss,kl,skipped,fid,verdicts\r\n/);
  });
});

describe('a name that a log already uses', () => {
  test.each<[string, Parameters<typeof reportAt>[1], object?]>([
    ...['step', 'epoch', 'seconds', 'skipped', 'verdicts'].map(
      (name) => [name, { metrics: { loss: 1, [name]: 2 } }] as [string, object],
    ),
    ['val_loss', { metrics: { loss: 1, val_loss: 2 }, validation: { loss: 3 } }],
    ['epoch', {}, { values: { epoch: 1 } }],
    ['loss', {}, { values: { loss: 1 } }],
    ['val_loss', { validation: { loss: 3 } }, { values: { val_loss: 1 } }],
    ['loss', {}, { pictures: { loss: new Uint8Array(30) } }],
    ['optimizer.rate', { metrics: { 'optimizer.rate': 1 } }],
  ])('%s is refused before anything is written', async (name, rest, extras) => {
    const file = memoryFile();
    const optimizer = { readNumbers: async () => ({ rate: 1 }) } as never;
    const log = createLog({ writers: [csvWriter(file)], optimizers: { optimizer } });
    await expect(log.add(reportAt(1, rest), extras as never)).rejects.toThrow(
      new RegExp(`^log\\.add: \`[\\w.]+\` must have names that are not used yet; got '${name}'\\. `),
    );
    expect((await file.read()).length).toBe(0);
    await log.add(reportAt(2));
  });

  test('with a text as its value is rejected', async () => {
    const log = logInto(memoryFile());
    await expect(log.add(reportAt(1), { values: { note: '=cmd()' as never } })).rejects.toThrow(
      "log.add: `values.note` must be a number; got '=cmd()'.",
    );
  });
});

describe('what enters a log', () => {
  const both = () => {
    const files = [memoryFile(), memoryFile()] as const;
    const log = createLog({ writers: [tensorBoardWriter(files[0]), csvWriter(files[1])] });
    return {
      log,
      sizes: async () => (await Promise.all(files.map((file) => file.read()))).map(({ length }) => length),
    };
  };
  const whole = 'must be an integer of at least 0';

  test.each<[string, object, string]>([
    ['totalSteps', { totalSteps: NaN }, `\`report.totalSteps\` ${whole}; got NaN.`],
    ['totalSteps', { totalSteps: Infinity }, `\`report.totalSteps\` ${whole}; got Infinity.`],
    ['totalSteps', { totalSteps: -1 }, `\`report.totalSteps\` ${whole}; got -1.`],
    ['totalSteps', { totalSteps: 1.5 }, `\`report.totalSteps\` ${whole}; got 1.5.`],
    ['totalSteps', { totalSteps: 2 ** 53 }, `\`report.totalSteps\` ${whole}; got 9007199254740992.`],
    ['totalSteps', { totalSteps: 7n }, '`report.totalSteps` must be a number; got 7n.'],
    ['totalSteps', { totalSteps: '7' }, "`report.totalSteps` must be a number; got '7'."],
    ['step', { step: NaN }, `\`report.step\` ${whole}; got NaN.`],
    ['step', { step: undefined }, '`report.step` must be a number; got undefined.'],
    ['epoch', { epoch: NaN }, `\`report.epoch\` ${whole}; got NaN.`],
    ['skipped', { skipped: null }, '`report.skipped` must be a number; got null.'],
    ['seconds', { seconds: NaN }, '`report.seconds` must be finite and at least 0; got NaN.'],
    ['seconds', { seconds: -1 }, '`report.seconds` must be finite and at least 0; got -1.'],
    ['seconds', { seconds: new Date(0) }, '`report.seconds` must be a number; got an instance of Date.'],
    ['verdicts', { verdicts: undefined }, '`report.verdicts` must be an array of verdicts'],
    ['verdicts', { verdicts: [{ kind: 'a' }] }, '`report.verdicts` must be an array of verdicts'],
    ['verdicts', { verdicts: 'bad' }, "`report.verdicts` must be an array of verdicts { kind, message }; got 'bad'."],
    ['metrics', { metrics: new Map([['loss', 1]]) }, '`report.metrics` must be a plain object with names as keys; got'],
    ['metrics', { metrics: { loss: { mean: 1 } } }, '`report.metrics.loss` must be a number; got { mean }.'],
    ['metrics', { metrics: { loss: 1n } }, '`report.metrics.loss` must be a number; got 1n.'],
    ['metrics', { metrics: { '': 1 } }, '`report.metrics` must have names of at least one character'],
    ['metrics', { metrics: { '\ud800': 1 } }, '`report.metrics` must have names'],
    ['validation', { validation: [1] }, '`report.validation` must be a plain object with names as keys; got [1].'],
  ])('is refused if %s is wrong: %o', async (_, wrong, message) => {
    const { log, sizes } = both();
    await expect(log.add(reportAt(3, wrong))).rejects.toThrow(`log.add: ${message}`);
    expect(await sizes(), 'nothing was written').toEqual([0, 0]);
    // the next report is written
    await log.add(reportAt(4));
    expect((await sizes()).every((size) => size > 0)).toBe(true);
  });

  class Numbers {
    fid = 1;
  }
  const records: [string, () => unknown][] = [
    ['a Map', () => new Map([['fid', 1]])],
    ['a Set', () => new Set([1])],
    ['a Date', () => new Date(0)],
    ['an array', () => [1]],
    ['an instance of a class', () => new Numbers()],
    ['a tensor', () => tf.scalar(1)],
    ['a promise', () => Promise.resolve({ fid: 1 })],
    ['a text', () => 'fid'],
    ['null', () => null],
  ];

  test.each(records)('must be in plain objects, and not in %s', async (_, make) => {
    const { log, sizes } = both();
    const wrong = make();
    const adds: [string, () => Promise<void>][] = [
      ['report.metrics', () => log.add(reportAt(1, { metrics: wrong as never }))],
      ['report.validation', () => log.add(reportAt(1, { validation: wrong as never }))],
      ['extras', () => log.add(reportAt(1), wrong as never)],
      ['values', () => log.add(reportAt(1), { values: wrong as never })],
      ['pictures', () => log.add(reportAt(1), { pictures: wrong as never })],
    ];
    for (const [argument, add] of adds) {
      await expect(add(), argument).rejects.toThrow(
        `log.add: \`${argument}\` must be a plain object with names as keys`,
      );
    }
    expect(() => createLog({ writers: [() => undefined], optimizers: wrong as never })).toThrow(
      /^createLog: `optimizers`/,
    );
    await expect(log.add(wrong as never)).rejects.toThrow('log.add: `report` must be a report of train; got');
    expect(await sizes()).toEqual([0, 0]);
    tf.dispose(wrong as never);
  });

  test('may be a record without a prototype, or one of another frame', async () => {
    const { log } = both();
    const bare = Object.assign(Object.create(null) as object, { fid: 1 });
    await log.add(reportAt(1), { values: bare });
    await log.add(reportAt(2), runInNewContext('({ values: { fid: 2 } })') as never);
  });

  test('has its metrics as they are, also if they are not finite', async () => {
    const file = memoryFile();
    await logInto(file).add(reportAt(1, { metrics: { loss: NaN, kl: -Infinity } }));
    expect(await textOf(file)).toContain('\r\n1,1,2,NaN,-Infinity,0,\r\n');
  });

  test('may have any name, and is continued under it', async () => {
    const names = ['a,b', 'a\nb', 'a\r', '"', '__proto__', 'constructor', 'é\u{1f600}', ' '];
    const metrics = Object.fromEntries(names.map((name, i) => [name, i]));
    const file = memoryFile();
    await logInto(file).add(reportAt(1, { metrics }));
    await logInto(file).add(reportAt(2, { metrics }, 1));
    const [head, ...lines] = readCsv(await file.read());
    expect(head!.cells).toEqual(['step', 'epoch', 'seconds', ...names, 'skipped', 'verdicts']);
    expect(lines.map(({ cells }) => cells.slice(3, -2))).toEqual([
      names.map((_, i) => `${i}`),
      names.map((_, i) => `${i}`),
    ]);
  });

  test('leaves a cell without a number empty, for any name of its column', async () => {
    const file = memoryFile();
    const log = createLog({ writers: [csvWriter(file, { columns: ['constructor', 'toString', '__proto__'] })] });
    await log.add(reportAt(1));
    expect(await textOf(file)).toMatch(/\r\n1,1,2,1,1,0,,,,\r\n$/);
  });

  test('is written by a trainer that was put back to an earlier step, as it counts', async () => {
    const { log } = both();
    await log.add(reportAt(2, { step: 5 }));
  });

  test.each([NaN, Infinity, -Infinity, -1, 0.5, 2 ** 53, 1n, '1'])(
    'has a whole step even if a writer is called by hand: %s',
    async (step) => {
      const entry = { step, resumedAt: 0, epoch: 1, seconds: 0, wallTime: 0, numbers: {}, verdicts: [], pictures: {} };
      for (const writer of [tensorBoardWriter, csvWriter]) {
        const file = memoryFile();
        const write = async () => writer(file)(entry as never);
        await expect(write()).rejects.toThrow(new RegExp(`^${writer.name}: \`entry.step\` must be`));
        expect((await file.read()).length).toBe(0);
      }
    },
  );
});

test('a file in memory refuses what is no type, no bytes and no length', async () => {
  const file = memoryFile();
  for (const type of [NaN, null, 5, {}])
    expect(() => file.blob(type as never)).toThrow(/^blob: `type` must be a media/);
  await expect(file.append('text' as never)).rejects.toThrow("append: `bytes` must be a Uint8Array; got 'text'.");
  await expect(file.append(5 as never)).rejects.toThrow('append: `bytes` must be a Uint8Array; got 5.');
  await expect(file.cut(NaN)).rejects.toThrow('cut: `length` must be an integer of at least 0; got NaN.');
  expect((await file.read()).length).toBe(0);
});

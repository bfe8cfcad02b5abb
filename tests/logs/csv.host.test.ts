import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine, readCsv } from '../../src/logs/csv-text.js';
import { createLog, csvWriter, memoryFile, type LogFile } from '../../src/logs/index.js';
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

  test('are read again whatever is in a cell', () => {
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

  test('of reports that nobody waits for has them in order', async () => {
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
      /^csvWriter: `file` must have a column for each number; got none for other\. Announce it by `columns`/,
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

describe('a name that is already taken in a log', () => {
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
      new RegExp(`^log\\.add: \`[\\w.]+\` must have names of their own; got '${name}'\\. `),
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

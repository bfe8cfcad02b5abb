import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLog, memoryFile, tensorBoardWriter, type MemoryFile } from '../../src/logs/index.js';
import { completeRecords, crc32c, eventRecord } from '../../src/logs/event-record.js';
import { createRandom, mlp, saveWeights } from '../../src/index.js';
import { encodePng } from '../../src/node/index.js';
import { reportAt } from './sample.js';

const execute = promisify(execFile);
beforeEach(() => void vi.spyOn(Date, 'now').mockReturnValue(1_790_000_000_500));
afterEach(() => vi.restoreAllMocks());
const verdicts = [{ kind: 'posterior collapse', message: 'é, "so"' }];

interface Read {
  readonly reader: string;
  readonly events: readonly {
    readonly wallTime: number;
    readonly step: number;
    readonly fileVersion: string;
    readonly restart: number;
    readonly values: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/** The events of a file as Python reads them; undefined where it has neither TensorBoard nor protobuf. */
async function readByPython(bytes: Uint8Array): Promise<Read | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'events-'));
  try {
    const path = join(folder, 'events.out.tfevents.1.host');
    await writeFile(path, bytes);
    const program = fileURLToPath(new URL('read_events.py', import.meta.url));
    const { stdout } = await execute('/usr/bin/python3', [program, path]);
    return JSON.parse(stdout) as Read;
  } catch (error) {
    if ([3, 'ENOENT'].includes((error as { code: number | string }).code)) return undefined;
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('records', () => {
  test('have the checksum of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });

  test('are read completely, without the bytes that follow', () => {
    const two = [...eventRecord(Uint8Array.of(1, 2)), ...eventRecord(new Uint8Array())];
    expect(two.length).toBe(18 + 16);
    for (let length = 0; length <= two.length; length++) {
      expect(completeRecords(Uint8Array.from(two.slice(0, length)))).toBe(length < 18 ? 0 : length < 34 ? 18 : 34);
    }
  });
});

/** The events that logging gave, as Python reads them. */
async function readFrom(file: MemoryFile, skip: (note: string) => never): Promise<Read['events']> {
  const read = await readByPython(await file.read());
  return read?.events ?? skip('Python has neither TensorBoard nor protobuf here');
}

describe('an event file', () => {
  test('holds numbers, verdicts and pictures, as Python reads them', async ({ skip }) => {
    const file = memoryFile();
    const log = createLog({ writers: [tensorBoardWriter(file)] });
    const samples = await encodePng(tf.zeros([2, 3]));
    const step = 2 ** 40 + 129;
    await log.add(reportAt(step, { metrics: { loss: -0.1, kl: Infinity }, verdicts }, step - 2), {
      pictures: { samples },
    });
    await log.add(reportAt(step + 1, { metrics: { loss: NaN } }, step - 2));
    const events = await readFrom(file, skip);
    const wallTime = 1_790_000_000.5;
    expect(events).toEqual([
      { wallTime, step: 0, fileVersion: 'brain.Event:2', restart: 0, values: [] },
      // TensorBoard drops what it has from here on
      { wallTime, step: step - 1, fileVersion: '', restart: 1, values: [] },
      {
        wallTime,
        step,
        fileVersion: '',
        restart: 0,
        values: [
          { tag: 'epoch', number: 1 },
          { tag: 'loss', number: Math.fround(-0.1) },
          { tag: 'kl', number: 'inf' },
          { tag: 'skipped', number: 0 },
          // DT_STRING
          { tag: 'verdicts', texts: ['**posterior collapse**: é, "so"'], shape: [1], dtype: 7, plugin: 'text' },
          { tag: 'samples', width: 3, height: 2, png: Buffer.from(samples).toString('hex') },
        ],
      },
      expect.objectContaining({ step: step + 1, values: expect.arrayContaining([{ tag: 'loss', number: 'nan' }]) }),
    ]);
  });

  test('left by a killed program is continued after its last complete event', async ({ skip }) => {
    const file = memoryFile();
    const add = (step: number, from: number) =>
      createLog({ writers: [tensorBoardWriter(file)] }).add(reportAt(step, {}, from));
    await add(1, 0);
    await file.cut((await file.read()).length - 1);
    await add(6, 5);
    const events = await readFrom(file, skip);
    expect(events.map(({ step, restart, fileVersion }) => [step, restart, fileVersion])).toEqual([
      [0, 0, 'brain.Event:2'],
      [6, 1, ''],
      [6, 0, ''],
    ]);
  });

  test('takes no picture that is not a PNG', async () => {
    const log = createLog({ writers: [tensorBoardWriter(memoryFile())] });
    await expect(log.add(reportAt(1), { pictures: { samples: new Uint8Array(100) } })).rejects.toThrow(
      /^tensorBoardWriter: `pictures\.samples` must be a PNG file, a Uint8Array; got Uint8Array of length 100\.$/,
    );
  });

  /** An event file of ours, with two reports. */
  const written = async (): Promise<Uint8Array> => {
    const file = memoryFile();
    const log = createLog({ writers: [tensorBoardWriter(file)] });
    for (const step of [1, 2]) await log.add(reportAt(step));
    return file.read();
  };
  const into = async (bytes: Uint8Array) => {
    const file = memoryFile();
    await file.append(bytes);
    const log = createLog({ writers: [tensorBoardWriter(file)] });
    return { file, add: () => log.add(reportAt(3, {}, 2)) };
  };
  const text = (words: string): Uint8Array => new TextEncoder().encode(words);

  test.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ['a thesis', () => text('Chapter 1. Of models that generate. '.repeat(20))],
    ['a word', () => text('thesis')],
    ['a byte', () => text('a')],
    ['a log as CSV', () => text('step,epoch,seconds,loss,verdicts\r\n1,1,2,0.5,\r\n')],
    ['a checkpoint', () => saveWeights(mlp({ sizes: [2, 3], random: createRandom(1) }))],
    ['a picture', () => encodePng(tf.zeros([4, 4]))],
    ['zeros', () => new Uint8Array(100)],
    ['records of other data', () => Uint8Array.from([...eventRecord(text('an example')), ...eventRecord(text('one'))])],
    ['records of which one is begun', () => eventRecord(text('an example of training data')).subarray(0, 30)],
    [
      'events with a text behind them',
      async () => Uint8Array.from([...(await written()), ...text('and my own notes')]),
    ],
    [
      'bytes that begin as an event does',
      async () => Uint8Array.from([...(await written()).subarray(0, 8), ...text('thesis, and more')]),
    ],
  ])('is not made of %s: it stays as it is', async (_, make) => {
    const bytes = await make();
    const { file, add } = await into(bytes);
    await expect(add()).rejects.toThrow(
      /^tensorBoardWriter: `file` must contain only events, or be empty; got \d+ bytes of something else\. /,
    );
    expect(await file.read()).toEqual(bytes);
    tf.disposeVariables();
  });

  test('that was truncated at any byte is continued, and keeps its complete events', async () => {
    const bytes = await written();
    for (let length = 0; length <= bytes.length; length++) {
      const { file, add } = await into(bytes.subarray(0, length));
      await add();
      const after = await file.read();
      const complete = completeRecords(bytes.subarray(0, length))!;
      expect(after.subarray(0, complete), `cut at ${length}`).toEqual(bytes.subarray(0, complete));
      expect(completeRecords(after)).toBe(after.length);
    }
  });
});

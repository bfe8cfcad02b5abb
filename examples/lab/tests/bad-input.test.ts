// What people do to the lab. Each case gets a sentence that says what is wrong and what to do, and nothing else happens.
import { describe, expect, test } from 'vitest';
import { defaultsOf } from '../experiment/experiment.js';
import { readLink } from '../experiment/link.js';
import { readExperiment } from '../experiment/read-experiment.js';
import { kindOfFile, looksLikeCheckpoint } from '../files/kind-of-file.js';
import { readCheckpoint } from '../files/read-checkpoint.js';
import { readCsv } from '../files/read-csv.js';
import { explainFailure } from '../page/explain-failure.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const csv = (text: string) => readCsv(bytesOf(text));

describe('a CSV file is refused if', () => {
  const noColumns = /has no column of numbers\. It needs two, x and y/;
  const oneColumn = /has only one column of numbers\. It needs two, x and y/;
  const noText = /is not text\. Save the table as CSV/;
  test.each<[string, string | Uint8Array, RegExp]>([
    ['it is empty', '', /is empty\. It needs a row with two numbers/],
    ['it has blank lines alone', '\n \r\n\t\n', /is empty/],
    ['it has a mark of UTF-8 alone', '\ufeff', /is empty/],
    ['it has a header alone', 'x,y\n', noColumns],
    ['it has words', 'apple,pear\nplum,fig\n', noColumns],
    ['it has one column', 'x\n1\n2\n3\n', oneColumn],
    ['its second column has words', 'x,name\n1,a\n2,b\n', oneColumn],
    ['most of a column is missing', '1,2\n2,\n3,\n4,\n5,\n', oneColumn],
    ['its numbers are NaN', 'NaN,NaN\nNaN,NaN\n', noColumns],
    ['its numbers are infinite', 'Infinity,-Infinity\nInfinity,1e999\n', noColumns],
    ['its numbers are hexadecimal', '0x10,0x20\n0x11,0x21\n', noColumns],
    ['it has formulas', '=1+1,=2+2\n=A1*2,@SUM(A1)\n', noColumns],
    ['it has dates', '2026-01-01,2026-01-02\n2026-02-01,2026-03-02\n', noColumns],
    ['all points are the same', '1,2\n1,2\n1,2\n', /All points of the file are the same/],
    ['it has one point', '1,2\n', /All points of the file are the same/],
    ['numbers overflow', '-1.7e308,1e308\n1.7e308,-1e308\n1.7e308,1e308\n', /too large/],
    ['it is a page', '<!doctype html><script>alert(1)</script>', noColumns],
    ['it is JSON', '{"points": [[1, 2], [3, 4]]}', noColumns],
    ['it is a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13), noText],
    ['it is no UTF-8', Uint8Array.of(49, 44, 50, 10, 0xff, 0xfe, 0xfd), noText],
    ['a quote is never closed', '"1,2\n3,4\n5,6\n', noColumns],
  ])('%s', (_, content, sentence) => {
    expect(() => readCsv(typeof content === 'string' ? bytesOf(content) : content)).toThrow(sentence);
  });
});

describe('a CSV file is read if', () => {
  const square = [
    [0, 0],
    [2, 0],
    [0, 2],
    [2, 2],
  ];
  const lines = square.map((row) => row.join());
  test.each<[string, string, RegExp]>([
    [
      'it has no header',
      lines.join('\n'),
      /^4 points were read\. To fit into the plane, the mean of each column \(1 and 1\)/,
    ],
    ['it has a header', ['x,y', ...lines].join('\n'), /^4 points were read from the columns "x" and "y"\./],
    ['a header has a script', ['<script>alert(1)</script>,y', ...lines].join('\n'), /"<script>alert\(1\)<\/sc\.\.\."/],
    ['a header is quoted and has a comma', ['"a, b",y', ...lines].join('\n'), /"a, b" and "y"/],
    ['a header has a line break', ['"a\nb",y', ...lines].join('\n'), /"a b" and "y"/],
    ['lines end as on Windows', lines.join('\r\n'), /^4 points/],
    ['lines end as on old Macs', lines.join('\r'), /^4 points/],
    ['it begins with a mark', `\ufeff${lines.join('\n')}`, /^4 points were read\./],
    ['it is separated by tabs', lines.join('\n').replaceAll(',', '\t'), /^4 points/],
    ['it is separated by semicolons', lines.join('\n').replaceAll(',', ';'), /^4 points/],
    ['it is separated by spaces', lines.join('\n').replaceAll(',', '   '), /^4 points/],
    ['commas are decimal points', '0,0;0,0\n2,0;0,0\n0,0;2,0\n2,0;2,0', /^4 points.*mean of each column \(1 and 1\)/],
    ['numbers are quoted', lines.map((line) => `"${line.replace(',', '","')}"`).join('\n'), /^4 points/],
    ['it has more columns', lines.map((line) => `a,${line},7,8`).join('\n'), /columns used are 2 and 3, the first two/],
    [
      'rows are missing numbers',
      ['1,NaN', ...lines, ',', '=1,2'].join('\n'),
      /2 rows without two numbers were left out/,
    ],
    ['rows are short', ['1', ...lines].join('\n'), /1 row without two numbers was left out/],
    [
      'it has comments',
      ['# x; y', ...lines].join('\n'),
      /^4 points were read\..*1 row without two numbers was left out/,
    ],
    ['a header has numbers in other columns', ['x,y,2020', ...lines].join('\n'), /from the columns "x" and "y"/],
    ['a header names one column', [',y', ...lines].join('\n'), /^4 points were read from the column "y"/],
    ['units stand below the header', ['x,y', 'm,s', ...lines].join('\n'), /from the columns "x" and "y"/],
    [
      'rows after the header are missing numbers',
      ['x,y', 'NA,1', ...lines].join('\n'),
      /^4 points.* "y"\..*1 row without/,
    ],
    ['the first row is missing both', ['NaN,n/a', ...lines].join('\n'), /^4 points were read\..*1 row without/],
  ])('%s', (_, content, remark) => {
    const read = csv(content);
    const isOfHeaders = content.startsWith('x,y\nm,s') || /^(x,y,2020|,y)/.test(content);
    if (isOfHeaders) expect(read.remark).not.toContain('left out');
    expect(read.remark).toMatch(remark);
    expect(read.points).toEqual([
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
    ]);
  });

  test('it has more rows than can be used: some are taken, evenly spread', () => {
    const { points, remark } = csv(Array.from({ length: 20_000 }, (_, i) => `${i},${-i}`).join('\n'));
    expect(points).toHaveLength(4_000);
    expect(remark).toMatch(/^4000 points were read\. The file has 20000; these are evenly spread/);
    expect(points.at(-1)![0]).toBeGreaterThan(1.7);
  });

  test('one point is far away: all fit into the plane', () => {
    const { points } = csv(`${lines.join('\n')}\n1e6,-1e6\n`);
    expect(Math.max(...points.flat().map(Math.abs))).toBeLessThanOrEqual(2.4);
  });

  test('its columns have different units: both fill the plane', () => {
    const { points, remark } = csv(
      lines.map((line) => line.replace(/,(.*)/, (_, y) => `,${1e5 + 1e3 * y}`)).join('\n'),
    );
    expect(points[3]).toEqual([1, 1]);
    expect(remark).toContain('(1 and 101000) was subtracted, and the columns were multiplied by 1 and 0.001.');
  });

  test('one column always has the same number', () => {
    expect(csv('1,5\n3,5\n').points).toEqual([
      [-1, 0],
      [1, 0],
    ]);
  });

  test('its numbers are tiny', () => {
    expect(csv('1e-300,0\n3e-300,0\n1e-300,2e-300\n3e-300,2e-300').points[3]).toEqual([1, 1]);
  });
});

describe('a file is refused before it is read if', () => {
  const file = (name: string, size: number, type = '') => ({ name, size, type });
  test.each<[string, Pick<File, 'name' | 'size' | 'type'>, RegExp]>([
    [
      'it is a CSV of 100 MB',
      file('data.csv', 100e6, 'text/csv'),
      /has 100 MB; at most 5 MB can be opened\. Keep a few thousand/,
    ],
    ['it is a checkpoint of 5 GB', file('run.safetensors', 5e9), /has 5000 MB; at most 64 MB can be opened/],
    ['it is empty', file('data.csv', 0, 'text/csv'), /is empty\. Open a CSV/],
    ['it is a film', file('film.mp4', 1e6, 'video/mp4'), /opens CSV files with points, and checkpoints/],
    ['it is a picture', file('a.png', 1e4, 'image/png'), /Drop pictures where one family is shown/],
    ['it is a spreadsheet', file('table.xlsx', 1e4), /Save a table as CSV/],
    ['it is compressed', file('data.csv.gz', 1e4, 'application/gzip'), /Save a table as CSV/],
  ])('%s', (_, given, sentence) => {
    expect(() => kindOfFile(given)).toThrow(sentence);
  });
});

/** A safetensors file with one tensor. */
function checkpointFile(metadata: unknown, { data = 8, header = {} }: { data?: number; header?: object } = {}) {
  const text = JSON.stringify({
    __metadata__: metadata,
    w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    ...header,
  });
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(bytesOf(text), 8);
  return bytes;
}
const metadataOf = (metadata: unknown, trainer: unknown = { steps: 7 }) => ({
  format: 'tfjs-generative checkpoint 2',
  trainer: JSON.stringify(trainer),
  metadata: JSON.stringify(metadata),
});
const experiment = defaultsOf('gan');

describe('a checkpoint is refused if', () => {
  const whole = checkpointFile(metadataOf({ experiment }));
  const damaged = /is damaged\. Copy the file again/;
  test.each<[string, Uint8Array, RegExp]>([
    ['it is empty', new Uint8Array(0), /is not a checkpoint\. Open one that the lab saved/],
    ['it is text', bytesOf('hello, this is no checkpoint'), /is not a checkpoint/],
    ['it is a zip of PyTorch', bytesOf('PK\u0003\u0004 and so on, and on'), /is not a checkpoint/],
    ['it is cut in its header', whole.subarray(0, 40), /is cut short/],
    ['its last byte is missing', whole.subarray(0, -1), /is cut short/],
    ['something was appended', checkpointFile(metadataOf({ experiment }), { data: 12 }), damaged],
    ['its header is no JSON', whole.map((byte, i) => (i === 9 ? 0x7b : byte)), damaged],
    ['its header is endless', Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 0x7b, 0), /is cut short/],
    ['a tensor has no offsets', checkpointFile(metadataOf({ experiment }), { header: { v: null } }), damaged],
    ['it has weights alone', checkpointFile(undefined), /is not a checkpoint of this library/],
    ['its metadata are no record', checkpointFile('hello'), /is not a checkpoint of this library/],
    ['it is a model', checkpointFile({ format: 'tfjs-generative model 1' }), /is a model, which cannot be trained on/],
    [
      'a newer version wrote it',
      checkpointFile({ format: 'tfjs-generative checkpoint 3' }),
      /newer version wrote this/,
    ],
    ['another program wrote it', checkpointFile({ format: 'pt' }), /is not a checkpoint of this library/],
    ['its trainer is no JSON', checkpointFile({ ...metadataOf({ experiment }), trainer: '{' }), damaged],
    ['its steps are no number', checkpointFile(metadataOf({ experiment }, { steps: 'many' })), damaged],
    ['its steps are negative', checkpointFile(metadataOf({ experiment }, { steps: -1 })), damaged],
    ['its metadata are no JSON', checkpointFile({ ...metadataOf({}), metadata: 'undefined' }), damaged],
    ['its experiment is a list', checkpointFile(metadataOf({ experiment: [] })), /holds no experiment of the lab/],
    [
      'its experiment has a strange setting',
      checkpointFile(metadataOf({ experiment: { ...experiment, layers: 9 } })),
      /"layers" is unknown/,
    ],
    [
      'its family is unknown',
      checkpointFile(metadataOf({ experiment: { ...experiment, family: 'flow' } })),
      /Family must be one of/,
    ],
    ['it names no family', checkpointFile(metadataOf({ experiment: {} })), /it names no family/],
    [
      'its width is huge',
      checkpointFile(metadataOf({ experiment: { ...experiment, width: 1e9 } })),
      /Width is a whole number from/,
    ],
    [
      'its rate is a text',
      checkpointFile(metadataOf({ experiment: { ...experiment, rate: '1' } })),
      /Learning rate is a number/,
    ],
    [
      'its data are a method',
      checkpointFile(metadataOf({ experiment: { ...experiment, data: 'toString' } })),
      /Data must be one of/,
    ],
    [
      'its prototype is changed',
      checkpointFile(metadataOf(JSON.parse('{"experiment":{"__proto__":{},"family":"gan"}}'))),
      /"__proto__" is unknown/,
    ],
    [
      'its points are missing',
      checkpointFile(metadataOf({ experiment: { ...experiment, data: 'csv' } })),
      /its points cannot be read/,
    ],
    [
      'its points are none',
      checkpointFile(metadataOf({ experiment: { ...experiment, data: 'csv', points: [] } })),
      /its points cannot/,
    ],
    [
      'a point has one number',
      checkpointFile(metadataOf({ experiment: { ...experiment, data: 'drawn', points: [[1]] } })),
      /its points cannot/,
    ],
    [
      'a point is null',
      checkpointFile(metadataOf({ experiment: { ...experiment, data: 'csv', points: [[1, null]] } })),
      /its points cannot/,
    ],
    [
      'a point is far away',
      checkpointFile(metadataOf({ experiment: { ...experiment, data: 'csv', points: [[1e9, 0]] } })),
      /its points cannot/,
    ],
  ])('%s', (_, bytes, sentence) => {
    expect(() => readCheckpoint(bytes)).toThrow(sentence);
  });

  test('the same experiment without its flaws is read', () => {
    expect(readCheckpoint(whole)).toMatchObject({ experiment, steps: 7, isMoved: false, history: [] });
    expect(looksLikeCheckpoint(whole)).toBe(true);
    expect(looksLikeCheckpoint(bytesOf('1,2\n3,4\n{5,6'))).toBe(false);
  });
});

test.each<[string, unknown]>([
  ['is no list', 'many'],
  ['has no metrics', [{ step: 1 }]],
  [
    'has a metric that is a text',
    [{ step: 1, epoch: 1, seconds: 1, skipped: 0, verdicts: [], metrics: { loss: '1' } }],
  ],
  ['has a verdict that is null', [{ step: 1, epoch: 1, seconds: 1, skipped: 0, verdicts: [null], metrics: {} }]],
])('a history that %s is left out, and the run goes on', (_, history) => {
  expect(readCheckpoint(checkpointFile(metadataOf({ experiment, history }))).history).toEqual([]);
});

test('an experiment of an older lab gets the defaults of its family', () => {
  expect(readExperiment({ family: 'vae', beta: 3 })).toEqual({ ...defaultsOf('vae'), beta: 3 });
});

test('settings of another family are left out', () => {
  expect(readExperiment({ ...defaultsOf('vae'), weight: 7 })).not.toHaveProperty('weight', 7);
});

test.each([
  '#',
  '#v',
  '#%E0%A4%A',
  '#v=1&q=%00',
  `#v=1&${'x=1&'.repeat(5_000)}`,
  '#v=1&f=gan&f=vae',
  '#<script>alert(1)</script>',
])('the link %.40s is read', (link) => {
  const { experiment: one, complaint } = readLink(link);
  expect(one).toHaveProperty('family');
  expect(complaint.length).toBeLessThan(400);
});

const lost = (name: string, what: string): string =>
  `train: \`trainer\` must be on a GPU that is still there; got ${name}, whose ${what} was lost. The weights on it are gone: go on from the last checkpoint.`;
const silent = 'connectRun: `port` must last as long as the run; got no answer for 120 seconds.';
test.each<[string, 'wasm' | 'webgl' | 'webgpu', string, RegExp]>([
  [
    'a GPU is lost',
    'webgpu',
    lost('webgpu', 'device'),
    /^The GPU stopped responding.*Try again, or choose WebAssembly/,
  ],
  ['a WebGL context is lost', 'webgl', lost('webgl', 'context'), /^The GPU stopped.*Try again, or choose WebAss/],
  ['a GPU has no memory left', 'webgl', 'Out of memory', /ran out of memory\. Try again/],
  ['WebAssembly has no memory left', 'wasm', 'RangeError: Array buffer allocation failed', /choose a smaller batch/],
  ['a binary is missing', 'wasm', 'x; got status 404 from a.wasm. Fix.', /did not arrive \(status 404 from a\.wasm\)/],
  ['a part of the lab is missing', 'webgl', 'Failed to fetch dynamically imported module: a.js', /A part of the lab/],
  ['pictures are missing', 'wasm', 'The pictures are not there: a.png has status 404.', /^The data did not arrive/],
  ['there is no network', 'wasm', 'Failed to fetch', /^The data did not arrive/],
  ['WebGPU cannot start', 'webgpu', "'webgpu' must be able to start here; got no adapter. Fix.", /\(no adapter\).*Web/],
  ['a worker dies', 'wasm', 'connectRun: `port` must last; got its end.', /trains has stopped.*from the last saved/],
  ['a worker is silent', 'wasm', silent, /trains has stopped.*Try again/],
  ['something else is wrong', 'wasm', 'x is y.', /^The run failed: x is y\. Try again, or change the experiment\.$/],
])('a run that fails because %s is explained, with a way on', (_, runtime, message, sentence) => {
  expect(explainFailure(message, runtime)).toMatch(sentence);
});

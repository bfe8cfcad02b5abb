import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bundleOf } from '../support/bundle.js';

const program = bundleOf('tests/wasm/programs/full-heap.ts');

/** What the program prints of some stories, in a process whose heap they fill. */
async function outcomes(threads: number, ...stories: string[]): Promise<Record<string, unknown>> {
  const words = [program, String(threads), ...stories];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
}

/** The sentence, with the sizes of which a test knows something. */
const fullFor = (what: string) =>
  expect.stringMatching(
    new RegExp(
      `^wasm: \`memory\` must have room for ${what}; got \\d+ MB in \\d+ tensors, and a heap of 4096 MB\\. ` +
        'Nothing was overwritten: dispose tensors, or take smaller batches, and go on\\.$',
    ),
  ) as string;
const spoilt = 'wasm: `memory` must be whole; got tensors written where the heap had no room. ';

/** A step is refused twice, leaves nothing behind, and changes nothing; the run goes on as one that never had a full heap. */
const whole = {
  refusals: [fullFor('16384 bytes more'), fullFor('16384 bytes more')],
  leaked: [0, 0],
  isWhole: true,
  goesOn: true,
  isSavedWhole: true,
};

describe('a full heap', () => {
  // one process for all, which takes two seconds, and no memory: 4 GB are asked for and not written to
  it.each([1, 2])('is rejected before anything is written, whoever allocates, with %i threads', async (threads) => {
    const stories = ['upload', 'pieces', 'operations', 'holes', 'huge', 'inside', 'silent'];
    const got = await outcomes(threads, ...stories);
    const sizes = ['64 MB', '16 MB', '1.0 MB', '4096 bytes', '64 bytes'];
    const operations = 'add concat fill gather matMul oneHot pad resize stack tensor tile'.split(' ');
    expect(got).toEqual({
      upload: { refused: fullFor('1.0 MB more'), kept: true },
      pieces: { filled: sizes.map((size) => fullFor(`${size} more`)), ...whole },
      operations: {
        refused: {
          conv2d: fullFor('16 MB more'),
          ...Object.fromEntries(operations.map((operation) => [operation, fullFor('64 MB more')])),
        },
        left: [0, 0, 0],
        ...whole,
      },
      holes: { refused: fullFor('100 MB more'), ...whole },
      huge: { refused: expect.stringContaining('must have room for 6104 MB more; got'), left: 0, goesOn: true },
      inside: { refused: fullFor("an operation's working memory"), left: [0, 0], ...whole },
      silent: { refused: fullFor("an operation's working memory"), isNumber: false, ...whole },
    });
  });

  it('that was filled before the library came is refused as well', async () => {
    expect(await outcomes(1, 'before')).toEqual({ before: { filled: fullFor('64 MB more'), ...whole } });
  });

  it('that was overwritten before the library came is neither read nor saved', async () => {
    expect(await outcomes(1, 'spoilt')).toEqual({
      spoilt: {
        tensor: expect.stringContaining(spoilt),
        saved: expect.stringContaining(spoilt),
        read: expect.stringContaining(spoilt),
      },
    });
  });
});

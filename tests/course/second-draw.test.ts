import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainingPiece } from '../../examples/course/pieces/two-moons.js';
import { gradeSubmission, type Piece } from '../../src/grading/index.js';
import { createNumberStream, type CheckResult, type Reading } from '../../src/testing/index.js';

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'draws-'));
  file = join(folder, 'answer.js');
  writeFileSync(file, `export const twice = (x) => x.mul(2);`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A piece whose draws give these points, one after another, and the draws that were made. */
function pieceOf(draws: readonly (readonly [number, number])[], fails = false): { piece: Piece; drawn: number[] } {
  const drawn: number[] = [];
  const piece: Piece = {
    name: 'twice',
    hints: ['One.', 'Two.', 'Three.'],
    async grade({ ask, random }) {
      const [number] = random('x').normal([1]);
      const x = { name: 'x', shape: [1], values: [number!], dtype: 'float32' };
      const [reading] = await ask([{ kind: 'values', inputs: [x], of: [], weights: [] }]);
      const points = draws[drawn.length] ?? [0, 0];
      drawn.push(number!);
      expect((reading as Reading).failure === undefined).toBe(!fails);
      return points.map((score, i): CheckResult => {
        return {
          name: `check ${i}`,
          passed: score === 2,
          score,
          maxScore: 2,
          message: `draw ${drawn.length}`,
          mistakes: [],
        };
      });
    },
  };
  return { piece, drawn };
}

const pointsOf = ({ results }: { readonly results: readonly CheckResult[] }): number[] =>
  results.map(({ score }) => score);

describe('an answer that misses a point', () => {
  test('is graded again with other inputs, and has all points if it has them then', async () => {
    const { piece, drawn } = pieceOf([
      [2, 0],
      [2, 2],
    ]);
    expect(pointsOf(await gradeSubmission(piece, file, { seed: 1 }))).toEqual([2, 2]);
    expect(new Set(drawn).size).toBe(2);
    const again = pieceOf([
      [2, 0],
      [2, 2],
    ]);
    await gradeSubmission(again.piece, file, { seed: 1 });
    expect(again.drawn).toEqual(drawn);
  });

  test('gains nothing by a part of the points of the second draw, and loses nothing', async () => {
    const { piece, drawn } = pieceOf([
      [2, 0],
      [0, 2],
    ]);
    expect(pointsOf(await gradeSubmission(piece, file))).toEqual([2, 0]);
    expect(drawn).toHaveLength(2);
  });

  test('is not graded again where it has all points, or where its process failed', async () => {
    const whole = pieceOf([[2, 2]]);
    await gradeSubmission(whole.piece, file);
    expect(whole.drawn).toHaveLength(1);
    const broken = join(folder, 'broken.js');
    writeFileSync(broken, 'export const twice = () => { throw new Error("no"); };');
    const failed = pieceOf(
      [
        [0, 0],
        [2, 2],
      ],
      true,
    );
    expect(pointsOf(await gradeSubmission(failed.piece, broken))).toEqual([0, 0]);
    expect(failed.drawn).toHaveLength(1);
  });
});

test('whoever is close to the data is better than a Gaussian, also where a Gaussian is close', async () => {
  const seed = 9;
  const piece = trainingPiece({ name: 'moons', close: 10, hints: ['One.', 'Two.', 'Three.'] });
  const results = await piece.grade({
    text: '',
    random: (name) => createNumberStream(seed, name),
    ask: async ([question]) => {
      const [, noise, again] = question!.inputs;
      // points of a wide Gaussian: worse than the closest one, and closer than 10
      const tensor = (name: string, from: typeof noise) => ({
        name,
        shape: [1500, 2],
        values: Array.from({ length: 3000 }, (_, i) => 3 * from!.values[4 * Math.floor(i / 2) + (i % 2)]!),
        dtype: 'float32',
      });
      return [{ tensors: [tensor('samples', noise), tensor('again', again)] }];
    },
  });
  expect(pointsOf({ results })).toEqual([2, 3, 5]);
});

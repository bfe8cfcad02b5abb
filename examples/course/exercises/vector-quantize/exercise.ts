import type { Tensor } from '@tensorflow/tfjs-core';
import { defineExercise, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'vectorQuantize',
  inputs: (random) => ({ z: random.normal([4, 3]), codebook: random.normal([5, 3]) }),

  mistakes: {
    farthest: 'the farthest code is chosen, but the nearest one must be',
    product: 'the code with the largest product with the vector is chosen, but the nearest one must be',
    notQuantized: '`quantized` is the vector itself, not its code',
    lossesSumFeaturesMean: 'the losses are means over the features, but squared distances are sums over them',
    sumOverBatch: 'the losses are sums over the batch, not means',
    noSquare: 'the losses are means of distances, not of squared distances',
    magnitudes: 'the losses are sums of magnitudes, not of squares',
    halved: 'the losses are halved',
    weighted: 'the commitment is multiplied by 0.25, but its weight belongs to the whole loss',
    codebookOfAll: 'all codes are compared with each vector in the losses, but only its own must be',
    firstCode: 'every vector has the code of the first',
    perCode: 'each code takes its nearest vector, but each vector must take its nearest code',
    noStraightThrough: 'the gradient of `quantized` goes to the codebook, and none goes to `z`',
    bothThrough: 'the gradient of `quantized` goes to `z`, but must not go to the codebook as well',
    stopped: 'no gradient goes through `quantized`, but that of `z` must',
    lossesExchanged:
      'the codebook loss moves `z`, and the commitment moves the codebook, but it must be the other way round',
    codebookMovesBoth: 'the codebook loss moves `z`, too',
    commitmentMovesBoth: 'the commitment moves the codebook, too',
  },
  exclusive: [
    ['farthest', 'product', 'firstCode', 'perCode'],
    ['lossesSumFeaturesMean', 'sumOverBatch', 'noSquare', 'magnitudes', 'halved', 'codebookOfAll'],
    ['noStraightThrough', 'bothThrough', 'stopped', 'notQuantized'],
    ['lossesExchanged', 'codebookMovesBoth', 'commitmentMovesBoth'],
  ],
  alone: ['product', 'firstCode', 'perCode', 'codebookOfAll', 'weighted', 'halved', 'magnitudes', 'noSquare'],

  reference({ z, codebook }, wrong, detached) {
    const distances = z.map((row) => codebook.map((code) => sumOf(code.map((c, j) => (c - row[j]!) ** 2))));
    const argument = (values: readonly number[], best: number): number => values.indexOf(best);
    const indices = z.map((row, i) => {
      const own = distances[wrong.firstCode ? 0 : i]!;
      if (wrong.farthest) return argument(own, Math.max(...own));
      if (wrong.perCode) return i;
      if (!wrong.product) return argument(own, Math.min(...own));
      const products = codebook.map((code) => sumOf(code.map((c, j) => c * row[j]!)));
      return argument(products, Math.max(...products));
    });
    // the vector that is nearest to the code of this index
    const vectors = (from: readonly (readonly number[])[]): (readonly number[])[] =>
      z.map((_, i) => {
        if (!wrong.perCode) return from[i]!;
        const column = distances.map((row) => row[i]!);
        return from[argument(column, Math.min(...column))]!;
      });
    const lossOf = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number => {
      const each = vectors(a).map((row, i) => {
        const codes = wrong.codebookOfAll ? b : [b[indices[i]!]!];
        return sumOf(
          codes.map((code) => {
            const gaps = row.map((value, j) => value - code[j]!);
            if (wrong.magnitudes) return sumOf(gaps.map(Math.abs));
            const square = sumOf(gaps.map((gap) => gap * gap)) / (wrong.lossesSumFeaturesMean ? row.length : 1);
            return wrong.noSquare ? Math.sqrt(square) : square;
          }),
        );
      });
      return (wrong.sumOverBatch ? sumOf(each) : meanOf(each)) * (wrong.halved ? 0.5 : 1);
    };
    const sides = {
      z: wrong.lossesExchanged || wrong.codebookMovesBoth ? z : detached.z,
      codes: wrong.lossesExchanged ? detached.codebook : codebook,
    };
    const others = {
      z: wrong.lossesExchanged ? detached.z : z,
      codes: wrong.lossesExchanged || wrong.commitmentMovesBoth ? codebook : detached.codebook,
    };
    return {
      quantized: z.map((row, i) =>
        row.map((value, j) => {
          const [code, still] = [codebook[indices[i]!]![j]!, detached.codebook[indices[i]!]![j]!];
          if (wrong.notQuantized) return value;
          if (wrong.noStraightThrough) return code;
          if (wrong.stopped) return still;
          return value + (wrong.bothThrough ? code : still) - detached.z[i]![j]!;
        }),
      ),
      codebookLoss: lossOf(sides.z, sides.codes),
      commitmentLoss: (wrong.weighted ? 0.25 : 1) * lossOf(others.z, others.codes),
    };
  },

  call(answer, { z, codebook }, tf) {
    const detach = (x: Tensor): Tensor =>
      tf.customGrad((given) => {
        return { value: tf.clone(given as Tensor), gradFunc: (dy: Tensor) => tf.zerosLike(dy) };
      })(x);
    return answer(z, codebook, detach);
  },

  hints: [
    'You need the distance of every vector from every code: a matrix of shape [batch, codes]. Along which axis is the smallest one looked for?',
    'Look for a sum of the vector and of something that is detached, whose value is the code.',
    'The two losses have the same value. In each, one side is detached: which one must move?',
  ],

  picture: {
    // numbers from -2 to 2, and the codes -1, 0 and 1.5
    inputs: () => ({ z: Array.from({ length: 41 }, (_, i) => [i / 10 - 2.03]), codebook: [[-1], [0], [1.5]] }),
  },

  checks: [
    { kind: 'values', points: 4 },
    {
      kind: 'values',
      name: 'another codebook',
      points: 1,
      inputs: (random) => ({ z: random.normal([6, 4]), codebook: random.normal([7, 4]) }),
    },
    { kind: 'gradients', points: 4 },
    { kind: 'leaks', points: 1 },
  ],
});

import * as tf from '@tensorflow/tfjs-core';
import { batches, imageGrid, type Decoder, type RandomStream } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import type { QuantizedEncoder, Quantizer, TokenModel, TokenSampleOptions } from 'tfjs-generative/tokens';
import { firstPictures } from '../shared/flat-images.js';
import { CLASSES, type LabelledImages } from '../shared/image-data.js';
import { inParts } from '../shared/in-parts.js';
import { labelsInTurn } from '../shared/labels.js';

/** Number of pictures or sequences at once. */
const AT_ONCE = 250;

/** What turns pictures into codes, and back. */
interface Coder {
  readonly encoder: QuantizedEncoder;
  readonly decoder: Decoder;
}

/** The codes of pictures, int32 `[n, 49]`; the caller disposes them. */
export async function encodeAll(encoder: QuantizedEncoder, { images }: LabelledImages): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  for await (const x of batches(images, { batchSize: AT_ONCE })) {
    parts.push(encoder.indices(x));
    x.dispose();
  }
  const indices = tf.concat(parts);
  tf.dispose(parts);
  return indices;
}

/** Pictures `[n, 28, 28, 1]` in [0, 1] from codes `[n, 49]`. */
function decodeCodes(quantizer: Quantizer, decoder: Decoder, indices: tf.Tensor): tf.Tensor {
  return inParts(indices, (part) => {
    const z = tf.reshape(quantizer.lookUp(part), [part.shape[0], -1]);
    return tf.clipByValue(decoder.mean(z), 0, 1);
  });
}

/** The first pictures, as their codes show them. */
export function reconstruct({ encoder, decoder }: Coder, indices: tf.Tensor, count: number): tf.Tensor {
  return tf.tidy(() => decodeCodes(encoder.quantizer, decoder, tf.slice(indices, 0, count)));
}

/** The mean of log p(codes), or of its bound, in nats per picture. */
export async function meanLogProb(
  model: TokenModel,
  { indices, labels, random }: { indices: tf.Tensor; labels: LabelledImages['labels']; random: RandomStream },
): Promise<number> {
  let sum = 0;
  for await (const { x, condition } of batches({ x: indices, condition: labels }, { batchSize: AT_ONCE })) {
    const total = tf.tidy(() => tf.sum(model.logProb(x, { condition, random })));
    sum += (await total.data())[0]!;
    tf.dispose([x, condition, total]);
  }
  return sum / indices.shape[0];
}

/** New pictures, the same number for each class: 0 ... 9, repeatedly. */
export async function sampleClothes(
  { encoder, decoder, model, count }: Coder & { readonly model: TokenModel; readonly count: number },
  options: TokenSampleOptions,
): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  for (let start = 0; start < count; start += AT_ONCE) {
    const condition = labelsInTurn(Math.min(AT_ONCE, count - start), start);
    const indices = await model.sample(condition.shape[0], { ...options, condition });
    parts.push(decodeCodes(encoder.quantizer, decoder, indices));
    tf.dispose([condition, indices]);
  }
  const pictures = tf.concat(parts);
  tf.dispose(parts);
  return pictures;
}

/** Pictures of a class per block of the sheet. */
const COLUMNS = 5;
/** Pixels between the pictures of a block, and between blocks. */
const [GAP, SPACE] = [2, 10];

/** A PNG file with one class per row: test pictures, then a block for each set, reconstructions first; dark on white. */
export async function drawSheet(sets: Readonly<Record<string, tf.Tensor>>, test: LabelledImages): Promise<Uint8Array> {
  const sheet = tf.tidy(() => {
    const [reconstructions, ...samples] = Object.values(sets) as [tf.Tensor, ...tf.Tensor[]];
    const count = reconstructions.shape[0];
    const ofTest = firstOfEachClass(test.labels.data.subarray(0, count));
    const inTurn = firstOfEachClass(Int32Array.from({ length: count }, (_, i) => i % CLASSES));
    const chosen = [firstPictures(test, count), reconstructions].map((images) => tf.gather(images, ofTest));
    chosen.push(...samples.map((images) => tf.gather(images, inTurn)));
    const blocks = chosen.map((images) => imageGrid(tf.sub(1, images), { columns: COLUMNS, gap: GAP, background: 1 }));
    const space = tf.ones([blocks[0]!.shape[0], SPACE, 1]);
    return tf.concat(
      blocks.flatMap((block, i) => (i === 0 ? [block] : [space, block])),
      1,
    );
  });
  const png = await encodePng(sheet, { scale: 1 });
  sheet.dispose();
  return png;
}

/** The indices of the first pictures of each class, a row of the sheet for each; repeated if there are too few. */
function firstOfEachClass(labels: Int32Array): number[] {
  return Array.from({ length: CLASSES }, (_, label) => {
    const ofClass = [...labels.keys()].filter((i) => labels[i] === label);
    return Array.from({ length: COLUMNS }, (_, i) => ofClass[i % ofClass.length] ?? 0);
  }).flat();
}

import {
  batches,
  batchNorm,
  conv2d,
  cosineDecay,
  createAdam,
  createRandom,
  createTrainer,
  dense,
  dropout,
  flatten,
  loadWeights,
  relu,
  sequential,
  train,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import { loadFile } from 'tfjs-generative/node';
import { classifierOf, type Classifier, type ClassifierNetwork } from '../../shared/classifier.js';
import { crossEntropy } from '../shared/cross-entropy.js';
import { mirroredClasses, randomMirror, varied } from './augment.js';
import { balanced, type ColourPictures } from '../../shared/colour-pictures.js';
import { resized } from './resized.js';
import { examplePath } from '../../shared/example-path.js';

/** The included weights; `npm run tool -- emoji-classifier` makes them, as classifier.md describes. */
export const pictureClassifierFile = examplePath('research/emoji/classifier.safetensors');

/** Categories of emoji. */
const CATEGORIES = 9;
/** Height and width that the classifier sees. */
const SIZE = 32;
const WIDTHS = [32, 48, 48, 96] as const;
const FEATURES = 64;
const DROPPED = 0.3;
const BATCH_SIZE = 64;
const LEARNING_RATE = 2e-3;

/** The first layer: scales pictures to the size that the others expect. */
const sized: Network = { variables: [], apply: (pictures) => resized(pictures, SIZE), dispose: () => undefined };

/** Four convolutions, 32 - 16 - 8 - 8 - 4 pixels, and two dense layers, with dropout. */
export function pictureClassifierNetwork(classes: number, random: RandomStream): ClassifierNetwork {
  const fork = (name: string) => ({ random: random.fork(name) });
  const convolution = (
    name: string,
    inputs: number,
    filters: number,
    [kernelSize, strides]: readonly [number, number],
  ) =>
    sequential([
      conv2d({ inputs, filters, kernelSize, strides, ...fork(name) }),
      batchNorm({ inputs: filters, activation: relu }),
    ]);
  const [first, second, third, fourth] = WIDTHS;
  const body = sequential([
    sized,
    convolution('first', 3, first, [4, 2]),
    convolution('second', first, second, [4, 2]),
    convolution('third', second, third, [3, 1]),
    convolution('fourth', third, fourth, [4, 2]),
    flatten(),
    dropout({ rate: DROPPED }),
    dense({ inputs: 4 * 4 * fourth, units: FEATURES, activation: relu, ...fork('hidden') }),
  ]);
  const head = sequential([dropout({ rate: DROPPED }), dense({ inputs: FEATURES, units: classes, ...fork('logits') })]);
  return { body, head, whole: sequential([body, head]) };
}

/** Loads the included classifier, which knows the nine categories of emoji. */
export async function loadPictureClassifier(path = pictureClassifierFile): Promise<Classifier> {
  const network = pictureClassifierNetwork(CATEGORIES, createRandom(0));
  await loadWeights(network.whole, await loadFile(path));
  return classifierOf(network, 'last hidden layer of the emoji classifier of the examples');
}

/** What {@link trainPictureClassifier} takes. */
export interface ClassifierTraining {
  /** The training side of a split. */
  readonly pictures: ColourPictures;
  /** Number of updates; each sees 64 pictures, all classes equally often. */
  readonly updates: number;
  readonly random: RandomStream;
  /** Number of updates between two calls of `onReport`. */
  readonly reportEvery?: number;
  /** Called with the updates so far, the mean loss since the last report, and the classifier as it is. */
  readonly onReport?: (step: number, loss: number, classifier: Classifier) => Promise<void>;
}

/** A classifier trained on pictures of any classes, and its network, to be saved. */
export async function trainPictureClassifier(
  training: ClassifierTraining,
): Promise<{ classifier: Classifier; network: ClassifierNetwork }> {
  const { pictures, updates, random, reportEvery, onReport } = training;
  const { images, labels, classes } = balanced(pictures, 1);
  const mirrored = mirroredClasses(classes);
  const network = pictureClassifierNetwork(classes.length, random.fork('weights'));
  const name = `last hidden layer of a classifier trained on ${pictures.labels.data.length} pictures of ${classes.length} classes`;
  const classifier = classifierOf(network, name);
  const trainer = createTrainer({
    name: 'classifier',
    parts: { network: network.whole },
    optimizer: createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps: updates }) }),
    random,
    loss: ({ x, condition, options }) => ({ loss: crossEntropy(network.whole.apply(x, options), condition!) }),
  });
  const source = batches(
    { x: images, condition: labels },
    {
      batchSize: BATCH_SIZE,
      random,
      transform: ({ x, condition }, own) => ({
        x: varied(randomMirror(x, { labels: condition, classes: mirrored, random: own }), own),
        condition,
      }),
    },
  );
  for await (const { step, metrics } of train(trainer, source, {
    steps: updates,
    reportEvery: reportEvery ?? updates,
  })) {
    await onReport?.(step, metrics.loss, classifier);
  }
  trainer.dispose();
  return { classifier, network };
}

import {
  batches,
  createAdam,
  createDiffusionTrainer,
  logNormalTimesteps,
  saveWeights,
  loadWeights,
  train,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import type { LabelledImages } from 'tfjs-generative/node';
import { decayOverTime, stopAfter } from 'tfjs-generative/run';
import { conditionedAugmentation } from 'tfjs-generative/transforms';
import { fromPixels } from '../shared/pixels.js';
import { warmCosine } from '../shared/warm-cosine.js';
import { adapted, untrained, type Kind } from './kinds.js';

const BATCH_SIZE = 64;
const BETA2 = 0.99;
/** The average of the weights has a short memory, as the run is short. */
const AVERAGE_DECAY = 0.99;
/** The share of pictures to which each kind of change is applied. */
const SHARE = 0.3;
/** Updates over which the learning rate rises. */
const WARM_UP = 50;
/** Updates between two reports. */
const REPORT_EVERY = 5;
/** The share of pictures whose class is dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** What {@link adapt} takes. */
export interface Adaptation {
  readonly kind: Kind;
  readonly pictures: LabelledImages;
  /** Training ends after so many minutes, or after so many updates. */
  readonly minutes: number;
  readonly updates?: number | undefined;
  /** Whether the classes are those that the trained denoiser knows, in its order. */
  readonly sameClasses?: boolean;
  /** Starts from untrained weights, for comparison. */
  readonly fromNothing?: boolean;
  /** The highest learning rate, which is reached after the warm-up and decays to 0 along a cosine; by default that of the kind. */
  readonly rate?: number | undefined;
  readonly random: RandomStream;
  /** Called with the updates so far, the share of the training that is done, and the mean loss since the last call. */
  readonly onReport?: (updates: number, share: number, loss: number) => void;
}

/** Trains a denoiser on some pictures until the time is over; resolves to the average of its weights. */
export async function adapt({
  kind,
  pictures: { data, classes },
  minutes,
  updates,
  sameClasses = false,
  fromNothing = false,
  rate = kind.rates[fromNothing ? 'nothing' : 'adapted'],
  random,
  onReport,
}: Adaptation): Promise<{ denoiser: Denoiser; updates: number; minutes: number; rate: number }> {
  const augmentation = conditionedAugmentation({
    classes: classes.length,
    dropLabel: DROPPED,
    flip: true,
    shift: 0.1,
    rotation: 0.3,
    scale: 0.15,
    brightness: 0.2,
    contrast: 0.2,
    share: SHARE,
  });
  const length = classes.length + augmentation.size;
  const denoiser = fromNothing ? untrained(kind, length, random) : await adapted(kind, { length, sameClasses }, random);
  const averaged = untrained(kind, length, random);
  await loadWeights(averaged, await saveWeights(denoiser));

  const began = performance.now();
  const spent = (): number => (performance.now() - began) / 60_000;
  const shareAt = (step: number): number => Math.min(1, Math.max(spent() / minutes, step / (updates ?? Infinity)));
  let done = 0;
  const learningRate =
    updates === undefined
      ? decayOverTime({ minutes, from: rate, warmUp: WARM_UP })
      : warmCosine({ highest: rate, warmUp: WARM_UP, steps: updates });
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate, beta2: BETA2 }),
    random,
    timesteps: logNormalTimesteps(denoiser.schedule),
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  const source = batches(repeated(data, BATCH_SIZE), {
    batchSize: BATCH_SIZE,
    random,
    dropLast: true,
    transform: ({ x, condition }, own) => augmentation({ x: fromPixels(x), condition }, own),
  });
  const observers = [stopAfter({ minutes })];
  const plan = { steps: updates ?? 1e9, reportEvery: REPORT_EVERY, observers };
  for await (const { metrics, totalSteps } of train(trainer, source, plan)) {
    done = totalSteps;
    onReport?.(done, shareAt(done), metrics.loss);
  }
  const taken = spent();
  trainer.dispose();
  denoiser.dispose();
  return { denoiser: averaged, updates: done, minutes: taken, rate };
}

/** The same pictures several times, so that whole batches can be cut from a few. */
function repeated({ x, condition }: LabelledImages['data'], least: number): LabelledImages['data'] {
  const [count, ...size] = x.shape;
  const times = Math.ceil((4 * least) / count);
  const data = new Uint8Array(times * x.data.length);
  const labels = new Int32Array(times * count);
  for (let i = 0; i < times; i++) {
    data.set(x.data, i * x.data.length);
    labels.set(condition.data, i * count);
  }
  return { x: { data, shape: [times * count, ...size] }, condition: { data: labels, shape: [times * count] } };
}

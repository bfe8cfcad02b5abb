import { InputError } from '../../shared/input-error.js';
import { metadataOf } from '../../shared/plan.js';

const EXAMPLE = 'emoji';
/** Default number of updates. */
const STEPS = 5_000;

/** The settings of a run; they are saved in checkpoints, so that a resumed run is the same run. */
export interface EmojiPlan {
  readonly example: typeof EXAMPLE;
  /** Total updates, over which the learning rate decays. */
  readonly steps: number;
  /** Updates already made. */
  readonly updates: number;
  readonly seed: number;
  /** Height and width of the pictures. */
  readonly size: number;
  readonly classes: readonly string[];
}

/** The plan from the options, or from the checkpoint to resume, of which only the steps may be changed. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { steps, ...own }: { readonly steps: number | undefined } & Pick<EmojiPlan, 'seed' | 'size' | 'classes'>,
): EmojiPlan {
  if (checkpoint === undefined) return { example: EXAMPLE, steps: steps ?? STEPS, updates: 0, ...own };
  const plan = metadataOf<EmojiPlan>(EXAMPLE, checkpoint);
  if (plan.size !== own.size || plan.classes.join() !== own.classes.join()) {
    throw new InputError(
      `--resume does not fit: the checkpoint is of pictures of ${plan.size} x ${plan.size} in the classes ${plan.classes.join(', ')}.`,
    );
  }
  if (steps !== undefined && steps < plan.updates) {
    throw new InputError(
      `--steps ${steps} does not fit --resume: the checkpoint is already at update ${plan.updates}.`,
    );
  }
  return { ...plan, steps: steps ?? plan.steps };
}

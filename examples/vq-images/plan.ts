import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { saveFile } from 'tfjs-generative/node';
import { InputError } from '../shared/input-error.js';
import { metadataOf } from '../shared/plan.js';
import { readSavedRun, type SavedRun } from '../shared/saved-run.js';

const EXAMPLE = 'vq-images';
/** Default numbers of updates: of the VAE, and of the autoregressive prior. */
const [VAE, PRIOR] = [3_000, 4_000];
/** The masked prior's updates for each of the autoregressive one, whose terms vary less. */
const MASKED = 2;

/** The models in the order in which they are trained; each has a checkpoint. */
export const MODELS = ['vae', 'autoregressive', 'masked'] as const;

/** One of the models. */
export type ModelName = (typeof MODELS)[number];

/** The checkpoints of a run, by model; one that is absent is not trained yet. */
export type SavedModels = Partial<Record<ModelName, SavedRun>>;

/** The settings of a run; they are saved in checkpoints, so that a resumed run is the same run. */
export interface CodePlan {
  readonly example: typeof EXAMPLE;
  /** Total updates of the VAE. */
  readonly vae: number;
  /** Total updates of the autoregressive prior; the masked one makes twice as many. */
  readonly prior: number;
  /** Whether the codes are those of a codebook. */
  readonly codebook: boolean;
  readonly seed: number;
}

/** The plan in a checkpoint, and the number of updates of its model. */
type SavedPlan = CodePlan & { readonly done: number };

/** The options from which a plan is made. */
export interface PlanOptions {
  readonly vae: number | undefined;
  readonly prior: number | undefined;
  readonly codebook: boolean;
  readonly seed: number;
}

/** Total updates of a model. */
export function stepsOf({ vae, prior }: Pick<CodePlan, 'vae' | 'prior'>, name: ModelName): number {
  return { vae, autoregressive: prior, masked: MASKED * prior }[name];
}

/** The file of a model's checkpoint in a folder. */
export function checkpointFile(folder: string, name: ModelName): string {
  return `${folder}/${name}.safetensors`;
}

/** Reads the plan from the options, or from the checkpoints to resume, in which only the numbers of updates may be changed. */
export async function readPlan(
  folder: string | undefined,
  { vae, prior, codebook, seed }: PlanOptions,
): Promise<{ plan: CodePlan; saved: SavedModels }> {
  if (folder === undefined) {
    return { plan: { example: EXAMPLE, vae: vae ?? VAE, prior: prior ?? PRIOR, codebook, seed }, saved: {} };
  }
  const first = await readSavedRun(checkpointFile(folder, 'vae'));
  const { done, ...old } = metadataOf<SavedPlan>(EXAMPLE, first.bytes);
  if (vae !== undefined && vae < done) {
    throw new InputError(`--vae ${vae} does not fit --resume: the checkpoint is already at update ${done}.`);
  }
  const saved: SavedModels = { vae: first };
  const plan = { ...old, vae: vae ?? old.vae, prior: prior ?? old.prior };
  for (const name of MODELS.slice(1)) {
    const file = checkpointFile(folder, name);
    if (!existsSync(file)) continue;
    const run = await readSavedRun(file);
    const { vae: ofCodes, done } = metadataOf<SavedPlan>(EXAMPLE, run.bytes);
    // further training of the VAE changes the codes, so the priors start from the beginning
    if (ofCodes !== plan.vae || done > stepsOf(plan, name)) continue;
    saved[name] = run;
  }
  return { plan, saved };
}

/** Keeps in a folder only the checkpoints that a run starts from: a prior of another run would not fit the codes. */
export async function startFolder(folder: string, saved: SavedModels): Promise<void> {
  for (const name of MODELS) {
    const run = saved[name];
    const file = checkpointFile(folder, name);
    if (run === undefined) await rm(file, { force: true });
    else await saveFile(file, run.bytes);
  }
}

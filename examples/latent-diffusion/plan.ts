import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { saveFile } from 'tfjs-generative/node';
import { InputError } from '../shared/input-error.js';
import { resumedPlan, type Plan } from '../shared/plan.js';
import { readSavedRun, type SavedRun } from '../shared/saved-run.js';

const EXAMPLE = 'latent-diffusion';
/** Default number of passes of the VAE over the training images. */
const EPOCHS = 10;
/** Default number of updates of the denoiser. */
const STEPS = 4_000;

/** The settings of a run; the epochs are those of the VAE. */
export interface LatentPlan extends Plan {
  readonly example: typeof EXAMPLE;
  /** Total updates of the denoiser, over which its learning rate decays. */
  readonly steps: number;
  /** Updates already made. */
  readonly updates: number;
}

/** The checkpoints of a run. */
export interface SavedModels {
  readonly vae: SavedRun;
  /** Absent while the VAE is being trained. */
  readonly denoiser: SavedRun | undefined;
}

/** The files of the checkpoints in a folder. */
export function checkpointFiles(folder: string): { vae: string; denoiser: string } {
  return { vae: `${folder}/vae.safetensors`, denoiser: `${folder}/denoiser.safetensors` };
}

/** Reads the checkpoints in a folder. */
export async function readCheckpoints(folder: string): Promise<SavedModels> {
  const { vae, denoiser } = checkpointFiles(folder);
  return { vae: await readSavedRun(vae), denoiser: existsSync(denoiser) ? await readSavedRun(denoiser) : undefined };
}

/** The plan from the options, or from the checkpoints to resume, in which only `epochs` and `steps` may be changed. */
export function readPlan(
  saved: SavedModels | undefined,
  { epochs, steps, seed }: { epochs: number | undefined; steps: number | undefined; seed: number },
): LatentPlan {
  if (saved === undefined) {
    return { example: EXAMPLE, epochs: epochs ?? EPOCHS, done: 0, steps: steps ?? STEPS, updates: 0, seed };
  }
  const ofVae = resumedPlan<LatentPlan>(EXAMPLE, saved.vae.bytes, epochs);
  // further training of the VAE changes the latents, so the denoiser starts from the beginning
  const beginsAnew = saved.denoiser === undefined || ofVae.done < ofVae.epochs;
  const plan = beginsAnew ? ofVae : resumedPlan<LatentPlan>(EXAMPLE, saved.denoiser.bytes, epochs);
  if (steps !== undefined && steps < plan.updates) {
    throw new InputError(
      `--steps ${steps} does not fit --resume: the checkpoint is already at update ${plan.updates}.`,
    );
  }
  return { ...plan, steps: steps ?? plan.steps };
}

/** Keeps in a folder only the checkpoints that a run starts from: a denoiser of another run would not fit the VAE. */
export async function startFolder(folder: string, saved: SavedModels | undefined, plan: LatentPlan): Promise<void> {
  const files = checkpointFiles(folder);
  if (saved?.denoiser !== undefined && plan.updates > 0) await saveFile(files.denoiser, saved.denoiser.bytes);
  else await rm(files.denoiser, { force: true });
  if (saved !== undefined) await saveFile(files.vae, saved.vae.bytes);
}

// What was measured, in words.
import { compareTimes, median } from '../shared/compare-times.js';
import type { Result } from './time-model.js';
import type { Kind, Model } from './worker.js';

export const MODELS: Readonly<Record<Model, string>> = {
  vae: 'VAE, 784-512-20, batch 128',
  denoisingMlp: 'Denoising MLP in two dimensions, batch 256',
  dcgan: 'DCGAN, 28 x 28, batch 64',
  unet: 'U-Net, 28 x 28, widths 32 and 64, batch 64',
};

export const KINDS: Readonly<Record<Kind, string>> = {
  wasm: 'wasm',
  webgpu: 'WebGPU',
  tfjs: 'WebGPU with tfjs alone',
};

export type Results = Readonly<Partial<Record<Kind, Result>>>;

/** Milliseconds, in three digits. */
export const inMilliseconds = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

export const threadsText = (threads = 1): string => `${threads} thread${threads === 1 ? '' : 's'}`;

/** Where a model trains faster; undefined unless both were measured. */
export function fasterOn({ wasm, webgpu }: Results): string | undefined {
  if (wasm === undefined || webgpu === undefined || 'failed' in wasm || 'failed' in webgpu) return undefined;
  return compareTimes({ name: KINDS.wasm, ...wasm }, { name: KINDS.webgpu, ...webgpu }, 'byTurns');
}

/** Why a model was not timed, in a sentence. */
export function whyFailed(message: string): string {
  if (/\blost\b|destroyed/i.test(message)) return 'The browser lost the GPU, perhaps because its memory was full.';
  if (/out.of.memory|could not allocate|allocation failed|\bOOM\b/i.test(message)) return 'The memory was full.';
  return `It failed: ${message.replace(/\.$/, '')}.`;
}

/** The browser and the system, as far as the user agent says. */
export function browserIn(userAgent: string): string {
  const browsers = [
    ['Edge', /Edg\/([\d]+)/],
    ['Firefox', /Firefox\/([\d.]+)/],
    ['Chrome', /Chrome\/([\d]+)/],
    ['Safari', /Version\/([\d.]+).*Safari/],
  ] as const;
  const systems = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'CrOS', 'Linux'];
  const [name, pattern] = browsers.find(([, pattern]) => pattern.test(userAgent)) ?? [];
  const system = systems.find((one) => userAgent.includes(one));
  if (name === undefined || pattern === undefined) return userAgent;
  return `${name} ${pattern.exec(userAgent)![1]}${system === undefined ? '' : ` on ${system}`}`;
}

/** One line for an issue. */
export function lineOf(
  about: { readonly versions: string; readonly browser: string; readonly adapter: string },
  results: Readonly<Partial<Record<Model, Results>>>,
): string {
  const models = Object.entries(results).map(([model, byKind]) => {
    const backends = Object.entries(byKind).map(([kind, result]) => `${KINDS[kind as Kind]} ${numbers(result)}`);
    return `${MODELS[model as Model]}: ${backends.join(', ')}`;
  });
  const { versions, browser, adapter } = about;
  return `${versions}; ${browser}; ${adapter}; ms per step, median (least): ${models.join('; ')}`;
}

function numbers(result: Result): string {
  if ('failed' in result) return `failed (${result.failed})`;
  const { milliseconds, dispatches, threads } = result;
  const times = `${inMilliseconds(median(milliseconds))} (${inMilliseconds(Math.min(...milliseconds))})`;
  const more = [threads !== undefined && threadsText(threads), dispatches !== undefined && `${dispatches} dispatches`];
  return [times, ...more.filter(Boolean)].join(' with ');
}

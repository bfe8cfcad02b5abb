import type { RunSettings } from 'tfjs-generative/run';

/** What the page posts to the worker; the worker posts snapshots of the run. */
export type Message = { readonly canvas: OffscreenCanvas; readonly settings: RunSettings } | 'start' | 'stop';

import { availableParallelism } from 'node:os';
import { expect } from 'vitest';
import type { Site } from './serve.js';

/** A page, how it is served, and the expected outcome, which is the same in every browser. */
export interface PageCase {
  /** A sentence: the title of the test. */
  readonly name: string;
  /** Its address on the site. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expected: {
    readonly threads: 1 | 2;
    /** Part of the reason for one thread. */
    readonly reason?: string;
  };
}

/** What a page reports. */
export interface Outcome {
  readonly backend: string;
  readonly threads: number;
  readonly reason?: string;
  /** The losses of the program, in pages that train. */
  readonly losses?: readonly number[];
}

/**
 * Opens a page in a browser and resolves to the attribute `data-outcome` of its `html` element, once it is there: the page's
 * outcome as JSON.
 */
export type OpenPage = (url: string) => Promise<string>;

export const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const policy = (workers: string): Record<string, string> => ({
  ...isolated,
  'Content-Security-Policy': `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src ${workers}`,
});

/** Pages that train the program of site/program.js. */
export const trainingCases: readonly PageCase[] = [
  {
    name: 'a page built by Vite that is not cross-origin isolated',
    url: '/page.html',
    headers: {},
    expected: { threads: 1, reason: 'not cross-origin isolated' },
  },
  { name: 'an isolated page built by Vite', url: '/page.html', headers: isolated, expected: { threads: 2 } },
  { name: 'a page under a base path', url: '/app/page.html', headers: isolated, expected: { threads: 2 } },
  { name: 'a worker (?worker)', url: '/worker.html', headers: isolated, expected: { threads: 2 } },
  {
    name: 'a worker in a blob (?worker&inline)',
    url: '/inline-worker.html',
    headers: isolated,
    expected: { threads: 2 },
  },
  {
    name: 'a page under a strict policy with blob workers',
    url: '/page.html',
    headers: policy('blob:'),
    expected: { threads: 2 },
  },
  {
    name: 'a page under a policy that forbids blob workers',
    url: '/page.html',
    headers: policy("'self'"),
    expected: { threads: 1, reason: 'worker-src' },
  },
  {
    name: "a page under that policy with the helper's script",
    url: '/helper.html',
    headers: policy("'self'"),
    expected: { threads: 2 },
  },
  {
    name: 'a page built by webpack, under that policy too',
    url: '/webpack/page.html',
    headers: policy("'self'"),
    expected: { threads: 2 },
  },
  { name: 'a page without a bundler', url: '/source/modules.html', headers: isolated, expected: { threads: 2 } },
  {
    name: 'a page that a service worker isolates',
    url: '/source/service-worker.html',
    headers: {},
    expected: { threads: 2 },
  },
];

/** Pages that train the same program, on Vite's development server. */
export const developmentCases: readonly PageCase[] = [
  { name: "a page of Vite's development server", url: '/page.html', headers: isolated, expected: { threads: 2 } },
  { name: "the helper's script on that server", url: '/helper.html', headers: isolated, expected: { threads: 2 } },
];

/** Orders of calls in an isolated, minified page: `a,b` is one after the other, `a+b` both at once. */
const orders: Readonly<Record<string, 1 | 2>> = {
  'enable-one,set': 1,
  'set,enable': 1,
  'set+enable': 1,
  'enable,set': 2,
  'enable+set': 2,
  start: 2,
  'start-one': 1,
  'start-paths': 2,
  'start,start': 2,
  'start+start': 2,
  'start,start-one': 1,
  'set+start': 1,
  'start+set': 2,
  'start+ready': 2,
  'start-backend': 1,
  'cpu,start': 2,
  'cpu,enable,set': 2,
};

/** Pages that only start the backend. */
export const startingCases: readonly PageCase[] = [
  ...Object.entries(orders).map(([order, threads]) => ({
    name: `the order ${order}`,
    url: `/orders.html?${order}`,
    headers: isolated,
    expected: { threads },
  })),
  { name: 'an entry that is imported late', url: '/late.html', headers: isolated, expected: { threads: 2 } },
  {
    name: "an entry that is imported while tfjs's own start hangs",
    url: '/late.html?hanging',
    headers: isolated,
    expected: { threads: 2 },
  },
];

/** Opens the page of a case, checks its outcome, and returns it. */
export async function runCase({ url, headers, expected }: PageCase, site: Site, open: OpenPage): Promise<Outcome> {
  site.sendHeaders(headers);
  const outcome = JSON.parse(await open(site.origin + url)) as Outcome & { error?: string };
  expect(outcome.error).toBeUndefined();
  expect(outcome.backend).toBe('wasm');
  const isAlone = expected.threads === 2 && availableParallelism() < 2;
  expect(outcome.threads).toBe(isAlone ? 1 : expected.threads);
  if (expected.reason !== undefined) expect(outcome.reason).toContain(expected.reason);
  return outcome;
}

import type * as workerThreads from 'node:worker_threads';
import { helperProgram, type HelperTask } from './helper-program.js';

/** A thread that waits for a module and a memory. */
export interface Helper {
  /** Passes the task to the thread; resolves once the thread is ready for jobs. */
  start(task: HelperTask): Promise<void>;
  /** Ends the thread; resolves once it is certain that it no longer runs. */
  end(): Promise<void>;
}

/** What Node's worker and the browser's have in common. */
interface Port {
  post(message: unknown): void;
  /** Resolves to the next message; rejects if the thread fails or ends first. */
  next(): Promise<unknown>;
  end(): Promise<void>;
  /** From now on the thread keeps no process alive. */
  unref(): void;
}

/** Long enough for a machine under load; a browser that forbids workers may report nothing at all. */
const START_MILLISECONDS = 10_000;

/** A browser does not report when a thread has ended; Chromium, the slowest to guarantee the end, allows a thread two seconds. */
const BROWSER_END_MILLISECONDS = 10_000;

/**
 * Starts a thread in Node, a page or a worker.
 *
 * @param program - the address of its program in a page or a worker; by default the program is passed as text, since a bundle contains
 *   no separate file for it
 * @throws Error if no thread can be started, for example under a content security policy without blob: workers
 */
export async function startHelper(program?: string): Promise<Helper> {
  const port = openPort(program);
  const hear = async (expected: string): Promise<void> => {
    const message = await port.next();
    if (message !== expected) throw new Error(String(message));
  };
  try {
    await hear('alive');
  } catch (error) {
    void port.end();
    throw error;
  }
  port.unref();
  return {
    async start(task) {
      const ready = hear('ready');
      port.post(task);
      await ready;
    },
    end: () => port.end(),
  };
}

/** Settles with what `listen` receives, or rejects if nothing arrives in time. */
function withTimeout(listen: (heard: (message: unknown) => void, failed: (error: Error) => void) => void) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the thread gives no sign of life')), START_MILLISECONDS);
    const settle =
      <T>(then: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        then(value);
      };
    listen(settle(resolve), settle(reject));
  });
}

function openWorker(program: string | undefined): Port {
  const url = program ?? URL.createObjectURL(new Blob([helperProgram('self')], { type: 'text/javascript' }));
  // a bundler's server may put an import into the file
  const type = program === undefined ? 'classic' : 'module';
  const worker = new Worker(url, { name: 'tfjs-generative helper', type });
  return {
    post: (message) => worker.postMessage(message),
    next: () =>
      withTimeout((heard, failed) => {
        worker.onmessage = ({ data }) => heard(data);
        worker.onerror = (event) => {
          event.preventDefault();
          failed(new Error(event.message || refusal(program)));
        };
      }).finally(() => URL.revokeObjectURL(url)),
    end: () => {
      worker.terminate();
      return new Promise((resolve) => setTimeout(resolve, BROWSER_END_MILLISECONDS));
    },
    unref: () => undefined,
  };
}

/** The browser does not say why it runs no worker. */
function refusal(program: string | undefined): string {
  if (program === undefined) return 'the worker was refused';
  return `${program} is missing, or came without the page's header Cross-Origin-Embedder-Policy`;
}

function openPort(program: string | undefined): Port {
  const hasWorker = typeof Worker === 'function';
  // Not used where there is a document: Node's threads fail in Electron's pages.
  const isPage = hasWorker && typeof document !== 'undefined';
  // Not imported: a bundle for browsers has no such module.
  const threads = isPage ? undefined : globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (threads !== undefined) return openThread(threads);
  if (hasWorker) return openWorker(program);
  throw new Error('there are no workers here');
}

function openThread(threads: typeof workerThreads): Port {
  const program = helperProgram("require('node:worker_threads').parentPort");
  // Without the loaders and the environment of the process, such as its NODE_OPTIONS: they slow the start.
  const worker = new threads.Worker(program, { eval: true, execArgv: [], env: {}, name: 'tfjs-generative helper' });
  // Without a listener an error would end the process; whoever waits for a message also gets the error.
  worker.on('error', () => undefined);
  return {
    post: (message) => worker.postMessage(message),
    next: () =>
      withTimeout((heard, failed) => {
        worker.once('message', heard);
        worker.once('error', failed);
        worker.once('exit', () => failed(new Error('the thread ended')));
      }),
    end: async () => void (await worker.terminate()),
    unref: () => worker.unref(),
  };
}

/** Says why there are only `threads` threads, from the error at the start of a helper. */
export function whyFewer(threads: number, error: unknown): string {
  const what = threads === 1 ? 'no second thread' : `only ${threads} threads`;
  return `${what} could be started: ${error instanceof Error ? error.message : String(error)}`;
}

/** Ends threads that may still be starting. */
export function endAll(helpers: readonly Promise<Helper>[]): void {
  for (const helper of helpers) {
    helper.then(
      (started) => started.end(),
      () => undefined,
    );
  }
}

/**
 * A server under load: how long it does not respond, how soon it notices that clients have left, and how much memory remains after many requests.
 *
 * Run: npm run bench -- server [--json FILE] [--markdown] [--at-once 60] [--requests 2000]
 *
 * The rows `each` call a sampler of 20 steps of a U-Net per request, `queue` is the recipe of docs/recipes.md. `silence` is the longest
 * time between two answers to a client that sends an empty request every 2 ms. Then half as many clients as simultaneous requests connect
 * and leave after 300 ms; `noticed` is the longest time until the last of their samplers has ended. `before` and `after` are the memory of the
 * process, in megabytes, before and after `--requests` more, of which every fifth client leaves at once.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { Agent, get } from 'node:http';
import { parseArgs } from 'node:util';
import { commonOptions, report, type Row } from './report.js';
import type { Message } from './server/program.js';

const { values: options } = parseArgs({
  options: {
    json: commonOptions.json,
    markdown: commonOptions.markdown,
    'at-once': { type: 'string', default: '60' },
    requests: { type: 'string', default: '2000' },
  },
});
const atOnce = Number(options['at-once']);

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const clock = (): number => performance.timeOrigin + performance.now();

/** Sends a request and reads the answer; rejects if the caller aborts. */
async function ask(port: number, path: string, init: { agent?: Agent; signal?: AbortSignal } = {}): Promise<void> {
  const request = get({ host: '127.0.0.1', port, path, ...init });
  const [response] = (await once(request, 'response', { signal: init.signal! })) as [NodeJS.ReadableStream];
  for await (const part of response) void part;
}

/** The longest time between two answers during an action. */
async function silenceDuring(port: number, work: () => Promise<unknown>): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  let [isDone, longest, last] = [false, 0, clock()];
  const pinging = (async () => {
    while (!isDone) {
      await ask(port, '/', { agent });
      longest = Math.max(longest, clock() - last);
      last = clock();
      await wait(2);
    }
  })();
  await work();
  isDone = true;
  await pinging;
  agent.destroy();
  return longest;
}

/** Resolves to the next message of a kind. */
async function next<K extends PropertyKey>(child: ChildProcess, key: K): Promise<Extract<Message, Record<K, number>>> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [Message];
    if (key in message) return message as Extract<Message, Record<K, number>>;
  }
}

async function memory(child: ChildProcess): Promise<Extract<Message, { tensors: number }>> {
  const answer = next(child, 'tensors');
  child.send('memory');
  return answer;
}

async function measure(kind: 'each' | 'queue'): Promise<Row> {
  const child = fork('bench/server/program.ts', [kind], { execArgv: ['--import', 'tsx'] });
  try {
    const { port } = await next(child, 'port');
    const { port: pings } = await next(child, 'port');
    const all = (count: number, init?: { signal: AbortSignal }) =>
      Promise.allSettled(Array.from({ length: count }, (_, i) => ask(port, `/sample?seed=${i}&label=${i % 10}`, init)));
    await all(4);

    const began = clock();
    const silence = await silenceDuring(pings, () => all(atOnce));
    const seconds = (clock() - began) / 1000;

    const leaving = new AbortController();
    setMaxListeners(0, leaving.signal);
    const ends: number[] = [];
    const listen = (message: Message): void => void ('leftAt' in message && ends.push(message.leftAt));
    child.on('message', listen);
    const left = all(atOnce / 2, { signal: leaving.signal });
    await wait(300);
    const leftAt = clock();
    leaving.abort();
    await left;
    await wait(3000);
    child.off('message', listen);

    const before = await memory(child);
    for (let asked = 0; asked < Number(options.requests); asked += atOnce) {
      const fifth = new AbortController();
      setMaxListeners(0, fifth.signal);
      const staying = all(Math.ceil(0.8 * atOnce));
      const some = all(Math.floor(0.2 * atOnce), { signal: fifth.signal });
      await wait(20);
      fifth.abort();
      await Promise.all([staying, some]);
    }
    await wait(1000);
    const after = await memory(child);
    return {
      server: kind,
      'requests at once': atOnce,
      seconds,
      'silence, ms': silence,
      left: atOnce / 2,
      'gave up': ends.length,
      'noticed, ms': Math.max(...ends) - leftAt,
      requests: Number(options.requests),
      before: before.megabytes,
      after: after.megabytes,
      'tensors left': after.tensors - before.tensors,
    };
  } finally {
    child.disconnect();
  }
}

const rows = [await measure('each'), await measure('queue')];
report({ tables: [{ title: 'Server', rows }], options });

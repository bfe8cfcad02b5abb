import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { NotHere } from './report.js';

const execute = promisify(execFile);

/** A browser with one page open. */
export interface Browser {
  readonly version: string;
  close(): Promise<void>;
}

/** Keeps Firefox off the network and its first-run pages away. */
const preferences = {
  'app.normandy.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

/** The system's Firefox, without a driver: the page itself posts its report. */
export async function openFirefox(url: string): Promise<Browser> {
  const program = (await isInstalled('firefox-esr')) ? 'firefox-esr' : 'firefox';
  if (!(await isInstalled(program))) throw new NotHere('there is no firefox-esr, and no firefox');
  const { stdout } = await execute(program, ['--version']);
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
  const lines = Object.entries(preferences).map(
    (pair) => `user_pref(${pair.map((x) => JSON.stringify(x)).join(', ')});`,
  );
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  const browser = start(program, ['--headless', '--no-remote', '--profile', profile, url]);
  return {
    version: stdout.trim().replace('Mozilla Firefox ', ''),
    async close() {
      await end(browser);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** WebKitGTK, through the WebDriver of Debian's `webkit2gtk-driver`, on a display of its own. */
export async function openWebKit(url: string, environment: Readonly<Record<string, string>> = {}): Promise<Browser> {
  for (const program of ['WebKitWebDriver', 'xvfb-run']) {
    if (!(await isInstalled(program))) throw new NotHere(`there is no ${program}`);
  }
  const port = await freePort();
  const words = ['-a', 'WebKitWebDriver', '--host=127.0.0.1', `--port=${port}`];
  const driver = start('xvfb-run', words, environment);
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/session${path}`, {
      method: body === undefined ? 'DELETE' : 'POST',
      headers: { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`WebKit's driver answers ${JSON.stringify(value)}`);
    return value;
  };
  try {
    await untilUp(`http://127.0.0.1:${port}/status`, driver);
    const { sessionId, capabilities } = (await ask('', { capabilities: {} })) as {
      sessionId: string;
      capabilities: { browserVersion: string };
    };
    await ask(`/${sessionId}/url`, { url });
    return {
      version: capabilities.browserVersion,
      async close() {
        await ask(`/${sessionId}`).catch(() => undefined);
        await end(driver);
      },
    };
  } catch (error) {
    await end(driver);
    throw error;
  }
}

function isInstalled(program: string): Promise<boolean> {
  return execute('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  );
}

/** Starts it in its own process group, so that it ends with all its children. */
function start(program: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return spawn(program, words, { detached: true, stdio: 'ignore', env: { ...process.env, ...environment } });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const isLate = await Promise.race([ended.then(() => false), pause(5_000, true, { ref: false })]);
  if (isLate) process.kill(-child.pid, 'SIGKILL');
  await ended;
}

async function untilUp(url: string, child: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  child.once('exit', (code) => (failure ??= new Error(`xvfb-run ended with code ${code}`)));
  for (let tries = 0; tries < 300; tries++) {
    if (failure !== undefined) throw failure;
    if (await fetch(url).then((response) => response.ok, () => false)) return; // prettier-ignore
    await pause(100);
  }
  throw new Error("WebKit's driver did not start in 30 s");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

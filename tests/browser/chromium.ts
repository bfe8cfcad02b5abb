import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { LaunchOptions } from 'playwright';

const run = promisify(execFile);

/** Flags that give a headless Chromium software WebGL and WebGPU, and keep it off the network. */
const switches: readonly string[] = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium that has been started successfully. */
export interface Chromium {
  readonly executablePath: string;
  readonly environment: Record<string, string>;
  readonly version: string;
}

/** What Playwright needs to start it. */
export function launchOptions({ executablePath, environment }: Chromium): LaunchOptions {
  return { executablePath, env: environment, args: [...switches] };
}

/** Finds a Chromium that starts: the one named by CHROMIUM_PATH, or else the one from the npm package. Throws if neither does. */
export async function findChromium(): Promise<Chromium> {
  const given = process.env['CHROMIUM_PATH'];
  const executablePath = given ?? (await unpackedChromium());
  let environment = definedVariables();
  if (given === undefined && (await lacksLibraries(executablePath))) {
    const libraries = join(dirname(executablePath), 'al2023', 'lib');
    environment = {
      ...environment,
      LD_LIBRARY_PATH: [libraries, environment['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
    };
  }
  const { stdout } = await run(executablePath, ['--version', '--no-sandbox'], { env: environment, timeout: 60_000 });
  return { executablePath, environment, version: stdout.trim() };
}

/** Unpacks the browser of @sparticuz/chromium below node_modules, once; several processes may do so at the same time. */
async function unpackedChromium(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('the npm package @sparticuz/chromium has a browser for Linux x64 only: set CHROMIUM_PATH');
  }
  const packageFolder = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', '..');
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const cache = join(packageFolder, '..', '..', '.cache', 'chromium');
  const folder = join(cache, version);
  if (!existsSync(join(folder, 'chromium'))) {
    await mkdir(cache, { recursive: true });
    const temporary = await mkdtemp(join(cache, 'unpacking-'));
    // The package unpacks into the folder for temporary files, even if another program's `chromium` is there.
    const previous = process.env['TMPDIR'];
    process.env['TMPDIR'] = temporary;
    try {
      const { default: packaged } = await import('@sparticuz/chromium');
      await packaged.executablePath();
    } finally {
      if (previous === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = previous;
    }
    await untar(join(packageFolder, 'bin', 'al2023.tar.br'), join(temporary, 'al2023'));
    await rename(temporary, folder).catch(async (error: unknown) => {
      await rm(temporary, { recursive: true, force: true });
      if (!existsSync(join(folder, 'chromium'))) throw error;
    });
  }
  return join(folder, 'chromium');
}

async function untar(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'archive.tar');
  await writeFile(file, await promisify(brotliDecompress)(await readFile(archive)));
  await run('tar', ['-xf', file, '-C', folder]);
  await rm(file);
}

async function lacksLibraries(executable: string): Promise<boolean> {
  const { stdout } = await run('ldd', [executable]).catch(() => ({ stdout: 'not found' }));
  return stdout.includes('not found');
}

function definedVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

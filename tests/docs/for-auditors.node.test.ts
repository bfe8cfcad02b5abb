import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** What npm installs for some packages: those, and all that they depend on. */
function installed(...names: readonly string[]): ReadonlyMap<string, Locked> {
  const found = new Map<string, Locked>();
  const visit = (name: string, from: string): void => {
    const nested = `${from}/node_modules/${name}`;
    const at = Object.hasOwn(packages, nested) ? nested : `node_modules/${name}`;
    if (found.has(name)) return;
    found.set(name, packages[at]!);
    for (const other of Object.keys(packages[at]!.dependencies ?? {})) visit(other, at);
  };
  for (const name of names) visit(name, '');
  return found;
}

test('docs/runtimes.md lists for auditors what is installed, and which scripts run', async () => {
  const [, section] = (await readFile('docs/runtimes.md', 'utf8')).split('## For auditors');
  const named = new Set([...section!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
  const usual = installed('@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu');
  const isOfUser = /^@tensorflow\/tfjs-backend-(wasm|webgpu)$|^@types\/|^@webgpu\/types$/;
  const all = installed(...usual.keys(), 'webgpu');
  const unnamed = [...all.keys()].filter((name) => !isOfUser.test(name) && !named.has(name));
  expect(unnamed).toEqual([]);
  expect([...named].filter((name) => !all.has(name)).sort()).toEqual(['@tensorflow/tfjs-node', 'tfjs-generative']);
  const withScripts = [...all].filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name);
  expect(withScripts).toEqual(['webgpu']);
  expect(packages['']!.dependencies ?? {}).toEqual({});
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PYTHON = '/usr/bin/python3';
const judge = fileURLToPath(new URL('python/judge.py', import.meta.url));

/** Whether Debian's packages of ONNX and ONNX Runtime are installed; says so if not. */
export function hasDebian(): boolean {
  const isInstalled = ['onnx', 'onnxruntime'].every((name) => spawnSync(PYTHON, ['-c', `import ${name}`]).status === 0);
  if (!isInstalled)
    console.warn(`${PYTHON} has no onnx and onnxruntime: Debian's judgement of exported models is NOT TESTED.`);
  return isInstalled;
}

/** Judges the files of a folder that `cases.json` lists; returns what Python prints. What it says about its own libraries is shown only if it fails. */
export function judgeFiles(act: 'check' | 'run', folder: string): string {
  return execFileSync(PYTHON, [judge, act, folder], { encoding: 'utf8', stdio: 'pipe' });
}

/** Does work with a folder for files, which is then deleted. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Prints the adapter, in a separate process, because a driver that crashes ends the process. */
const question = `
  import { create } from 'webgpu';
  const adapter = await create([]).requestAdapter();
  if (adapter === null) throw new Error('the system has no Vulkan driver');
  console.log(adapter.info.description || adapter.info.vendor);
  process.exit();
`;

/** The name of the adapter that WebGPU has in Node. Throws if there is none: on Debian, `mesa-vulkan-drivers` has one. */
export async function findAdapter(): Promise<string> {
  const words = ['--input-type=module', '--eval', question];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 60_000 });
  return stdout.trim();
}

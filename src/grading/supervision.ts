import { spawn } from 'node:child_process';

/** The user that owns nothing, by the number that it has on every Linux. */
const NOBODY = 65534;

/**
 * What to put before a command on Linux, so that it ends when this process does, and cannot end or stop it: as another user, if this one is
 * root. All of it is asked of `setpriv`; where that is missing or not allowed, less is asked, and in the end nothing.
 */
export function supervision(folder: string): Promise<readonly string[]> {
  if (process.platform !== 'linux') return Promise.resolve([]);
  return (known[folder.replace(/[^/]*$/, '')] ??= findSupervision(folder));
}

/** By the place of the folders, which another user may not be able to reach. */
const known: Record<string, Promise<readonly string[]>> = {};

async function findSupervision(folder: string): Promise<readonly string[]> {
  const ended = ['setpriv', '--pdeathsig', 'KILL'];
  const asNobody = [...ended, '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', '--no-new-privs'];
  for (const prefix of [...(process.getuid?.() === 0 ? [asNobody] : []), ended])
    if (await works([...prefix, '/bin/sh', '-c', 'cd "$1" && exec "$0" --version', process.execPath, folder]))
      return prefix;
  return [];
}

function works([command, ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const trial = spawn(command!, args, { stdio: 'ignore' });
    trial.once('error', () => resolve(false));
    trial.once('exit', (code) => resolve(code === 0));
  });
}

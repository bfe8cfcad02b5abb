import { spawn } from 'node:child_process';

/** The number of the user without rights, `nobody`, on Linux. */
const NOBODY = 65534;

/**
 * The words to put before a command on Linux, so that the command ends when this process does; if this process is root, the command runs as
 * another user, so that it cannot kill this process. This uses `setpriv`; if that is missing or not permitted, there are no such words.
 */
export function supervision(folder: string): Promise<readonly string[]> {
  if (process.platform !== 'linux') return Promise.resolve([]);
  return (known[folder.replace(/[^/]*$/, '')] ??= findSupervision(folder));
}

/** Results by the path of the parent folder, which another user may not be able to open. */
const known: Record<string, Promise<readonly string[]>> = {};

async function findSupervision(folder: string): Promise<readonly string[]> {
  const endsWithParent = ['setpriv', '--pdeathsig', 'KILL'];
  const asNobody = [
    ...endsWithParent,
    '--reuid',
    String(NOBODY),
    '--regid',
    String(NOBODY),
    '--clear-groups',
    '--no-new-privs',
  ];
  for (const prefix of [...(process.getuid?.() === 0 ? [asNobody] : []), endsWithParent])
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

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Ticks per second in which Linux tells processor times; it is the same number on all of its platforms. */
const TICKS = 100;

/** What tells the processor time of a process on other systems, and how its text is read. */
const commands = {
  ps: { of: (pid: number) => ['ps', '-o', 'time=', '-p', String(pid)], read: readClock },
  powershell: {
    of: (pid: number) => ['powershell', '-NoProfile', '-Command', `(Get-Process -Id ${pid}).TotalProcessorTime.Ticks`],
    read: (text: string) => (/^\d+\s*$/.test(text) ? Number(text) / 1e7 : undefined),
  },
} as const;

/** The processor time that all threads of a process have used, in seconds; undefined if it has ended, or the system does not tell. */
export async function processorTime(
  pid: number,
  system: NodeJS.Platform = process.platform,
): Promise<number | undefined> {
  if (system === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    // the name of the program may contain blanks and brackets
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    // its own time, and that of processes that it has started and awaited
    const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
    return stat === '' ? undefined : ticks / TICKS;
  }
  const { of, read } = system === 'win32' ? commands.powershell : commands.ps;
  const [command, ...args] = of(pid);
  return new Promise((resolve) => {
    execFile(command!, args, (error, stdout) => resolve(error === null ? read(stdout) : undefined));
  });
}

/** Reads a time such as `1-02:03:04`, `03:04` or `3:04.56`, as `ps` writes it. */
function readClock(text: string): number | undefined {
  const [, days = '0', hours = '0', minutes, seconds] =
    /^\s*(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+(?:\.\d+)?)\s*$/.exec(text) ?? [];
  if (minutes === undefined) return undefined;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

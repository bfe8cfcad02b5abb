/** A student's progress, stored in the browser. Without storage, or if it is full, the progress lasts until the page is closed. */
export interface Progress {
  /** The names of the exercises that passed. */
  readonly passed: ReadonlySet<string>;
  /** The answer to each exercise, as it was last edited. */
  readonly answers: Readonly<Record<string, string>>;
  /** The answers that Start over has replaced. */
  readonly replaced: Readonly<Record<string, string>>;
}

const KEY = 'tfjs-generative course';

export function readProgress(): Progress {
  try {
    const { passed, answers, replaced } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as {
      passed?: string[];
      answers?: object;
      replaced?: object;
    };
    return { passed: new Set(passed ?? []), answers: { ...answers }, replaced: { ...replaced } };
  } catch {
    return { passed: new Set(), answers: {}, replaced: {} };
  }
}

export function writeProgress({ passed, ...progress }: Progress): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ passed: [...passed], ...progress }));
  } catch {
    // a private window, or a full disk
  }
}

/** The file that `npm run course` reads: `progress.json`. */
export function textOf({ passed, answers }: Progress): string {
  return `${JSON.stringify({ passed: [...passed], answers }, null, 2)}\n`;
}

/** What one runtime did on one backend. */
export interface Row {
  readonly runtime: string;
  readonly version: string;
  readonly backend: string;
  readonly threads?: number | undefined;
  /** A few words; they begin with FAILED if a comparison or the run itself failed, and with `not run` if nothing was tried. */
  readonly result: string;
  readonly seconds?: number | undefined;
}

/** Every row, for docs/runtimes.md. */
export function fullTable(rows: readonly Row[]): string {
  const cells = rows.map(({ runtime, version, backend, threads, result, seconds }) => [
    runtime,
    version,
    backend,
    threads === undefined ? '' : String(threads),
    result,
    seconds === undefined ? '' : seconds.toFixed(1),
  ]);
  return markdown(['runtime', 'version', 'backend', 'threads', 'result', 'seconds'], cells);
}

/** A row for each runtime, for README.md. */
export function shortTable(rows: readonly Row[]): string {
  const runtimes = new Map<string, string>();
  for (const { runtime, version } of rows) runtimes.set(runtime, version || (runtimes.get(runtime) ?? ''));
  const cells = [...runtimes].map(([runtime, version]) => [
    runtime,
    version,
    ...['wasm', 'webgpu'].map((backend) => {
      const own = rows.filter((row) => row.runtime === runtime && row.backend === backend);
      const results = [...new Set(own.map(({ result }) => result))].join('; ') || 'not tried';
      const threads = own.flatMap((row) => row.threads ?? []).join(' and ');
      return threads === '' ? results : `${results}, ${threads} thread${threads === '1' ? '' : 's'}`;
    }),
  ]);
  return markdown(['runtime', 'version', 'wasm', 'webgpu'], cells);
}

/** A page with the text between `<!-- NAME -->` and `<!-- /NAME -->` replaced. */
export function withBlock(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no ${begin} ... ${end}.`);
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

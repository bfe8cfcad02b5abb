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

/** Every row as a table, for docs/results/runtimes.md. */
export function tableOf(rows: readonly Row[]): string {
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

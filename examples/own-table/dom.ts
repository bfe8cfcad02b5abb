// Finding and making elements.

export const find = <E extends HTMLElement>(selector: string): E => document.querySelector<E>(selector)!;
export const button = (id: string): HTMLButtonElement => find<HTMLButtonElement>(`#${id}`);

/** Makes an element with properties and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** A table of texts in titled groups of rows; a wide one scrolls. */
export function textTable(
  head: readonly string[],
  groups: Readonly<Record<string, readonly (readonly string[])[]>>,
): HTMLElement {
  const line = (name: 'th' | 'td', cells: readonly string[]) =>
    make('tr', {}, ...cells.map((cell) => make(name, {}, cell)));
  const bodies = Object.entries(groups).map(([title, rows]) => {
    const first = make('tr', {}, make('th', { colSpan: head.length, scope: 'rowgroup' }, title));
    return make('tbody', {}, first, ...rows.map((cells) => line('td', cells)));
  });
  return make(
    'div',
    { className: 'wide', tabIndex: 0 },
    make('table', {}, make('thead', {}, line('th', head)), ...bodies),
  );
}

/** Offers a file for download. */
export function download(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  make('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

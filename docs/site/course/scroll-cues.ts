/** Shows on which side a wide formula, table or picture goes on: a phone shows no scroll bar until one scrolls. */
export function addScrollCues(page: HTMLElement): void {
  for (const wide of page.querySelectorAll<HTMLElement>('.formula, pre, table, p:has(> svg)')) {
    const frame = Object.assign(document.createElement('div'), { className: 'scrolls' });
    wide.before(frame);
    frame.append(wide);
    const mark = (): void => {
      const { scrollLeft, scrollWidth, clientWidth } = wide;
      frame.classList.toggle('before', scrollLeft > 1);
      frame.classList.toggle('after', scrollLeft + clientWidth < scrollWidth - 1);
    };
    wide.addEventListener('scroll', mark, { passive: true });
    new ResizeObserver(mark).observe(wide);
  }
}

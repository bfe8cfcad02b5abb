import { signal } from '@preact/signals-core';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark now: what is drawn in its colours is drawn again when that changes. */
export const isDark = signal(dark.matches);

dark.addEventListener('change', () => (isDark.value = dark.matches));

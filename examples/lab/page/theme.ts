import { computed, signal } from '@preact/signals-core';

type Theme = 'light' | 'dark';

/** The name under which the browser keeps a chosen theme. */
const KEPT = 'lab-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<Theme>(system.matches ? 'dark' : 'light');
const chosen = signal<Theme | undefined>(readKept());

/** Whether the page is dark now: what is drawn in its colours is drawn again when that changes. */
export const isDark = computed(() => (chosen.value ?? systemTheme.value) === 'dark');

paint(chosen.value);
system.addEventListener('change', () => (systemTheme.value = system.matches ? 'dark' : 'light'));

/** Changes between light and dark; the theme of the system is followed again once it is chosen. */
export function switchTheme(): void {
  const next = isDark.value ? 'light' : 'dark';
  const theme = next === systemTheme.value ? undefined : next;
  paint(theme);
  try {
    if (theme === undefined) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, theme);
  } catch {
    // a browser that keeps nothing shows it for this visit
  }
  chosen.value = theme;
}

/** Sets the colours, which must be there before anything is drawn in them; style.css has a rule for each theme. */
function paint(theme: Theme | undefined): void {
  document.documentElement.dataset['theme'] = theme ?? '';
}

function readKept(): Theme | undefined {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept === 'light' || kept === 'dark' ? kept : undefined;
  } catch {
    return undefined;
  }
}

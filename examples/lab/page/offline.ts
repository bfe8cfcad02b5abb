/// <reference types="vite/client" />

/** Lets the built page be used without a network from its second visit on. It never reloads the page; without it everything works. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const register = (): void => {
    navigator.serviceWorker.register(new URL('sw.js', document.baseURI)).catch(() => undefined);
  };
  // after the first visit's own files
  if (document.readyState === 'complete') setTimeout(register, 1_000);
  else addEventListener('load', () => setTimeout(register, 1_000));
}

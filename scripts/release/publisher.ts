import { placeToPublish, type Manifest } from './place.js';

/** The first version of npm that supports trusted publishers, without a token. */
const trusted = '11.5.1';

/** Refuses to publish what has no address, with an npm that cannot be trusted, or with a token in place of the workflow's identity. */
export function checkPublisher(
  manifest: Manifest,
  npm: string,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  placeToPublish(manifest);
  if (npm.localeCompare(trusted, 'en', { numeric: true }) < 0)
    throw new Error(`npm must be ${trusted} or newer to publish; got ${npm}.`);
  const token = ['NPM_TOKEN', 'NODE_AUTH_TOKEN'].find((name) => environment[name]);
  if (token !== undefined) {
    throw new Error(`A trusted publisher must have no token; got ${token} in the environment. Remove it.`);
  }
}

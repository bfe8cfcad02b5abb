/** The fields of `package.json` that a release reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly repository?: { readonly type?: string; readonly url: string };
  readonly homepage?: string;
  readonly bugs?: unknown;
  readonly files: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Where the project is on the web: all addresses follow from the one that its owner fills in. */
export interface Place {
  /** The fields of `package.json` that npm, provenance and the registry's page read. */
  readonly fields: { readonly repository: object; readonly homepage: string; readonly bugs: unknown };
  /** Where a person reads the files of a version: `https://github.com/OWNER/NAME/blob/vVERSION`. */
  readonly pages: string;
  /** Where a browser gets the pictures of a version. */
  readonly pictures: string;
}

/** The place that `repository.url` of `package.json` names, or undefined if it is still empty. */
export function placeOf(manifest: Manifest): Place | undefined {
  const url = manifest.repository?.url ?? '';
  if (url === '') return undefined;
  const project = /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/.exec(url)?.[1];
  if (project === undefined) {
    throw new Error(
      `package.json: \`repository.url\` must be git+https://github.com/OWNER/NAME.git; got '${url}'. ` +
        'The release workflow, the links of the README and provenance are those of GitHub.',
    );
  }
  const address = `https://github.com/${project}`;
  return {
    fields: {
      repository: { type: 'git', url },
      homepage: manifest.homepage ?? `${address}#readme`,
      bugs: manifest.bugs ?? { url: `${address}/issues` },
    },
    pages: `${address}/blob/v${manifest.version}`,
    pictures: `https://raw.githubusercontent.com/${project}/v${manifest.version}`,
  };
}

/** Refuses to publish a package that does not say where it comes from. */
export function placeToPublish(manifest: Manifest): Place {
  const place = placeOf(manifest);
  if (place !== undefined) return place;
  throw new Error(
    'package.json: `repository.url` must be git+https://github.com/OWNER/NAME.git before anything is published; got nothing. ' +
      'Without it, npm gives no provenance and the links of the README are dead.',
  );
}

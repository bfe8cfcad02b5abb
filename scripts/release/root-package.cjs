// Changesets reads the packages of npm's workspaces, which are the lab and the site, and misses the only one that is published: the root.
// Loaded before changesets, this file shows it the root alone. It is CommonJS, as `--require` needs it.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const getPackages = require('@manypkg/get-packages');

const rootOnly = (dir) => {
  const root = { dir, packageJson: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) };
  return { tool: 'root', root, packages: [root] };
};
getPackages.getPackages = async (dir) => rootOnly(dir);
getPackages.getPackagesSync = rootOnly;

// The sizes of the pictures of docs/images in CSS pixels, from their first bytes.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The size of a picture by the name of its file, or undefined for a picture from elsewhere. */
export function imageSize(src) {
  const file = `docs/images/${basename(src)}`;
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  if (file.endsWith('.png')) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (file.endsWith('.gif')) return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  const [tag] = /<svg[^>]*>/.exec(bytes.toString('utf8', 0, 4000)) ?? [''];
  const [, , , width, height] = /viewBox="(\S+) (\S+) (\S+) (\S+)"/.exec(tag) ?? [];
  const own = (name) => /^[\d.]+(?=(px)?$)/.exec(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '')?.[0];
  const size = { width: Number(own('width') ?? width), height: Number(own('height') ?? height) };
  return size.width > 0 && size.height > 0
    ? { width: Math.round(size.width), height: Math.round(size.height) }
    : undefined;
}

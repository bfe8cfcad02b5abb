import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shadersIn, shorten } from '../../scripts/shorten-shaders.js';

/** The words and signs of WGSL; where several signs can be one, they are. */
const tokensOf = (code: string): string[] =>
  code.match(/[\w.]+|<<=|>>=|--|\+\+|->|&&|\|\||[-+*/%&|^<>=!]=|<<|>>|\S/g) ?? [];

describe('shaders without their spaces', () => {
  const files = ['device', 'kernels'].flatMap((room) =>
    readdirSync(`src/webgpu/${room}`).map((file) => `src/webgpu/${room}/${file}`),
  );
  it.each(files)('have the same words and signs: %s', (file) => {
    const source = readFileSync(file, 'utf8');
    for (const [begin, end] of shadersIn(source)) {
      const part = source.slice(begin, end);
      expect(tokensOf(shorten(part))).toEqual(tokensOf(part));
      // it would reach to the end of the shader
      expect(part).not.toMatch(/\/\//);
    }
  });

  it('keep two operators apart, and words', () => {
    expect(shorten('`let  x = a - -b;\n  if (x < -1) { y[i] = x; }`')).toBe('`let x=a- -b;if(x< -1){y[i]=x;}`');
  });
});

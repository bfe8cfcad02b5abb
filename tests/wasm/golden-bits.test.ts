import { describe, expect, it } from 'vitest';
import { GOLDEN, runDcgan, runVae } from './golden-runs.js';

describe.skipIf(process.env['ARITHMETIC'] === 'fused')('the weights after some updates', () => {
  it('of a VAE have the same bits as ever', async () => {
    expect(await runVae()).toBe(GOLDEN.vae);
  });

  it('of a DCGAN have the same bits as ever', async () => {
    expect(await runDcgan()).toBe(GOLDEN.dcgan);
  });
});

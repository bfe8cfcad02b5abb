import { describe, expect, it } from 'vitest';
import { terminalProgress, type TerminalStream } from '../../src/node/index.js';

function memoryStream(isTTY: boolean, columns = 100): TerminalStream & { text(): string } {
  const written: string[] = [];
  return { isTTY, columns, write: (text: string) => written.push(text), text: () => written.join('') };
}

// oxlint-disable-next-line no-control-regex -- the codes are what is looked for
const controlCode = /\u001b/;

describe('terminalProgress without a terminal', () => {
  it('writes ten plain lines for any number of steps, the last one at the end', () => {
    const stream = memoryStream(false);
    const progress = terminalProgress({ total: 1000, label: 'training', stream });
    for (let step = 1; step <= 1000; step++) progress.update(step, { elbo: -243.1234, kl: 12 });
    progress.stop();
    const lines = stream.text().split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.length).toBe(10);
    expect(stream.text()).not.toMatch(controlCode);
    expect(lines[0]).toMatch(/^training 10% \| \d+:\d\d left, \S+\/s \| elbo -243\.1, kl 12 \| 100\/1000$/);
    expect(lines[9]).toMatch(/^training 100% \| took \d+:\d\d \| elbo -243\.1, kl 12 \| 1000\/1000$/);
  });

  it('writes once, where it stopped, if it stops early', () => {
    const stream = memoryStream(false);
    const progress = terminalProgress({ total: 100, stream });
    progress.update(10, { loss: 0.00012345 });
    progress.update(14);
    progress.stop();
    progress.stop();
    progress.update(50);
    expect(stream.text()).toMatch(
      /^10% \| time left \? \| loss 0\.0001234 \| 10\/100\n14% \| \d+:\d\d left, \S+\/s \| loss 0\.0001234 \| 14\/100\n$/,
    );
  });
});

describe('terminalProgress in a terminal', () => {
  it('draws a bar with the values and the time, and ends with the last state on its own line', () => {
    const stream = memoryStream(true);
    const progress = terminalProgress({ total: 4, label: 'training', stream });
    for (let step = 1; step <= 4; step++) progress.update(step, { elbo: -240 - step / 2, kl: 12.25 });
    progress.stop();
    expect(stream.text()).toMatch(/training \[=+\] 100% \| took 0:00 \| elbo -242, kl 12\.25 \| 4\/4/);
    expect(stream.text().endsWith('\n')).toBe(true);
  });

  it('writes a note on its own line, and redraws the bar below it', () => {
    const stream = memoryStream(true);
    const progress = terminalProgress({ total: 4, stream });
    progress.update(4, { elbo: -240 });
    progress.note('posterior collapse');
    progress.stop();
    progress.note('afterwards');
    const [, after] = stream.text().split('\r\u001b[Kposterior collapse\n');
    expect(after).toMatch(/\[=+\] 100% \| took 0:00 \| elbo -240 \| 4\/4/);
    expect(after!.endsWith('\nafterwards\n')).toBe(true);
  });

  it('shortens the bar, and then cuts the line, where it would wrap', () => {
    const stream = memoryStream(true, 40);
    const progress = terminalProgress({ total: 2, label: 'training', stream });
    progress.update(2, { elbo: -240.5, logLikelihood: -230.25 });
    progress.stop();
    expect(stream.text()).toContain('training [========] 100% | took 0:00');
    expect(stream.text()).not.toContain('elbo');
  });
});

describe('terminalProgress', () => {
  it('rejects a stream that cannot be written to, and values that are no numbers', () => {
    expect(() => terminalProgress({ total: 1, stream: {} as never })).toThrow(
      'terminalProgress: `stream.write` must be a function; got undefined',
    );
    const progress = terminalProgress({ total: 2, stream: { write: () => true } });
    expect(() => progress.update(1, { loss: '0.5' as never })).toThrow(
      "terminalProgress.update: `values.loss` must be a number; got '0.5'",
    );
    progress.stop();
  });

  it('rejects a total that is not a positive integer, and steps below zero', () => {
    expect(() => terminalProgress({ total: 0 })).toThrow(
      /^terminalProgress: `total` must be a positive integer; got 0\./,
    );
    const progress = terminalProgress({ total: 2, stream: memoryStream(false) });
    expect(() => progress.update(-1)).toThrow(
      /^terminalProgress\.update: `step` must be finite and at least 0; got -1\./,
    );
    progress.stop();
  });
});

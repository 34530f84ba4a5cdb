import { describe, expect, it } from 'vitest';
import { appendOutput, createLiveOutput } from './live-output.ts';

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');

describe('live output', () => {
  it('joins a character that was cut between two chunks', () => {
    const bytes = Buffer.from('größer');
    let output = createLiveOutput(0);
    output = appendOutput(output, 0, base64(bytes.subarray(0, 3)));
    output = appendOutput(output, 3, base64(bytes.subarray(3)));
    expect(output.text).toBe('größer');
    expect(output.endOffset).toBe(bytes.length);
  });

  it('does not print a repeated chunk twice', () => {
    let output = appendOutput(createLiveOutput(0), 0, base64('one\n'));
    output = appendOutput(output, 0, base64('one\n'));
    output = appendOutput(output, 2, base64('e\ntwo\n'));
    expect(output.text).toBe('one\ntwo\n');
    expect(output.gap).toBe(false);
  });

  it('says when bytes are missing in between', () => {
    const output = appendOutput(appendOutput(createLiveOutput(0), 0, base64('a')), 10, base64('b'));
    expect(output.gap).toBe(true);
  });

  it('lets the oldest text go and tells where the rest starts', () => {
    let output = createLiveOutput(0);
    const chunk = 'x'.repeat(100_000);
    for (let count = 0; count < 4; count += 1) output = appendOutput(output, count * 100_000, base64(chunk));
    expect(output.text.length).toBeLessThan(300_000);
    expect(output.startOffset + output.text.length).toBe(400_000);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addPart, type StreamPart, streamPieces } from './stream-parts.ts';

const sha256 = '0'.repeat(64);

function part(offset: number, length: number): StreamPart {
  return { offset, bytes: Uint8Array.from({ length }, (_, index) => (offset + index) % 256) };
}

test('parts that touch or overlap become one, others stay apart', () => {
  const parts = [part(10, 5), part(0, 4), part(3, 3), part(15, 2)].reduce<readonly StreamPart[]>(addPart, []);
  expect(parts.map(({ offset, bytes }) => [offset, bytes.length])).toEqual([
    [0, 6],
    [10, 7],
  ]);
});

test('what was not read and what was not kept are told apart', () => {
  const summary = {
    bytes: 1000,
    sha256,
    kept: [
      { offset: 0, length: 400 },
      { offset: 900, length: 100 },
    ],
  };
  expect(
    streamPieces([part(0, 100), part(950, 50)], summary).map((piece) =>
      piece.kind === 'read'
        ? `read ${piece.offset} ${piece.bytes.length}`
        : `${piece.kind} ${piece.offset} ${piece.length}`,
    ),
  ).toEqual(['read 0 100', 'not-read 100 300', 'not-kept 400 500', 'not-read 900 50', 'read 950 50']);
});

test('whatever is read in whatever order, every byte appears once and unchanged', () => {
  const range = fc.record({ offset: fc.nat(300), length: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
      const parts = ranges
        .map(({ offset, length }) => part(offset, length))
        .reduce<readonly StreamPart[]>(addPart, []);
      let at = 0;
      for (const piece of streamPieces(parts, { bytes: 400, sha256, kept: [{ offset: 0, length: 400 }] })) {
        expect(piece.offset).toBe(at);
        if (piece.kind === 'read') expect([...piece.bytes]).toEqual([...part(at, piece.bytes.length).bytes]);
        at += piece.kind === 'read' ? piece.bytes.length : piece.length;
      }
      expect(at).toBe(400);
    }),
  );
});

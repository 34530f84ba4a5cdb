import { formatBytes } from '../../../contract/lib/bytes.ts';
import type { StreamPiece } from '../../state/stream-parts.ts';

/** The pieces of a finished stream as one text, with a line where bytes are not shown that says why. */
export function piecesText(pieces: readonly StreamPiece[]): string {
  let text = '';
  for (const piece of pieces) {
    if (piece.kind === 'read') text += new TextDecoder().decode(piece.bytes);
    else {
      const why =
        piece.kind === 'not-kept' ? 'were printed here and not kept' : 'were kept and are not shown yet';
      text += `${text === '' || text.endsWith('\n') ? '' : '\n'}⋯ ${formatBytes(piece.length)} ${why} ⋯\n`;
    }
  }
  return text;
}

/** The newest part of a stream as text. */
export interface LiveOutput {
  text: string;
  /** Byte offset in the stream at which `text` starts; above 0, what came before must be read from the control centre. */
  startOffset: number;
  endOffset: number;
  /** Bytes were missing in between: the control centre kept less than was printed. */
  gap: boolean;
  readonly decoder: TextDecoder;
}

const LIMIT_CHARS = 256 * 1024;

export function createLiveOutput(offset: number): LiveOutput {
  return { text: '', startOffset: offset, endOffset: offset, gap: false, decoder: new TextDecoder() };
}

/** Adds a base64 chunk; a repeated one changes nothing, and the oldest text goes when the bound is reached. */
export function appendOutput(output: LiveOutput, offset: number, base64: string): LiveOutput {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const known = output.endOffset - offset;
  if (known >= bytes.length) return output;
  const fresh = known > 0 ? bytes.subarray(known) : bytes;
  const added = output.decoder.decode(fresh, { stream: true });
  let text = output.text + added;
  let startOffset = output.startOffset;
  if (text.length > LIMIT_CHARS) {
    const cut = text.length - LIMIT_CHARS / 2;
    startOffset += new TextEncoder().encode(text.slice(0, cut)).length;
    text = text.slice(cut);
  }
  return {
    text,
    startOffset,
    endOffset: offset + bytes.length,
    gap: output.gap || known < 0,
    decoder: output.decoder,
  };
}

/** How a piece of terminal text looks. Colours are an index of the 16 named ones, or `#rrggbb`. */
export interface AnsiStyle {
  readonly foreground?: number | string;
  readonly background?: number | string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly strike?: boolean;
  readonly inverse?: boolean;
}

/** Text of one style, inside one line. */
export interface AnsiSpan {
  readonly text: string;
  readonly style: AnsiStyle;
}

export type AnsiLine = readonly AnsiSpan[];

const ESC = String.fromCharCode(0x1b);
const BEL = String.fromCharCode(0x07);
const CSI = String.fromCharCode(0x9b);
// CSI … final byte; OSC … BEL or ST; two-character escapes; a lone ESC. An unfinished sequence at the end is dropped
// by the same patterns, so that live text never shows half a sequence as rubbish.
const ESCAPE = new RegExp(
  [
    `(?:${ESC}\\[|${CSI})([0-9;:?<=>!]*)[ -/]*([@-~]|$)`,
    `${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\|$)`,
    `${ESC}[PX^_][^${ESC}]*(?:${ESC}\\\\|$)`,
    `${ESC}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);
// Controls that print nothing. Newline, carriage return and backspace are handled before.
const INVISIBLE = /(?!\t)\p{Cc}/gu;
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** Turns terminal output into lines of styled spans: colours are kept, every other control is left out. Never yields HTML. */
export function parseAnsi(text: string): AnsiLine[] {
  const lines: AnsiSpan[][] = [];
  let line: AnsiSpan[] = [];
  let style: AnsiStyle = {};
  let pendingReturn = false;

  const put = (raw: string): void => {
    const clean = raw.replace(INVISIBLE, '').replace(BIDI, '\ufffd');
    if (clean === '') return;
    // A carriage return goes back to the start of the line: what follows replaces it, as in a progress bar.
    if (pendingReturn) line = [];
    pendingReturn = false;
    const last = line.at(-1);
    if (last?.style === style) line[line.length - 1] = { text: last.text + clean, style };
    else line.push({ text: clean, style });
  };
  const putText = (chunk: string): void => {
    for (const part of chunk.split(/(\n|\r)/)) {
      if (part === '\n') {
        lines.push(line);
        line = [];
        pendingReturn = false;
      } else if (part === '\r') pendingReturn = true;
      else put(applyBackspaces(part));
    }
  };

  let from = 0;
  for (const match of text.matchAll(ESCAPE)) {
    putText(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') style = applyCodes(style, match[1] ?? '');
  }
  putText(text.slice(from));
  lines.push(line);
  return lines;
}

/** The text without any control, for copying and searching. */
export function stripAnsi(text: string): string {
  return parseAnsi(text)
    .map((line) => line.map((span) => span.text).join(''))
    .join('\n');
}

function applyBackspaces(text: string): string {
  if (!text.includes('\b')) return text;
  const kept: string[] = [];
  for (const character of text) {
    if (character === '\b') kept.pop();
    else kept.push(character);
  }
  return kept.join('');
}

const ON: Record<number, AnsiStyle> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
};
const OFF: Record<number, readonly (keyof AnsiStyle)[]> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
  39: ['foreground'],
  49: ['background'],
};

function applyCodes(before: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  let style: AnsiStyle = before;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 0) style = {};
    else if (ON[code]) style = { ...style, ...ON[code] };
    else if (OFF[code]) style = without(style, OFF[code]);
    else if (code === 38 || code === 48) {
      const [colour, used] = extendedColour(codes.slice(index + 1));
      index += used;
      if (colour !== undefined) style = { ...style, [code === 38 ? 'foreground' : 'background']: colour };
    } else if (code >= 30 && code <= 37) style = { ...style, foreground: code - 30 };
    else if (code >= 90 && code <= 97) style = { ...style, foreground: code - 90 + 8 };
    else if (code >= 40 && code <= 47) style = { ...style, background: code - 40 };
    else if (code >= 100 && code <= 107) style = { ...style, background: code - 100 + 8 };
  }
  return style;
}

function without(style: AnsiStyle, keys: readonly (keyof AnsiStyle)[]): AnsiStyle {
  return Object.fromEntries(
    Object.entries(style).filter(([key]) => !(keys as readonly string[]).includes(key)),
  );
}

/** The colour after 38 or 48, and how many codes it took. */
function extendedColour(codes: readonly number[]): [number | string | undefined, number] {
  if (codes[0] === 5) return [paletteColour(codes[1] ?? Number.NaN), 2];
  if (codes[0] === 2) {
    const parts = codes.slice(1, 4);
    return [parts.length === 3 && parts.every(isByte) ? hex(parts) : undefined, 4];
  }
  return [undefined, 0];
}

function paletteColour(index: number): number | string | undefined {
  if (!isByte(index)) return undefined;
  if (index < 16) return index;
  if (index >= 232) return hex(new Array<number>(3).fill(8 + (index - 232) * 10));
  const cube = index - 16;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  return hex([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

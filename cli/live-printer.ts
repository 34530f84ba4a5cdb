import { TextDecoder } from 'node:util';
import type { OutputStream } from '../contract/model/job.ts';
import type { Terminal } from './terminal.ts';
import { paint, plainText, printableLine } from './text.ts';

/** Writes what devices print, as it comes. */
export interface LivePrinter {
  write(mac: string, stream: OutputStream, bytes: Buffer, missingBytes: number): Promise<void>;
  /** Writes lines that have no end yet. */
  end(): Promise<void>;
}

/** A line without an end is shown in pieces of this size. */
const LINE_LIMIT_CHARS = 16 * 1024;

/** Bytes as they are, each stream to its own: for one device, so that pipes get exactly what it printed. */
export function createRawPrinter(terminal: Terminal): LivePrinter {
  return {
    async write(_mac, stream, bytes, missingBytes) {
      if (missingBytes > 0)
        await terminal.err(`muster: ${missingBytes} bytes of ${stream} were not kept here\n`);
      await (stream === 'stdout' ? terminal.out(bytes) : terminal.err(bytes));
    },
    end: async () => undefined,
  };
}

/** Whole lines with the device's name before each. */
export function createPrefixPrinter(terminal: Terminal, nameOf: (mac: string) => string): LivePrinter {
  const open = new Map<string, { text: string; decoder: TextDecoder; mac: string; stream: OutputStream }>();

  const print = async (mac: string, stream: OutputStream, lines: readonly string[]): Promise<void> => {
    if (lines.length === 0) return;
    const prefix = paint(`${plainText(nameOf(mac))}: `, 'bold', terminal.hasColour);
    const text = lines.map((line) => `${prefix}${printableLine(line)}\n`).join('');
    await (stream === 'stdout' ? terminal.out(text) : terminal.err(text));
  };

  return {
    async write(mac, stream, bytes, missingBytes) {
      const key = `${mac} ${stream}`;
      const line = open.get(key) ?? { text: '', decoder: new TextDecoder(), mac, stream };
      open.set(key, line);
      if (missingBytes > 0) line.text += `\n[${missingBytes} bytes of ${stream} were not kept]\n`;
      line.text += line.decoder.decode(bytes, { stream: true });
      const lines = line.text.split(/\r?\n/);
      line.text = lines.pop() ?? '';
      while (line.text.length > LINE_LIMIT_CHARS) {
        lines.push(line.text.slice(0, LINE_LIMIT_CHARS));
        line.text = line.text.slice(LINE_LIMIT_CHARS);
      }
      await print(mac, stream, lines);
    },
    async end() {
      for (const { text, decoder, mac, stream } of open.values()) {
        const rest = text + decoder.decode();
        if (rest !== '') await print(mac, stream, [rest]);
      }
      open.clear();
    },
  };
}

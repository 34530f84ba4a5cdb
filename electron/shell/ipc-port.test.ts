import { EventEmitter } from 'node:events';
import type { IpcMain, IpcMainEvent } from 'electron';
import { expect, it } from 'vitest';
import type { Port } from '../../contract/rpc/port.ts';
import { IPC_CHANNEL } from './ipc-channel.ts';
import { isAllowedSender, servePages } from './ipc-port.ts';

class FakeContents extends EventEmitter {
  readonly mainFrame = { url: 'app://muster/' };
  readonly sent: unknown[] = [];
  isDestroyed = () => false;
  send(channel: string, frame: unknown): void {
    this.sent.push([channel, frame]);
  }
}
const eventOf = (
  sender: FakeContents,
  senderFrame: { url: string } | null = sender.mainFrame,
): IpcMainEvent => ({ sender, senderFrame }) as unknown as IpcMainEvent;

function serve() {
  const ipcMain = new EventEmitter();
  const ports: { port: Port; frames: unknown[]; isClosed: boolean }[] = [];
  const refused: string[] = [];
  servePages(
    ipcMain as unknown as IpcMain,
    (port) => {
      const end = { port, frames: [] as unknown[], isClosed: false };
      ports.push(end);
      port.onFrame((frame) => end.frames.push(frame));
      port.onClose(() => {
        end.isClosed = true;
      });
    },
    (sentence) => refused.push(sentence),
  );
  const send = (event: IpcMainEvent, frame: unknown): void => {
    ipcMain.emit(IPC_CHANNEL, event, frame);
  };
  return { ports, refused, send };
}

it('lets only the page itself speak', () => {
  const contents = new FakeContents();
  expect(isAllowedSender(eventOf(contents))).toBe(true);
  expect(isAllowedSender(eventOf(contents, { url: 'app://muster/' }))).toBe(false);
  expect(isAllowedSender(eventOf(contents, null))).toBe(false);
  contents.mainFrame.url = 'https://evil.example/';
  expect(isAllowedSender(eventOf(contents))).toBe(false);
});

it('refuses what others send, and says from where', () => {
  const { ports, refused, send } = serve();
  const contents = new FakeContents();
  send(eventOf(contents, { url: 'https://evil.example/' }), { t: 'call' });
  expect(ports).toEqual([]);
  expect(refused).toEqual(['A message from https://evil.example/ was refused.']);
});

it('has one port a page, in both directions', () => {
  const { ports, send } = serve();
  const [first, second] = [new FakeContents(), new FakeContents()];
  send(eventOf(first), 1);
  send(eventOf(second), 2);
  send(eventOf(first), 3);
  expect(ports.map(({ frames }) => frames)).toEqual([[1, 3], [2]]);
  const frame = { t: 'event' as const, name: 'session.ready', body: {} };
  ports[1]?.port.send(frame);
  expect(first.sent).toEqual([]);
  expect(second.sent).toEqual([[IPC_CHANNEL, frame]]);
});

it('ends the port when the page is left, and begins a new one for the next page', () => {
  const { ports, send } = serve();
  const contents = new FakeContents();
  send(eventOf(contents), 1);
  contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
  contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
  expect(ports[0]?.isClosed).toBe(false);
  contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
  expect(ports[0]?.isClosed).toBe(true);
  ports[0]?.port.send({ t: 'event', name: 'session.ready', body: {} });
  expect(contents.sent).toEqual([]);
  send(eventOf(contents), 2);
  expect(ports).toHaveLength(2);
  expect(ports[1]?.frames).toEqual([2]);
});

it.each(['render-process-gone', 'destroyed'])('ends the port on %s', (name) => {
  const { ports, send } = serve();
  const contents = new FakeContents();
  send(eventOf(contents), 1);
  contents.emit(name);
  expect(ports[0]?.isClosed).toBe(true);
});

it('begins a new port after the control centre closed one', () => {
  const { ports, send } = serve();
  const contents = new FakeContents();
  send(eventOf(contents), 1);
  ports[0]?.port.close();
  expect(ports[0]?.isClosed).toBe(true);
  send(eventOf(contents), 2);
  expect(ports.map(({ frames }) => frames)).toEqual([[1], [2]]);
});

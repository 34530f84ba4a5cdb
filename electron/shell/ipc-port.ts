import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { createSignal, type Signal } from '../../contract/lib/signal.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { isAppUrl } from './addresses.ts';
import { IPC_CHANNEL } from './ipc-channel.ts';

/** Whether a message comes from our page itself: not from a frame in it, not from another page. */
export function isAllowedSender({
  senderFrame,
  sender,
}: Pick<IpcMainEvent, 'senderFrame' | 'sender'>): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isAppUrl(senderFrame.url);
}

/** A port for each page that speaks, from its first frame until it is left, closed or crashes. */
export function servePages(
  ipcMain: Pick<IpcMain, 'on'>,
  onPort: (port: Port) => void,
  onRefused: (sentence: string) => void,
): void {
  const pages = new WeakMap<WebContents, Signal<unknown>>();

  const open = (contents: WebContents): Signal<unknown> => {
    const frames = createSignal<unknown>();
    const closed = createSignal<void>();
    const close = (): void => {
      if (pages.get(contents) !== frames) return;
      pages.delete(contents);
      closed.emit();
    };
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) close();
    });
    contents.once('render-process-gone', close);
    contents.once('destroyed', close);
    pages.set(contents, frames);
    onPort({
      send: (frame) => {
        if (pages.get(contents) === frames && !contents.isDestroyed()) contents.send(IPC_CHANNEL, frame);
      },
      onFrame: (listener) => frames.on(listener),
      onClose: (listener) => closed.on(listener),
      close,
    });
    return frames;
  };

  ipcMain.on(IPC_CHANNEL, (event, frame: unknown) => {
    if (isAllowedSender(event)) (pages.get(event.sender) ?? open(event.sender)).emit(frame);
    else onRefused(`A message from ${event.senderFrame?.url ?? 'a page that is gone'} was refused.`);
  });
}

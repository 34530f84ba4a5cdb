import { contextBridge, ipcRenderer } from 'electron';
import { IPC_CHANNEL } from './shell/ipc-channel.ts';

// All that the page can reach of Electron: two functions that carry plain data on one channel.
contextBridge.exposeInMainWorld('muster', {
  send: (frame: unknown): void => ipcRenderer.send(IPC_CHANNEL, frame),
  onFrame: (listener: (frame: unknown) => void): void => {
    ipcRenderer.on(IPC_CHANNEL, (_event, frame: unknown) => listener(frame));
  },
});

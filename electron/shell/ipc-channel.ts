/** The one channel between page and control centre; frames of the RPC contract in both directions. */
export const IPC_CHANNEL = 'muster:frame';

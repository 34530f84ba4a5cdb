import { formatDuration } from '../../../contract/lib/time.ts';

/** Below this, a difference may be the way of the message through the network. */
const NOTICEABLE_MS = 5_000;

/** How a device's clock stands against this laptop's, from a moment it named and when that was heard. */
export function clockSentence(deviceTime: string, heardAt: string): { off: boolean; text: string } {
  const differenceMs = Date.parse(deviceTime) - Date.parse(heardAt);
  if (Math.abs(differenceMs) < NOTICEABLE_MS)
    return { off: false, text: 'Its clock agrees with this laptop’s.' };
  const direction = differenceMs > 0 ? 'ahead of' : 'behind';
  return {
    off: true,
    text: `Its clock is ${formatDuration(Math.abs(differenceMs))} ${direction} this laptop’s.`,
  };
}

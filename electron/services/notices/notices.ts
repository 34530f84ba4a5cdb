import { randomUUID } from 'node:crypto';
import { createSignal, type Signal } from '../../../contract/lib/signal.ts';
import type { Notice } from '../../../contract/model/notice.ts';
import type { Handlers } from '../../../contract/rpc/contract.ts';

/** What the person at the screen must know about the control centre itself. */
export interface Notices {
  add(level: Notice['level'], message: string): void;
  list(): Notice[];
  readonly changed: Signal<Notice[]>;
  readonly handlers: Pick<Handlers, 'notices.dismiss'>;
}

const LIMIT = 50;

/** The same message again replaces the older one. */
export function createNotices(options: { now: () => number; onError(error: unknown): void }): Notices {
  const changed = createSignal<Notice[]>(options.onError);
  let notices: Notice[] = [];
  const keep = (next: Notice[]): void => {
    notices = next.slice(-LIMIT);
    changed.emit(notices);
  };
  return {
    changed,
    list: () => notices,
    add(level, message) {
      const notice: Notice = {
        id: randomUUID(),
        at: new Date(options.now()).toISOString(),
        level,
        message: message.slice(0, 1000),
      };
      keep([...notices.filter((known) => known.message !== notice.message), notice]);
    },
    handlers: {
      'notices.dismiss'({ id }) {
        keep(notices.filter((notice) => notice.id !== id));
        return {};
      },
    },
  };
}

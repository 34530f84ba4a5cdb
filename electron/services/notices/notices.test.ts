import { describe, expect, it } from 'vitest';
import type { Session } from '../../../contract/rpc/contract.ts';
import { createNotices } from './notices.ts';

const session: Session = {
  id: 's',
  role: 'admin',
  actor: 'Ada',
  emit: () => undefined,
  onClose: () => undefined,
};
const start = () => {
  const notices = createNotices({
    now: () => 0,
    onError: (error) => {
      throw error;
    },
  });
  let told = 0;
  notices.changed.on(() => {
    told += 1;
  });
  return { notices, told: () => told };
};

describe('notices', () => {
  it('are kept until they are dismissed, each message once', () => {
    const { notices, told } = start();
    notices.add('warning', 'A');
    notices.add('error', 'B');
    notices.add('error', 'A');
    expect(notices.list().map(({ level, message }) => `${level} ${message}`)).toEqual(['error B', 'error A']);
    const [first] = notices.list();
    notices.handlers['notices.dismiss']({ id: first?.id ?? '' }, session);
    expect(notices.list().map(({ message }) => message)).toEqual(['A']);
    expect(told()).toBe(4);
  });

  it('do not grow without bound, in number or in length', () => {
    const { notices } = start();
    for (let index = 0; index < 200; index += 1) notices.add('info', `${index} ${'x'.repeat(2_000)}`);
    expect(notices.list()).toHaveLength(50);
    expect(notices.list().every(({ message }) => message.length <= 1_000)).toBe(true);
    expect(notices.list().at(-1)?.message).toMatch(/^199 /);
  });
});

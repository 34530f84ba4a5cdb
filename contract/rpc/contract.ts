import type { z } from 'zod';
import type { Role } from '../model/role.ts';
import { auditCalls } from './contract/audit.ts';
import { deviceCalls, deviceEvents } from './contract/devices.ts';
import { jobCalls, jobEvents } from './contract/jobs.ts';
import { sessionCalls, sessionEvents } from './contract/session.ts';
import { siteCalls, siteEvents } from './contract/sites.ts';

/** Every call that an interface can make of a control centre. */
export const calls = { ...sessionCalls, ...siteCalls, ...deviceCalls, ...jobCalls, ...auditCalls };
/** Every event that a control centre sends. */
export const events = { ...sessionEvents, ...siteEvents, ...deviceEvents, ...jobEvents };

export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallInput<N extends CallName> = z.input<Calls[N]['input']>;
export type CallOutput<N extends CallName> = z.output<Calls[N]['output']>;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventBody<N extends EventName> = z.output<Events[N]>;

/** One connected interface, as handlers see it. */
export interface Session {
  readonly id: string;
  readonly role: Role;
  /** Name for the audit log. */
  readonly actor: string;
  emit<N extends EventName>(name: N, body: EventBody<N>): void;
  /** Runs when the session ends. */
  onClose(listener: () => void): void;
}

type Awaitable<T> = T | Promise<T>;

/** The handlers of some calls; `Handlers` without names is all of them, so a missing one does not compile. */
export type Handlers<N extends CallName = CallName> = {
  [K in N]: (input: z.output<Calls[K]['input']>, session: Session) => Awaitable<z.input<Calls[K]['output']>>;
};

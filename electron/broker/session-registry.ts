import type { Duplex } from 'node:stream';
import type { Publication } from './access-rules.ts';
import { type Account, type AccountBook, accountUsername } from './account.ts';
import type { BrokerJournal } from './broker-journal.ts';
import type { Refusal } from './broker-report.ts';
import type { GuardedStream } from './guarded-stream.ts';
import type { ListenerSettings } from './listener.ts';

/** One TCP connection and who is at its other end. */
export interface Session {
  readonly id: number;
  readonly remoteAddress: string;
  readonly listener: ListenerSettings;
  readonly guard: GuardedStream;
  /** Tells the admission that this connection is no stranger any more. */
  readonly accept: () => void;
  clientId: string;
  connect: { keepAliveSeconds: number; will: Publication | undefined };
  /** Set once the password has been proved. */
  account: Account | undefined;
  /** True after the CONNACK. */
  isOpen: boolean;
  /** Why the broker ends it, once it does. */
  reason: Refusal | undefined;
  readonly filters: Set<string>;
  deniedThisSecond: number;
}

interface RegistryDependencies {
  accounts: AccountBook;
  journal: BrokerJournal;
  deniedPerSecond: number;
  /** Unix time in milliseconds. */
  now: () => number;
}

/** Every connection by its stream, with what may end it and who is told. */
export function createSessionRegistry({ accounts, journal, deniedPerSecond, now }: RegistryDependencies) {
  const sessions = new Map<Duplex, Session>();
  let lastId = 0;
  let openSessions = 0;
  let secondTimer: NodeJS.Timeout | undefined;

  function reportRefusal(session: Session, reason: Refusal, detail = ''): void {
    journal.refused({ reason, remoteAddress: session.remoteAddress, detail });
  }

  /** Cuts a connection; the first reason stays. */
  function end(session: Session, reason: Refusal): void {
    if (session.reason) return;
    session.reason = reason;
    reportRefusal(session, reason);
    session.guard.cut();
  }

  /** Ends the sessions whose account is gone, has another password or has expired. */
  function endWithdrawn(): void {
    for (const session of sessions.values()) {
      if (session.account && !accounts.isCurrent(session.account)) end(session, 'account-withdrawn');
    }
  }

  return {
    reportRefusal,
    endWithdrawn,
    find: (stream: Duplex): Session | undefined => sessions.get(stream),
    openSessions: () => openSessions,

    add(connection: Pick<Session, 'remoteAddress' | 'listener' | 'guard' | 'accept'>): Session {
      lastId += 1;
      const session: Session = {
        ...connection,
        id: lastId,
        clientId: '',
        connect: { keepAliveSeconds: 0, will: undefined },
        account: undefined,
        isOpen: false,
        reason: undefined,
        filters: new Set(),
        deniedThisSecond: 0,
      };
      sessions.set(connection.guard.stream, session);
      return session;
    },

    /** Gives the connection its account and client id; whoever used that id before is out. */
    identify(session: Session, account: Account, clientId: string): void {
      // aedes by itself forgets an older session that is just closing, and would then keep both.
      for (const other of sessions.values()) {
        if (other !== session && other.account && other.clientId === clientId) end(other, 'taken-over');
      }
      session.account = account;
      session.clientId = clientId;
    },

    /** The client has its CONNACK. */
    opened(session: Session, account: Account): void {
      session.isOpen = true;
      openSessions += 1;
      session.accept();
      journal.connected({
        connectionId: session.id,
        clientId: session.clientId,
        account: account.kind,
        username: accountUsername(account),
        mac: macOf(account),
        remoteAddress: session.remoteAddress,
        listener: session.listener.name,
        atMs: now(),
      });
    },

    closed(session: Session): void {
      sessions.delete(session.guard.stream);
      if (!session.isOpen || !session.account) return;
      openSessions -= 1;
      journal.disconnected({
        connectionId: session.id,
        clientId: session.clientId,
        username: accountUsername(session.account),
        mac: macOf(session.account),
        reason: session.reason ?? 'closed',
        atMs: now(),
      });
    },

    /** Counts something that the account may not do; a client that will not stop is cut. */
    deny(session: Session, action: 'publish' | 'subscribe', topic: string, reason: string): void {
      const username = session.account ? accountUsername(session.account) : '';
      journal.denied({ action, username, clientId: session.clientId, topic, reason });
      session.deniedThisSecond += 1;
      if (session.deniedThisSecond > deniedPerSecond) end(session, 'denied-too-often');
    },

    start(): void {
      secondTimer = setInterval(() => {
        for (const session of sessions.values()) session.deniedThisSecond = 0;
        endWithdrawn();
      }, 1000);
    },
    stop(): void {
      clearInterval(secondTimer);
    },
  };
}
export type SessionRegistry = ReturnType<typeof createSessionRegistry>;

function macOf(account: Account): string | null {
  return account.kind === 'device' ? account.mac : null;
}

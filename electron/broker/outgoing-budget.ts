/** One connection's part of the budget. */
export interface OutgoingAccount {
  /** Bytes handed to the socket and not yet taken by the system. */
  readonly bytes: number;
  /** Takes bytes over, or says which limit they exceed; the connection then has to be cut. */
  take(bytes: number): 'slow-reader' | undefined;
  /** Gives bytes back that the system took or that the end of the connection freed. */
  give(bytes: number): void;
  /** True when QoS 0 messages should be left out for this connection. */
  shouldShed(): boolean;
}

interface BudgetLimits {
  shedBytes: number;
  outgoingBytes: number;
  totalOutgoingBytes: number;
}

/**
 * Counts what waits in the sockets of slow readers. When all together exceed the total, the one with the most is cut:
 * `cutSlowest` in its account's name.
 */
export function createOutgoingBudget(limits: BudgetLimits) {
  const accounts = new Map<OutgoingAccount, (reason: 'memory-limit') => void>();
  let totalBytes = 0;

  function cutSlowest(): void {
    let slowest: OutgoingAccount | undefined;
    for (const account of accounts.keys()) if (account.bytes > (slowest?.bytes ?? 0)) slowest = account;
    if (slowest) accounts.get(slowest)?.('memory-limit');
  }

  return {
    totalBytes: () => totalBytes,
    /**
     * Opens an account; `cut` is called when this connection has to go for the sake of the others. `ownLimitBytes`
     * stands in the place of the usual limit of one connection.
     */
    open(
      cut: (reason: 'memory-limit') => void,
      ownLimitBytes = limits.outgoingBytes,
    ): OutgoingAccount & { close(): void } {
      let own = 0;
      let closed = false;
      const account: OutgoingAccount & { close(): void } = {
        get bytes() {
          return own;
        },
        take(bytes) {
          if (closed) return undefined;
          own += bytes;
          totalBytes += bytes;
          if (own > ownLimitBytes) return 'slow-reader';
          if (totalBytes > limits.totalOutgoingBytes) cutSlowest();
          return undefined;
        },
        give(bytes) {
          if (closed) return;
          own -= bytes;
          totalBytes -= bytes;
        },
        shouldShed: () => own > limits.shedBytes || (own > 0 && totalBytes > limits.totalOutgoingBytes / 2),
        close() {
          if (closed) return;
          closed = true;
          totalBytes -= own;
          own = 0;
          accounts.delete(account);
        },
      };
      accounts.set(account, cut);
      return account;
    },
  };
}
export type OutgoingBudget = ReturnType<typeof createOutgoingBudget>;

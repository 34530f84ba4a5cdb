import { randomBytes, randomUUID } from 'node:crypto';
import { AppError, checkValue, type ErrorBody, toErrorBody } from '../../contract/lib/errors.ts';
import { createSignal } from '../../contract/lib/signal.ts';
import type { Role } from '../../contract/model/role.ts';
import {
  type CallName,
  calls,
  type EventBody,
  type EventName,
  type Handlers,
  type Session,
} from '../../contract/rpc/contract.ts';
import { Frame, type Port } from '../../contract/rpc/port.ts';
import { checkAccess } from './access.ts';

/** Who sits at the other end of a port; whoever attaches it has made sure of that. */
export interface Who {
  readonly role: Role;
  /** Name for the audit log. */
  readonly actor: string;
}

/** What went wrong outside of what callers are told, for the log. */
export interface RpcProblem {
  readonly error: unknown;
  /** The call that failed, or undefined when a frame was not a call at all. */
  readonly callName: string | undefined;
  readonly sessionId: string;
  /** The number that the caller was given in place of the error, to find it in the log. */
  readonly errorId: string | undefined;
}

export interface RpcServer {
  /** Serves the contract on a port until it closes. */
  attach(port: Port, who: Who): Session;
  sessions(): readonly Session[];
  emitAll<N extends EventName>(name: N, body: EventBody<N>): void;
  closeAll(): void;
}

/** Calls of one session that may be under way at once: enough for any screen, too few to exhaust memory. */
const PENDING_LIMIT = 200;

/**
 * The serving side of the contract, on any number of ports. INVARIANTS: a reply leaves by the port that asked;
 * nothing is sent after a port closed; a frame that is not a call ends its port.
 */
export function createRpcServer({
  handlers,
  onProblem,
  onConnect,
  pendingLimit = PENDING_LIMIT,
}: {
  handlers: Handlers;
  onProblem: (problem: RpcProblem) => void;
  onConnect?: (session: Session) => void;
  pendingLimit?: number;
}): RpcServer {
  const attached = new Map<Session, Port>();

  const attach = (port: Port, who: Who): Session => {
    const id = randomUUID();
    let open = true;
    let pending = 0;
    const send = (frame: Frame): void => {
      if (open) port.send(frame);
    };
    const closed = createSignal<void>((error) =>
      onProblem({ error, callName: undefined, sessionId: id, errorId: undefined }),
    );
    const session: Session = {
      id,
      role: who.role,
      actor: who.actor,
      emit: (name, body) => send({ t: 'event', name, body }),
      onClose(listener) {
        if (open) closed.on(listener);
        else listener();
      },
    };

    const refuse = (sentence: string): void => {
      onProblem({
        error: new AppError('invalid', sentence),
        callName: undefined,
        sessionId: id,
        errorId: undefined,
      });
      port.close();
    };

    const answer = async (callId: number, name: string, input: unknown): Promise<void> => {
      pending += 1;
      try {
        if (pending > pendingLimit) {
          throw new AppError('conflict', `More than ${pendingLimit} calls are under way: wait for answers.`);
        }
        send({ t: 'ok', id: callId, output: await handle(handlers, name, input, session) });
      } catch (error) {
        send({ t: 'fail', id: callId, error: publicError(error, name, id, onProblem) });
      } finally {
        pending -= 1;
      }
    };

    port.onFrame((raw) => {
      if (!open) return;
      const frame = checkValue(Frame, raw);
      if (!frame.ok) {
        refuse(`A frame that makes no sense came from ${who.actor}: ${frame.problem}`);
      } else if (frame.value.t !== 'call') {
        refuse(`A frame of type ${frame.value.t} came from ${who.actor}; only calls come this way.`);
      } else {
        void answer(frame.value.id, frame.value.name, frame.value.input);
      }
    });
    port.onClose(() => {
      if (!open) return;
      open = false;
      attached.delete(session);
      closed.emit();
    });
    attached.set(session, port);
    onConnect?.(session);
    return session;
  };

  return {
    attach,
    sessions: () => [...attached.keys()],
    emitAll(name, body) {
      for (const session of attached.keys()) session.emit(name, body);
    },
    closeAll() {
      for (const port of [...attached.values()]) port.close();
    },
  };
}

async function handle(handlers: Handlers, name: string, input: unknown, session: Session): Promise<unknown> {
  if (!isCall(name)) {
    throw new AppError(
      'unsupported',
      `This control centre knows no call “${name}”. Its version and the one of this program differ: update the older.`,
    );
  }
  const definition = calls[name];
  checkAccess(session.role, definition.access, name);
  const parsed = checkValue<unknown>(definition.input, input);
  if (!parsed.ok) throw new AppError('invalid', parsed.problem);
  // The pairing of a handler with its own schema is what the type Handlers guarantees; one variable name cannot say it.
  const handler = handlers[name] as (input: unknown, session: Session) => unknown;
  return await handler(parsed.value, session);
}

function isCall(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

/** An internal error may hold anything, so the caller gets a number for it and the log gets the error. */
function publicError(
  error: unknown,
  callName: string,
  sessionId: string,
  onProblem: (problem: RpcProblem) => void,
): ErrorBody {
  const body = toErrorBody(error);
  if (body.code !== 'internal') return body;
  const errorId = randomBytes(4).toString('hex');
  onProblem({ error, callName, sessionId, errorId });
  return {
    code: 'internal',
    message: `Something went wrong inside the control centre. Its log has the details under error ${errorId}.`,
    data: { errorId },
  };
}

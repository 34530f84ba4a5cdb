import { z } from 'zod';
import { utf8ByteLength } from '../lib/bytes.ts';
import { Timestamp } from '../lib/time.ts';
import { isDangerousCommand } from './dangerous-command.ts';
import type { Access } from './role.ts';

/** Bytes of a script or command text; larger programs go as a file. */
export const SCRIPT_LIMIT_BYTES = 128 * 1024;
/** Bytes of all arguments of a job as JSON: with its signature a request must fit into one message of 256 KiB. */
export const ARGUMENTS_LIMIT_BYTES = 180 * 1024;

const UnitName = z
  .string()
  .regex(/^[A-Za-z0-9@:_.\\-]{1,200}$/, 'a unit name has letters, digits and @ : _ . - only');

export const ShellRunArgs = z
  .object({
    /** One command line for the interpreter (`-c`), or … */
    command: z.string().min(1).max(SCRIPT_LIMIT_BYTES).optional(),
    /** … the text of a script, written to a file and run. */
    script: z.string().min(1).max(SCRIPT_LIMIT_BYTES).optional(),
    /** Absolute path or name of the program that runs it. */
    interpreter: z.string().min(1).max(256).default('/bin/sh'),
    arguments: z.array(z.string().max(8192)).max(100).default([]),
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), z.string().max(8192))
      .default({}),
    workingDirectory: z.string().max(4096).optional(),
    user: z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9_.-]+\$?$/, 'a user name has letters, digits, dot, dash and underscore only')
      .optional(),
    /** Ends the whole process group after this time; 0 means never. */
    timeoutSec: z
      .number()
      .int()
      .min(0)
      .max(7 * 24 * 3600)
      .default(600),
  })
  .refine(
    (args) => (args.command === undefined) !== (args.script === undefined),
    'give either a command or a script',
  )
  .refine(
    (args) => utf8ByteLength(JSON.stringify(args)) <= ARGUMENTS_LIMIT_BYTES,
    `command or script, arguments and environment have more than ${ARGUMENTS_LIMIT_BYTES} bytes together; send a larger program as a file`,
  );
export type ShellRunArgs = z.infer<typeof ShellRunArgs>;

export const LogSource = z.enum(['agent-stdout', 'agent-stderr']);
export type LogSource = z.infer<typeof LogSource>;

export const LogsReadArgs = z.object({
  source: LogSource,
  lines: z.number().int().min(1).max(100_000).default(200),
});
export type LogsReadArgs = z.infer<typeof LogsReadArgs>;

export const ServiceControlArgs = z.object({
  unit: UnitName,
  action: z.enum(['start', 'stop', 'restart', 'reload', 'enable', 'disable', 'status']),
});
export type ServiceControlArgs = z.infer<typeof ServiceControlArgs>;

const NoArgs = z.object({});
export const PowerArgs = z.object({ delaySec: z.number().int().min(0).max(3600).default(0) });
export const TimeSetArgs = z.object({ time: Timestamp });
export const IdentifyArgs = z.object({ durationSec: z.number().int().min(1).max(300).default(15) });
export const JournalReadArgs = z.object({ limit: z.number().int().min(1).max(1000).default(100) });

interface OperationDefinition {
  readonly title: string;
  readonly args: z.ZodType<Record<string, unknown>, unknown>;
  readonly access: Access;
  /** Whether it always can hurt; for the others see `isDangerous`. */
  readonly dangerous: boolean;
}

/** Every operation of this version: what it takes, who may ask for it, whether the interface must ask twice. */
export const OPERATIONS = {
  'shell.run': { title: 'Run command', args: ShellRunArgs, access: 'operate', dangerous: false },
  'info.collect': { title: 'Collect information', args: NoArgs, access: 'view', dangerous: false },
  'logs.read': { title: 'Read log', args: LogsReadArgs, access: 'view', dangerous: false },
  'power.reboot': { title: 'Reboot', args: PowerArgs, access: 'operate', dangerous: true },
  'power.shutdown': { title: 'Shut down', args: PowerArgs, access: 'operate', dangerous: true },
  'service.control': {
    title: 'Control service',
    args: ServiceControlArgs,
    access: 'operate',
    dangerous: false,
  },
  'time.set': { title: 'Set clock', args: TimeSetArgs, access: 'operate', dangerous: false },
  identify: { title: 'Identify', args: IdentifyArgs, access: 'operate', dangerous: false },
  'journal.read': { title: 'Read job journal', args: JournalReadArgs, access: 'view', dangerous: false },
} as const satisfies Record<string, OperationDefinition>;

export type OperationName = keyof typeof OPERATIONS;
export const OperationName = z.enum(Object.keys(OPERATIONS) as [OperationName, ...OperationName[]]);

/** Whether the text names an operation of this version. */
export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

/** Whether a job can hurt a device, so that the interface asks for the number of devices to be typed. */
export function isDangerous(op: OperationName, args: Record<string, unknown>): boolean {
  if (OPERATIONS[op].dangerous) return true;
  if (op === 'service.control') return args.action === 'stop' || args.action === 'disable';
  if (op !== 'shell.run') return false;
  const given = Array.isArray(args.arguments) ? args.arguments : [];
  const words: unknown[] = [args.interpreter, args.command, args.script, ...given];
  return isDangerousCommand(words.filter((word) => typeof word === 'string').join('\n'));
}

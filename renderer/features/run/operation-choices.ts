import type { OperationName } from '../../../contract/model/operation.ts';

/** What a person can choose to do: `shell.run` twice, because a command and a script are entered differently. */
export type ChoiceName =
  | 'command'
  | 'script'
  | 'information'
  | 'log'
  | 'service'
  | 'clock'
  | 'identify'
  | 'reboot'
  | 'shutdown';

export interface OperationChoice {
  readonly name: ChoiceName;
  readonly op: OperationName;
  readonly title: string;
  /** What it does and what it means, in a sentence. */
  readonly sentence: string;
  /** Of the sentence and the button: `Run` … `on 12 devices`. */
  readonly verb: string;
  readonly preposition: string;
}

/** In the order in which they are offered: the usual first, what can hurt last. */
export const OPERATION_CHOICES: readonly OperationChoice[] = [
  {
    name: 'command',
    op: 'shell.run',
    title: 'Run command',
    sentence: 'A command line, as you would type it in a shell on the device.',
    verb: 'Run',
    preposition: 'on',
  },
  {
    name: 'script',
    op: 'shell.run',
    title: 'Run script text',
    sentence: 'Several lines, written to a file on the device and run by an interpreter.',
    verb: 'Run script',
    preposition: 'on',
  },
  {
    name: 'information',
    op: 'info.collect',
    title: 'Collect information',
    sentence: 'Asks for model, system, addresses and disks. Changes nothing.',
    verb: 'Collect information',
    preposition: 'from',
  },
  {
    name: 'log',
    op: 'logs.read',
    title: 'Read log',
    sentence: 'The last lines of what the agent wrote about its own work. Changes nothing.',
    verb: 'Read log',
    preposition: 'of',
  },
  {
    name: 'service',
    op: 'service.control',
    title: 'Control service',
    sentence: 'Starts, stops, restarts or asks about a systemd unit.',
    verb: 'Control service',
    preposition: 'on',
  },
  {
    name: 'clock',
    op: 'time.set',
    title: 'Set clock',
    sentence: 'Sets the clock to the time of this computer: for devices without a time server.',
    verb: 'Set clock',
    preposition: 'of',
  },
  {
    name: 'identify',
    op: 'identify',
    title: 'Identify',
    sentence: 'Makes the device show itself, by its light where it has one, so that you find it.',
    verb: 'Identify',
    preposition: '',
  },
  {
    name: 'reboot',
    op: 'power.reboot',
    title: 'Reboot',
    sentence: 'Restarts the device. Whatever runs on it is interrupted.',
    verb: 'Reboot',
    preposition: '',
  },
  {
    name: 'shutdown',
    op: 'power.shutdown',
    title: 'Shut down',
    sentence: 'Stops the device. Somebody has to go there to switch it on again.',
    verb: 'Shut down',
    preposition: '',
  },
];

export function choiceNamed(name: ChoiceName): OperationChoice {
  const found = OPERATION_CHOICES.find((choice) => choice.name === name);
  if (!found) throw new RangeError(`There is no choice ${name}.`);
  return found;
}

/** The choice that a screen means when it asks for an operation. */
export function choiceOfOperation(op: OperationName | undefined): ChoiceName {
  return OPERATION_CHOICES.find((choice) => choice.op === op)?.name ?? 'command';
}

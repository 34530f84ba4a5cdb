import { useMemo, useState } from 'react';
import { isDangerous, OPERATIONS, type OperationName } from '../../../contract/model/operation.ts';
import { roleAllows } from '../../../contract/model/role.ts';
import { useDevices, useSession } from '../../state/hooks.ts';
import { isConfirmed } from '../../ui/count-confirm.tsx';
import { type ChosenDevices, partChosen } from './device-choice.ts';
import { choiceNamed, choiceOfOperation } from './operation-choices.ts';
import { type DraftOutcome, type DraftProblems, EMPTY_DRAFT, type RunDraft, readDraft } from './run-draft.ts';

/** Above this many devices the number must be typed, whatever the operation. */
const COUNT_LIMIT = 20;
/** A time in a queue is a wrong time: it is given up at once. */
const CLOCK_DEADLINE_SEC = 30;

export type StepName = 'what' | 'which' | 'go';

export interface RunForm {
  readonly draft: RunDraft;
  readonly outcome: DraftOutcome;
  /** Shown only after the person has tried to go on. */
  readonly problems: DraftProblems;
  readonly chosen: ReadonlySet<string>;
  readonly devices: ChosenDevices;
  readonly deadlineSec: number | undefined;
  readonly mustType: boolean;
  readonly typed: string;
  readonly open: Readonly<Record<StepName, boolean>>;
  /** Why this person may not do it, as a sentence. */
  readonly denied: string | undefined;
  /** The step that keeps it from being started, and why. */
  readonly obstacle: { readonly step: StepName; readonly reason: string } | undefined;
  change(change: Partial<RunDraft>): void;
  choose(macs: ReadonlySet<string>): void;
  setDeadlineSec(seconds: number | undefined): void;
  setTyped(text: string): void;
  toggle(step: StepName): void;
  show(step: StepName): void;
  revealProblems(): void;
}

/** Everything that is entered in the three steps, and what follows from it. */
export function useRunForm(options: {
  siteId: string;
  initialMacs: readonly string[];
  initialOp: OperationName | undefined;
}): RunForm {
  const { siteId, initialMacs, initialOp } = options;
  const all = useDevices(siteId);
  const session = useSession();
  const [draft, setDraft] = useState<RunDraft>(() => ({
    ...EMPTY_DRAFT,
    choice: choiceOfOperation(initialOp),
  }));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(initialMacs));
  const [chosenDeadlineSec, setDeadlineSec] = useState<number>();
  const [typed, setTyped] = useState('');
  const [revealed, setRevealed] = useState(false);
  const [open, setOpen] = useState({ what: true, which: initialMacs.length === 0, go: true });

  // The time of a clock job is read again at the moment of starting.
  const outcome = useMemo(() => readDraft(draft, new Date().toISOString()), [draft]);
  const devices = useMemo(() => partChosen(all, chosen, outcome.op), [all, chosen, outcome.op]);
  const count = devices.suitable.length;
  const dangerous = outcome.args !== undefined && isDangerous(outcome.op, outcome.args);
  const mustType = count > 0 && (dangerous || count > COUNT_LIMIT);
  const { access } = OPERATIONS[outcome.op];
  const denied =
    session && !roleAllows(session.role, access)
      ? `Your role (${session.role}) does not allow “${choiceNamed(draft.choice).title}”. Ask an admin of the site.`
      : undefined;

  return {
    draft,
    outcome,
    problems: revealed ? (outcome.problems ?? {}) : {},
    chosen,
    devices,
    deadlineSec: draft.choice === 'clock' ? CLOCK_DEADLINE_SEC : chosenDeadlineSec,
    mustType,
    typed,
    open,
    denied,
    obstacle: obstacleOf(),
    change: (change) => {
      setDraft((before) => ({ ...before, ...change }));
      setTyped('');
    },
    choose: (macs) => {
      setChosen(macs);
      setTyped('');
    },
    setDeadlineSec,
    setTyped,
    toggle: (step) => setOpen((before) => ({ ...before, [step]: !before[step] })),
    show: (step) => setOpen((before) => ({ ...before, [step]: true })),
    revealProblems: () => setRevealed(true),
  };

  function obstacleOf(): RunForm['obstacle'] {
    if (outcome.problems) {
      return { step: 'what', reason: Object.values(outcome.problems)[0] ?? 'Something is missing.' };
    }
    if (denied) return { step: 'what', reason: denied };
    if (count === 0) return { step: 'which', reason: 'Choose the devices.' };
    if (mustType && !isConfirmed(String(count), typed))
      return { step: 'go', reason: `Type ${count} to confirm.` };
    return undefined;
  }
}

import { Button } from '@mantine/core';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { OperationName } from '../../../contract/model/operation.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useConnected, useSite } from '../../state/hooks.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import { useNavigate } from '../../ui/router.tsx';
import { SheetStep, SideSheet } from '../../ui/side-sheet.tsx';
import { chosenSummary } from './device-choice.ts';
import { DevicePicker } from './device-picker.tsx';
import { GoStep } from './go-step.tsx';
import { choiceNamed } from './operation-choices.ts';
import { OperationFields } from './operation-fields.tsx';
import { OperationPicker } from './operation-picker.tsx';
import { createRecentCommands } from './recent-commands.ts';
import classes from './run.module.css';
import { readDraft } from './run-draft.ts';
import { actionLabel } from './run-sentence.ts';
import { StartedJob } from './started-job.tsx';
import { type StepName, useRunForm } from './use-run-form.ts';

export interface RunSheetProps {
  opened: boolean;
  onClose: () => void;
  siteId: string;
  initialMacs?: readonly string[];
  initialOp?: OperationName;
}

const STEP_TARGETS: Record<StepName, string> = {
  what: '[aria-invalid="true"], #run-text, [data-step="what"] input',
  which: '[data-step="which"] input[type="text"]',
  go: '#run-confirm input, [data-run-start]',
};

/** Acting on devices: what, which, go; then the job that came of it. Every opening begins afresh. */
export function RunSheet(props: RunSheetProps) {
  const openings = useRef({ count: 0, opened: false });
  if (props.opened && !openings.current.opened) openings.current.count += 1;
  openings.current.opened = props.opened;
  return <FreshRunSheet key={openings.current.count} {...props} />;
}

function FreshRunSheet(props: RunSheetProps) {
  const { opened, onClose, siteId, initialMacs = [], initialOp } = props;
  const site = useSite(siteId);
  const navigate = useNavigate();
  const connected = useConnected();
  const { run, pending, error } = useCall();
  const form = useRunForm({ siteId, initialMacs, initialOp });
  const [jobId, setJobId] = useState<string>();
  const bodyRef = useRef<HTMLFormElement>(null);
  const { draft, outcome, devices } = form;
  const count = devices.suitable.length;

  /** Puts the cursor where something is missing, or on what comes next. */
  const focusStep = (step: StepName): void => {
    form.show(step);
    const focus = (): boolean => {
      // The button is in the footer, outside of the steps.
      const root = bodyRef.current?.closest('[role="dialog"]') ?? bodyRef.current;
      const target = root?.querySelector<HTMLElement>(STEP_TARGETS[step]);
      target?.focus();
      return target !== undefined && target === document.activeElement;
    };
    // What is folded, or not marked as wrong yet, can take the focus only after the next picture.
    if (step === 'what' || !focus()) requestAnimationFrame(focus);
  };

  const start = async (): Promise<void> => {
    form.revealProblems();
    if (form.obstacle) {
      focusStep(form.obstacle.step);
      return;
    }
    const { op, args } = readDraft(draft, new Date().toISOString());
    if (!args || pending) return;
    const answer = await run('jobs.start', {
      siteId,
      op,
      args,
      target: { kind: 'devices', macs: devices.suitable.map(({ mac }) => mac) },
      ...(form.deadlineSec === undefined ? {} : { deadlineSec: form.deadlineSec }),
    });
    if (!answer) return;
    if (draft.choice === 'command') createRecentCommands(localStorage).add(draft.command);
    setJobId(answer.job.id);
  };

  const goOn = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'Enter' || jobId) return;
    const target = event.target as HTMLElement;
    const withControl = event.ctrlKey || event.metaKey;
    // In the field of the count a plain Enter is enough: typing it was the question.
    if (!withControl && target.closest('#run-confirm') === null) return;
    event.preventDefault();
    if (target.closest('[data-step="go"], [data-run-start]')) void start();
    else if (form.obstacle && form.obstacle.step !== 'go') {
      form.revealProblems();
      focusStep(form.obstacle.step);
    } else focusStep('go');
  };

  const footer = jobId ? (
    <>
      <Button variant="default" onClick={onClose}>
        Close
      </Button>
      <Button
        onClick={() => {
          navigate(`/jobs/${jobId}`);
          onClose();
        }}
      >
        Open job
      </Button>
    </>
  ) : (
    <>
      <span className={classes.keys}>
        <KeyHint keys="mod+Enter" /> goes on
      </span>
      <Button variant="default" onClick={onClose}>
        Close
      </Button>
      <Button
        data-run-start
        loading={pending}
        disabled={!connected || form.denied !== undefined}
        onClick={() => void start()}
        onKeyDown={goOn}
      >
        {count === 0 ? 'Choose devices' : actionLabel(draft, count)}
      </Button>
    </>
  );

  return (
    <SideSheet
      opened={opened}
      onClose={onClose}
      title={jobId ? actionLabel(draft, count) : 'Act on devices'}
      subtitle={jobId ? <code>{draft.choice === 'command' ? draft.command.trim() : ''}</code> : site?.name}
      widthPx={680}
      footer={footer}
    >
      {jobId ? (
        <StartedJob jobId={jobId} />
      ) : (
        <form ref={bodyRef} noValidate onSubmit={(event) => event.preventDefault()} onKeyDown={goOn}>
          <div data-step="what">
            <SheetStep
              step={1}
              title="What"
              summary={form.open.what ? undefined : whatSummary()}
              open={form.open.what}
              done={outcome.args !== undefined}
              onToggle={() => form.toggle('what')}
            >
              <div className={classes.what}>
                <OperationPicker value={draft.choice} onChange={(choice) => form.change({ choice })} />
                <OperationFields draft={draft} problems={form.problems} onChange={form.change} />
              </div>
            </SheetStep>
          </div>
          <div data-step="which">
            <SheetStep
              step={2}
              title="Which"
              summary={chosenSummary(devices)}
              open={form.open.which}
              done={count > 0}
              onToggle={() => form.toggle('which')}
            >
              <DevicePicker siteId={siteId} op={outcome.op} chosen={form.chosen} onChoose={form.choose} />
            </SheetStep>
          </div>
          <div data-step="go">
            <SheetStep
              step={3}
              title="Go"
              open={form.open.go}
              done={form.obstacle === undefined}
              onToggle={() => form.toggle('go')}
            >
              <GoStep form={form} error={error} />
            </SheetStep>
          </div>
        </form>
      )}
    </SideSheet>
  );

  function whatSummary(): string {
    const title = choiceNamed(draft.choice).title;
    return draft.choice === 'command' && draft.command.trim() !== '' ? draft.command.trim() : title;
  }
}

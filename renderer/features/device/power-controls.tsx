import { Button, Group } from '@mantine/core';
import { IconBulb, IconPower, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { type Device, unsuitableReason } from '../../../contract/model/device.ts';
import { isDangerous, OPERATIONS, type OperationName } from '../../../contract/model/operation.ts';
import { deviceTitle } from '../../state/device-words.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page-head.tsx';
import { DangerNote } from './danger-note.tsx';
import classes from './device.module.css';
import { useStartJob } from './use-start-job.ts';
import { WatchedOperation } from './watched-operation.tsx';

type ControlOp = Extract<OperationName, 'identify' | 'power.reboot' | 'power.shutdown'>;

const CONTROLS: readonly { op: ControlOp; icon: ReactNode; advice: string }[] = [
  { op: 'identify', icon: <IconBulb size={14} />, advice: '' },
  {
    op: 'power.reboot',
    icon: <IconRefresh size={14} />,
    advice: 'All that runs on it stops, and it is offline until it has started again.',
  },
  {
    op: 'power.shutdown',
    icon: <IconPower size={14} />,
    advice: 'Someone must go there and switch it on again: it cannot be woken from here.',
  },
];

/** Identify, reboot and shut down this one device. */
export function PowerControls(props: { device: Device }) {
  const { device } = props;
  const [asking, setAsking] = useState<ControlOp>();
  const [jobId, setJobId] = useState<string>();
  const job = useStartJob(device);
  const reasons = new Map(CONTROLS.map(({ op }) => [op, unsuitableReason(device, op)]));
  const told = tellReasons([...reasons]);
  const question = CONTROLS.find(({ op }) => op === asking);

  const run = async (op: ControlOp, confirmed: boolean): Promise<void> => {
    if (!confirmed && isDangerous(op, {})) return setAsking(op);
    setAsking(undefined);
    const started = await job.start(op, {});
    if (started) setJobId(started.id);
  };

  return (
    <Section title="Identify and power">
      <div className={classes.control}>
        <Group gap={8}>
          {CONTROLS.map(({ op, icon }) => (
            <Button
              key={op}
              variant="default"
              leftSection={icon}
              disabled={reasons.get(op) !== undefined || job.pending}
              title={reasons.get(op)}
              onClick={() => void run(op, false)}
            >
              {OPERATIONS[op].title}
              {isDangerous(op, {}) ? ' …' : ''}
            </Button>
          ))}
        </Group>
        {told.map((reason) => (
          <p key={reason} className={classes.hint}>
            {reason}
          </p>
        ))}
        {question && (
          <DangerNote
            what={`${OPERATIONS[question.op].title} ${deviceTitle(device)}?`}
            advice={question.advice}
            action={`${OPERATIONS[question.op].title} ${deviceTitle(device)}`}
            onConfirm={() => void run(question.op, true)}
            onCancel={() => setAsking(undefined)}
          />
        )}
        <ErrorNote error={job.error} what="Nothing was sent." onDismiss={job.clearError} />
        {jobId && <WatchedOperation key={jobId} jobId={jobId} mac={device.mac} />}
      </div>
    </Section>
  );
}

/** Each reason once; operations that the agent lacks in one sentence. */
function tellReasons(reasons: readonly (readonly [ControlOp, string | undefined])[]): string[] {
  const missing = reasons
    .filter(([op, reason]) => reason?.endsWith(`does not offer ${op}.`))
    .map(([op]) => op);
  const others = reasons.flatMap(([op, reason]) => (reason && !missing.includes(op) ? [reason] : []));
  const lacks = missing.map((op) => OPERATIONS[op].title.toLowerCase()).join(', ');
  return [...new Set(others), ...(lacks ? [`The agent on this device does not offer: ${lacks}.`] : [])];
}

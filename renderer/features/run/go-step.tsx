import { Select } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ErrorBody } from '../../../contract/lib/errors.ts';
import { isDangerous } from '../../../contract/model/operation.ts';
import { deviceTitle } from '../../state/device-words.ts';
import { useConnected } from '../../state/hooks.ts';
import { CountConfirm } from '../../ui/count-confirm.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import classes from './run.module.css';
import { runSentence } from './run-sentence.ts';
import type { RunForm } from './use-run-form.ts';

const DEADLINES = [
  { value: 'none', label: 'Wait without limit' },
  { value: '600', label: 'Give up after 10 minutes' },
  { value: '3600', label: 'Give up after 1 hour' },
  { value: '28800', label: 'Give up after 8 hours' },
  { value: '86400', label: 'Give up after 1 day' },
  { value: '604800', label: 'Give up after 7 days' },
];
const LEFT_OUT_SHOWN = 4;

/** What is going to happen, and the last questions before it does. */
export function GoStep(props: { form: RunForm; error: ErrorBody | undefined }) {
  const { form, error } = props;
  const { draft, outcome, devices, deadlineSec } = form;
  const connected = useConnected();
  const count = devices.suitable.length;
  const away = devices.suitable.some((device) => !device.online);
  const ready = outcome.args !== undefined && count > 0;
  const dangerous = outcome.args !== undefined && isDangerous(outcome.op, outcome.args);
  return (
    <div className={classes.go}>
      <p className={classes.sentence} aria-live="polite">
        {ready
          ? runSentence(draft, devices.suitable, deadlineSec).map((part) =>
              part.code ? (
                <code key={part.text} className={classes.sentenceCode}>
                  {part.text}
                </code>
              ) : (
                part.text
              ),
            )
          : form.obstacle?.reason}
      </p>
      <LeftOut form={form} />
      {form.denied && ready && <p className={classes.warning}>{form.denied}</p>}
      {ready && away && draft.choice !== 'clock' && (
        <Select
          label="Devices that are not online"
          w={240}
          allowDeselect={false}
          data={DEADLINES}
          value={deadlineSec === undefined ? 'none' : String(deadlineSec)}
          onChange={(value) => form.setDeadlineSec(!value || value === 'none' ? undefined : Number(value))}
        />
      )}
      {ready && form.mustType && (
        <div className={classes.danger}>
          <IconAlertTriangle size={16} className={classes.dangerIcon} aria-hidden="true" />
          <div id="run-confirm">
            <CountConfirm
              expected={String(count)}
              value={form.typed}
              onChange={form.setTyped}
              label={
                dangerous
                  ? `This can hurt ${count === 1 ? 'the device' : 'devices'}. Type ${count} to confirm`
                  : `These are many devices. Type ${count} to confirm`
              }
            />
          </div>
        </div>
      )}
      {!connected && (
        <p className={classes.warning}>The control centre does not answer now: nothing can be started.</p>
      )}
      <ErrorNote error={error} what="Nothing was started." />
    </div>
  );
}

/** Chosen devices that cannot take part: by name, with the reason, never silently. */
function LeftOut(props: { form: RunForm }) {
  const { leftOut, unknownMacs } = props.form.devices;
  const count = leftOut.length + unknownMacs.length;
  if (count === 0) return null;
  const lines = [
    ...leftOut.map(({ device, reason }) => ({ mac: device.mac, name: deviceTitle(device), reason })),
    ...unknownMacs.map((mac) => ({ mac, name: mac, reason: 'This site does not know it any more.' })),
  ];
  return (
    <div className={classes.leftOut}>
      <p>{count === 1 ? '1 chosen device is left out:' : `${count} chosen devices are left out:`}</p>
      <ul>
        {lines.slice(0, LEFT_OUT_SHOWN).map((line) => (
          <li key={line.mac}>
            <strong>{line.name}</strong> {line.reason}
          </li>
        ))}
        {lines.length > LEFT_OUT_SHOWN && <li>and {lines.length - LEFT_OUT_SHOWN} more</li>}
      </ul>
    </div>
  );
}

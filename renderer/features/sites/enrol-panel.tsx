import { Button, NumberInput, Select } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Enrolment, EnrolmentFile } from '../../../contract/model/enrolment.ts';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './enrol-panel.module.css';
import { enrolmentFileName, saveEnrolmentFile } from './enrolment-file.ts';
import formClasses from './forms.module.css';

const LIFETIMES = [
  { value: '1', label: '1 hour' },
  { value: '24', label: '1 day' },
  { value: '168', label: '1 week' },
  { value: '720', label: '30 days' },
];

/** Makes an enrolment file and says what to do with it on the device. */
export function EnrolPanel(props: { site: Site; onCreated?: (enrolment: Enrolment) => void }) {
  const [uses, setUses] = useState<number | string>(1);
  const [hours, setHours] = useState('24');
  const [made, setMade] = useState<{ enrolment: Enrolment; file: EnrolmentFile }>();
  const { run, pending, error } = useCall();
  const wrong = !(typeof uses === 'number' && Number.isInteger(uses) && uses >= 1 && uses <= 10_000);

  const create = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (wrong) return;
    const output = await run('enrolments.create', { siteId: props.site.id, uses, hours: Number(hours) });
    if (!output) return;
    setMade(output);
    saveEnrolmentFile(output.file);
    props.onCreated?.(output.enrolment);
  };

  return (
    <ol className={classes.steps}>
      <li className={classes.step}>
        <p className={classes.what}>Save an enrolment file</p>
        <p className={formClasses.hint}>
          It lets devices into this site. Whoever has it can add devices: keep it safe.
        </p>
        <form className={classes.fields} onSubmit={(event) => void create(event)} noValidate>
          <NumberInput
            label="Devices"
            description="How many may use it"
            w={124}
            min={1}
            max={10_000}
            clampBehavior="none"
            allowDecimal={false}
            value={uses}
            error={wrong ? '1 to 10,000' : undefined}
            onChange={setUses}
          />
          <Select
            label="Valid for"
            description="Afterwards nobody gets in"
            w={156}
            data={LIFETIMES}
            value={hours}
            allowDeselect={false}
            onChange={(value) => setHours(value ?? '24')}
          />
          <Button
            type="submit"
            loading={pending}
            variant={made ? 'default' : 'filled'}
            leftSection={<IconDownload size={14} />}
          >
            {made ? 'Save another' : 'Save file'}
          </Button>
        </form>
        <ErrorNote error={error} what="The enrolment was not made." />
        {made && (
          <p className={formClasses.hint} role="status">
            Saved as {enrolmentFileName(made.file.siteName)}; it ends{' '}
            <RelativeTime at={made.enrolment.expiresAt} />.{' '}
            <button type="button" className={classes.again} onClick={() => saveEnrolmentFile(made.file)}>
              Save it again
            </button>
          </p>
        )}
      </li>
      <li className={classes.step}>
        <p className={classes.what}>Copy it to the device, and run there</p>
        <CommandLine command={`sudo muster-agent join ${enrolmentFileName(props.site.name)}`} />
        <CommandLine command="sudo muster-agent run" />
        <p className={formClasses.hint}>
          Joining prints the device’s MAC and its key, to compare with what appears here. Where the agent is
          not installed yet: it is one file, <code>dist/agent/muster-agent.cjs</code> in Muster’s folder. Copy
          it along and write <code>sudo node muster-agent.cjs</code> instead of <code>sudo muster-agent</code>
          .
        </p>
      </li>
    </ol>
  );
}

function CommandLine({ command }: { command: string }) {
  return (
    <div className={classes.command}>
      <code>{command}</code>
      <CopyButton text={command} label="Copy this command" />
    </div>
  );
}

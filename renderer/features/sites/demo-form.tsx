import { Button, NumberInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import classes from './forms.module.css';

/** A site of its own with real agents on this machine. */
export function DemoForm(props: { onDone: (site: Site) => void }) {
  const [count, setCount] = useState<number | string>(3);
  const { run, pending, error } = useCall();
  const wrong = !(typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= 50);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (wrong) return;
    const site = await run('demo.start', { count });
    if (site) props.onDone(site);
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.hint}>
        Starts a broker and real agents on this machine, each with a folder and a key of its own. Commands
        that you send really run here, as your own user. Everything of it is marked “demo”, and “Stop the
        demo” on the page Broker &amp; site takes all of it away.
      </p>
      <NumberInput
        label="Demo devices"
        description="Each takes about 60 MB of memory."
        data-autofocus
        min={1}
        max={50}
        clampBehavior="none"
        allowDecimal={false}
        w={240}
        value={count}
        error={wrong ? 'A number from 1 to 50.' : undefined}
        onChange={setCount}
      />
      <ErrorNote error={error} what="The demo was not started." />
      <div className={classes.buttons}>
        <Button type="submit" loading={pending}>
          Start demo
        </Button>
        {pending && <span className={classes.hint}>The agents start and announce themselves …</span>}
      </div>
    </form>
  );
}

import { Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import classes from './settings.module.css';

/** The name that stands beside everything that the person does. */
export function OperatorName(props: { current: string }) {
  const [name, setName] = useState(props.current);
  const [problem, setProblem] = useState<string>();
  const { run, pending, error } = useCall();
  const changed = name.trim() !== props.current;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const length = name.trim().length;
    if (length === 0 || length > 64) {
      setProblem('A name has 1 to 64 characters.');
      return;
    }
    setProblem(undefined);
    if (await run('settings.edit', { operatorName: name.trim() })) {
      notifications.show({ message: 'Your name was changed.' });
    }
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        label="Your name"
        description="Stands in jobs and in the audit log."
        w={280}
        value={name}
        error={problem}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!changed} loading={pending}>
        Save name
      </Button>
      <ErrorNote error={error} what="Your name was not changed." />
    </form>
  );
}

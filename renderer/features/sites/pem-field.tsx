import { Button, FileButton, Textarea } from '@mantine/core';
import { IconFile } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './forms.module.css';

const LIMIT_BYTES = 64 * 1024;

/** A PEM text from a file, or pasted. */
export function PemField(props: {
  label: string;
  description: string;
  value: string;
  error: string | undefined;
  onChange: (pem: string) => void;
}) {
  const [problem, setProblem] = useState<string>();
  const read = async (file: File | null): Promise<void> => {
    if (!file) return;
    if (file.size > LIMIT_BYTES) {
      setProblem(
        `${file.name} is larger than 64 KiB, so it is not a PEM file. Choose the certificate itself.`,
      );
      return;
    }
    setProblem(undefined);
    props.onChange(await file.text());
  };
  return (
    <div>
      <Textarea
        className={classes.pem}
        label={props.label}
        description={props.description}
        placeholder="-----BEGIN CERTIFICATE-----"
        autosize
        minRows={2}
        maxRows={5}
        spellCheck={false}
        value={props.value}
        error={problem ?? props.error}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
      <div className={classes.pemButtons}>
        <FileButton onChange={(file) => void read(file)} accept=".pem,.crt,.cer,.key,text/plain">
          {(button) => (
            <Button
              {...button}
              size="compact-xs"
              variant="default"
              leftSection={<IconFile size={12} />}
              aria-label={`${props.label}: choose a file`}
            >
              Choose a file
            </Button>
          )}
        </FileButton>
        {props.value && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => props.onChange('')}>
            Clear
          </Button>
        )}
      </div>
    </div>
  );
}

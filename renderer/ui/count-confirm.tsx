import { TextInput } from '@mantine/core';

/** Asks for the number of devices (or a name) to be typed before something that can hurt. */
export function CountConfirm(props: {
  /** What must be typed. */
  expected: string;
  value: string;
  onChange: (value: string) => void;
  label?: string;
  description?: string;
}) {
  const { expected, value } = props;
  const wrong = value.trim() !== '' && !expected.startsWith(value.trim());
  return (
    <TextInput
      label={props.label ?? `Type ${expected} to confirm`}
      description={props.description}
      value={value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      error={wrong ? `This is not ${expected}.` : undefined}
      data-autofocus
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** Whether the typed text is the expected one. */
export function isConfirmed(expected: string, value: string): boolean {
  return value.trim() === expected;
}

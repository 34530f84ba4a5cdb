import { TagsInput } from '@mantine/core';
import { labelsProblem, sharedLabels } from './label-words.ts';

/** Tags or groups, with those that others have as suggestions. A comma or Enter ends one. */
export function LabelField(props: {
  label: string;
  description?: string;
  labels: string[];
  onChange: (labels: string[]) => void;
  /** The labels of everything else. */
  suggestions: readonly (readonly string[])[];
  placeholder?: string;
}) {
  const { labels } = props;
  return (
    <TagsInput
      label={props.label}
      description={props.description}
      placeholder={labels.length === 0 ? (props.placeholder ?? 'Type, or choose one that exists') : ''}
      value={labels}
      onChange={(next) => props.onChange(next.map((label) => label.trim()).filter((label) => label !== ''))}
      data={sharedLabels(props.suggestions).map((label) => label.name)}
      splitChars={[',', ';']}
      acceptValueOnBlur
      maxTags={50}
      error={labelsProblem(labels)}
      comboboxProps={{ shadow: 'md', transitionProps: { duration: 80 } }}
    />
  );
}

import {
  IconBulb,
  IconClockEdit,
  IconFileCode,
  IconFileText,
  IconInfoCircle,
  IconPower,
  IconRefresh,
  IconSettingsAutomation,
  IconTerminal2,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type ChoiceName, choiceNamed, OPERATION_CHOICES } from './operation-choices.ts';
import classes from './run.module.css';

const ICONS: Record<ChoiceName, ReactNode> = {
  command: <IconTerminal2 size={16} />,
  script: <IconFileCode size={16} />,
  information: <IconInfoCircle size={16} />,
  log: <IconFileText size={16} />,
  service: <IconSettingsAutomation size={16} />,
  clock: <IconClockEdit size={16} />,
  identify: <IconBulb size={16} />,
  reboot: <IconRefresh size={16} />,
  shutdown: <IconPower size={16} />,
};

/** What to do: one of the operations, with a sentence about the chosen one. */
export function OperationPicker(props: { value: ChoiceName; onChange: (name: ChoiceName) => void }) {
  const { value, onChange } = props;
  return (
    <fieldset className={classes.operations}>
      <legend className={classes.hidden}>What to do</legend>
      <div className={classes.operationTiles}>
        {OPERATION_CHOICES.map((choice) => (
          <label key={choice.name} className={classes.operation} title={choice.sentence}>
            <input
              type="radio"
              name="operation"
              className={classes.hidden}
              checked={choice.name === value}
              onChange={() => onChange(choice.name)}
            />
            <span className={classes.operationIcon} aria-hidden="true">
              {ICONS[choice.name]}
            </span>
            {choice.title}
          </label>
        ))}
      </div>
      <p className={classes.operationSentence} aria-live="polite">
        {choiceNamed(value).sentence}
      </p>
    </fieldset>
  );
}

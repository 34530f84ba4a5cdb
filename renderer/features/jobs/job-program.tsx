import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconEye } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job } from '../../../contract/model/job.ts';
import { COVERED, programText, type ShownArgument, shownArguments } from '../../state/job-arguments.ts';
import { TerminalOutput } from '../../ui/terminal-output.tsx';
import classes from './jobs.module.css';

/** What exactly was asked for: program text, interpreter, environment. Folded, because the title says most of it. */
export function JobProgram(props: { job: Job }) {
  const { job } = props;
  const [open, setOpen] = useState(false);
  const program = programText(job.args);
  const facts = shownArguments(job.op, job.args);
  // The title says it all when it is one short line with the usual time limit.
  const usual = facts.every((fact) => fact.label === 'time limit' && fact.value === '10 min');
  if (usual && (!program || program.text === job.title)) return null;
  const words = facts.map(({ label, value, secret }) => `${label} ${secret ? COVERED : value}`).join(' · ');
  const isShort = program !== undefined && !program.isScript && !program.text.includes('\n');
  const what = !program ? 'Asked for' : program.isScript ? `Script of ${lineCount(program.text)}` : 'Command';
  return (
    <div className={classes.program}>
      <UnstyledButton className={classes.programHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} className={classes.rowChevron} aria-hidden="true" />
        <span>{what}</span>
        <span className={classes.programWords}>{words}</span>
      </UnstyledButton>
      {open && (
        <div className={classes.programBody}>
          {program && (
            <TerminalOutput
              label={program.isScript ? 'Script' : 'Command'}
              text={program.text}
              maxHeightPx={isShort ? 60 : 280}
            />
          )}
          {facts.length > 0 && (
            <dl className={classes.value}>
              {facts.map((fact) => (
                <div key={fact.label}>
                  <dt>{fact.label}</dt>
                  <dd>
                    <ArgumentValue fact={fact} />
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      )}
    </div>
  );
}

function ArgumentValue(props: { fact: ShownArgument }) {
  const { fact } = props;
  const [shown, setShown] = useState(!fact.secret);
  if (shown) return <code>{fact.value}</code>;
  return (
    <>
      {COVERED}{' '}
      <ActionIcon size="xs" aria-label={`Show the value of ${fact.label}`} onClick={() => setShown(true)}>
        <IconEye size={12} />
      </ActionIcon>
    </>
  );
}

function lineCount(text: string): string {
  const count = text.replace(/\n+$/, '').split('\n').length;
  return count === 1 ? '1 line' : `${count} lines`;
}

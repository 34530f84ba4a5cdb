import {
  IconAlertTriangleFilled,
  IconBan,
  IconCheck,
  IconCircle,
  IconCircleFilled,
  IconClock,
  IconHelp,
  IconLoader2,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './status-mark.module.css';

export type StatusKind =
  | 'online'
  | 'offline'
  | 'running'
  | 'waiting'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'alarm'
  | 'unknown';

const SHAPES: Record<StatusKind, ReactNode> = {
  online: <IconCircleFilled size={9} />,
  offline: <IconCircle size={9} stroke={3} />,
  running: <IconLoader2 size={14} />,
  waiting: <IconClock size={14} />,
  done: <IconCheck size={14} stroke={2.5} />,
  failed: <IconX size={14} stroke={2.5} />,
  cancelled: <IconBan size={14} />,
  alarm: <IconAlertTriangleFilled size={13} />,
  unknown: <IconHelp size={14} />,
};

/** A state by shape, word and colour. `label` defaults to the kind's own word; `bare` keeps the word for screen readers only. */
export function StatusMark(props: { kind: StatusKind; label?: string; title?: string; bare?: boolean }) {
  const label = props.label ?? props.kind;
  return (
    <span
      className={classes.mark}
      data-kind={props.kind}
      title={props.title ?? (props.bare ? label : undefined)}
    >
      <span className={classes.shape} aria-hidden="true">
        {SHAPES[props.kind]}
      </span>
      <span className={props.bare ? classes.hidden : classes.label}>{label}</span>
    </span>
  );
}

import type { ReactNode } from 'react';
import { Sparkline } from '../../ui/sparkline.tsx';
import overviewClasses from './overview.module.css';

/** One measurement: its name, its value now, what explains it, and how it went. */
export function MetricCard(props: {
  name: string;
  /** Undefined: the device does not report it. */
  value: ReactNode | undefined;
  unit?: string;
  detail?: ReactNode;
  history?: readonly (number | null)[];
  max?: number;
  high?: boolean;
}) {
  const { name, value, history } = props;
  return (
    <div className={overviewClasses.card} data-high={props.high || undefined}>
      <dt className={overviewClasses.cardHead}>
        <span className={overviewClasses.cardName}>{name}</span>
        {value !== undefined && history && history.length > 1 && (
          <Sparkline
            values={history}
            label={`${name} over the last hour`}
            widthPx={60}
            heightPx={20}
            {...(props.max === undefined ? {} : { max: props.max })}
          />
        )}
      </dt>
      <dd className={overviewClasses.cardValue}>
        {value === undefined ? (
          <span className={overviewClasses.cardNone}>not reported</span>
        ) : (
          <>
            {value}
            {props.unit && <span className={overviewClasses.cardUnit}>{props.unit}</span>}
          </>
        )}
      </dd>
      <dd className={overviewClasses.cardDetail}>
        {props.high ? <strong>high </strong> : null}
        {value === undefined ? '' : props.detail}
      </dd>
    </div>
  );
}

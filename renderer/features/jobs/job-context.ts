import { createContext, useContext } from 'react';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Job, JobResult, JobResultWithOutput, OutputStream } from '../../../contract/model/job.ts';
import type { LiveOutput } from '../../state/live-output.ts';
import type { FoldedGroup } from './output-folding.ts';

/** What every part of a job's screen needs. */
export interface JobView {
  readonly job: Job;
  readonly results: ReadonlyMap<string, JobResult>;
  /** MACs in order of name. */
  readonly order: readonly string[];
  readonly groups: readonly FoldedGroup[];
  readonly outputOf: (mac: string, stream: OutputStream) => LiveOutput | undefined;
  readonly nameOf: (mac: string) => string;
  /** The outcome that the others are compared with. */
  readonly majority: FoldedGroup | undefined;
  /** The beginning of a result's output, once it has been fetched. */
  readonly sampleOf: (mac: string) => JobResultWithOutput | undefined;
  /** Whether this person may cancel and repeat. */
  readonly allowed: boolean;
  readonly retry: (macs: readonly string[]) => void;
  readonly cancel: (macs: readonly string[]) => void;
}

export const JobContext = createContext<JobView | undefined>(undefined);

export function useJobView(): JobView {
  const view = useContext(JobContext);
  if (!view) throw new AppError('internal', 'There is no JobContext above this component.');
  return view;
}

import { type ReactNode, useCallback, useState } from 'react';
import type { Job } from '../../../contract/model/job.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { deviceKey } from '../../state/devices.ts';
import { useDeviceMap } from '../../state/hooks.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useNavigate } from '../../ui/router.tsx';
import { RepeatDialog } from './repeat-dialog.tsx';
import { confirmationFor, freshArguments, type RepeatPlan } from './repeat-plan.ts';

/** Repeats a job on some of its devices, asks first where it must, and opens the new job. */
export function useRepeat(job: Job | undefined): {
  repeat: (plan: RepeatPlan) => void;
  pending: boolean;
  /** The question, or what went wrong: to be put on the screen. */
  dialog: ReactNode;
  problem: ReactNode;
} {
  const call = useCall();
  const navigate = useNavigate();
  const devices = useDeviceMap();
  const [asked, setAsked] = useState<RepeatPlan>();
  const { run, clearError } = call;

  const start = useCallback(
    async (plan: RepeatPlan): Promise<void> => {
      if (!job) return;
      const macs = [...plan.macs];
      // A retry is tied to its job; whatever needs other arguments or succeeded devices is a new one.
      const answer =
        plan.kind === 'retry' && job.op !== 'time.set'
          ? await run('jobs.retry', { jobId: job.id, macs })
          : await run('jobs.start', {
              siteId: job.siteId,
              op: job.op,
              args: freshArguments(job, new Date().toISOString()),
              target: { kind: 'devices', macs },
            });
      if (!answer) return;
      setAsked(undefined);
      navigate(`/jobs/${answer.job.id}`);
    },
    [job, run, navigate],
  );
  const repeat = useCallback(
    (plan: RepeatPlan): void => {
      if (!job || plan.macs.length === 0) return;
      clearError();
      if (confirmationFor(job, plan) === 'none') void start(plan);
      else setAsked(plan);
    },
    [job, start, clearError],
  );

  return {
    repeat,
    pending: call.pending,
    dialog: job && asked && (
      <RepeatDialog
        job={job}
        plan={asked}
        devices={asked.macs.map((mac) => devices.get(deviceKey(job.siteId, mac)))}
        call={call}
        onRepeat={() => void start(asked)}
        onClose={() => setAsked(undefined)}
      />
    ),
    problem: !asked && <ErrorNote error={call.error} what="Nothing was started." onDismiss={clearError} />,
  };
}

import { LabelPill } from './label-pill.tsx';

/** Marks what is there for trying out. */
export function DemoBadge() {
  return (
    <LabelPill
      kind="demo"
      title="Real agents that run on this machine, in folders of their own. Nothing here is a device in the field."
    >
      demo
    </LabelPill>
  );
}

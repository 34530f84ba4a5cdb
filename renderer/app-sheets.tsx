import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import type { OperationName } from '../contract/model/operation.ts';
import { type Sheets, SheetsContext } from './state/sheets.ts';

const RunSheet = lazy(async () => ({
  default: (await import('./features/run/run-sheet.tsx')).RunSheet,
}));
const LinkSheet = lazy(async () => ({
  default: (await import('./features/devices/link-sheet.tsx')).LinkSheet,
}));
const EditSheet = lazy(async () => ({
  default: (await import('./features/devices/edit-sheet.tsx')).EditSheet,
}));
const UnlinkDialog = lazy(async () => ({
  default: (await import('./features/devices/unlink-dialog.tsx')).UnlinkDialog,
}));
const EnrolSheet = lazy(async () => ({
  default: (await import('./features/sites/enrol-sheet.tsx')).EnrolSheet,
}));
const AddSiteSheet = lazy(async () => ({
  default: (await import('./features/sites/add-site-sheet.tsx')).AddSiteSheet,
}));

type OpenSheet =
  | { kind: 'run'; siteId: string; macs?: readonly string[]; op?: OperationName }
  | { kind: 'link'; siteId: string; macs?: readonly string[] }
  | { kind: 'edit'; siteId: string; macs: readonly string[]; part?: 'tags' | 'groups' }
  | { kind: 'unlink'; siteId: string; macs: readonly string[] }
  | { kind: 'enrol'; siteId: string }
  | { kind: 'add-site' };

/** Holds the sheets that several screens open, so that no screen imports another. */
export function SheetsProvider(props: { children: ReactNode }) {
  const [sheet, setSheet] = useState<OpenSheet>();
  const sheets = useMemo<Sheets>(
    () => ({
      openRun: (options) => setSheet({ kind: 'run', ...options }),
      openLink: (options) => setSheet({ kind: 'link', ...options }),
      openEdit: (options) => setSheet({ kind: 'edit', ...options }),
      openUnlink: (options) => setSheet({ kind: 'unlink', ...options }),
      openEnrol: (options) => setSheet({ kind: 'enrol', ...options }),
      openAddSite: () => setSheet({ kind: 'add-site' }),
    }),
    [],
  );
  const onClose = (): void => setSheet(undefined);
  return (
    <SheetsContext value={sheets}>
      {props.children}
      <Suspense fallback={null}>{sheet && <Sheet sheet={sheet} onClose={onClose} />}</Suspense>
    </SheetsContext>
  );
}

function Sheet({ sheet, onClose }: { sheet: OpenSheet; onClose: () => void }): ReactNode {
  switch (sheet.kind) {
    case 'run':
      return (
        <RunSheet
          opened
          onClose={onClose}
          siteId={sheet.siteId}
          {...(sheet.macs ? { initialMacs: sheet.macs } : {})}
          {...(sheet.op ? { initialOp: sheet.op } : {})}
        />
      );
    case 'link':
      return (
        <LinkSheet
          opened
          onClose={onClose}
          siteId={sheet.siteId}
          {...(sheet.macs ? { initialMacs: sheet.macs } : {})}
        />
      );
    case 'edit':
      return (
        <EditSheet
          opened
          onClose={onClose}
          siteId={sheet.siteId}
          macs={sheet.macs}
          {...(sheet.part ? { part: sheet.part } : {})}
        />
      );
    case 'unlink':
      return <UnlinkDialog opened onClose={onClose} siteId={sheet.siteId} macs={sheet.macs} />;
    case 'enrol':
      return <EnrolSheet opened onClose={onClose} siteId={sheet.siteId} />;
    case 'add-site':
      return <AddSiteSheet opened onClose={onClose} />;
  }
}

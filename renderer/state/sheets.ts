import { createContext, useContext } from 'react';
import { AppError } from '../../contract/lib/errors.ts';
import type { OperationName } from '../../contract/model/operation.ts';

/** Sheets that several screens open; app.tsx holds and mounts them. */
export interface Sheets {
  openRun(options: { siteId: string; macs?: readonly string[]; op?: OperationName }): void;
  openLink(options: { siteId: string; macs?: readonly string[] }): void;
  /** How a device gets in: enrolment file and command. */
  openEnrol(options: { siteId: string }): void;
  openAddSite(): void;
  /** Name, tags, groups and note of one device; tags or groups of several. `features/devices/edit-sheet.tsx`. */
  openEdit(options: { siteId: string; macs: readonly string[]; part?: 'tags' | 'groups' }): void;
  /** Asks, then unlinks. `features/devices/unlink-dialog.tsx`. */
  openUnlink(options: { siteId: string; macs: readonly string[] }): void;
}

export const SheetsContext = createContext<Sheets | undefined>(undefined);

export function useSheets(): Sheets {
  const sheets = useContext(SheetsContext);
  if (!sheets) throw new AppError('internal', 'There is no SheetsContext above this component.');
  return sheets;
}

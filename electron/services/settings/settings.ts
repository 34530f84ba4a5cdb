import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Service } from '../../../contract/lib/service.ts';
import { createSignal, type Signal } from '../../../contract/lib/signal.ts';
import { Settings, type SettingsEdit } from '../../../contract/model/settings.ts';
import type { Handlers } from '../../../contract/rpc/contract.ts';
import { createJsonStore } from '../storage/json-store.ts';
import type { OnStorageReport } from '../storage/report.ts';

/** The person's own settings on this machine. */
export interface SettingsService extends Service {
  get(): Settings;
  edit(edit: SettingsEdit): Promise<Settings>;
  readonly changed: Signal<Settings>;
  readonly handlers: Pick<Handlers, 'settings.edit'>;
}

export function createSettings(options: {
  dataFolder: string;
  onReport: OnStorageReport;
  onError(error: unknown): void;
}): SettingsService {
  const store = createJsonStore<Settings>({
    path: join(options.dataFolder, 'settings.json'),
    schema: Settings,
    version: 1,
    defaults: {
      operatorName: ownName(),
      theme: 'system',
      activeSiteId: null,
    },
    onReport: options.onReport,
  });
  const changed = createSignal<Settings>(options.onError);

  async function edit(changes: SettingsEdit): Promise<Settings> {
    await store.update((draft) => {
      if (changes.operatorName !== undefined) draft.operatorName = changes.operatorName;
      if (changes.theme !== undefined) draft.theme = changes.theme;
      if (changes.activeSiteId !== undefined) draft.activeSiteId = changes.activeSiteId;
    });
    changed.emit(store.data);
    return store.data;
  }

  return {
    name: 'settings',
    start: () => store.start(),
    stop: () => store.stop(),
    get: () => store.data,
    edit,
    changed,
    handlers: { 'settings.edit': edit },
  };
}

/** A user without an entry in the list of users, such as in some containers, has no name. */
function ownName(): string {
  try {
    return userInfo().username.slice(0, 64) || 'operator';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return 'operator';
    throw error;
  }
}

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Activity, Notice } from '../../contract/model/notice.ts';
import type { Settings } from '../../contract/model/settings.ts';

const ACTIVITY_LIMIT = 500;

/** What belongs to the person and to the control centre rather than to a site. */
export interface SessionState {
  /** All snapshots have arrived at least once. */
  ready: boolean;
  settings: Settings | null;
  notices: readonly Notice[];
  /** Newest first, at most 500. */
  activities: readonly Activity[];
}

export interface SessionStore {
  readonly store: StoreApi<SessionState>;
  settingsChanged(settings: Settings): void;
  noticesChanged(notices: readonly Notice[]): void;
  activitySnapshot(activities: readonly Activity[]): void;
  activityChanged(activities: readonly Activity[]): void;
  ready(): void;
}

export function createSessionStore(): SessionStore {
  const store = createStore<SessionState>(() => ({
    ready: false,
    settings: null,
    notices: [],
    activities: [],
  }));
  const newest = (activities: readonly Activity[]): Activity[] =>
    [...activities].sort((a, b) => b.at.localeCompare(a.at)).slice(0, ACTIVITY_LIMIT);
  return {
    store,
    settingsChanged: (settings) => store.setState({ settings }),
    noticesChanged: (notices) => store.setState({ notices }),
    activitySnapshot: (activities) => store.setState({ activities: newest(activities) }),
    activityChanged(activities) {
      const byId = new Map(store.getState().activities.map((activity) => [activity.id, activity]));
      for (const activity of activities) byId.set(activity.id, activity);
      store.setState({ activities: newest([...byId.values()]) });
    },
    ready: () => store.setState({ ready: true }),
  };
}

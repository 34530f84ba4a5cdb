/** What a store must tell the person at the screen: what happened, what it means, what to do. */
export interface StorageReport {
  /** `error` when something was lost, `warning` when it could be saved. */
  level: 'warning' | 'error';
  message: string;
}

export type OnStorageReport = (report: StorageReport) => void;

/** A command that was run from this page since it was opened. */
export interface StartedRun {
  readonly jobId: string;
  readonly command: string;
}

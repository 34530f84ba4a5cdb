import { Button } from '@mantine/core';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { type ErrorBody, toErrorBody } from '../../contract/lib/errors.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { PageBody } from '../ui/page-head.tsx';

/** Keeps a fault of one screen from taking the window down. React offers this to classes only. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: ErrorBody | undefined }> {
  override state: { error: ErrorBody | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: ErrorBody } {
    return { error: toErrorBody(error) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <PageBody>
        <ErrorNote
          error={this.state.error}
          what="This screen could not be shown."
          action={
            <Button size="compact-xs" variant="default" onClick={() => this.setState({ error: undefined })}>
              Try again
            </Button>
          }
        />
      </PageBody>
    );
  }
}

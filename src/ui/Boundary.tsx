/** @file Catches errors thrown while its children render; React has no function component for that. */
import { Component, type ReactNode } from 'react';

export interface BoundaryProps {
  /** Shown instead of the children after one of them threw; `again` renders them again. */
  readonly failure: (error: unknown, again: () => void) => ReactNode;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly caught: { readonly error: unknown } | null;
}

export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override readonly state: BoundaryState = { caught: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { caught: { error } };
  }

  private readonly again = (): void => this.setState({ caught: null });

  override render(): ReactNode {
    const { caught } = this.state;
    return caught ? this.props.failure(caught.error, this.again) : this.props.children;
  }
}

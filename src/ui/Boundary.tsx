/** @file Catches what is thrown while its children are drawn; React has no function component for that. */
import { Component, type ReactNode } from 'react';

export interface BoundaryProps {
  /** Shown in place of the children once one of them threw; `again` draws them anew. */
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

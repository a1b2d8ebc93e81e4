import { Component, type ReactNode } from 'react';

interface Props {
  children: ReactNode;
  instead: ReactNode;
  /** Another value is another try. */
  resetKey?: unknown;
}

/** What cannot be drawn is shown in another way, and nothing beside it is touched. React writes why to the console. */
export class PlainOnError extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidUpdate(before: Props) {
    if (this.state.broken && before.resetKey !== this.props.resetKey) this.setState({ broken: false });
  }

  override render() {
    return this.state.broken ? this.props.instead : this.props.children;
  }
}

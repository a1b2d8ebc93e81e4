import { Component, type ReactNode } from 'react';
import { Button } from './kit/Button';
import { ErrorState } from './kit/states';
import { useText } from './text/text';

interface Props {
  children: ReactNode;
  /** Another value, such as another address, is another try. */
  resetKey?: string;
}

interface State {
  error: Error | null;
}

/** A page that broke says so, and leaves the rest standing. React writes the error to the console. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidUpdate(before: Props) {
    if (this.state.error && before.resetKey !== this.props.resetKey) this.setState({ error: null });
  }

  override render() {
    return this.state.error ? <Broken detail={this.state.error.message} /> : this.props.children;
  }
}

function Broken({ detail }: { detail: string }) {
  const t = useText();
  return (
    <ErrorState
      title={t.error.title}
      text={
        <>
          {t.error.text}
          <code className="mt-4 block text-ink-3 text-xs [overflow-wrap:anywhere]">{detail}</code>
        </>
      }
      action={
        <Button variant="primary" onClick={() => location.reload()}>
          {t.error.reload}
        </Button>
      }
    />
  );
}

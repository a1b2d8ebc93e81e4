import { useMemo, useState } from 'react';
import { useClient } from '../app-context';
import { Button } from '../kit/Button';
import { olderTexts } from '../text/older';
import { useTextOf } from '../text/text';
import { markAnswered, olderText } from './keeps-older';
import { type Brought, bring, sessionsIn } from './sessions';

type State = { step: 'offered' | 'failed' } | { step: 'running'; done: number } | ({ step: 'done' } & Brought);

/** Offers, once, to bring what a client of another system keeps in this browser. */
export default function OlderChats() {
  const words = useTextOf(olderTexts);
  const client = useClient();
  const sessions = useMemo(() => sessionsIn(olderText()), []);
  const [state, setState] = useState<State>({ step: 'offered' });
  const [isClosed, setClosed] = useState(false);
  const close = () => {
    markAnswered();
    setClosed(true);
  };
  const start = async () => {
    try {
      const brought = await bring(client, sessions, (done) => setState({ step: 'running', done }));
      markAnswered();
      setState({ step: 'done', ...brought });
    } catch {
      setState({ step: 'failed' });
    }
  };
  if (isClosed || sessions.length === 0) return null;
  const isOffered = state.step === 'offered' || state.step === 'failed';
  return (
    <section
      aria-label={words.title}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b bg-paper-2 px-4 py-2.5 text-sm"
    >
      <p role="status" className="min-w-0 flex-1 basis-64">
        <Said state={state} count={sessions.length} />
      </p>
      {state.step === 'running' && <Progress done={state.done} all={sessions.length} />}
      {isOffered && (
        <Button small variant="primary" onClick={start}>
          {words.bring}
        </Button>
      )}
      {state.step !== 'running' && (
        <Button small variant="ghost" onClick={close}>
          {isOffered ? words.later : words.close}
        </Button>
      )}
    </section>
  );
}

function Said({ state, count }: { state: State; count: number }) {
  const words = useTextOf(olderTexts);
  if (state.step === 'running') return words.title;
  if (state.step === 'failed') return words.failed;
  if (state.step === 'done')
    return [words.done(count - state.refused, state.locrit), state.refused ? words.refused(state.refused) : ''].join(
      ' ',
    );
  return (
    <>
      {words.found(count)} <span className="text-ink-3">{words.kept}</span>
    </>
  );
}

function Progress({ done, all }: { done: number; all: number }) {
  const words = useTextOf(olderTexts);
  return (
    <>
      <span className="tabular-nums">{words.progress(done, all)}</span>
      <progress
        aria-label={words.title}
        max={all}
        value={done}
        className="h-1.5 min-w-24 max-w-64 flex-1 appearance-none overflow-hidden rounded-full bg-line-strong [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line-strong [&::-webkit-progress-value]:bg-accent"
      />
    </>
  );
}

import { ChevronRight } from 'lucide-react';
import { useContext } from 'react';
import type { ToolResult, ToolRow } from '../../../core';
import { useLive } from '../../app-context';
import { inWords } from '../../text/failures';
import { type AllText, useText } from '../../text/text';
import { Fold, MessageId } from '../opened';
import { StreamingContext } from '../streaming';
import { AnswerKept } from './AnswerKept';
import { ToolQuestion } from './ToolQuestion';
import { toolName, Value } from './ToolValue';

/** What took less is not told by its seconds. */
const TOLD_MS = 100;

interface Props {
  resultId: string;
  messageId: string;
}

/** A tool that the model called: its name and how it went, with all else folded. All of it is text, whatever it holds. */
export default function ToolCall({ resultId, messageId }: Props) {
  const t = useText();
  const result = useLive((client) => client.tools.one(resultId), [resultId]);
  const runs = useContext(StreamingContext);
  if (!result) return <p className="text-ink-3 text-sm">{t.tools.used}</p>;
  const { answering } = result;
  const asks = runs && result.asks && result.status === 'pending' && !result.answer && answering === undefined;
  return (
    <MessageId value={messageId}>
      <Fold place="tool" className="thought">
        <summary dir="auto">
          <ChevronRight aria-hidden className="size-4 shrink-0" />
          <span className="[overflow-wrap:anywhere]">{toolName(result, t)}</span>
          <span className="shrink-0 text-ink-3">· {stateOf(result, runs, t)}</span>
        </summary>
        <Details result={result} />
      </Fold>
      {asks && <ToolQuestion result={result} />}
      {answering && <AnswerKept {...answering} />}
    </MessageId>
  );
}

function Details({ result }: { result: ToolResult }) {
  const t = useText();
  const { error, status } = result;
  const failure = error && inWords(error, t.failures);
  return (
    <>
      <Value label={t.tools.arguments} value={result.arguments} />
      {status === 'done' && <Value label={t.tools.result} value={result.result} />}
      {failure && (
        <p className="text-bad text-sm">
          {failure.message} {failure.hint}
        </p>
      )}
    </>
  );
}

function stateOf(
  { status, answer, asks, error, duration_ms, answering }: ToolRow,
  runs: boolean,
  { tools }: AllText,
): string {
  if (status === 'pending' && answering) return tools.answered;
  if (status === 'pending')
    return !runs ? (answer ? tools.allowed : tools.notRun) : asks && !answer ? tools.waits : tools.next;
  if (status === 'done') return (duration_ms ?? 0) < TOLD_MS ? tools.done : tools.doneIn((duration_ms ?? 0) / 1000);
  if (status === 'failed' && error?.code === 'unknown_outcome') return tools.unknown;
  return { running: tools.running, failed: tools.failed, refused: tools.refused }[status];
}

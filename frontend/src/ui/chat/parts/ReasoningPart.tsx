import { MarkdownText } from '../markdown/MarkdownText';
import { MessageId } from '../opened';
import type { PartOf, PartProps } from './kinds';
import { Thought } from './Thought';

export function ReasoningPart({ part, id, streaming }: PartProps<PartOf<'reasoning'>>) {
  const durationS = part.duration_ms == null ? undefined : part.duration_ms / 1000;
  return (
    <MessageId value={id}>
      <Thought place="thought" streaming={streaming} durationS={durationS}>
        <MarkdownText messageId={id} text={part.text} streaming={streaming} />
      </Thought>
    </MessageId>
  );
}

import type { Part } from '../../../core';
import { useText } from '../../text/text';
import { PART_KINDS, type PartView } from './kinds';

interface Props {
  messageId: string;
  parts: readonly Part[];
  streaming: boolean;
}

/** What a message consists of, in order. */
export function Parts({ messageId, parts, streaming }: Props) {
  return (
    <div className="parts">
      {parts.map((part, at) => {
        const View: PartView<never> = PART_KINDS[part.type] ?? UnknownPart;
        const id = at === 0 ? messageId : `${messageId}-${at}`;
        const isLast = at === parts.length - 1;
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added.
        return <View key={at} part={part as never} id={id} streaming={streaming && isLast} />;
      })}
    </div>
  );
}

/** Of a kind that only a newer version of this page knows. */
function UnknownPart() {
  const t = useText();
  return <p className="text-ink-3 text-sm">{t.reply.unknownPart}</p>;
}

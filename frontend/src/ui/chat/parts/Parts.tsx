import type { Part } from '../../../core';
import { PART_KINDS, type PartView } from './kinds';

interface Props {
  messageId: string;
  parts: readonly Part[];
  streaming: boolean;
}

/** What a message consists of, in order. A kind that only a newer version of this page knows is left out. */
export function Parts({ messageId, parts, streaming }: Props) {
  return (
    <div className="parts">
      {parts.map((part, at) => {
        const View: PartView<never> | undefined = PART_KINDS[part.type];
        const id = at === 0 ? messageId : `${messageId}-${at}`;
        const isLast = at === parts.length - 1;
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added.
        return View && <View key={at} part={part as never} id={id} streaming={streaming && isLast} />;
      })}
    </div>
  );
}

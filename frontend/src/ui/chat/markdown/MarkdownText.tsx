/**
 * Markdown that a model wrote, which is to say: that anyone may have written. The words on the page are the words of
 * the source, at its end and while it is written; nothing of it becomes an element that elements.tsx does not name.
 */

import { memo, useEffect, useMemo, useRef } from 'react';
import { cx } from '../../kit/cx';
import { MessageId } from '../opened';
import { Thought } from '../parts/Thought';
import { type Block as BlockOf, type Document, read } from './blocks';
import { drawn, Referred } from './elements';
import { widenOuterFences } from './fences';
import { hasLongWord } from './long-words';
import { PlainOnError } from './PlainOnError';
import { createParser } from './parser';
import { partsOf } from './reasoning';
import { Written } from './Written';

const PARSER = createParser();

interface Props {
  messageId: string;
  text: string;
  streaming?: boolean;
}

export const MarkdownText = memo(function MarkdownText({ messageId, text, streaming = false }: Props) {
  return (
    <div className={cx('markdown message-text', hasLongWord(text) && 'unkerned')}>
      <PlainOnError instead={<Written text={text} />} resetKey={streaming}>
        <MessageId value={messageId}>
          <Parts text={text} streaming={streaming} />
        </MessageId>
      </PlainOnError>
    </div>
  );
});

function Parts({ text, streaming }: { text: string; streaming: boolean }) {
  const parts = useMemo(() => partsOf(text, streaming), [text, streaming]);
  return parts.map(({ kind, text: words, open }, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added.
    if (kind === 'said') return <Prose key={at} text={words} growing={streaming} />;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added.
      <Thought key={at} place={`thought ${at}`} streaming={streaming && open}>
        <Prose text={words} growing={streaming} />
      </Thought>
    );
  });
}

function Prose({ text, growing }: { text: string; growing: boolean }) {
  const last = useRef<Document>(undefined);
  const document = useMemo(() => {
    return read(PARSER, widenOuterFences(text.replace(/\r\n?/g, '\n')), last.current, growing);
  }, [text, growing]);
  useEffect(() => {
    last.current = document;
  }, [document]);
  return (
    <Referred value={document.referred}>
      {document.blocks.map((block) => (
        <Block key={block.start} block={block} />
      ))}
    </Referred>
  );
}

/** Blocks that were read before are the same objects, and are not drawn again. */
const Block = memo(function Block({ block }: { block: BlockOf }) {
  return drawn([block.node]);
});

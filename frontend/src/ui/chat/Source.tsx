import { WrapText } from 'lucide-react';
import { type ReactNode, Suspense, useContext, useRef, useState } from 'react';
import { AppContext, useSignal } from '../app-context';
import { IconButton } from '../kit/Button';
import { cx } from '../kit/cx';
import { later } from '../kit/later';
import { useText } from '../text/text';
import { CopyButton } from './CopyButton';
import { Diff } from './Diff';
import { useOpened } from './opened';
import { isDiff } from './patch';
import { ShowAll } from './ShowAll';
import { useStreaming } from './streaming';

/** In one colour where that is all that can be had. */
export const HighlightedCode = later(
  () => import('./HighlightedCode'),
  ({ code }) => <code>{code}</code>,
);

/** A block of more lines than these is first shown in part. */
const MAX_LINES = 30;
const KNOWN_BY_CHARS = 200;

interface Props {
  language: string;
  code: string;
  /** Stands before the tools of the block. */
  tools?: ReactNode;
  /** What is to be said before the source is read, and what can be done about it. */
  note?: string;
  children?: ReactNode;
}

/** Code as it was written, with its colours and tools. */
export function Source({ language, code, tools, note, children }: Props) {
  const t = useText();
  const [wrap, setWrap] = useWrap();
  return (
    <CodeFrame
      label={language}
      tools={
        <>
          {tools}
          <IconButton small label={t.blocks.wrap} aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
            <WrapText className={cx(wrap && 'text-accent')} />
          </IconButton>
          <CopyButton text={code} label={t.chat.copyCode} />
        </>
      }
    >
      {note && (
        <p className="flex select-none flex-wrap items-center gap-3 border-line border-b px-3 py-2 font-sans text-ink-2 text-sm">
          {note}
          {children}
        </p>
      )}
      <Lines code={code} wrap={wrap}>
        {isDiff(language, code) ? (
          <Diff code={code} />
        ) : (
          <Suspense fallback={<code>{code}</code>}>
            <HighlightedCode language={language} code={code} />
          </Suspense>
        )}
      </Lines>
    </CodeFrame>
  );
}

interface FrameProps {
  label: string;
  tools: ReactNode;
  children: ReactNode;
}

/** Its head stays in view while a long block is scrolled. What is copied by hand has none of its words. */
export function CodeFrame({ label, tools, children }: FrameProps) {
  return (
    <figure className="rounded-s border border-line bg-paper-2" dir="ltr">
      <figcaption className="sticky top-0 z-1 flex h-9 select-none items-center pointer-coarse:h-10 justify-between rounded-t-s border-line border-b bg-paper-2 pr-1 pl-3 font-sans text-ink-3 text-xs">
        <span className="truncate">{label}</span>
        <span className="flex shrink-0 items-center">{tools}</span>
      </figcaption>
      {children}
    </figure>
  );
}

interface LinesProps {
  code: string;
  wrap: boolean;
  children: ReactNode;
}

function Lines({ code, wrap, children }: LinesProps) {
  const lines = code.replace(/\n$/, '').split('\n').length;
  const [open, setOpen] = useOpened(code.slice(0, KNOWN_BY_CHARS), useStreaming()); // What was seen being written does not fold up at its end.
  const box = useRef<HTMLDivElement>(null);
  const cut = lines > MAX_LINES && !open;

  function fold(next: boolean) {
    setOpen(next);
    if (!next) requestAnimationFrame(() => box.current?.parentElement?.scrollIntoView({ block: 'nearest' }));
  }

  return (
    <div ref={box} className="relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines can be scrolled with the keyboard only when it takes focus. */}
      <pre className={cx('code p-3', wrap ? 'code-wrapped' : 'overflow-x-auto', cut && 'code-cut')} tabIndex={0}>
        {children}
      </pre>
      {lines > MAX_LINES && <ShowAll lines={lines} open={open} onChange={fold} />}
    </div>
  );
}

/** The choice is this browser's, for all blocks. Where a message is drawn by itself it lasts as long as the block. */
function useWrap(): [boolean, (wrap: boolean) => void] {
  const [own, setOwn] = useState(false);
  const preferences = useContext(AppContext)?.preferences;
  const choices = useSignal(preferences ?? NOTHING);
  return [choices?.wrapCode ?? own, preferences ? (wrapCode) => preferences.set({ wrapCode }) : setOwn];
}

const NOTHING = { get: () => undefined, subscribe: () => () => undefined };

import { Code, Workflow } from 'lucide-react';
import { Suspense, startTransition, use, useState } from 'react';
import { Button, IconButton } from '../kit/Button';
import { useText } from '../text/text';
import { useDark } from '../theme/use-theme';
import { CopyButton } from './CopyButton';
import type { Drawn } from './drawing';
import { drawingOf } from './drawings';
import { CodeFrame, Source } from './Source';

/** A Mermaid diagram as a picture, its source one click away. */
export function Diagram({ code }: { code: string }) {
  const dark = useDark();
  return (
    <Suspense fallback={<Source language="mermaid" code={code} />}>
      <Drawing key={String(dark)} code={code} dark={dark} />
    </Suspense>
  );
}

function Drawing({ code, dark }: { code: string; dark: boolean }) {
  const t = useText();
  const [asked, setAsked] = useState(false);
  const [asSource, setAsSource] = useState(false);
  const drawn = use(drawingOf(code, dark, asked));
  if ('reason' in drawn)
    return (
      <Source language="mermaid" code={code} note={t.blocks.undrawn[drawn.reason]}>
        {drawn.reason === 'unasked' && (
          <Button small onClick={() => startTransition(() => setAsked(true))}>
            {t.blocks.draw}
          </Button>
        )}
      </Source>
    );
  const toggle = (
    <IconButton small label={asSource ? t.blocks.diagram : t.blocks.source} onClick={() => setAsSource(!asSource)}>
      {asSource ? <Workflow /> : <Code />}
    </IconButton>
  );
  if (asSource) return <Source language="mermaid" code={code} tools={toggle} />;
  return (
    <CodeFrame
      label={t.blocks.diagram}
      tools={
        <>
          {toggle}
          <CopyButton text={code} label={t.chat.copyCode} />
        </>
      }
    >
      <Picture drawn={drawn} />
    </CodeFrame>
  );
}

/** The smallest part of its own size at which a drawing can still be read; from there on it is scrolled. */
const READABLE = 0.6;

function Picture({ drawn: { src, title, width, height } }: { drawn: Drawn }) {
  const t = useText();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a large drawing can be scrolled with the keyboard only when it takes focus.
    <div className="diagram overflow-auto p-3" tabIndex={0}>
      <img
        src={src}
        alt={title || t.blocks.diagram}
        width={width}
        height={height}
        style={{ width, minWidth: Math.round(width * READABLE), aspectRatio: `${width} / ${height}` }}
      />
    </div>
  );
}

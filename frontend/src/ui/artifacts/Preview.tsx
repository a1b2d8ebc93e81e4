import { useEffect, useMemo, useRef, useState } from 'react';
import type { Artifact } from '../../core';
import { CodeBlock } from '../chat/CodeBlock';
import { MarkdownText } from '../chat/markdown/MarkdownText';
import { artifactsText } from '../text/artifacts';
import { useTextOf } from '../text/text';
import frameUrl from './frame.html?url';
import { previewDocument } from './preview-document';

/** As it is meant to be seen. What runs, runs in a frame that shares nothing with this page and reaches nothing. */
export function Preview({ artifact }: { artifact: Artifact }) {
  if (artifact.type === 'markdown')
    return (
      <div className="h-full overflow-y-auto p-4">
        <MarkdownText messageId={artifact.id} text={artifact.content} />
      </div>
    );
  if (artifact.type === 'mermaid')
    return (
      <div className="h-full overflow-y-auto p-4">
        <CodeBlock language="mermaid" code={artifact.content} />
      </div>
    );
  return <Framed key={`${artifact.id} ${artifact.version}`} artifact={artifact} />;
}

/** What a frame that is there says at once. */
const READY_WITHIN_MS = 5_000;
const MOST_TOLD = 3;

type Told = { kind: 'broken' | 'blocked'; text: string };

function Framed({ artifact }: { artifact: Artifact }) {
  const t = useTextOf(artifactsText);
  const frame = useRef<HTMLIFrameElement>(null);
  const { shown, isUnloaded } = useDocument(artifact);
  const { isReady, told } = useTold(frame);
  const isLate = useIsLate(isReady);
  useEffect(() => {
    if (isReady && shown !== undefined) frame.current?.contentWindow?.postMessage(shown, '*');
  }, [isReady, shown]);
  return (
    <div className="flex h-full flex-col">
      {told.map(({ kind, text }) => (
        <p key={kind + text} role="status" className="border-line border-b px-4 py-2 text-ink-2 text-sm">
          {t[kind](text)}
        </p>
      ))}
      {isUnloaded || isLate ? (
        <p role="alert" className="p-4 text-ink-2 text-sm">
          {t.unloaded}
        </p>
      ) : (
        shown === undefined && <p className="late p-4 text-ink-3 text-sm">{t.starting}</p>
      )}
      <iframe
        ref={frame}
        src={frameUrl}
        sandbox="allow-scripts"
        referrerPolicy="no-referrer"
        title={t.framed(artifact.name)}
        className="min-h-0 w-full flex-1"
      />
    </div>
  );
}

/** The compiler and React are fetched with the first component. */
function useDocument(artifact: Artifact): { shown?: string; isUnloaded: boolean } {
  const [runtime, setRuntime] = useState<string | null>();
  const needsRuntime = artifact.type === 'jsx';
  useEffect(() => {
    if (!needsRuntime) return;
    import('./jsx-runtime?bundled').then(
      ({ default: code }) => setRuntime(code),
      () => setRuntime(null), // its file is not here, and the server is not either
    );
  }, [needsRuntime]);
  const shown = useMemo(
    () => (needsRuntime && !runtime ? undefined : previewDocument(artifact, runtime ?? '')),
    [artifact, needsRuntime, runtime],
  );
  return { shown, isUnloaded: runtime === null };
}

/** What comes from elsewhere than the frame is nobody's word; what comes from it is text, whatever it is. */
function useTold(frame: React.RefObject<HTMLIFrameElement | null>): { isReady: boolean; told: Told[] } {
  const [isReady, setReady] = useState(false);
  const [told, setTold] = useState<Told[]>([]);
  useEffect(() => {
    const listen = ({ source, data }: MessageEvent) => {
      if (source === null || source !== frame.current?.contentWindow) return;
      if (data?.kind === 'ready') setReady(true);
      if (data?.kind === 'broken' || data?.kind === 'blocked')
        setTold((now) => withOne(now, { kind: data.kind, text: String(data.text).slice(0, 300) }));
    };
    window.addEventListener('message', listen);
    return () => window.removeEventListener('message', listen);
  }, [frame]);
  return { isReady, told };
}

function withOne(told: Told[], one: Told): Told[] {
  const isKnown = told.some(({ kind, text }) => kind === one.kind && text === one.text);
  return isKnown || told.length >= MOST_TOLD ? told : [...told, one];
}

function useIsLate(isReady: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), READY_WITHIN_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLate && !isReady;
}

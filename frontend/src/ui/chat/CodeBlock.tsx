import { lazy, Suspense } from 'react';
import { useText } from '../text/text';
import { CopyButton } from './CopyButton';

const HighlightedCode = lazy(() => import('./HighlightedCode'));

interface Props {
  language: string;
  code: string;
}

export function CodeBlock({ language, code }: Props) {
  const t = useText();
  return (
    <figure className="overflow-hidden rounded-s border border-line bg-paper-2">
      <figcaption className="flex h-9 items-center pointer-coarse:h-10 justify-between border-line border-b pr-1 pl-3 font-sans text-ink-3 text-xs">
        <span>{language.split(/\s/)[0]}</span>
        <CopyButton text={code} label={t.chat.copyCode} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines can be scrolled with the keyboard only when it takes focus. */}
      <pre className="code overflow-x-auto p-3" tabIndex={0} dir="ltr">
        <Suspense fallback={<code>{code}</code>}>
          <HighlightedCode language={language} code={code} />
        </Suspense>
      </pre>
    </figure>
  );
}

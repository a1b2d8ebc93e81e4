import katex from 'katex';
import 'katex/contrib/copy-tex'; // what is copied is the source
import 'katex/dist/katex.min.css';
import { useMemo } from 'react';
import { cx } from '../../kit/cx';

/** A formula comes from a model: it may neither link, nor load, nor grow without end. */
const LIMITS = { trust: false, strict: 'ignore', maxExpand: 500, maxSize: 20 } as const;

interface Props {
  source: string;
  tex: string;
  display: boolean;
}

/** Loaded with the first formula. What KaTeX does not know is shown as it was written, with its reason. */
export default function Typeset({ source, tex, display }: Props) {
  const { html, error } = useMemo(() => typeset(tex, display), [tex, display]);
  if (error !== undefined) {
    return (
      <code className="formula-source" title={error}>
        {source}
      </code>
    );
  }
  // biome-ignore lint/security/noDangerouslySetInnerHtml: KaTeX escapes everything but its own elements.
  return <span dir="ltr" className={cx(display && 'formula-display')} dangerouslySetInnerHTML={{ __html: html }} />;
}

function typeset(tex: string, displayMode: boolean): { html: string; error?: string } {
  try {
    return { html: katex.renderToString(tex, { ...LIMITS, displayMode }) };
  } catch (error) {
    if (error instanceof katex.ParseError || error instanceof RangeError) return { html: '', error: error.message };
    throw error;
  }
}

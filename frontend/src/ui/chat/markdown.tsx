/**
 * Markdown that a model wrote, which is to say: that anyone may have written. This file alone decides what of it may
 * become an element: no raw HTML, links only to the web, to mail and into this site, and no image from elsewhere
 * (fetching one tells its server that, and when, you read this).
 */

import { ImageOff } from 'lucide-react';
import Markdown, { type MarkdownToJSX, RuleType } from 'markdown-to-jsx';
import { type ComponentProps, Fragment, memo, useMemo } from 'react';
import { useText } from '../text/text';
import { CodeBlock } from './CodeBlock';
import { Table } from './Table';

const SAFE_LINK = /^(https?:\/\/|mailto:|\/(?![/\\])|#)/i;
const SAFE_IMAGE = /^(\/(?![/\\])|blob:|data:image\/)/i;
const WEB = /^https?:\/\//i;

export const isSafeLink = (href: string) => SAFE_LINK.test(href);
export const isSafeImage = (src: string) => SAFE_IMAGE.test(src) || src.startsWith(`${location.origin}/`);

function Link({ href = '', children, title }: ComponentProps<'a'>) {
  if (!isSafeLink(href)) return <span>{children}</span>;
  return (
    <a href={href} title={title} target={WEB.test(href) ? '_blank' : undefined} rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Image({ src, alt = '', title }: ComponentProps<'img'>) {
  const t = useText();
  const address = typeof src === 'string' ? src : '';
  if (isSafeImage(address)) return <img src={address} alt={alt} title={title} loading="lazy" />;
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-2 rounded-s border border-line border-dashed px-2 py-1 text-ink-2 text-sm">
      <ImageOff aria-hidden className="size-4 shrink-0 text-ink-3" />
      {t.chat.image(alt)}
      {WEB.test(address) && <Link href={address}>{t.chat.openImage}</Link>}
    </span>
  );
}

function Checkbox({ checked }: ComponentProps<'input'>) {
  const t = useText();
  return <input type="checkbox" checked={checked} readOnly disabled aria-label={checked ? t.on : t.off} />;
}

const OVERRIDES = {
  a: { component: Link },
  img: { component: Image },
  table: { component: Table },
  input: { component: Checkbox },
};

function optionsFor(messageId: string, streaming: boolean): MarkdownToJSX.Options {
  return {
    disableParsingRawHTML: true,
    ignoreHTMLBlocks: true,
    disableFrontmatter: true, // Text between two lines of dashes is text.
    forceBlock: true,
    optimizeForStreaming: streaming,
    wrapper: Fragment,
    overrides: OVERRIDES,
    slugify: (text, slug) => `${messageId}-${slug(text)}`,
    renderRule(next, node, _render, state) {
      if (node.type !== RuleType.codeBlock) return next();
      return <CodeBlock key={state.key} language={node.lang ?? ''} code={node.text} />;
    },
  };
}

interface Props {
  messageId: string;
  text: string;
  streaming?: boolean;
}

export const MarkdownText = memo(function MarkdownText({ messageId, text, streaming = false }: Props) {
  const options = useMemo(() => optionsFor(messageId, streaming), [messageId, streaming]);
  return (
    <div className="markdown message-text" dir="auto">
      <Markdown options={options}>{text}</Markdown>
    </div>
  );
});

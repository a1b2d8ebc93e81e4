import type { Token } from 'markdown-it';
import { createContext, Fragment, memo, type ReactNode, useContext } from 'react';
import { useText } from '../../text/text';
import { CodeBlock } from '../CodeBlock';
import { Fold, MessageId } from '../opened';
import { Table } from '../Table';
import { directionOf } from './direction';
import { Image, Link, PlaceLink } from './Link';
import { List } from './List';
import { Maths } from './Maths';
import { type Node, pairTags, treeOf } from './tree';
import { Written } from './Written';

/** Definitions of links that some link refers to. */
export const Referred = createContext<ReadonlySet<Token>>(new Set());

type Elements = Record<string, (node: Node) => ReactNode>;

export const drawn = (nodes: readonly Node[]): ReactNode =>
  nodes.map((node, at) => {
    const element = ELEMENTS[node.type];
    // biome-ignore lint/suspicious/noArrayIndexKey: nothing moves in a text, it only grows.
    return <Fragment key={at}>{element ? element(node) : node.token.content}</Fragment>;
  });

const attribute = ({ token }: Node, name: string) => token.attrGet(name)?.toString();

const ELEMENTS: Elements = {
  paragraph: ({ token, children }) => (token.hidden ? drawn(children) : <p dir="auto">{drawn(children)}</p>),
  heading: (node) => <Heading node={node} />,
  blockquote: (node) => <blockquote dir={directionOf(node)}>{drawn(node.children)}</blockquote>,
  bullet_list: (node) => <List node={node}>{drawn(node.children)}</List>,
  ordered_list: (node) => <List node={node}>{drawn(node.children)}</List>,
  list_item: (node) => <Item node={node} />,
  fence: ({ token }) => <CodeBlock language={token.info.trim()} code={token.content.replace(/\n$/, '')} />,
  code_block: ({ token }) => <CodeBlock language="" code={token.content.replace(/\n$/, '')} />,
  hr: () => <hr />,
  written: ({ token }) => <Written text={token.content} />,
  table: (node) => <Table dir={directionOf(node)}>{drawn(node.children)}</Table>,
  thead: ({ children }) => <thead>{drawn(children)}</thead>,
  tbody: ({ children }) => <tbody>{drawn(children)}</tbody>,
  tr: ({ children }) => <tr>{drawn(children)}</tr>,
  th: (node) => <th {...cell(node)}>{drawn(node.children)}</th>,
  td: (node) => <td {...cell(node)}>{drawn(node.children)}</td>,
  details: ({ children }) => <Fold place={wordsOf(children[0])}>{drawn(children)}</Fold>,
  summary: ({ children }) => <summary dir="auto">{drawn(children)}</summary>,
  formula_block: ({ token }) => <div className="formula">{maths(token)}</div>,
  footnote: (node) => <Footnote node={node} />,
  reference_definition: ({ token }) => <Definition token={token} />,

  inline: ({ token }) => <Line tokens={token.children ?? []} />,
  strong: ({ children }) => <strong>{drawn(children)}</strong>,
  em: ({ children }) => <em>{drawn(children)}</em>,
  s: ({ children }) => <del>{drawn(children)}</del>,
  code_inline: ({ token }) => <code>{token.content}</code>,
  hardbreak: () => <br />,
  link: (node) => <TextLink node={node} />,
  image: (node) => (
    <Image src={attribute(node, 'src') ?? ''} alt={node.token.content} title={attribute(node, 'title')} />
  ),
  formula: ({ token }) => maths(token),
  footnote_reference: ({ token }) => <FootnoteReference label={`${token.meta?.label}`} />,
  tag: ({ token }) => (token.tag === 'br' ? <br /> : token.content),
  element: ({ token, children }) => <Paired tag={token.tag as Pair}>{drawn(children)}</Paired>,
};

/** A fold is known by its first words: where it stands may change while it is written. */
const wordsOf = (node?: Node): string => (node ? node.token.content || wordsOf(node.children[0]) : '');

type Pair = 'kbd' | 'sub' | 'sup' | 'mark' | 'u' | 's' | 'b' | 'i' | 'em' | 'strong' | 'del' | 'ins';

const Paired = ({ tag: Tag, children }: { tag: Pair; children: ReactNode }) => <Tag>{children}</Tag>;

const maths = ({ content, meta }: Token) => (
  <Maths source={content} {...(meta as { tex?: string; display?: boolean })} />
);

const cell = (node: Node) => ({
  dir: 'auto',
  style: { textAlign: /right|center/.exec(attribute(node, 'style') ?? '')?.[0] as 'right' | 'center' | undefined },
});

/** Drawn anew only when it was read anew. */
const Line = memo(function Line({ tokens }: { tokens: readonly Token[] }) {
  return drawn(pairTags(treeOf(tokens)));
});

function Heading({ node: { token, children } }: { node: Node }) {
  const messageId = useContext(MessageId);
  const Tag = token.tag as 'h1';
  const words = children[0]?.token.content.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return (
    <Tag id={`${messageId}-${words.join('-')}`} aria-level={token.meta?.level as number} tabIndex={-1} dir="auto">
      {drawn(children)}
    </Tag>
  );
}

function Item({ node }: { node: Node }) {
  const t = useText();
  const { token, children } = node;
  const checked = token.meta?.checked as boolean | undefined;
  return (
    <li dir={directionOf(node)} value={token.meta?.value as number | undefined}>
      {checked !== undefined && (
        <input type="checkbox" checked={checked} readOnly disabled aria-label={checked ? t.on : t.off} />
      )}
      {drawn(children)}
    </li>
  );
}

function TextLink({ node }: { node: Node }) {
  const messageId = useContext(MessageId);
  const href = attribute(node, 'href') ?? '';
  const children = drawn(node.children);
  if (href.startsWith('#')) return <PlaceLink to={`${messageId}-${href.slice(1)}`}>{children}</PlaceLink>;
  return (
    <Link href={href} title={attribute(node, 'title')}>
      {children}
    </Link>
  );
}

function FootnoteReference({ label }: { label: string }) {
  const t = useText();
  const id = `${useContext(MessageId)}-note-${label}`;
  return (
    <sup>
      <PlaceLink id={`${id}-from`} to={id} label={t.reply.footnote(label)}>
        {label}
      </PlaceLink>
    </sup>
  );
}

function Footnote({ node: { token, children } }: { node: Node }) {
  const t = useText();
  const label = `${token.meta?.label}`;
  const id = `${useContext(MessageId)}-note-${label}`;
  return (
    <div id={id} className="footnote" role="note" tabIndex={-1}>
      <PlaceLink to={`${id}-from`} label={t.reply.backToFootnote(label)}>
        {label}
      </PlaceLink>
      <div>{drawn(children)}</div>
    </div>
  );
}

/** One that nothing refers to was no definition: it stays as it was written. */
function Definition({ token }: { token: Token }) {
  return useContext(Referred).has(token) ? null : <p dir="auto">{token.content}</p>;
}

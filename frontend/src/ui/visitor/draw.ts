import { isWeb } from '../chat/markdown/addresses';
import { type Block, type Document, read } from '../chat/markdown/blocks';
import { widenOuterFences } from '../chat/markdown/fences';
import { createParser } from '../chat/markdown/parser';
import { partsOf } from '../chat/markdown/reasoning';
import { pairTags, treeOf, type Node as Written } from '../chat/markdown/tree';

const PARSER = createParser();
const MAIL = /^mailto:/i;

/** What a node becomes that is no more than an element around its children. */
const ELEMENTS: Readonly<Record<string, string>> = {
  blockquote: 'blockquote',
  bullet_list: 'ul',
  list_item: 'li',
  thead: 'thead',
  tbody: 'tbody',
  tr: 'tr',
  th: 'th',
  td: 'td',
  details: 'details',
  summary: 'summary',
  strong: 'strong',
  em: 'em',
  s: 'del',
};

/**
 * The text of one reply as the application reads Markdown, in elements that stand here: no HTML, nothing that is fetched,
 * links of the web and of mail alone. What is read as before stays the element that it was.
 */
export class Drawing {
  private last: Document | undefined;
  private blocks = new Map<Block, ChildNode[]>();

  constructor(
    private readonly host: Element,
    private readonly imageText: string,
  ) {}

  show(text: string, growing = false): void {
    const said = partsOf(text, growing).filter(({ kind }) => kind === 'said');
    const source = widenOuterFences(
      said
        .map((part) => part.text.trim())
        .join('\n\n')
        .replace(/\r\n?/g, '\n'),
    );
    const document = read(PARSER, source, this.last, growing);
    const drawn = document.blocks.map((block): [Block, ChildNode[]] => [
      block,
      this.blocks.get(block) ?? this.drawn([block.node], document),
    ]);
    this.last = document;
    this.blocks = new Map(drawn);
    this.host.replaceChildren(...drawn.flatMap(([, nodes]) => nodes));
  }

  private drawn(nodes: readonly Written[], document: Document): ChildNode[] {
    return nodes.flatMap((node) => this.one(node, document));
  }

  private one(node: Written, document: Document): ChildNode[] {
    const { type, token, children } = node;
    const within = () => this.drawn(children, document);
    const tag = ELEMENTS[type];
    if (tag) return [element(tag, within())];
    switch (type) {
      case 'inline':
        return this.drawn(pairTags(treeOf(token.children ?? [])), document);
      case 'paragraph':
        return token.hidden ? within() : [element('p', within())];
      case 'heading':
        return [element(`h${Math.min(6, Number(token.meta?.level ?? 2))}`, within())];
      case 'ordered_list':
        return [numbered(node, within())];
      case 'table':
        return [element('div', [element('table', within())], { class: 'scrolls', tabindex: '0' })];
      case 'fence':
      case 'code_block':
        return [element('pre', [element('code', [words(token.content)])], { tabindex: '0' })];
      case 'code_inline':
      case 'formula':
        return [element('code', [words(token.content)])];
      case 'formula_block':
        return [element('pre', [words(token.content)], { tabindex: '0' })];
      case 'hr':
        return [element('hr', [])];
      case 'hardbreak':
        return [element('br', [])];
      case 'link':
        return [link(attribute(node, 'href'), within())];
      case 'image':
        return [this.image(node)];
      case 'footnote':
        return [element('div', [words(`${token.meta?.label}. `), ...within()])];
      case 'footnote_reference':
        return [element('sup', [words(`${token.meta?.label}`)])];
      case 'tag':
        return [token.tag === 'br' ? element('br', []) : words(token.content)];
      case 'element':
        return [element(token.tag, within())];
      case 'reference_definition':
        return document.referred.has(token) ? [] : [element('p', [words(token.content)])];
      default:
        return [words(token.content)];
    }
  }

  /** Told, and not fetched: whoever keeps it would learn who reads here. */
  private image(node: Written): ChildNode {
    const alt = node.token.content;
    return link(attribute(node, 'src'), [words(`${this.imageText}${alt ? `: ${alt}` : ''}`)]);
  }
}

const attribute = ({ token }: Written, name: string) => token.attrGet(name)?.toString() ?? '';

const words = (text: string) => document.createTextNode(text);

function element(tag: string, children: readonly ChildNode[], attributes: Readonly<Record<string, string>> = {}) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function numbered({ children }: Written, items: readonly ChildNode[]) {
  const first = Number(children[0]?.token.info ?? 1);
  return element('ol', items, first === 1 ? {} : { start: `${first}` });
}

function link(href: string, children: readonly ChildNode[]) {
  if (!isWeb(href) && !MAIL.test(href)) return element('span', children);
  return element('a', children, { href, target: '_blank', rel: 'noopener noreferrer nofollow' });
}

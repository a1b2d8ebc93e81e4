import Parser, { type MarkdownIt } from 'markdown-it';
import { isSafeImage, isSafeLink } from './addresses';
import { details } from './rules/details';
import { emphasis } from './rules/emphasis';
import { escapes } from './rules/escapes';
import { footnotes } from './rules/footnotes';
import { limits } from './rules/limits';
import { links } from './rules/links';
import { math } from './rules/math';
import { tables } from './rules/tables';
import { tags } from './rules/tags';
import { tasks } from './rules/tasks';
import { tildes } from './rules/tildes';

/**
 * CommonMark and GFM, less what hides words: no HTML, no link that cannot be followed (it stays as it was written), no
 * definition that nothing refers to, no cell beyond a table's head. More than that are formulas, `<details>`, a few tags.
 */
export function createParser(): MarkdownIt {
  const md = new Parser({ linkify: true });
  md.validateLink = (address) => isSafeLink(address) || isSafeImage(address);
  md.normalizeLinkText = (text) => text;
  md.core.ruler.disable('strip_references');
  for (const rules of [details, footnotes, tables, math, emphasis, tildes, escapes, links, tags, tasks, limits])
    md.use(rules);
  return md;
}

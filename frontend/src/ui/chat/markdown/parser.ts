import Parser, { type MarkdownIt } from 'markdown-it';
import { isSafeImage, isSafeLink } from './addresses';
import { details } from './rules/details';
import { emphasis } from './rules/emphasis';
import { escapes } from './rules/escapes';
import { footnotes } from './rules/footnotes';
import { limits } from './rules/limits';
import { math } from './rules/math';
import { tables } from './rules/tables';
import { tags } from './rules/tags';
import { tasks } from './rules/tasks';

/**
 * CommonMark and GFM, less what hides words: no HTML, no link that cannot be followed (it stays as it was written), no
 * definition that nothing refers to, no cell beyond a table's head. More than that are formulas, `<details>`, a few tags.
 */
export function createParser(): MarkdownIt {
  const md = new Parser({ linkify: true });
  md.linkify.set({ fuzzyLink: false }); // README.md is no site of Moldova
  md.validateLink = (address) => isSafeLink(address) || isSafeImage(address);
  md.normalizeLinkText = (text) => text;
  md.core.ruler.disable('strip_references');
  for (const rules of [details, footnotes, tables, math, emphasis, escapes, tags, tasks, limits]) md.use(rules);
  return md;
}

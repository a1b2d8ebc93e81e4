/** What is said about code, diagrams and tables inside a message, in English. */
export const enBlocks = {
  wrap: 'Wrap long lines',
  all: (lines: number) => `Show all ${lines.toLocaleString('en')} lines`,
  less: 'Show less',
  diagram: 'Diagram',
  source: 'Source',
  /** Why the source stands where a drawing was expected. */
  undrawn: {
    invalid: 'This diagram cannot be drawn, so here is its source.',
    large: 'This diagram is too large to be drawn here, so here is its source.',
    unasked: 'This is a large diagram; to draw it may hold up the page for some seconds.',
    unloaded: 'What draws diagrams could not be loaded, so here is its source.',
  },
  draw: 'Draw it',
  table: 'Table',
  copyTable: 'Copy the table',
  asCsv: 'Copy as CSV',
  asMarkdown: 'Copy as Markdown',
  asText: 'Copy as text',
};

export type BlocksText = typeof enBlocks;
